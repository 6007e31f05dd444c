// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "store/crown.h"
#include "store/file_system.h"
#include "store/image.h"
#include "store/tree.h"

namespace astyq::store {

// A whole state in parts that are each checked as they arrive, the same bytes on every node of the
// network at the same height. Blinds and restricted parts are in it: it is for those who may hold
// them.
//   snapshot = directory of MANIFEST, which is written last, and chunks NNNNNN.rows from 000000
//   MANIFEST = "AQSM" || u32 format version 2 || u64 height || root(32) || u64 number of rows ||
//              u8 size || network id || u32 number of boughs || { u32 rows || u32 bytes ||
//              hash(32) } || u32 size || shape || checksum(16) of all before
//   chunk    = { u8 key size || key || u32 row size || row }   keys ascend, from chunk to chunk too
// Integers are big-endian, rows as in row_codec.h, boughs and shape as in crown.h. A chunk holds
// the rows of as many boughs as fit into kMostChunkBytes: what a peer sends at a time.
inline constexpr std::size_t kMostChunkBytes = 4u << 20;
inline constexpr std::uint32_t kMostBoughBytes = 512u << 10;  // or one row

struct SnapshotManifest {
  std::string network_id;
  std::uint64_t height = 0;
  Hash root{};
  std::uint64_t rows = 0;
  Crown crown;

  Bytes encode() const;
  // What it returns hashes to its root. Faults: `snapshot_corrupt`, `snapshot_newer`.
  static Result<SnapshotManifest> decode(BytesView bytes);

  // A chunk: which boughs, and which rows counted from the first.
  struct Chunk {
    std::size_t first_bough = 0;
    std::size_t boughs = 0;
    std::uint64_t first_row = 0;
    std::uint64_t rows = 0;
  };
  std::vector<Chunk> chunks() const;
};

// What stands in the manifest beside the rows.
struct SnapshotName {
  std::string network_id;
  std::uint64_t height = 0;
};

// A manifest, and keys by which its maker finds the rows of a chunk again.
struct SurveyedState {
  static constexpr std::uint64_t kRowsAKey = 256;
  SnapshotManifest manifest;
  std::vector<RowKey> keys;  // of row 0, of row kRowsAKey, ...
};
// Reads all rows once. Faults: those of the source.
Result<SurveyedState> survey(SnapshotName name, RowSource& rows);

// The rows of a state one by one, as a source gives them.
class Rows {
 public:
  // The source must outlive it.
  explicit Rows(RowSource& source) : source_(source) {}
  // Null after the last. Faults: those of the source.
  Result<const Entry*> next();

 private:
  RowSource& source_;
  std::vector<Entry> some_;
  std::size_t at_ = 0;
};
// A chunk of so many rows, the next ones. Faults: those of the source; `snapshot_corrupt` when it
// ends before.
Result<Bytes> cut_chunk(Rows& rows, std::uint64_t count);

// The rows of a tree, which must stand still meanwhile.
class TreeRows final : public RowSource {
 public:
  explicit TreeRows(const Tree& tree);
  Result<std::vector<Entry>> next() override;

 private:
  const Tree& tree_;
  std::optional<std::pair<RowKey, const Row*>> entry_;
};

// Tells whether a row may stand under its key: a hash tells only that the state has it.
class RowCheck {
 public:
  virtual ~RowCheck() = default;
  // Takes no key that another one begins with.
  virtual bool admits(const RowKey& key, const Row& row) = 0;
};

// Builds the state of a manifest from its chunks as they come.
class SnapshotBuilder {
 public:
  // `check` must outlive it. Requires: a manifest that was decoded, or made by survey().
  SnapshotBuilder(SnapshotManifest manifest, RowCheck& check)
      : manifest_(std::move(manifest)), chunks_(manifest_.chunks()), check_(check) {}
  // The next chunk in order. Faults: `snapshot_corrupt`, of this chunk: another peer may have a
  // good one. The builder is as before then.
  Status add(BytesView chunk);
  std::size_t added() const { return added_; }
  std::size_t wanted() const { return chunks_.size(); }
  // Ends the builder. Faults: `snapshot_corrupt` when chunks are missing.
  Result<Tree> finish();
  const SnapshotManifest& manifest() const { return manifest_; }

 private:
  Result<std::vector<Entry>> rows_of(BytesView chunk) const;
  bool are_of_boughs(const std::vector<Entry>& rows, const SnapshotManifest::Chunk& chunk) const;

  SnapshotManifest manifest_;
  std::vector<SnapshotManifest::Chunk> chunks_;
  RowCheck& check_;
  Tree::Builder builder_;
  std::optional<RowKey> last_;
  std::size_t added_ = 0;
};

// Makes the directory. Faults: `snapshot_exists` when it holds anything; `disk_full`;
// `file_failed`.
Status write_snapshot(FileSystem& files, const std::string& directory, SnapshotName name,
                      const Tree& tree);

struct Snapshot {
  SnapshotManifest manifest;
  Tree tree;
};
// Faults: `snapshot_corrupt`, `snapshot_newer`, `file_failed`.
Result<Snapshot> read_snapshot(FileSystem& files, const std::string& directory, RowCheck& check);

}  // namespace astyq::store
