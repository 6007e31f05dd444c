// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "astyq/base/v1/envelope.pb.h"
#include "base/bytes.h"
#include "base/result.h"
#include "store/rocks.h"

// Where each settled transaction stands and what came of it, for ever, and the nodes that prove it.
// A read model: made from the block log, deleted and made again at will, never asked by consensus.
namespace astyq::query {

// What names a transaction for ever.
struct TransactionName {
  std::uint64_t party = 0;
  Bytes id;  // 16 random bytes, or a public key (32 or 33) || its number (8, big-endian)

  auto operator<=>(const TransactionName&) const = default;
};

TransactionName name_of(const base::v1::TxBody& body);
TransactionName name_of(std::uint64_t party, BytesView random_id, BytesView public_key,
                        std::uint64_t number);

struct OperationOutcome {
  std::uint32_t code = 0;  // 0: accepted
  std::uint64_t first_id = 0;
  std::uint32_t count = 0;

  bool operator==(const OperationOutcome&) const = default;
};

struct Settled {
  TransactionName name;
  Hash body_hash{};
  std::uint64_t height = 0;
  std::uint32_t position = 0;  // in its block, from 0
  std::vector<OperationOutcome> operations;
};

struct BlockSummary {
  std::uint64_t height = 0;
  std::int64_t time_ns = 0;
  Hash app_hash{};
  std::uint64_t transactions = 0;
  std::uint64_t refused = 0;  // operations of them
  Hash results_root{};        // as engine::BlockResult has it; not kept
};

// One thread adds; every other call may come from any thread. What was added is found at once; it
// reaches the disk in the order of the blocks, sooner or later.
class TransactionIndex {
 public:
  // Makes the directory where there is none. Faults: `index_failed`; `index_corrupt` for a damaged
  // one, which is looked for as far as it is small enough to be read through.
  static Result<std::unique_ptr<TransactionIndex>> open(
      const std::string& path, std::uint64_t least_free_bytes = store::kLeastFreeBytes);
  // Writes what is not on the disk yet.
  ~TransactionIndex();

  // 0: none yet. What lies above it must be added again after a crash.
  std::uint64_t last_height() const;
  // Of the blocks before this one it knows nothing; 0: there is none yet.
  std::uint64_t first_height() const;
  // Requires: summary.height == last_height() + 1, unless it is empty; all of the block's
  // transactions in order.
  void add(const BlockSummary& summary, std::span<const Settled> transactions);

  // Whether it has the nodes over the results of so many blocks, all of the network's. Where the
  // log begins above height 1 it has them from where it is told the peaks over those before.
  bool has_range(std::uint64_t blocks) const;
  // Requires: the next block to be added is the next after so many; nobody adds; the state's peaks.
  void begin_range(std::uint64_t blocks, const std::vector<Hash>& peaks);

  // The newest of this name: a random id may be used again once the network has forgotten it.
  // Faults of this and the following: `index_failed`, for good once a block could not be written;
  // the next start adds what is missing.
  Result<std::optional<Settled>> find(const TransactionName& name) const;
  // Up to `most` blocks at and below `height`, newest first.
  Result<std::vector<BlockSummary>> blocks_down_from(std::uint64_t height, std::size_t most) const;
  // The nodes beside the way from a block's leaf up to its peak, in the range over the results of
  // the blocks up to `last`. Requires: 1 <= height <= last <= last_height(). Also faults with
  // `results_incomplete`, of blocks before the range began.
  Result<std::vector<Hash>> beside_block(std::uint64_t height, std::uint64_t last) const;
  // Takes out, for good, what came of the blocks above. Reads every entry where there are any.
  // Requires: nobody adds.
  Status cut_above(std::uint64_t height);
  // Returns once all that was added is on the disk.
  Status flush();

 private:
  struct State;
  explicit TransactionIndex(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace astyq::query
