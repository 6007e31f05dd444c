// SPDX-License-Identifier: Apache-2.0
// A byte of each class of each file of a node is changed: the ledger opens in the very state that
// it had, or says with a stable code what is wrong; never another root. What the fault tells to do
// leads back to that state.
#include <random>
#include <set>

#include "node/kept_ledger_test.h"

namespace astyq::node {
namespace {

namespace fs = std::filesystem;

// Where the classes of bytes stand: the beginning of a block's record (magic 0, version 4, height
// 8, size 16, link to the one before 20, checksum 36, payload 52), of a table of RocksDB (data) and
// of its logs (checksum 0, length 4, type 6, payload 7); the end of a table (index, properties, and
// from 53 before the end its footer with checksum, handles, version and magic).
constexpr std::uint64_t kFromBegin[] = {0, 4, 6, 7, 8, 16, 20, 36, 52};
constexpr std::uint64_t kFromEnd[] = {1, 8, 12, 40, 53, 100, 500};

struct DamageTest : testing::Test {
  astyq::test::TemporaryDirectory directory;
  KeptLedger kept{directory / "node"};
  const std::string whole = directory / "whole";
  static constexpr std::uint64_t kHeight = 43;
  int refused = 0;
  int same = 0;
  int cut = 0;

  DamageTest() {
    kept.grow_to(kHeight);
    kept.close();
    fs::copy(kept.data, whole, fs::copy_options::recursive);
  }
  void put_back() const {
    fs::remove_all(kept.data);
    fs::copy(whole, kept.data, fs::copy_options::recursive);
  }
  static std::set<std::uint64_t> places(std::uint64_t size) {
    std::set<std::uint64_t> places;
    for (const std::uint64_t at : kFromBegin) places.insert(at);
    for (const std::uint64_t at : kFromEnd) places.insert(size - at);
    for (std::uint64_t part = 1; part < 4; ++part) places.insert(size * part / 4);
    std::erase_if(places, [&](std::uint64_t at) { return at >= size; });
    return places;
  }
  void expect_same() {
    EXPECT_EQ(kept.height(), kHeight);
    EXPECT_EQ(kept.root(), kept.roots[kHeight]);
    kept.close();
  }
  // Opens it as it is now; the code of the fault.
  std::string open_damaged() {
    const std::string code = kept.fault_of_opening();
    if (!code.empty()) {
      ++refused;
      return code;
    }
    EXPECT_EQ(kept.root(), kept.roots[kept.height()]);
    if (kept.height() == kHeight) {
      ++same;
    } else {
      ++cut;  // it looks like a block that was half written, and the operator is told
      EXPECT_TRUE(kept.ledger->cut().has_value());
      EXPECT_EQ(kept.height(), kHeight - 1);
    }
    kept.close();
    return code;
  }
  template <typename Way>
  void damage(const std::string& file, const std::set<std::string>& codes, const Way& way_out) {
    const std::uint64_t size = fs::file_size(whole + "/" + file);
    for (const std::uint64_t at : places(size)) {
      SCOPED_TRACE(file + " byte " + std::to_string(at) + " of " + std::to_string(size));
      put_back();
      flip(kept.data + "/" + file, at);
      const std::string code = open_damaged();
      if (code.empty()) continue;
      EXPECT_TRUE(codes.contains(code)) << code;
      way_out();
      kept.open();
      if (kept.ledger == nullptr) return;
      expect_same();
    }
  }
};

TEST_F(DamageTest, of_the_log_is_named_with_its_height_or_cut_as_a_torn_end) {
  const std::string segment = "ledger/log/000000000001.blocks";
  const auto put_log_back = [&] {
    fs::copy(whole + "/" + segment, kept.data + "/" + segment,
             fs::copy_options::overwrite_existing);
  };
  damage(segment, {"log_corrupt"}, put_log_back);
  // The same classes of a record in the middle and of the last one.
  const auto bytes = store::read_file(*kept.files, whole + "/" + segment, 1u << 30);
  std::vector<std::size_t> records;
  for (std::size_t at = bytes->find("AQBL"); at != Bytes::npos; at = bytes->find("AQBL", at + 1))
    records.push_back(at);
  ASSERT_EQ(records.size(), kHeight);
  for (const std::size_t record : {records[20], records[41], records[42]})
    for (const std::uint64_t at : kFromBegin) {
      SCOPED_TRACE(record + at);
      put_back();
      flip(kept.data + "/" + segment, record + at);
      const std::string code = open_damaged();
      EXPECT_EQ(code, record == records[42] ? "" : "log_corrupt");
    }
  EXPECT_EQ(cut, 7 + 9);
  EXPECT_EQ(same, 0);
}

TEST_F(DamageTest, of_the_image_is_told_and_it_is_made_anew) {
  for (const std::string& file : files_below(whole + "/ledger/image"))
    damage("ledger/image/" + file, {"image_corrupt", "image_failed", "image_newer"},
           [&] { fs::remove_all(kept.data + "/ledger/image"); });
  EXPECT_GT(refused, 10);
  std::printf("refused %d, same %d, cut %d\n", refused, same, cut);
}

TEST_F(DamageTest, of_a_kept_copy_is_told_where_it_is_needed) {
  fs::remove_all(whole + "/ledger/image");
  const std::string copy = "ledger/kept/000000000035";
  for (const std::string& file : files_below(whole + "/" + copy))
    damage(copy + "/" + file, {"kept_corrupt", "image_failed", "image_newer"},
           [&] { fs::remove_all(kept.data + "/" + copy); });
  EXPECT_GT(refused, 10);
  std::printf("refused %d, same %d, cut %d\n", refused, same, cut);
}

TEST_F(DamageTest, of_what_makes_it_a_nodes_directory_is_told) {
  for (const char* file : {"ledger/FORMAT", "genesis.json", "annex.key"})
    damage(file,
           {"data_directory_foreign", "data_directory_newer", "genesis_invalid", "genesis_differs",
            "annex_key_wrong", "image_foreign"},
           [&] { put_back(); });
  EXPECT_GT(refused, 20);
  std::printf("refused %d, same %d, cut %d\n", refused, same, cut);
}

// Whole blocks at the end of the log go, and the image alone knows that they were there.
TEST_F(DamageTest, a_log_that_was_cut_short_is_told_or_its_end_is) {
  const std::string segment = kept.data + "/ledger/log/000000000001.blocks";
  const std::uint64_t size = fs::file_size(segment);
  for (std::uint64_t part = 0; part <= 16; ++part) {
    SCOPED_TRACE(part);
    put_back();
    fs::resize_file(segment, size * part / 17);
    const std::string code = kept.fault_of_opening();
    if (code.empty()) {
      EXPECT_EQ(kept.root(), kept.roots[kept.height()]);
      EXPECT_GE(kept.height(), 40u) << "the image holds that";
      kept.close();
    } else {
      EXPECT_TRUE(code == "log_corrupt" || code == "log_behind_image") << code;
    }
  }
}

}  // namespace
}  // namespace astyq::node
