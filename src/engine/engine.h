// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "astyq/ledger/v1/genesis.pb.h"
#include "base/result.h"
#include "engine/execute.h"
#include "engine/live_ids.h"
#include "engine/member.h"
#include "engine/misbehaviour.h"
#include "ledger/rules.h"
#include "store/undo.h"

namespace astyq::engine {

// The key under which the blinds of restricted parts are made. Known to full nodes and auditors, in
// no block.
using AnnexKey = std::array<std::uint8_t, 32>;

struct BlockInput {
  std::uint64_t height = 0;  // the last one + 1
  std::int64_t time_ns = 0;  // after the last one's
  std::vector<Member> members;
  std::vector<Misbehaviour> misbehaviour = {};  // dealt with before the members
};

// A member's fate. With a refused admission there are no operation results and nothing was
// consumed.
struct MemberResult {
  Refusal admission;
  Hash body_hash{};
  std::vector<OperationResult> operations;
};

struct BlockResult {
  std::vector<MemberResult> members;  // one for each member of the input, in order
  Hash app_hash{};                    // root of the state after the block
  Hash results_root{};     // RFC 6962 over the result leaves, members and operations in order
  store::Changes changes;  // rows after the block
  store::Changes undo;     // the same keys before it
  std::vector<Misbehaviour> misbehaviour;  // of the input
};

// A block that is executed but not in the state yet.
struct ExecutedBlock {
  BlockResult result;  // without app hash and undo, which come with the state
  BlockIds ids;
};

// Where the state stands.
struct Head {
  std::uint64_t height = 0;
  std::int64_t time_ns = 0;
  std::int64_t outages_ns = 0;
};

// The deterministic state machine: the same for the embedded node, a consortium's node and a
// replay.
class Engine {
 public:
  // The state that a genesis document describes, at height 0. Faults: `genesis_invalid`, with the
  // reason; `genesis_has_origin` when the state is another network's; that of check_version.
  // `known_version`: up to which protocol version this program knows what a block comes to.
  static Result<Engine> from_genesis(const ledger::v1::Genesis& genesis, const AnnexKey& annex_key,
                                     std::uint32_t known_version = kProtocolVersion);
  // A stored state. Faults: `annex_key_wrong` when the key is not the state's; `state_empty`.
  static Result<Engine> from_tree(store::Tree tree, std::string network_id,
                                  const AnnexKey& annex_key,
                                  std::uint32_t known_version = kProtocolVersion);

  // Whether this program knows the version that the next block runs under. A host asks before it
  // takes part in that block. Faults: `protocol_unknown`.
  Status check_version() const;

  // The one way to change the state: both steps below. Faults: those of execute_block; nothing
  // changed then.
  Result<BlockResult> apply_block(BlockInput input);
  // What the block comes to. Changes nothing, so that others may read meanwhile.
  // Faults: that of check_version, `height_wrong`, `time_not_after`.
  Result<ExecutedBlock> execute_block(BlockInput input) const;
  // Puts it into the state. Requires: executed on this very state.
  BlockResult settle_block(ExecutedBlock executed);

  // What apply_block would answer for this member in a next block at this time; changes nothing.
  MemberResult dry_run(Member member, std::int64_t time_ns) const;
  // The admission part of dry_run for each alone: what a pool asks before it lets them wait.
  std::vector<Refusal> check_admission(std::span<const Member* const> members,
                                       std::int64_t time_ns) const;

  // What `prepare` needs at the present height.
  Form form() const;
  const Head& head() const { return head_; }
  std::int64_t running_ns(std::int64_t time_ns) const;
  const Rules& rules() const { return rules_; }
  const std::string& network_id() const { return network_id_; }
  const store::Tree& tree() const { return tree_; }
  // Whether a block's changes (or its undo's) are more than the clock, the results and the
  // forgotten ids that an empty block writes too: it had members that changed something, or did a
  // job.
  static bool is_news(const store::Changes& changes);
  // Shows the state as it was after an earlier height. Requires: undos.can_read(height).
  void visit_at(const store::UndoRing& undos, std::uint64_t height,
                const std::function<void(const store::Tree&)>& visit);
  // Puts an earlier state back: the undo of the last block.
  void revert(store::Changes undo);

 private:
  Engine(store::Tree tree, std::string network_id, const AnnexKey& annex_key,
         std::uint32_t known_version);
  void read_head();
  void read_live_ids();
  BlockTime block_time(std::uint64_t height, std::int64_t time_ns, std::int64_t& outages_ns) const;
  void close_block(View& view, ExecutedBlock& block, std::int64_t outages_ns) const;
  store::Changes blinded(store::Changes changes, std::uint64_t height) const;

  store::Tree tree_;
  std::string network_id_;
  AnnexKey annex_key_;
  std::uint32_t known_version_;
  Rules rules_;
  Head head_;
  LiveIds live_ids_;
};

}  // namespace astyq::engine
