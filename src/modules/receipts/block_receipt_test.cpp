// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/receipts/not_free_test.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"
#include "sim/receipt_ways.h"
#include "support/authority_story.h"
#include "support/receipts_story.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using v1::BlockReceipt;

TEST(BlockReceipt, story) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.receipt(story.farmer(), 25'000);
  auto before = chain.get(kReceipts(id));
  const std::uint64_t act = story.block(id, story.farmer());
  const auto after = chain.get(kReceipts(id));
  EXPECT_EQ(after->blocked_by_act(), act);
  EXPECT_EQ(after->state(), v1::ACTIVE);
  before->set_blocked_by_act(act);
  EXPECT_EQ(after->SerializeAsString(), before->SerializeAsString());
  chain.refuse(story.farmer(), verbs::SplitReceipt{id, {24'999, 1}}, v1::SplitReceipt::BLOCKED);
}

// A block is a flag on top of any other live state.
TEST(BlockReceipt, on_a_receipt_that_is_held_already) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.receipt(story.farmer(), 25'000);
  const verbs::BlockReceipt verb{id, story.grain().record_act(story.farmer())};
  const auto after = [&](auto change) {
    return name_of(refusal_after(chain, chain.registrar(), verb, change));
  };
  EXPECT_EQ(after([=](View& view) { reserve(view, id); }), name_of(kAccepted));
  EXPECT_EQ(after([=](View& view) {
              v1::Receipt row = view.require(kReceipts(id));
              row.set_state(v1::REDEMPTION_PENDING);
              view.put(kReceipts(id), row);
            }),
            name_of(kAccepted));
  EXPECT_EQ(after([=](View& view) {
              v1::Receipt row = view.require(kReceipts(id));
              row.set_encumbered(true);
              row.mutable_restricted()->mutable_pledge()->set_pledgee(1);
              row.mutable_restricted()->mutable_pledge()->set_state(v1::ACCEPTED);
              view.put(kReceipts(id), row);
            }),
            name_of(kAccepted));
}

// Trucks stand still while the block stands, although the order was given before it.
TEST(BlockReceipt, stops_what_is_being_redeemed) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.receipt(story.farmer(), 60'000);
  chain.ok(story.farmer(), verbs::OrderRedemption{.receipt = id, .receiver = story.farmer().party});
  const verbs::RecordRedemptionOutbound truck{
      .receipt = id, .bin = story.grain().bin(), .kg = 20'000};
  chain.ok(story.elevator_operator(), truck);
  chain.ok(chain.registrar(), verbs::BlockReceipt{id, story.grain().record_act(story.farmer())});
  chain.refuse(story.elevator_operator(), truck, elevators::v1::RecordRedemptionOutbound::STOPPED);
  chain.ok(chain.registrar(), verbs::UnblockReceipt{id, story.grain().record_act(story.farmer())});
  chain.ok(story.elevator_operator(), truck);
}

TEST(BlockReceipt, refusals_in_order) {
  Chain chain;
  test::ReceiptStory story(chain);
  const auto& registrar = chain.registrar();
  const std::uint64_t id = story.receipt(story.farmer(), 25'000);
  const std::uint64_t about_other = story.grain().record_act(story.elevator_operator());
  const std::uint64_t act = story.grain().record_act(story.farmer());

  chain.refuse(story.farmer(), verbs::BlockReceipt{id, act}, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verbs::BlockReceipt{id + 1, act}, BlockReceipt::NO_SUCH_RECEIPT);
  EXPECT_EQ(refusal_after(chain, registrar, verbs::BlockReceipt{id, about_other},
                          [=](View& view) { lock_in_pool(view, id, 1); }),
            Refusal(BlockReceipt::IN_POOL));
  chain.refuse(registrar, verbs::BlockReceipt{id, 0}, BlockReceipt::NO_ACT_ABOUT_HOLDER);
  chain.refuse(registrar, verbs::BlockReceipt{id, act + 1}, BlockReceipt::NO_ACT_ABOUT_HOLDER);
  chain.refuse(registrar, verbs::BlockReceipt{id, about_other}, BlockReceipt::NO_ACT_ABOUT_HOLDER);
  const std::uint64_t freeze =
      test::act_about(chain, story.farmer(), {authority::v1::FREEZE_PARTY});
  chain.refuse(registrar, verbs::BlockReceipt{id, freeze}, BlockReceipt::NO_ACT_ABOUT_HOLDER);
  chain.ok(registrar, verbs::BlockReceipt{id, act});
  chain.refuse(registrar, verbs::BlockReceipt{id, about_other}, BlockReceipt::ALREADY_BLOCKED);

  const std::uint64_t parent = story.receipt(story.farmer(), 1'000);
  chain.ok(story.farmer(), verbs::SplitReceipt{parent, {999, 1}});
  chain.refuse(registrar, verbs::BlockReceipt{parent, act}, BlockReceipt::ENDED);
}

// Whatever is blocked and unblocked meanwhile: only a receipt that is not blocked can be split.
TEST(BlockReceipt, property_blocked_kilograms_stay) {
  Chain chain;
  test::ReceiptStory story(chain);
  auto live = story.receipts(story.farmer(), {10'000, 20'000, 30'000});
  std::vector<bool> blocked(live.size());
  const std::uint64_t act = story.grain().record_act(story.farmer());
  const std::uint64_t lifting = story.grain().record_act(story.farmer());
  std::mt19937_64 random(707);
  for (int i = 0; i < 60; ++i) {
    const std::size_t k = random() % live.size();
    const std::uint64_t kg = chain.get(kReceipts(live[k]))->kg();
    const verbs::SplitReceipt split{live[k], {kg - 1, 1}};
    if (random() % 2 == 0) {
      if (blocked[k]) chain.ok(chain.registrar(), verbs::UnblockReceipt{live[k], lifting});
      if (!blocked[k]) chain.ok(chain.registrar(), verbs::BlockReceipt{live[k], act});
      blocked[k] = !blocked[k];
    } else if (blocked[k]) {
      chain.refuse(story.farmer(), split, v1::SplitReceipt::BLOCKED);
    } else {
      live[k] = chain.ok(story.farmer(), split);
    }
  }
}

bool is_blockable(const v1::Receipt& row) {
  return !sim::has_ended(row) && row.state() != v1::TOKENISED && row.blocked_by_act() == 0;
}

// A way to a receipt that fits, and an act about its holder.
template <typename Fits>
auto block(Fits fits) {
  return [fits](sim::World& world, auto& draft) {
    return sim::held_receipt(world, draft, fits) &&
           sim::cite_act_about_holder(world, draft, authority::v1::BLOCK_RECEIPT);
  };
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::BlockReceipt>(block(is_blockable))
        .refuses(BlockReceipt::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses_instead(BlockReceipt::ENDED, block(sim::has_ended))
        .refuses_instead(BlockReceipt::IN_POOL,
                         block([](const v1::Receipt& row) { return row.state() == v1::TOKENISED; }))
        .refuses_instead(BlockReceipt::ALREADY_BLOCKED,
                         block([](const v1::Receipt& row) { return row.blocked_by_act() != 0; }))
        .refuses(BlockReceipt::NO_ACT_ABOUT_HOLDER, [](sim::World& world, auto& draft) {
          const auto& row = *world.receipts.find(draft.verb.receipt);
          draft.verb.act =
              world.act_beside(row.restricted().holder(), authority::v1::BLOCK_RECEIPT);
        });

}  // namespace
}  // namespace astyq::receipts
