// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "store/file_system.h"
#include "store/row_codec.h"
#include "store/tree.h"

namespace astyq::store {

// A whole state in files, the same bytes on every node of the network at the same height. Blinds
// and restricted parts are in it: it is for those who may hold them.
//   snapshot = directory of MANIFEST, which is written last, and chunks NNNNNN.rows from 000000
//   MANIFEST = "AQSM" || u32 format version 1 || u64 height || root(32) || u64 number of rows ||
//              u8 size || network id || u32 number of chunks || { SHA-256 of a chunk (32) } ||
//              checksum(16) of all before
//   chunk    = { u8 key size || key || u32 row size || row }   keys ascend, from chunk to chunk too
// Integers are big-endian, rows as in row_codec.h. A chunk holds as many rows as fit into
// kMostChunkBytes: what a peer sends at a time.
struct SnapshotManifest {
  std::string network_id;
  std::uint64_t height = 0;
  Hash root{};
  std::uint64_t rows = 0;
  std::vector<Hash> chunks;

  Bytes encode() const;
  // Faults: `snapshot_corrupt`, `snapshot_newer`.
  static Result<SnapshotManifest> decode(BytesView bytes);
};

inline constexpr std::size_t kMostChunkBytes = 4u << 20;

// Cuts a state into chunks. The tree must stand still meanwhile.
class SnapshotCutter {
 public:
  explicit SnapshotCutter(const Tree& tree);
  // Nothing after the last.
  std::optional<Bytes> next();

 private:
  const Tree& tree_;
  std::optional<std::pair<RowKey, const Row*>> entry_;
};

// Tells whether a row may stand under its key: a checksum tells only that the bytes are those
// written.
class RowCheck {
 public:
  virtual ~RowCheck() = default;
  // Takes no key that another one begins with.
  virtual bool admits(const RowKey& key, const Row& row) = 0;
};

// Builds the state of a manifest from its chunks as they come.
class SnapshotBuilder {
 public:
  // `check` must outlive it.
  SnapshotBuilder(SnapshotManifest manifest, RowCheck& check)
      : manifest_(std::move(manifest)), check_(check) {}
  // The next chunk in order. Faults: `snapshot_corrupt`, of this chunk: another peer may have a
  // good one. The builder is as before then.
  Status add(BytesView chunk);
  // Ends the builder. Faults: `snapshot_corrupt` when chunks are missing or the root is another.
  Result<Tree> finish();
  const SnapshotManifest& manifest() const { return manifest_; }

 private:
  Result<std::vector<Entry>> rows_of(BytesView chunk) const;

  SnapshotManifest manifest_;
  RowCheck& check_;
  Tree::Builder builder_;
  std::optional<RowKey> last_;
  std::uint64_t rows_ = 0;
  std::size_t chunks_ = 0;
};

// What stands in the manifest beside the rows.
struct SnapshotName {
  std::string network_id;
  std::uint64_t height = 0;
};
// Makes the directory. Faults: `snapshot_exists` when it holds anything; `disk_full`;
// `file_failed`.
Status write_snapshot(FileSystem& files, const std::string& directory, const SnapshotName& name,
                      const Tree& tree);

struct Snapshot {
  SnapshotManifest manifest;
  Tree tree;
};
// Faults: `snapshot_corrupt`, `snapshot_newer`, `file_failed`.
Result<Snapshot> read_snapshot(FileSystem& files, const std::string& directory, RowCheck& check);

}  // namespace astyq::store
