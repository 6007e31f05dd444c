// SPDX-License-Identifier: Apache-2.0
#include "node/pool.h"

#include <gtest/gtest.h>

namespace astyq::node {
namespace {

const Pool::Answers kNobody = [](const std::vector<Answer>&) {};

std::vector<std::size_t> sizes(const std::vector<Pool::Waiting>& waiting) {
  std::vector<std::size_t> sizes;
  for (const Pool::Waiting& one : waiting) sizes.push_back(one.signed_tx.size());
  return sizes;
}

TEST(Pool, gives_out_what_a_block_has_room_for) {
  Pool pool(100, 10'000);
  ASSERT_TRUE(
      pool.add({Bytes(300, 'a'), Bytes(500, 'b'), Bytes(400, 'c'), Bytes(1, 'd')}, kNobody).ok());
  EXPECT_EQ(sizes(pool.take(2, 10'000)), (std::vector<std::size_t>{300, 500}));
  EXPECT_EQ(sizes(pool.take(9, 400)), (std::vector<std::size_t>{400}));
  EXPECT_EQ(sizes(pool.take(9, 400)), (std::vector<std::size_t>{1}));
  EXPECT_TRUE(pool.take(9, 400).empty());
}

// The engine answers one that is larger than any block, so it is given out.
TEST(Pool, gives_out_one_at_least) {
  Pool pool(100, 10'000);
  ASSERT_TRUE(pool.add({Bytes(300, 'a'), Bytes(300, 'b')}, kNobody).ok());
  EXPECT_EQ(sizes(pool.take(9, 10)), (std::vector<std::size_t>{300}));
  EXPECT_EQ(pool.size(), 1u);
}

TEST(Pool, takes_in_no_more_bytes_than_it_may_hold) {
  Pool pool(100, 1'000);
  ASSERT_TRUE(pool.add({Bytes(600, 'a'), Bytes(300, 'b')}, kNobody).ok());
  const Status refused = pool.add({Bytes(101, 'c')}, kNobody);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "pool_full");
  EXPECT_FALSE(pool.full());
  ASSERT_TRUE(pool.add({Bytes(100, 'c')}, kNobody).ok());
  EXPECT_TRUE(pool.full());
  auto taken = pool.take(1, 1'000);
  EXPECT_FALSE(pool.full());
  pool.put_back(std::move(taken));
  EXPECT_TRUE(pool.full());
  EXPECT_EQ(sizes(pool.take(9, 10'000)), (std::vector<std::size_t>{600, 300, 100}));
  EXPECT_TRUE(pool.add({Bytes(1'000, 'd')}, kNobody).ok());
}

}  // namespace
}  // namespace astyq::node
