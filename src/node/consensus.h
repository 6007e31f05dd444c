// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "astyq/comet/v1/types.pb.h"
#include "base/result.h"
#include "engine/engine.h"
#include "modules/authority/validators.h"
#include "store/snapshot.h"

namespace astyq::node {

// What a consensus engine asks of a node, and what the node needs of it. The engine decides which
// bundles (engine/bundle.h) come in which order; what they come to is the ledger's matter. Any
// thread may call any function; those that change the ledger wait for one another.
class Consensus {
 public:
  virtual ~Consensus() = default;

  // The way to the engine. Set once, before the first block.
  struct Ways {
    // Offers a bundle to the engine's pool. Returns at once. Faults: `mempool_full` and
    // `engine_unreachable`; it is offered again later.
    std::function<Status(BytesView bundle)> offer;
    // A block that was decided: its header, the commit and the validators that signed it. Faults:
    // `engine_unreachable`, `engine_refused`, `height_gone`.
    std::function<Result<comet::v1::LightBlock>(std::uint64_t height)> certified;
  };
  virtual void connect(Ways ways) = 0;

  // After the last committed block. After a start that is never more than the disk holds: what was
  // not written yet the engine brings again.
  struct Standing {
    std::uint64_t height = 0;
    Hash root{};
    std::uint32_t protocol_version = 0;
  };
  virtual Standing standing() const = 0;

  // Whether a bundle may wait for a block: sound, of a known node, and not idle. Faults: those of
  // engine::BundleJudge.
  virtual Status check(BytesView bundle) = 0;
  // Whether it may wait on: false once none of its members can be in time any more.
  virtual bool is_in_time(BytesView bundle) = 0;
  // A pool's bundles that a next block may hold, as indices in their order: those that BundleJudge
  // admits, as long as they have no more than so many bytes, each with what the engine adds to it.
  virtual std::vector<std::size_t> choose(std::span<const BytesView> bundles,
                                          std::uint64_t most_bytes, std::int64_t time_ns) = 0;

  struct Block {
    std::uint64_t height = 0;
    std::int64_t time_ns = 0;
    std::span<const BytesView> bundles;
    std::vector<engine::Misbehaviour> misbehaviour;
  };
  // Whether a validator may vote for this block. Changes nothing. Faults: `height_wrong`,
  // `time_not_after`, `protocol_unknown`, that of the first bundle that BundleJudge refuses.
  virtual Status judge(const Block& block) = 0;
  // Applies a decided block; a bundle that should not be in it counts as empty. One that was
  // decided before and not committed is void. Faults: `height_wrong`, `time_not_after`,
  // `node_stopping`.
  struct Decision {
    Hash root{};  // after the block
    std::vector<authority::ValidatorUpdate> validators;
  };
  virtual Result<Decision> decide(const Block& block) = 0;
  // The block of the last decide() lasts; those who wait hear of it. Returns the height from which
  // on the engine must keep its blocks; 0: all. Where this program does not know the version of the
  // next block, the node stops after that. Faults: `height_wrong`, those of the log and the
  // image: the node stops then.
  virtual Result<std::uint64_t> commit() = 0;

  // Whole states for peers that join, newest first, and their parts. Faults: those of the kept
  // images.
  virtual Result<std::vector<store::SnapshotManifest>> offered_states() = 0;
  virtual Result<std::optional<Bytes>> offered_chunk(std::uint64_t height, std::size_t number) = 0;
  // Begins with a peer's state instead of the genesis'. Returns once it is on the disk. Requires:
  // the state of a header that the engine found right. Faults: `state_not_empty`,
  // `protocol_unknown`, those of the image.
  virtual Status adopt(engine::Engine engine) = 0;
};

}  // namespace astyq::node
