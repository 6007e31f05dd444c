// SPDX-License-Identifier: Apache-2.0
#include "query/transaction_index.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/temporary_directory.h"

namespace astyq::query {
namespace {

constexpr std::uint64_t kParty = 7;

Settled settled(std::uint64_t height, std::uint64_t number, std::uint8_t content = 0) {
  Settled out;
  out.name = {kParty, Bytes(16, static_cast<char>(number))};
  out.body_hash[0] = content;
  out.height = height;
  out.operations = {{0, height, 1}, {61'201, 0, 0}};
  return out;
}

class TransactionIndexTest : public testing::Test {
 protected:
  TransactionIndexTest() { open(); }

  void open(std::uint64_t least_free_bytes = 0) {
    index_.reset();
    auto opened = TransactionIndex::open(path_, least_free_bytes);
    ASSERT_TRUE(opened.ok()) << opened.fault().text;
    index_ = std::move(*opened);
  }
  void add(std::uint64_t height, const std::vector<Settled>& transactions) {
    BlockSummary block;
    block.height = height;
    block.transactions = transactions.size();
    index_->add(block, transactions);
  }
  std::optional<Settled> find(std::uint64_t number) {
    const auto found = index_->find({kParty, Bytes(16, static_cast<char>(number))});
    EXPECT_TRUE(found.ok()) << found.fault().text;
    return found.ok() ? *found : std::nullopt;
  }

  test::TemporaryDirectory directory_;
  const std::string path_ = directory_ / "transactions";
  std::unique_ptr<TransactionIndex> index_;
};

TEST_F(TransactionIndexTest, what_was_added_is_found_at_once_and_after_a_restart) {
  EXPECT_EQ(index_->last_height(), 0u);
  add(1, {settled(1, 1), settled(1, 2)});
  add(2, {});
  add(3, {settled(3, 3)});
  for (int restarts = 0; restarts < 2; ++restarts, open()) {
    EXPECT_EQ(index_->last_height(), 3u);
    for (const std::uint64_t number : {1, 2, 3}) {
      const auto found = find(number);
      ASSERT_TRUE(found.has_value());
      EXPECT_EQ(found->height, number == 3 ? 3u : 1u);
      EXPECT_EQ(found->operations, settled(found->height, number).operations);
    }
    EXPECT_FALSE(find(4).has_value());
    const auto blocks = index_->blocks_down_from(2, 10);
    ASSERT_TRUE(blocks.ok());
    ASSERT_EQ(blocks->size(), 2u);
    EXPECT_EQ(blocks->front().height, 2u);
    EXPECT_EQ(blocks->back().transactions, 2u);
  }
}

TEST_F(TransactionIndexTest, a_name_used_again_later_gives_the_newest_and_keeps_the_first) {
  add(1, {settled(1, 1, 'a')});
  ASSERT_TRUE(index_->flush().ok());
  add(2, {settled(2, 1, 'b')});
  EXPECT_EQ(find(1)->height, 2u);
  ASSERT_TRUE(index_->flush().ok());
  EXPECT_EQ(find(1)->body_hash[0], 'b');
  open();
  EXPECT_EQ(find(1)->body_hash[0], 'b');
}

// Ids are of different lengths: one may begin with another.
TEST_F(TransactionIndexTest, a_name_that_begins_another_is_not_taken_for_it) {
  Settled longer = settled(1, 1);
  longer.name.id += Bytes(24, '\0');
  add(1, {longer});
  EXPECT_FALSE(find(1).has_value());
  const auto found = index_->find(longer.name);
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->height, 1u);
}

// A disk that is full for a moment must not leave a gap that nobody fills: "unknown" about a
// payment that was made invites a second one.
TEST_F(TransactionIndexTest, after_a_failure_the_file_ends_before_the_gap) {
  add(1, {settled(1, 1)});
  ASSERT_TRUE(index_->flush().ok());
  open(UINT64_MAX);
  add(2, {settled(2, 2)});
  EXPECT_FALSE(index_->flush().ok());
  add(3, {settled(3, 3)});
  EXPECT_FALSE(index_->flush().ok());
  const auto found = index_->find({kParty, Bytes(16, '\x02')});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.fault().code, "index_failed");

  open();
  EXPECT_EQ(index_->last_height(), 1u);
  add(2, {settled(2, 2)});
  add(3, {settled(3, 3)});
  EXPECT_EQ(find(2)->height, 2u);
  EXPECT_EQ(find(3)->height, 3u);
}

TEST_F(TransactionIndexTest, a_damaged_file_is_told) {
  for (std::uint64_t height = 1; height <= 100; ++height) {
    std::vector<Settled> transactions;
    for (std::uint64_t i = 0; i < 20; ++i) {
      transactions.push_back(settled(height, i));
      transactions.back().name.party = height;
    }
    add(height, std::move(transactions));
  }
  index_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
    file << std::string(64, '\0');
  }
  const auto opened = TransactionIndex::open(path_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.fault().code, "index_corrupt");
}

// Another process that holds the files does not make them damaged.
TEST_F(TransactionIndexTest, what_cannot_be_opened_now_is_not_called_damaged) {
  add(1, {settled(1, 1)});
  const auto second = TransactionIndex::open(path_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.fault().code, "index_failed");
  EXPECT_TRUE(find(1).has_value());
}

TEST_F(TransactionIndexTest, what_was_taken_back_is_cut_and_comes_again) {
  for (std::uint64_t height = 3; height <= 9; ++height)
    add(height, {settled(height, height), settled(height, 1)});
  EXPECT_EQ(index_->first_height(), 3u);
  for (int round = 0; round < 2; ++round, open()) {
    ASSERT_TRUE(index_->cut_above(5).ok());
    EXPECT_EQ(index_->last_height(), 5u);
    EXPECT_EQ(index_->first_height(), 3u);
    EXPECT_EQ(find(1)->height, 5u);
    EXPECT_EQ(find(4)->height, 4u);
    EXPECT_FALSE(find(6).has_value());
    EXPECT_EQ(index_->blocks_down_from(9, 9)->size(), 3u);
  }
  add(6, {settled(6, 77)});
  EXPECT_EQ(find(77)->height, 6u);
}

}  // namespace
}  // namespace astyq::query
