// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "astyq/ledger/v1/genesis.pb.h"
#include "consortium/comet_home.h"
#include "node/setup.h"

namespace astyq::consortium {

// What an institution tells the others of its node before a network knows it: public keys, and
// signatures that show that it holds them. As a file it is JSON.
struct MemberCard {
  std::string name;
  std::uint64_t operator_party = 0;  // who answers for it, as the ledger numbers it
  Bytes node_key;                    // signs bundles
  Bytes node_possession;
  Bytes validator_key;  // votes
  Bytes validator_possession;
  std::string peer_id;  // of its CometBFT
};

std::string write_card(const MemberCard& card);
// Faults: `card_malformed`; `card_forged` when it does not show that the keys are held.
Result<MemberCard> read_card(std::string_view text);

// Makes the keys of a new member: those of the node in `held`, those of CometBFT in `comet_home`.
// Faults: `card_malformed` for a name or party that none can have, those of node::make_node_key and
// make_comet_keys.
Result<MemberCard> make_member(const node::Directory& held, const std::string& comet_home,
                               std::string name, std::uint64_t operator_party);

// The genesis document of a network that these begin together, with equal powers: `draft` names the
// network, its authorities and rules. Faults: `genesis_taken` when the draft names validators,
// nodes or an annex key already; `genesis_invalid`.
Result<ledger::v1::Genesis> assemble_genesis(ledger::v1::Genesis draft,
                                             std::span<const MemberCard> cards,
                                             std::uint32_t trusting_days,
                                             const engine::AnnexKey& annex_key);

}  // namespace astyq::consortium
