// SPDX-License-Identifier: Apache-2.0
#include "store/snapshot.h"

#include <gtest/gtest.h>

#include "crypto/sha256.h"
#include "store/row_codec.h"
#include "support/fault_file_system.h"
#include "support/store_rows.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

struct AnyRow final : RowCheck {
  bool admits(const RowKey& key, const Row&) override { return key.bytes().size() == 9; }
};

RowKey key_of(std::uint64_t number) {
  Bytes bytes(1, '\7');
  append_u64(bytes, number);
  return RowKey(bytes);
}

// A state of several chunks, and its snapshot.
struct SnapshotFiles : testing::Test {
  static constexpr std::size_t kRows = 300;
  FaultFileSystem files;
  Tree tree;
  AnyRow any;

  SnapshotFiles() {
    Changes changes;
    for (std::uint64_t i = 0; i < kRows; ++i) {
      Row row;
      row.open = Bytes(40'000 + i, static_cast<char>('a' + i % 26));
      if (i % 3 == 0) {
        row.blind.emplace().fill(static_cast<std::uint8_t>(i));
        row.restricted = "holder " + std::to_string(i);
      }
      changes.push_back({key_of(i * i), row});
    }
    tree.apply(std::move(changes));
    EXPECT_TRUE(write_snapshot(files, "s", {"net", 41}, tree).ok());
  }
  std::string code_of_reading() {
    const auto read = read_snapshot(files, "s", any);
    return read.ok() ? "" : read.fault().code;
  }
};

TEST_F(SnapshotFiles, give_back_every_row_with_its_blind) {
  auto read = read_snapshot(files, "s", any);
  ASSERT_TRUE(read.ok()) << read.fault().text;
  EXPECT_EQ(read->manifest.network_id, "net");
  EXPECT_EQ(read->manifest.height, 41u);
  EXPECT_EQ(read->manifest.root, tree.root());
  EXPECT_EQ(model_of(read->tree), model_of(tree));
  const std::size_t chunks = read->manifest.chunks().size();
  EXPECT_GE(chunks, 3u);
  for (std::size_t i = 0; i < chunks; ++i) {
    const Bytes& chunk = files.bytes_of("s/00000" + std::to_string(i) + ".rows");
    EXPECT_LE(chunk.size(), kMostChunkBytes);
    EXPECT_TRUE(i + 1 == chunks || chunk.size() > kMostChunkBytes - kMostBoughBytes);
  }
}

// Whatever way a state was reached, its files are the same: peers give chunks of one snapshot.
TEST_F(SnapshotFiles, are_the_same_bytes_however_the_state_came_about) {
  Tree other;
  for (const RowKey& extra : {key_of(5), key_of(7)}) other.apply({{extra, Row{"x", "", {}}}});
  Changes backwards;
  for (const auto& [key, row] : model_of(tree)) backwards.push_back({key, row});
  for (auto change = backwards.rbegin(); change != backwards.rend(); ++change)
    other.apply({*change});
  other.apply({{key_of(5), std::nullopt}, {key_of(7), std::nullopt}});
  FaultFileSystem others;
  ASSERT_TRUE(write_snapshot(others, "s", {"net", 41}, other).ok());
  ASSERT_EQ(others.paths(), files.paths());
  for (const std::string& path : files.paths())
    EXPECT_EQ(others.bytes_of(path), files.bytes_of(path)) << path;
}

TEST_F(SnapshotFiles, an_empty_state_has_no_chunk) {
  ASSERT_TRUE(write_snapshot(files, "empty", {"net", 0}, Tree()).ok());
  const auto read = read_snapshot(files, "empty", any);
  ASSERT_TRUE(read.ok()) << read.fault().text;
  EXPECT_EQ(read->tree.size(), 0u);
}

TEST_F(SnapshotFiles, are_refused_when_anything_is_missing_cut_added_or_exchanged) {
  const std::string first = "s/000000.rows";
  const std::string second = "s/000001.rows";
  const std::string manifest = "s/MANIFEST";
  for (const std::string& path : {first, second, manifest}) {
    SCOPED_TRACE(path);
    const Bytes whole = files.bytes_of(path);
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
      files.bytes_of(path) = whole.substr(0, size);
      EXPECT_EQ(code_of_reading(), "snapshot_corrupt") << size;
    }
    for (const std::size_t added : {std::size_t{1}, std::size_t{17} << 20}) {
      files.bytes_of(path) = whole + Bytes(added, 'x');
      EXPECT_EQ(code_of_reading(), "snapshot_corrupt") << added;
    }
    files.bytes_of(path) = whole;
  }
  std::swap(files.bytes_of(first), files.bytes_of(second));
  EXPECT_EQ(code_of_reading(), "snapshot_corrupt");
  std::swap(files.bytes_of(first), files.bytes_of(second));
  EXPECT_EQ(code_of_reading(), "");
  ASSERT_TRUE(files.remove(second).ok());
  EXPECT_EQ(code_of_reading(), "snapshot_corrupt");
}

TEST_F(SnapshotFiles, a_bad_chunk_may_be_asked_for_again) {
  const auto manifest = SnapshotManifest::decode(files.bytes_of("s/MANIFEST"));
  ASSERT_TRUE(manifest.ok());
  SnapshotBuilder builder(*manifest, any);
  for (std::size_t i = 0; i < manifest->chunks().size(); ++i) {
    const Bytes good = files.bytes_of("s/00000" + std::to_string(i) + ".rows");
    Bytes bad = good;
    bad[bad.size() / 2] ^= 1;
    EXPECT_EQ(builder.add(bad).fault().code, "snapshot_corrupt");
    ASSERT_TRUE(builder.add(good).ok());
  }
  const auto built = builder.finish();
  ASSERT_TRUE(built.ok());
  EXPECT_EQ(built->root(), tree.root());
}

TEST_F(SnapshotFiles, no_file_is_written_over_and_another_version_is_told) {
  EXPECT_EQ(write_snapshot(files, "s", {"net", 42}, tree).fault().code, "snapshot_exists");
  Bytes& manifest = files.bytes_of("s/MANIFEST");
  manifest[7] = 3;
  manifest.resize(manifest.size() - sizeof(Checksum));
  manifest += view(checksum_of(manifest, {}));
  EXPECT_EQ(code_of_reading(), "snapshot_newer");
}

// A snapshot whose writing was cut short is none.
TEST_F(SnapshotFiles, is_complete_or_refused_wherever_its_writing_fails) {
  bool whole = false;
  for (std::uint64_t action = 1; !whole; ++action) {
    FaultFileSystem disk;
    disk.fail_at(action);
    whole = write_snapshot(disk, "s", {"net", 41}, tree).ok();
    disk.fail_at(0);
    const auto read = read_snapshot(disk, "s", any);
    EXPECT_EQ(read.ok(), whole || disk.exists("s/MANIFEST").value()) << action;
    EXPECT_EQ(read.ok() ? "" : read.fault().code, read.ok() ? "" : "snapshot_corrupt");
    EXPECT_TRUE(!read.ok() || read->tree.root() == tree.root());
  }
}

}  // namespace
}  // namespace astyq::store
