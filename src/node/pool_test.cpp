// SPDX-License-Identifier: Apache-2.0
#include "node/pool.h"

#include <gtest/gtest.h>

namespace astyq::node {
namespace {

const Pool::Answers kNobody = [](const std::vector<Answer>&) {};

std::vector<std::size_t> sizes(const std::vector<Pool::Waiting>& waiting) {
  std::vector<std::size_t> sizes;
  for (const Pool::Waiting& one : waiting) sizes.push_back(one.size);
  return sizes;
}

// Prepares all that wait, each in the quota of `owner`. Returns how many are over it.
std::size_t prepare(Pool& pool, std::uint64_t owner = 0) {
  const auto claimed = pool.claim({SIZE_MAX});
  auto over = pool.prepared(claimed, std::vector<std::uint64_t>(claimed.size(), owner));
  for (Pool::Waiting& waiting : over) Pool::settle(waiting, Answer());
  return over.size();
}

TEST(Pool, gives_out_what_a_block_has_room_for) {
  Pool pool({100, 10'000, 100});
  ASSERT_TRUE(
      pool.add({Bytes(300, 'a'), Bytes(500, 'b'), Bytes(400, 'c'), Bytes(1, 'd')}, kNobody).ok());
  prepare(pool);
  EXPECT_EQ(sizes(pool.take(2, 10'000)), (std::vector<std::size_t>{300, 500}));
  EXPECT_EQ(sizes(pool.take(9, 400)), (std::vector<std::size_t>{400}));
  EXPECT_EQ(sizes(pool.take(9, 400)), (std::vector<std::size_t>{1}));
  EXPECT_TRUE(pool.take(9, 400).empty());
}

// The engine answers one that is larger than any block, so it is given out.
TEST(Pool, gives_out_one_at_least) {
  Pool pool({100, 10'000, 100});
  ASSERT_TRUE(pool.add({Bytes(300, 'a'), Bytes(300, 'b')}, kNobody).ok());
  prepare(pool);
  EXPECT_EQ(sizes(pool.take(9, 10)), (std::vector<std::size_t>{300}));
  EXPECT_EQ(pool.size(), 1u);
}

// Whichever thread is done first: nothing overtakes what came before it.
// Two verifiers that are idle share what is there: who would wait for one of them waits half as
// long.
TEST(Pool, is_shared_out_among_those_who_prepare) {
  Pool pool({100, 10'000, 100});
  ASSERT_TRUE(pool.add(std::vector<Bytes>(20, "tx"), kNobody).ok());
  const Pool::Portion portion{.most = 8, .fewest = 3, .sharers = 2};
  EXPECT_EQ(pool.claim(portion).size(), 8u);  // of 20
  EXPECT_EQ(pool.claim(portion).size(), 6u);  // of 12
  EXPECT_EQ(pool.claim(portion).size(), 3u);  // of 6
  ASSERT_TRUE(pool.add(std::vector<Bytes>(2, "tx"), kNobody).ok());
  EXPECT_EQ(pool.claim(portion).size(), 3u);  // of 5
  EXPECT_EQ(pool.claim(portion).size(), 2u);
}

TEST(Pool, keeps_the_order_of_arrival) {
  Pool pool({100, 10'000, 100});
  ASSERT_TRUE(pool.add({Bytes(1, 'a'), Bytes(2, 'b'), Bytes(3, 'c')}, kNobody).ok());
  const auto first = pool.claim({1});
  const auto others = pool.claim({9});
  ASSERT_EQ(others.size(), 2u);
  const std::vector<std::uint64_t> nobody(2, 0);
  EXPECT_TRUE(pool.prepared(others, nobody).empty());
  EXPECT_EQ(pool.ready(), 0u);
  EXPECT_TRUE(pool.take(9, 10'000).empty());
  EXPECT_TRUE(pool.prepared(first, std::span(nobody).first(1)).empty());
  EXPECT_EQ(pool.ready(), 3u);
  EXPECT_EQ(sizes(pool.take(9, 10'000)), (std::vector<std::size_t>{1, 2, 3}));
}

TEST(Pool, takes_in_no_more_bytes_than_it_may_hold) {
  Pool pool({100, 1'000, 100});
  ASSERT_TRUE(pool.add({Bytes(600, 'a'), Bytes(300, 'b')}, kNobody).ok());
  const Status refused = pool.add({Bytes(101, 'c')}, kNobody);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "pool_full");
  EXPECT_FALSE(pool.full());
  ASSERT_TRUE(pool.add({Bytes(100, 'c')}, kNobody).ok());
  EXPECT_TRUE(pool.full());
  prepare(pool);
  auto taken = pool.take(1, 1'000);
  EXPECT_FALSE(pool.full());
  pool.put_back(std::move(taken));
  EXPECT_TRUE(pool.full());
  EXPECT_EQ(sizes(pool.take(9, 10'000)), (std::vector<std::size_t>{600, 300, 100}));
  EXPECT_TRUE(pool.add({Bytes(1'000, 'd')}, kNobody).ok());
}

// To be told to send it again for ever helps nobody.
TEST(Pool, says_so_when_it_could_never_hold_so_many) {
  Pool pool({3, 1'000, 100});
  EXPECT_EQ(pool.add({"a", "b", "c", "d"}, kNobody).fault().code, "too_many_at_once");
  EXPECT_EQ(pool.add({Bytes(1'001, 'a')}, kNobody).fault().code, "too_many_at_once");
  EXPECT_TRUE(pool.add({"a", "b", "c"}, kNobody).ok());
}

TEST(Pool, lets_one_party_have_its_quota_and_no_more) {
  Pool pool({5, 10'000, 3});
  std::vector<Answer> answers;
  const auto keep = [&](std::vector<Answer> given) { answers = std::move(given); };
  ASSERT_TRUE(pool.add({"1", "22", "333", "4444", "55555"}, keep).ok());
  EXPECT_EQ(prepare(pool, 7), 2u);
  ASSERT_TRUE(pool.add({"another's"}, kNobody).ok());
  EXPECT_EQ(prepare(pool, 8), 0u);
  EXPECT_EQ(sizes(pool.take(1, 10'000)), (std::vector<std::size_t>{1}));
  ASSERT_TRUE(pool.add({Bytes(6, '6'), Bytes(7, '7')}, kNobody).ok());
  EXPECT_EQ(prepare(pool, 7), 1u) << "one has room again";
  auto rest = pool.take(9, 10'000);
  EXPECT_EQ(sizes(rest), (std::vector<std::size_t>{2, 3, 9, 6}));
  EXPECT_EQ(pool.size(), 0u);
  EXPECT_TRUE(answers.empty()) << "three of the submission are open";
  for (Pool::Waiting& waiting : rest) Pool::settle(waiting, Answer());
  // The quota is free again, and bytes of what was turned away are not held.
  ASSERT_TRUE(pool.add(std::vector<Bytes>(3, Bytes(1'999, 'x')), kNobody).ok());
  EXPECT_EQ(prepare(pool, 7), 0u);
  EXPECT_TRUE(pool.add({Bytes(4'003, 'y')}, kNobody).ok());
}

// Few large ones fill it as well as many small ones.
TEST(Pool, a_party_has_the_same_share_of_the_bytes_as_of_the_transactions) {
  Pool pool({100, 10'000, 25});
  ASSERT_TRUE(pool.add(std::vector<Bytes>(5, Bytes(1'000, 'x')), kNobody).ok());
  EXPECT_FALSE(pool.crowded());
  ASSERT_TRUE(pool.add({"x"}, kNobody).ok());
  EXPECT_TRUE(pool.crowded());
  EXPECT_EQ(prepare(pool, 7), 3u) << "2,500 bytes are its share, and one may reach beyond";
  EXPECT_FALSE(pool.crowded());
  pool.put_back(pool.take(2, 10'000));
  ASSERT_TRUE(pool.add({Bytes(6'999, 'y'), "z"}, kNobody).ok());
  EXPECT_EQ(prepare(pool, 8), 1u);
  EXPECT_EQ(sizes(pool.take(9, 10'000)), (std::vector<std::size_t>{1'000, 1'000, 1'000, 6'999}));
}

TEST(Pool, what_was_settled_by_its_preparer_leaves_no_trace) {
  Pool pool({3, 10, 3});
  ASSERT_TRUE(pool.add({"aaa", "bbb", "ccc"}, kNobody).ok());
  const auto claimed = pool.claim({9});
  Pool::settle(*claimed[1], Answer());
  claimed[1]->submission.reset();
  EXPECT_TRUE(pool.prepared(claimed, std::vector<std::uint64_t>(3, 7)).empty());
  EXPECT_EQ(sizes(pool.take(9, 100)), (std::vector<std::size_t>{3, 3}));
  EXPECT_TRUE(pool.add({Bytes(10, 'd')}, kNobody).ok());
}

// Whoever floods the node takes no room beyond his quota until the next block comes.
TEST(Pool, what_is_over_a_quota_makes_room_at_once) {
  Pool pool({4, 10'000, 1});
  ASSERT_TRUE(pool.add({"1", "22", "333", "4444"}, kNobody).ok());
  EXPECT_EQ(pool.add({"another's"}, kNobody).fault().code, "pool_full");
  EXPECT_EQ(prepare(pool, 7), 3u);
  EXPECT_EQ(pool.size(), 1u);
  ASSERT_TRUE(pool.add({"another's"}, kNobody).ok());
  const auto rubbish = [&] {
    ASSERT_TRUE(pool.add({"rubbish", "rubbish"}, kNobody).ok());
    for (const Pool::Place one : pool.claim({9})) {
      if (one->signed_tx() == "rubbish") {
        Pool::settle(*one, Answer());
        one->submission.reset();
      }
      EXPECT_TRUE(pool.prepared({&one, 1}, std::vector<std::uint64_t>{8}).empty());
    }
  };
  rubbish();
  rubbish();
  EXPECT_EQ(pool.ready(), 2u);
  EXPECT_EQ(sizes(pool.take(9, 10'000)), (std::vector<std::size_t>{1, 9}));
}

TEST(Pool, closed_it_gives_out_what_it_has_and_then_nothing) {
  Pool pool({100, 10'000, 100});
  ASSERT_TRUE(pool.add({"a"}, kNobody).ok());
  pool.close();
  EXPECT_EQ(pool.add({"b"}, kNobody).fault().code, "node_stopping");
  EXPECT_EQ(pool.claim({9}).size(), 1u);
  EXPECT_TRUE(pool.claim({9}).empty());
}

}  // namespace
}  // namespace astyq::node
