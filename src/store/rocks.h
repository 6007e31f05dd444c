// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/slice.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

// What every RocksDB of a node has in common.
namespace astyq::store {

// RocksDB aborts the program when the disk fills up under it; this much is to stay free.
inline constexpr std::uint64_t kLeastFreeBytes = 64u << 20;

rocksdb::Options rocks_options();
// For a directory on a disk that may take no writes, RocksDB's own log included.
rocksdb::Options rocks_read_only_options();

// Of the disk on which `path` is, or its parent is and it is to be made; nothing if not measurable.
std::optional<std::uint64_t> free_bytes(const std::string& path);

inline BytesView bytes_of(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

}  // namespace astyq::store
