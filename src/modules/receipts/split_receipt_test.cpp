// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

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
using v1::SplitReceipt;

TEST(SplitReceipt, story) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t parent = story.receipt(story.farmer(), 25'000);
  const auto before = chain.get(kReceipts(parent));
  const std::uint64_t first =
      chain.ok(story.farmer(), verbs::SplitReceipt{parent, {10'000, 14'999, 1}});

  const auto after = chain.get(kReceipts(parent));
  EXPECT_EQ(after->state(), v1::SPLIT);
  EXPECT_EQ(after->kg(), 0u);
  EXPECT_EQ(after->issued_kg(), 25'000u);
  const std::vector<std::uint64_t> parts_kg{10'000, 14'999, 1};
  for (std::uint64_t i = 0; i < parts_kg.size(); ++i) {
    auto child = chain.get(kReceipts(first + i));
    ASSERT_TRUE(child.has_value());
    EXPECT_EQ(child->kg(), parts_kg[i]);
    EXPECT_EQ(child->issued_kg(), parts_kg[i]);
    ASSERT_EQ(child->parents_size(), 1);
    EXPECT_EQ(child->parents(0), parent);
    // All else is inherited.
    child->clear_parents();
    child->set_kg(25'000);
    child->set_issued_kg(25'000);
    EXPECT_EQ(child->SerializeAsString(), before->SerializeAsString());
  }
  const auto elevator = chain.read(
      [&](const View& view) { return *elevators::find(view, story.grain().elevator()); });
  EXPECT_EQ(elevator.live_receipts_kg(), 25'000u);
}

TEST(SplitReceipt, an_open_offer_of_it_lapses) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.receipt(story.farmer(), 25'000);
  test::Scratch scratch(chain);
  v1::TransferOffer offer;
  offer.mutable_restricted()->set_from(story.farmer().party);
  offer.mutable_restricted()->set_to(story.elevator_operator().party);
  scratch.view().put(kTransferOffers(id), offer);
  const auto result = scratch.apply(story.farmer(), verbs::SplitReceipt{id, {24'999, 1}});
  EXPECT_FALSE(result.refusal.refused());
  EXPECT_FALSE(scratch.view().exists(kTransferOffers(id)));
}

TEST(SplitReceipt, refusals_in_order) {
  Chain chain;
  test::ReceiptStory story(chain);
  const auto& farmer = story.farmer();
  const std::uint64_t id = story.receipt(farmer, 25'000);
  const auto split = [&](std::vector<std::uint64_t> parts_kg) {
    return verbs::SplitReceipt{id, std::move(parts_kg)};
  };
  chain.refuse(farmer, split({}), SplitReceipt::WRONG_NUMBER_OF_PARTS);
  chain.refuse(farmer, split({25'000}), SplitReceipt::WRONG_NUMBER_OF_PARTS);
  chain.refuse(farmer, split(std::vector<std::uint64_t>(101, 0)),
               SplitReceipt::WRONG_NUMBER_OF_PARTS);
  chain.refuse(farmer, split({25'000, 0}), SplitReceipt::WRONG_WEIGHT);
  chain.refuse(farmer, split({UINT64_MAX, 25'001}), SplitReceipt::WRONG_WEIGHT);
  chain.refuse(farmer, split({(1ull << 63) - 1, 1}), SplitReceipt::WRONG_WEIGHT);
  chain.refuse(farmer, verbs::SplitReceipt{id + 1, {1, 2}}, SplitReceipt::NO_SUCH_RECEIPT);
  chain.refuse(story.elevator_operator(), split({1, 2}), SplitReceipt::NOT_HOLDER);
  expect_free_only<SplitReceipt>(chain, farmer, id, split({24'999, 1}));
  chain.refuse(farmer, split({24'999, 2}), SplitReceipt::NOT_THE_SUM);
}

// However often a receipt is divided, its living descendants have its kilograms, and who owed them
// owes them.
TEST(SplitReceipt, property_no_kilogram_is_lost) {
  Chain chain;
  test::ReceiptStory story(chain);
  std::vector<std::uint64_t> live{story.receipt(story.farmer(), 60'000)};
  std::mt19937_64 random(705);
  for (int i = 0; i < 60; ++i) {
    const std::size_t which = random() % live.size();
    const std::uint64_t id = live[which];
    std::uint64_t left = chain.get(kReceipts(id))->kg();
    std::vector<std::uint64_t> parts_kg;
    while (left > 1 && parts_kg.size() < 4) {
      parts_kg.push_back(1 + random() % (left - 1));
      left -= parts_kg.back();
    }
    parts_kg.push_back(left);
    if (parts_kg.size() < 2) continue;
    const std::uint64_t first = chain.ok(story.farmer(), verbs::SplitReceipt{id, parts_kg});
    live.erase(live.begin() + static_cast<std::ptrdiff_t>(which));
    for (std::size_t k = 0; k < parts_kg.size(); ++k) live.push_back(first + k);
    std::uint64_t total = 0;
    for (const std::uint64_t child : live) total += chain.get(kReceipts(child))->kg();
    ASSERT_EQ(total, 60'000u);
  }
}

// A way to a receipt that fits, cut in two.
template <typename Fits>
auto split(Fits fits) {
  return [fits](sim::World& world, auto& draft) {
    if (!sim::held_receipt(world, draft, fits)) return false;
    draft.verb.parts_kg = {
        1, std::max<std::uint64_t>(1, world.receipts.find(draft.verb.receipt)->kg() - 1)};
    return true;
  };
}

// A receipt for two parts, now and then three.
bool some_parts(sim::World& world, sim::Draft<verbs::SplitReceipt>& draft) {
  if (!sim::held_receipt(world, draft,
                         [](const auto& row) { return sim::is_free(row) && row.kg() >= 4; }))
    return false;
  const std::uint64_t kg = world.receipts.find(draft.verb.receipt)->kg();
  const std::uint64_t first = world.dice.between(1, kg - 3);
  draft.verb.parts_kg = {first, kg - first};
  if (world.dice.percent(30)) draft.verb.parts_kg = {first, 1, kg - first - 1};
  return true;
}

// What the random run does with the verb.
const auto kPage = sim::Page<verbs::SplitReceipt>(some_parts)
                       .refuses(SplitReceipt::WRONG_NUMBER_OF_PARTS,
                                [](sim::World& world, auto& draft) {
                                  draft.verb.parts_kg.resize(world.dice.percent(50) ? 1 : 1'000, 1);
                                })
                       .refuses(SplitReceipt::WRONG_WEIGHT,
                                [](sim::World&, auto& draft) { draft.verb.parts_kg.push_back(0); })
                       .refuses(SplitReceipt::NO_SUCH_RECEIPT, sim::kNoReceipt)
                       .refuses(SplitReceipt::NOT_HOLDER, sim::kNotHolder)
                       .refuses_instead(SplitReceipt::NOT_ACTIVE, split(sim::is_not_active))
                       .refuses_instead(SplitReceipt::PLEDGED, split(sim::is_pledged))
                       .refuses_instead(SplitReceipt::BLOCKED, split(sim::is_blocked))
                       .refuses_instead(SplitReceipt::RESERVED, split(sim::is_reserved))
                       .refuses(SplitReceipt::NOT_THE_SUM,
                                [](sim::World&, auto& draft) { ++draft.verb.parts_kg[0]; });

}  // namespace
}  // namespace astyq::receipts
