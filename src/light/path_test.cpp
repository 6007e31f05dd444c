// SPDX-License-Identifier: Apache-2.0
#include "light/path.h"

#include "light/light_test.h"

namespace astyq::light {
namespace {

using comet::v1::LightBlock;
using test::make_block;
using test::time_of;

// At every `seats_stay` heights one of four validators makes room for a new one.
class Changing : public testing::Test {
 protected:
  LightBlock block(std::int64_t height) const {
    return make_block(
        {.height = height, .seats = seats(height), .next = seats(height + 1), .signers = {}});
  }
  test::Seats seats(std::int64_t height) const {
    test::Seats out;
    for (int i = 0; i < 4; ++i) out.push_back({static_cast<int>(height / seats_stay_) + i});
    return out;
  }
  Result<std::vector<LightBlock>> find(std::int64_t height) {
    asked_.clear();
    return find_path(
        trusted_of(block(1)), height,
        [&](std::int64_t wanted) -> Result<LightBlock> {
          asked_.push_back(wanted);
          if (wanted == missing_) return Fault{"node_unreachable", "no block"};
          return block(wanted == exchanged_ ? wanted + 1 : wanted);
        },
        judge_);
  }
  std::vector<std::int64_t> heights(const std::vector<LightBlock>& path) const {
    std::vector<std::int64_t> out;
    for (const LightBlock& block : path) out.push_back(block.signed_header().header().height());
    return out;
  }

  std::int64_t seats_stay_ = 1;
  std::int64_t missing_ = 0;
  std::int64_t exchanged_ = 0;
  std::vector<std::int64_t> asked_;
  const Judge judge_ = [](const Trusted& trusted, const LightBlock& block) {
    return verify(trusted, block, {.trusting_period_ns = 1'000 * test::kSecondNs}, time_of(500));
  };
};

TEST_F(Changing, goes_as_far_as_the_trust_reaches) {
  const auto path = find(17);
  ASSERT_TRUE(path) << path.fault().text;
  // Two of four still sit after two heights: more than a third, while three heights leave one.
  EXPECT_EQ(heights(*path), (std::vector<std::int64_t>{3, 5, 7, 9, 11, 13, 15, 17}));
  EXPECT_LE(asked_.size(), 17u);
  std::vector<std::int64_t> once = asked_;
  std::ranges::sort(once);
  EXPECT_EQ(std::ranges::adjacent_find(once), once.end());

  seats_stay_ = 100;
  EXPECT_EQ(heights(*find(99)), (std::vector<std::int64_t>{99}));
  EXPECT_EQ(asked_.size(), 1u);
}

TEST_F(Changing, a_path_is_walked_again) {
  const auto path = find(17);
  std::vector<const LightBlock*> steps;
  for (const LightBlock& block : *path) steps.push_back(&block);
  const auto reached = walk_path(trusted_of(block(1)), steps, judge_);
  ASSERT_TRUE(reached) << reached.fault().text;
  EXPECT_EQ(reached->height, 17);
  EXPECT_EQ(walk_path(trusted_of(block(1)), {}, judge_)->height, 1);
  steps.erase(steps.begin() + 1);
  EXPECT_EQ(walk_path(trusted_of(block(1)), steps, judge_).fault().code, "light_not_enough_trust");
  std::swap(steps[0], steps[1]);
  EXPECT_FALSE(walk_path(trusted_of(block(1)), steps, judge_));
}

TEST_F(Changing, what_cannot_be_fetched_ends_it) {
  missing_ = 17;
  EXPECT_EQ(find(17).fault().code, "node_unreachable");
  missing_ = 9;
  EXPECT_EQ(find(17).fault().code, "node_unreachable");
  missing_ = 0;
  exchanged_ = 9;
  EXPECT_EQ(find(17).fault().code, "light_other_height");
}

TEST_F(Changing, an_invalid_block_ends_it_where_it_stands) {
  const auto path = find_path(
      trusted_of(block(1)), 17,
      [&](std::int64_t height) -> Result<LightBlock> {
        auto fetched = block(height);
        if (height == 9) fetched.mutable_signed_header()->mutable_header()->set_chain_id("other");
        return fetched;
      },
      judge_);
  EXPECT_EQ(path.fault().code, "light_other_header");
}

}  // namespace
}  // namespace astyq::light
