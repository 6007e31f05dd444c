// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "assets/state.gen.h"
#include "authority/state.gen.h"
#include "elevators/state.gen.h"
#include "identity/state.gen.h"
#include "licences/state.gen.h"
#include "payments/state.gen.h"
#include "pools/state.gen.h"
#include "receipts/state.gen.h"
#include "sim/dice.h"
#include "sim/rows.h"
#include "support/chain.h"

namespace astyq::sim {

// No id of this size is ever given in a run.
inline constexpr std::uint64_t kNobody = 999'999'999;
inline constexpr std::uint64_t kRegistrar = 1;
inline constexpr std::uint64_t kTooLarge = std::uint64_t{1} << 63;

// What the people of a random run know: the rows of the state, their own keys, and when the next
// block will be.
class World {
 public:
  explicit World(std::uint64_t seed);

  Dice dice;
  test::Chain chain;

  Rows<identity::v1::Party> parties{identity::kParties};
  Rows<identity::v1::Key> keys{identity::kKeys};
  Rows<authority::v1::Grant> grants{authority::kGrants};
  Rows<authority::v1::Act> acts{authority::kActs};
  Rows<authority::v1::Validator> validators{authority::kValidators};
  Rows<authority::v1::Node> nodes{authority::kNodes};
  Rows<authority::v1::ConsensusKey> consensus_keys{authority::kConsensusKeys};
  Rows<authority::v1::ValidatorTotals> validator_totals{authority::kValidatorTotals};
  Rows<authority::v1::VersionVote> version_votes{authority::kVersionVotes};
  Rows<licences::v1::Licence> licences{licences::kLicences};
  Rows<licences::v1::CurrentLicence> current_licences{licences::kCurrentLicences};
  Rows<assets::v1::Asset> assets{assets::kAssets};
  Rows<assets::v1::Balance> balances{assets::kBalances};
  Rows<elevators::v1::Elevator> elevators{elevators::kElevators};
  Rows<elevators::v1::BasisProfile> profiles{elevators::kBasisProfiles};
  Rows<elevators::v1::Bin> bins{elevators::kBins};
  Rows<elevators::v1::Ticket> tickets{elevators::kTickets};
  Rows<elevators::v1::Analysis> analyses{elevators::kAnalyses};
  Rows<elevators::v1::SampleAnalysis> samples{elevators::kSampleAnalyses};
  Rows<elevators::v1::Batch> batches{elevators::kBatches};
  Rows<elevators::v1::ReleasePermit> permits{elevators::kReleasePermits};
  Rows<elevators::v1::GrainReturn> returns{elevators::kReturns};
  Rows<receipts::v1::Receipt> receipts{receipts::kReceipts};
  Rows<receipts::v1::Proposal> proposals{receipts::kReceiptProposals};
  Rows<receipts::v1::TransferOffer> transfer_offers{receipts::kTransferOffers};
  Rows<pools::v1::Pool> pools{pools::kPools};
  Rows<payments::v1::DeliveryOffer> deliveries{payments::kDeliveryOffers};

  // Those who trade: their keys stay, they may be frozen. Operators and laboratories are among
  // them.
  std::vector<std::uint64_t> traders;
  std::vector<std::uint64_t> operators;
  std::vector<std::uint64_t> laboratories;
  std::vector<std::uint64_t> issuers;
  std::vector<std::string> permissions;

  // Chooses when the next block will be: mostly soon, now and then as late as is no outage, after
  // hours without work.
  void choose_time();
  std::int64_t step_ns() const { return step_ns_; }
  // A long step, in whose block offers run out before any job has seen it.
  bool is_late() const { return step_ns_ > kSecondNs; }
  std::int64_t time_ns() const { return chain.now_ns() + step_ns_; }
  std::int64_t running_ns() const { return chain.engine().running_ns(time_ns()); }
  const Rules& rules() const { return chain.engine().rules(); }
  // Applies a block and learns its rows; `look` sees the result before that.
  using Look = std::function<void(const engine::BlockResult&)>;
  engine::BlockResult apply(const std::vector<Bytes>& signed_txs, const Look& look = {});

  bool is_frozen(std::uint64_t party) const;
  std::uint64_t trader();
  std::uint64_t trader_but(std::uint64_t party);
  // A party that keeps changing its keys.
  std::uint64_t fiddler();
  // Whoever holds a permission, and somebody who does not.
  std::uint64_t granted(const std::string& permission);
  std::uint64_t not_granted(const std::string& permission);
  bool is_licensed(std::uint64_t party, licences::v1::LicenceKind kind) const;
  // Whether the act is in force and orders this.
  bool is_citable(const authority::v1::Act& act, authority::v1::ActScope scope) const;
  // An act about the party that is in force and orders this; 0 when there is none.
  std::uint64_t act_about(std::uint64_t party, authority::v1::ActScope scope);
  // One that is about somebody else or orders something else.
  std::uint64_t act_beside(std::uint64_t party, authority::v1::ActScope scope);
  std::uint64_t balance(std::uint64_t party, std::uint64_t asset) const;  // free to move

  identity::v1::NewKey new_key();
  // Active public keys of a party.
  const std::vector<Bytes>& keys_of(std::uint64_t party);
  base::v1::TxBody body(std::uint64_t party, const std::vector<base::v1::Operation>& operations);
  // A transaction of the last block that still might come again; null when there is none.
  const Bytes* last_settled() const;
  std::uint64_t highest_sequence(std::uint64_t party);
  Bytes sign(const base::v1::TxBody& body);
  Bytes sign_as(const base::v1::TxBody& body, std::uint64_t signer, std::size_t key_count);

 private:
  // When the first of all offers, proposals and orders that stand ends.
  std::int64_t next_end_running_ns() const;
  void learn(const store::Changes& changes);
  void learn_key(const identity::v1::Key& key);
  std::uint64_t found(identity::v1::PartyKind kind);
  void license(std::uint64_t party, licences::v1::LicenceKind kind);
  void must(std::uint64_t party, const base::v1::Operation& op);
  void found_granaries();
  void found_money();

  std::int64_t step_ns_ = 1;
  std::map<Bytes, crypto::Ed25519Key> secrets_;
  // By party and generation.
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::vector<Bytes>> active_keys_;
  std::map<std::uint64_t, std::vector<std::uint64_t>> acts_about_;
  std::uint64_t last_id_ = 0;
  Bytes settled_;
  std::int64_t settled_valid_until_ = 0;
};

}  // namespace astyq::sim
