// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/file_system.h"
#include "store/row_codec.h"

namespace astyq::store {

// The append-only log of blocks: the only write of a block. Payloads are opaque here.
//
//   log      = directory of segments, each NNNNNNNNNNNN.blocks, the number that of its first height
//   segment  = { record }          heights ascend by one, across segments too
//   record   = "AQBL" || u32 format version 1 || u64 height || u32 payload size || previous(16) ||
//              checksum(16) || payload                               integers big-endian
//   checksum = first 16 bytes of SHA-256(record without checksum)
//   previous = checksum of the record before; of a log's first record anything
//
// Opening checks the headers and their chain in all segments and the payloads of the last one,
// where alone an interrupted write can stand, also of the one that is last after a cut; reading a
// record checks it whole. After opening every record that the log holds survives a loss of power,
// also one that was written whole and never synced.
class BlockLog {
 public:
  struct Options {
    // A segment that has grown to this size is closed and a new one begun. At most 1 GiB.
    std::uint64_t segment_bytes = 256u << 20;
    // Heights above this one were never acknowledged on the word of this log: behind a consensus
    // engine the height of the image. A bad record above it is cut with all that follows. With the
    // default there must be no more than one record appended between two syncs.
    std::uint64_t durable_height = UINT64_MAX;
    // Heights up to this one were acknowledged, as a checkpoint proves: a bad record there is
    // damage and never cut, wherever it stands.
    std::uint64_t acknowledged_height = 0;
    // Nothing on the disk is touched, so that a log may be read that another process writes. What
    // would be cut is told by `cut` and left out. Nothing may be written then.
    bool read_only = false;
  };
  // What was removed when the log was opened: what an interrupted write left behind, or the last
  // record, damaged since. The two look alike, so it must be told. A record that another one
  // follows was synced before, and is never cut.
  struct Cut {
    std::uint64_t height;  // of the first record cut away
    std::uint64_t bytes;   // of its segment; later segments are not counted
    std::string file;
  };

  // Makes the directory if need be. `files` must outlive the log.
  // Errors: `log_corrupt` for a bad record with a good one after it, the text names the height and
  // the ways out; `file_failed`.
  static Result<BlockLog> open(FileSystem& files, std::string directory, Options options);

  bool empty() const { return segments_.empty(); }
  // Requires: !empty().
  std::uint64_t first_height() const;
  std::uint64_t last_height() const;
  const std::optional<Cut>& cut() const { return cut_; }
  // The first heights of the segments, ascending, and the file of one.
  std::vector<std::uint64_t> segment_heights() const;
  std::string path_of(std::uint64_t first_height) const;

  // Writes one record; it may be lost until sync. An empty log takes any height.
  // Requires: height is last_height() + 1; at most 1 GiB.
  // Errors: `log_write_failed`. After any fault of append, sync or truncate_above the log refuses
  // every further write with the same fault: what stands on the disk is unknown until it is opened
  // again.
  Status append(std::uint64_t height, BytesView payload);
  // Returns once every record survives a loss of power. Errors: as append.
  Status sync();

  // Errors: `log_missing` for a height outside the log; `log_corrupt`; `file_failed`.
  Result<Bytes> read(std::uint64_t height) const;
  // Reads every record. Errors: those of the first bad one.
  Status verify() const;

  // Removes all records above `height`, durably. Errors: as append.
  Status truncate_above(std::uint64_t height);
  // Removes the segments that hold only records below `height`, durably; never the last segment.
  // Errors: `file_failed`.
  Status remove_below(std::uint64_t height);

 private:
  struct Segment {
    std::uint64_t first_height;
    std::vector<std::uint32_t> offsets;  // of the records, in order
    std::uint64_t size = 0;
  };
  struct Scan;

  BlockLog(FileSystem& files, std::string directory, Options options)
      : files_(&files), directory_(std::move(directory)), options_(options) {}

  Status scan();
  Status skip_empty_segments(std::vector<std::uint64_t>& heights);
  Status scan_segment(std::uint64_t first_height, bool last, Scan& scan);
  Status check_new_tail(Scan& scan, std::uint64_t last_file);
  Status cut_tail(const Scan& scan, const std::vector<std::uint64_t>& heights);
  Status make_durable();
  Status begin_segment(std::uint64_t height);
  Status fail(const Fault& cause);
  Status truncate_segments(std::uint64_t height);
  Status read_last_checksum();
  Fault corrupt(std::uint64_t height, const std::string& path) const;
  const Segment& segment_of(std::uint64_t height) const;

  FileSystem* files_;
  std::string directory_;
  Options options_;
  std::vector<Segment> segments_;  // none of them empty
  std::unique_ptr<File> tail_;     // of the last segment, for appending
  Checksum last_checksum_{};
  std::optional<Fault> failure_;
  std::optional<Cut> cut_;
  mutable std::unique_ptr<File> open_file_;  // the segment read last
  mutable std::uint64_t open_first_height_ = 0;
};

}  // namespace astyq::store
