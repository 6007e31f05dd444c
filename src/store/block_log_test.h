// SPDX-License-Identifier: Apache-2.0
#pragma once

// A block log of small records for the tests of it.

#include <gtest/gtest.h>

#include "store/block_log.h"
#include "support/fault_file_system.h"

namespace astyq::store::test {

inline Bytes payload_of(std::uint64_t height) {
  return Bytes(height * 37 % 900, static_cast<char>('a' + height % 26)) + std::to_string(height);
}

inline BlockLog::Options small_segments() {
  BlockLog::Options options;
  options.segment_bytes = 2'000;
  return options;
}

inline BlockLog open_log(FileSystem& files, BlockLog::Options options = small_segments()) {
  auto log = BlockLog::open(files, "log", options);
  if (!log) ADD_FAILURE() << log.fault().text;
  return std::move(log).value();
}

// Heights 5 .. last, each synced.
inline void fill(FileSystem& files, std::uint64_t last,
                 BlockLog::Options options = small_segments()) {
  BlockLog log = open_log(files, options);
  for (std::uint64_t height = 5; height <= last; ++height) {
    ASSERT_TRUE(log.append(height, payload_of(height)).ok());
    ASSERT_TRUE(log.sync().ok());
  }
}

inline void expect_heights(const BlockLog& log, std::uint64_t first, std::uint64_t last) {
  ASSERT_FALSE(log.empty());
  EXPECT_EQ(log.first_height(), first);
  EXPECT_EQ(log.last_height(), last);
  for (std::uint64_t height = first; height <= last; ++height) {
    const auto record = log.read(height);
    ASSERT_TRUE(record.ok()) << record.fault().text;
    EXPECT_EQ(*record, payload_of(height));
  }
}

}  // namespace astyq::store::test
