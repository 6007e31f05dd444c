// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/bundle_store.h"
#include "node/consensus.h"
#include "node/flights.h"
#include "node/offered_states.h"
#include "node/running.h"

namespace astyq::node {

// A node of a consortium: its maker bundles what its clients sent and offers it to the consensus
// engine; the engine's decisions change the ledger.
struct Node::Consortium final : Node::Running, Consensus {
  Consortium(const Config& settings, Directory held, const std::string& network_id);

  // The last block's time and what has passed since: the consensus' clock, not this machine's.
  std::int64_t next_time_ns() const override;
  Consensus* consensus() override { return this; }
  Result<comet::v1::LightBlock> certified(std::uint64_t height) override;
  std::string not_ready() const override;

  void connect(Ways ways) override;
  Standing standing() const override;
  Status check(BytesView bundle) override;
  bool is_in_time(BytesView bundle) override;
  std::vector<std::size_t> choose(std::span<const BytesView> bundles, std::uint64_t most_bytes,
                                  std::int64_t time_ns) override;
  Status judge(const Block& block) override;
  Result<Decision> decide(const Block& block) override;
  Result<std::uint64_t> commit() override;
  Result<std::vector<store::SnapshotManifest>> offered_states() override;
  Result<std::optional<Bytes>> offered_chunk(std::uint64_t height, std::size_t number) override;
  Status adopt(engine::Engine engine) override;

 private:
  // A block that is decided, until it is committed.
  struct Decided {
    struct Bundle {
      Hash name{};
      std::size_t first_member = 0;  // within the block
    };
    Finished block;
    std::vector<Bundle> bundles;
  };

  Status make() override;
  bool all_made() const override { return true; }
  void give_up() override;
  std::int64_t locked_next_time_ns() const;
  Standing locked_standing() const;
  std::uint64_t own_number() const;
  Fault fail(Fault fault);

  // The maker's part.
  void bundle_up();
  std::vector<Pool::Waiting> admissible(std::vector<Pool::Waiting> waiting, engine::Form& form,
                                        Finished& told);
  std::vector<Refusal> check_admission(std::span<const engine::Member* const> members) const;
  static void refuse(Pool::Waiting waiting, Answer answer, Refusal refusal, Finished& told);
  void offer(const Hash& name, BytesView bundle);
  Ways ways() const;
  void offer_again();
  void prepare_again(std::vector<Pool::Waiting> waiting);
  // The engine's.
  template <typename Judge>
  auto by_next_state(std::span<const BytesView> bundles, Judge judge);
  Status check_next(const Block& block) const;
  std::vector<engine::Member> take_members(const std::vector<BundleStore::Held>& held,
                                           std::int64_t time_ns, Decided& decided,
                                           std::vector<Bytes>& signed_txs) const;
  Status take_back_decided();
  void land(const Decided::Bundle& bundle, Finished& block);
  std::uint64_t retained() const;

  BundleStore bundles_;
  OfferedStates offered_;
  Flights flights_;
  mutable std::mutex ways_lock_;
  Ways ways_;
  std::optional<Decided> decided_;
  std::optional<Standing> before_;  // the block that is decided; with the state's lock
  std::optional<Status> failure_;   // the node stops for it
  std::chrono::steady_clock::time_point last_block_ = std::chrono::steady_clock::now();
  bool has_begun_ = false;  // the engine has brought a block since the start
  std::chrono::steady_clock::time_point last_bundle_{};
};

}  // namespace astyq::node
