// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/assets/assets.h"
#include "modules/pools/pools.h"
#include "modules/receipts/receipts.h"
#include "pools/handlers.gen.h"
#include "pools/state.gen.h"
#include "sim/elevator_ways.h"
#include "sim/receipt_ways.h"
#include "support/assets_story.h"
#include "support/authority_story.h"
#include "support/pools_story.h"

namespace astyq::pools {
namespace {

using test::Chain;
using test::PoolStory;
using v1::TokeniseReceipt;

receipts::v1::Receipt receipt_row(const Chain& chain, std::uint64_t id) {
  return *chain.read([id](const View& view) { return receipts::find(view, id); });
}

TEST(TokeniseReceipt, story) {
  Chain chain;
  PoolStory story(chain);
  const auto& farmer = story.elevator().farmer();
  const std::uint64_t receipt = story.receipt(farmer, 25'000);
  chain.ok(farmer, verbs::TokeniseReceipt{receipt, story.pool()});
  EXPECT_EQ(test::available(chain, farmer, story.token()), 25'000'000u);
  EXPECT_EQ(test::supply(chain, story.token()), 25'000'000u);
  EXPECT_EQ(chain.get(kPools(story.pool()))->locked_kg(), 25'000u);
  const auto row = receipt_row(chain, receipt);
  EXPECT_EQ(row.state(), receipts::v1::TOKENISED);
  EXPECT_EQ(row.pool(), story.pool());
  EXPECT_EQ(row.kg(), 25'000u);
}

TEST(TokeniseReceipt, refusals_in_order) {
  Chain chain;
  PoolStory story(chain);
  const auto& farmer = story.elevator().farmer();
  const auto stranger = chain.company("Stranger");
  const std::uint64_t receipt = story.receipt(farmer, 20'000);
  chain.refuse(stranger, verbs::TokeniseReceipt{99, 99}, TokeniseReceipt::NO_SUCH_RECEIPT);
  chain.refuse(stranger, verbs::TokeniseReceipt{receipt, 99}, TokeniseReceipt::NO_SUCH_POOL);
  chain.refuse(stranger, verbs::TokeniseReceipt{receipt, story.pool()},
               TokeniseReceipt::NOT_HOLDER);

  const std::uint64_t other_class = story.receipt(farmer, 10'000, {.grain_class = 4});
  const std::uint64_t act = test::act_about(chain, farmer);
  const std::uint64_t lifting_act = test::act_about(chain, farmer);
  chain.ok(chain.registrar(), verbs::BlockReceipt{other_class, act});
  chain.refuse(farmer, verbs::TokeniseReceipt{other_class, story.pool()},
               TokeniseReceipt::NOT_FREE);
  chain.ok(chain.registrar(), verbs::UnblockReceipt{other_class, lifting_act});

  story.elevator().set_regime(elevators::v1::SHIPMENT_BAN);
  chain.refuse(farmer, verbs::TokeniseReceipt{other_class, story.pool()},
               TokeniseReceipt::DOES_NOT_FIT);
  chain.refuse(farmer, verbs::TokeniseReceipt{receipt, story.pool()},
               TokeniseReceipt::ELEVATOR_CLOSED);
  story.elevator().set_regime(elevators::v1::NORMAL);
  chain.ok(farmer, verbs::TokeniseReceipt{receipt, story.pool()});
  chain.refuse(farmer, verbs::TokeniseReceipt{receipt, story.pool()}, TokeniseReceipt::NOT_FREE);
}

// More grain than the ledger can count stands in no elevator, so the tokens are made beside the
// story.
TEST(TokeniseReceipt, supply_full) {
  Chain chain;
  PoolStory story(chain);
  const auto& farmer = story.elevator().farmer();
  TokeniseReceipt verb;
  verb.set_receipt(story.receipt(farmer, 20'000));
  verb.set_pool(story.pool());
  Overlay overlay(chain.engine().tree());
  View view(overlay, chain.engine().rules(), {chain.engine().head().height + 1, chain.now_ns(), 0});
  assets::mint(view, story.token(), farmer.party, INT64_MAX - 20'000'000 + 1);
  TxContext ctx(view, farmer.party);
  EXPECT_EQ(apply(verb, ctx).refusal, Refusal(TokeniseReceipt::SUPPLY_FULL));
  assets::burn(view, story.token(), farmer.party, 1);
  EXPECT_EQ(apply(verb, ctx).refusal, kAccepted);
}

// Every attribute that makes grain interchangeable counts.
TEST(TokeniseReceipt, fits_only_its_grade) {
  Chain chain;
  PoolStory story(chain);
  const auto& farmer = story.elevator().farmer();
  auto grade = story.grade();
  grade.set_grain_class(4);
  const std::uint64_t fourth =
      chain.ok(chain.registrar(),
               verbs::DefinePool{.elevator = story.elevator().elevator(), .grade = grade});
  grade = story.grade();
  grade.set_crop_year(2025);
  const std::uint64_t last_year =
      chain.ok(chain.registrar(),
               verbs::DefinePool{.elevator = story.elevator().elevator(), .grade = grade});
  const std::uint64_t receipt = story.receipt(farmer, 1'000, {.grain_class = 4});
  chain.refuse(farmer, verbs::TokeniseReceipt{receipt, story.pool()},
               TokeniseReceipt::DOES_NOT_FIT);
  chain.refuse(farmer, verbs::TokeniseReceipt{receipt, last_year}, TokeniseReceipt::DOES_NOT_FIT);
  chain.ok(farmer, verbs::TokeniseReceipt{receipt, fourth});
}

// Whatever receipts come in, from whomever: 1,000 grams a kilogram, for the pool and for each
// holder.
TEST(TokeniseReceipt, property_a_thousand_grams_a_kilogram) {
  Chain chain;
  PoolStory story(chain);
  const std::vector<test::Actor> farmers{story.elevator().farmer(), chain.company("Second Farm")};
  std::map<std::uint64_t, std::uint64_t> kg_of;
  std::mt19937_64 random(802);
  std::uint64_t sum_kg = 0;
  for (int i = 0; i < 12; ++i) {
    const auto& farmer = farmers[random() % farmers.size()];
    const std::uint64_t kg = 1 + random() % 30'000;
    story.tokenised(farmer, kg);
    kg_of[farmer.party] += kg;
    sum_kg += kg;
    EXPECT_EQ(test::available(chain, farmer, story.token()), 1'000 * kg_of[farmer.party]);
    EXPECT_EQ(chain.get(kPools(story.pool()))->locked_kg(), sum_kg);
    EXPECT_EQ(test::supply(chain, story.token()), 1'000 * sum_kg);
  }
}

bool is_grade_of(const v1::Pool& pool, const receipts::v1::Receipt& receipt) {
  return pool.elevator() == receipt.elevator() &&
         pool.grade().SerializeAsString() == receipt.grade().SerializeAsString();
}

std::uint64_t pool_for(sim::World& world, const receipts::v1::Receipt& receipt) {
  for (const auto& [key, pool] : world.pools.all())
    if (is_grade_of(pool, receipt)) return key.first;
  return 0;
}

// A free receipt that fits a pool, in an elevator that is open, or not.
bool some_grain(sim::World& world, sim::Draft<verbs::TokeniseReceipt>& draft, bool open) {
  if (!sim::held_receipt(world, draft, [&](const auto& row) {
        return sim::is_free(row) && sim::is_open(world, row.elevator()) == open;
      }))
    return false;
  draft.verb.pool = pool_for(world, *world.receipts.find(draft.verb.receipt));
  return draft.verb.pool != 0;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::TokeniseReceipt>(
        [](sim::World& world, auto& draft) { return some_grain(world, draft, true); })
        .refuses(TokeniseReceipt::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(TokeniseReceipt::NO_SUCH_POOL,
                 [](sim::World&, auto& draft) { draft.verb.pool = sim::kNobody; })
        .refuses(TokeniseReceipt::NOT_HOLDER, sim::kNotHolder)
        .refuses(TokeniseReceipt::NOT_FREE,
                 [](sim::World& world, auto& draft) {
                   return sim::held_receipt(world, draft,
                                            [](const auto& row) { return !sim::is_free(row); });
                 })
        .refuses(TokeniseReceipt::DOES_NOT_FIT,
                 [](sim::World& world, auto& draft) {
                   const auto& receipt = *world.receipts.find(draft.verb.receipt);
                   const auto* other = world.pools.pick(
                       world.dice, [&](const auto& row) { return !is_grade_of(row, receipt); });
                   if (other != nullptr) draft.verb.pool = other->first.first;
                   return other != nullptr;
                 })
        .refuses_instead(TokeniseReceipt::ELEVATOR_CLOSED, [](sim::World& world, auto& draft) {
          return some_grain(world, draft, false);
        });

}  // namespace
}  // namespace astyq::pools
