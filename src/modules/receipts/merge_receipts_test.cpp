// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "modules/elevators/elevators.h"
#include "modules/receipts/not_free_test.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"
#include "sim/receipt_ways.h"
#include "support/receipts_story.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using v1::MergeReceipts;

TEST(MergeReceipts, story) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t late = story.receipt(story.farmer(), 5'000);
  auto ids = story.receipts(story.farmer(), {10'000, 15'000});
  ids.push_back(late);
  const auto before = chain.get(kReceipts(ids.front()));
  const std::uint64_t id = chain.ok(story.farmer(), verbs::MergeReceipts{ids});

  for (const std::uint64_t parent : ids) {
    EXPECT_EQ(chain.get(kReceipts(parent))->state(), v1::MERGED);
    EXPECT_EQ(chain.get(kReceipts(parent))->kg(), 0u);
  }
  const auto child = chain.get(kReceipts(id));
  ASSERT_TRUE(child.has_value());
  EXPECT_EQ(child->kg(), 30'000u);
  EXPECT_EQ(child->issued_kg(), 30'000u);
  EXPECT_EQ(child->issued_at_ns(), chain.get(kReceipts(late))->issued_at_ns());
  EXPECT_EQ(std::vector<std::uint64_t>(child->parents().begin(), child->parents().end()), ids);
  EXPECT_EQ(child->batch(), before->batch());
  EXPECT_EQ(child->grade().SerializeAsString(), before->grade().SerializeAsString());
  EXPECT_EQ(child->paid_until_ns(), before->paid_until_ns());
  EXPECT_EQ(child->restricted().SerializeAsString(), before->restricted().SerializeAsString());
  EXPECT_TRUE(is_free(*child));
}

TEST(MergeReceipts, refusals_in_order) {
  Chain chain;
  test::ReceiptStory story(chain);
  const auto& farmer = story.farmer();
  const test::Actor neighbour = chain.company("Neighbour");
  const auto ids = story.receipts(farmer, {10'000, 15'000});
  const std::uint64_t other_class = story.receipts(farmer, {1'000}, {.grain_class = 4}).front();
  const std::uint64_t foreign = story.receipt(neighbour, 1'000);
  const std::uint64_t last = foreign;

  const auto merge = [](std::vector<std::uint64_t> receipts) {
    return verbs::MergeReceipts{std::move(receipts)};
  };
  chain.refuse(farmer, merge({}), MergeReceipts::WRONG_NUMBER_OF_RECEIPTS);
  chain.refuse(farmer, merge({ids[0]}), MergeReceipts::WRONG_NUMBER_OF_RECEIPTS);
  chain.refuse(farmer, merge(std::vector<std::uint64_t>(101, ids[0])),
               MergeReceipts::WRONG_NUMBER_OF_RECEIPTS);
  chain.refuse(farmer, merge({ids[0], last + 1, ids[0]}), MergeReceipts::SAME_RECEIPT_TWICE);
  chain.refuse(farmer, merge({ids[0], last + 1}), MergeReceipts::NO_SUCH_RECEIPT);
  chain.refuse(farmer, merge({ids[0], foreign}), MergeReceipts::NOT_HOLDER);
  expect_free_only<MergeReceipts>(chain, farmer, ids[1], merge(ids));
  expect_free_only<MergeReceipts>(chain, farmer, ids[0], merge(ids));

  auto paid_longer = story.proposal(chain.get(kReceipts(ids[0]))->batch(), {500});
  paid_longer.paid_until_ns += kDayNs;
  story.grain().deliver(farmer, {.kg = 500});
  const std::uint64_t proposal = chain.ok(story.elevator_operator(), paid_longer);
  chain.ok(farmer, verbs::CountersignProposal{proposal});
  const std::uint64_t longer = chain.ok(chain.registrar(), verbs::IssueReceipt{proposal});
  chain.refuse(farmer, merge({ids[0], longer, other_class}), MergeReceipts::NOT_ONE_BATCH);
  chain.refuse(farmer, merge({ids[0], ids[1], longer}), MergeReceipts::NOT_ONE_PAID_UNTIL);
  // The neighbour's grain is of the same grade, but of another batch whoever holds it.
  EXPECT_EQ(refusal_after(chain, farmer, merge({ids[0], foreign}),
                          [&](View& view) { give(view, foreign, farmer.party); }),
            Refusal(MergeReceipts::NOT_ONE_BATCH));
  chain.ok(farmer, merge(ids));
  chain.refuse(farmer, merge(ids), MergeReceipts::NOT_ACTIVE);
}

// What is split and merged at random stays the same in sum.
TEST(MergeReceipts, property_split_and_merge_keep_the_sum) {
  Chain chain;
  test::ReceiptStory story(chain);
  std::vector<std::uint64_t> live = story.receipts(story.farmer(), {10'000, 20'000, 30'000});
  std::mt19937_64 random(706);
  for (int i = 0; i < 60; ++i) {
    std::shuffle(live.begin(), live.end(), random);
    const std::uint64_t kg = chain.get(kReceipts(live.back()))->kg();
    if (random() % 2 == 0 && live.size() > 1) {
      const auto count = static_cast<std::ptrdiff_t>(2 + random() % (live.size() - 1));
      const std::vector<std::uint64_t> parents(live.begin(), live.begin() + count);
      live.erase(live.begin(), live.begin() + count);
      live.push_back(chain.ok(story.farmer(), verbs::MergeReceipts{parents}));
    } else if (kg > 1) {
      const std::uint64_t part = 1 + random() % (kg - 1);
      const std::uint64_t first =
          chain.ok(story.farmer(), verbs::SplitReceipt{live.back(), {part, kg - part}});
      live.back() = first;
      live.push_back(first + 1);
    }
    std::uint64_t total = 0;
    for (const std::uint64_t id : live) total += chain.get(kReceipts(id))->kg();
    ASSERT_EQ(total, 60'000u);
  }
}

// Another free receipt of the same holder.
template <typename Fits>
std::uint64_t partner_of(sim::World& world, std::uint64_t receipt, Fits fits) {
  const v1::Receipt& one = *world.receipts.find(receipt);
  const auto* entry = world.receipts.pick_entry(world.dice, [&](const auto& found) {
    const v1::Receipt& row = found.second;
    return found.first.first != receipt && sim::is_free(row) &&
           row.restricted().holder() == one.restricted().holder() && fits(one, row);
  });
  return entry == nullptr ? 0 : entry->first.first;
}

struct OneReceipt {
  std::uint64_t receipt = 0;
};

// A way to a receipt that fits and another that fits it.
template <typename Fits, typename FitsBoth>
auto merge(Fits fits, FitsBoth fits_both) {
  return [fits, fits_both](sim::World& world, auto& draft) {
    sim::Draft<OneReceipt> one;
    if (!sim::held_receipt(world, one, fits)) return false;
    const std::uint64_t other = partner_of(world, one.verb.receipt, fits_both);
    draft.party = one.party;
    draft.verb.receipts = {one.verb.receipt, other};
    return other != 0;
  };
}

bool is_alike(const v1::Receipt& one, const v1::Receipt& other) {
  return one.batch() == other.batch() && one.paid_until_ns() == other.paid_until_ns();
}

bool any_two(const v1::Receipt&, const v1::Receipt&) {
  return true;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::MergeReceipts>(merge(sim::is_free, is_alike))
        .refuses(MergeReceipts::WRONG_NUMBER_OF_RECEIPTS,
                 [](sim::World& world, auto& draft) {
                   draft.verb.receipts.resize(world.dice.percent(50) ? 1 : 1'000, 1);
                 })
        .refuses(MergeReceipts::SAME_RECEIPT_TWICE,
                 [](sim::World&, auto& draft) { draft.verb.receipts[1] = draft.verb.receipts[0]; })
        .refuses(MergeReceipts::NO_SUCH_RECEIPT,
                 [](sim::World&, auto& draft) { draft.verb.receipts[0] = sim::kNobody; })
        .refuses(MergeReceipts::NOT_HOLDER, sim::kSomebodyElse)
        .refuses_instead(MergeReceipts::NOT_ACTIVE, merge(sim::is_not_active, any_two))
        .refuses_instead(MergeReceipts::PLEDGED, merge(sim::is_pledged, any_two))
        .refuses_instead(MergeReceipts::BLOCKED, merge(sim::is_blocked, any_two))
        .refuses_instead(MergeReceipts::RESERVED, merge(sim::is_reserved, any_two))
        .refuses_instead(MergeReceipts::NOT_ONE_BATCH,
                         merge(sim::is_free,
                               [](const v1::Receipt& one, const v1::Receipt& other) {
                                 return one.batch() != other.batch();
                               }))
        .refuses_instead(MergeReceipts::NOT_ONE_PAID_UNTIL,
                         merge(sim::is_free, [](const v1::Receipt& one, const v1::Receipt& other) {
                           return one.batch() == other.batch() &&
                                  one.paid_until_ns() != other.paid_until_ns();
                         }));

}  // namespace
}  // namespace astyq::receipts
