// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "modules/assets/assets.h"
#include "modules/pools/pools.h"
#include "pools/handlers.gen.h"
#include "pools/state.gen.h"
#include "sim/elevator_ways.h"
#include "support/assets_story.h"
#include "support/elevators_story.h"

namespace astyq::pools {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::DefinePool;

verbs::DefinePool wheat_of(const ElevatorStory& story, std::uint32_t grain_class = 3) {
  verbs::DefinePool verb{.elevator = story.elevator()};
  verb.grade.set_crop(elevators::v1::WHEAT);
  verb.grade.set_grain_class(grain_class);
  verb.grade.set_crop_year(2026);
  verb.grade.set_basis_profile(story.profile());
  return verb;
}

TEST(DefinePool, story) {
  Chain chain;
  const ElevatorStory story(chain);
  const auto verb = wheat_of(story);
  const std::uint64_t id = chain.ok(chain.registrar(), verb);
  const auto row = chain.get(kPools(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->elevator(), story.elevator());
  EXPECT_TRUE(is_same_grade(row->grade(), verb.grade));
  EXPECT_EQ(row->locked_kg(), 0u);
  EXPECT_EQ(test::supply(chain, row->asset()), 0u);
  const auto asset = chain.read([&](const View& view) { return assets::find(view, row->asset()); });
  ASSERT_TRUE(asset.has_value());
  EXPECT_EQ(asset->kind(), assets::v1::POOL_TOKEN);
}

TEST(DefinePool, refusals_in_order) {
  Chain chain;
  const ElevatorStory story(chain);
  const auto& registrar = chain.registrar();
  const auto good = wheat_of(story);
  chain.refuse(story.farmer(), good, base::v1::NO_PERMISSION);

  auto verb = good;
  verb.elevator = 99;
  verb.grade.set_basis_profile(99);
  auto wrong = verb;
  wrong.grade.clear_crop();
  chain.refuse(registrar, wrong, DefinePool::WRONG_GRADE);
  wrong = verb;
  wrong.grade.set_grain_class(6);
  chain.refuse(registrar, wrong, DefinePool::WRONG_GRADE);
  for (const std::uint32_t year : {0u, 1999u, 10'000u}) {
    wrong = verb;
    wrong.grade.set_crop_year(year);
    chain.refuse(registrar, wrong, DefinePool::WRONG_GRADE);
  }
  chain.refuse(registrar, verb, DefinePool::NO_SUCH_ELEVATOR);
  verb.elevator = story.elevator();
  chain.refuse(registrar, verb, DefinePool::NO_SUCH_PROFILE);
  verb.grade.set_basis_profile(story.profile());
  verb.grade.set_crop(elevators::v1::BARLEY);
  chain.refuse(registrar, verb, DefinePool::PROFILE_OF_OTHER_CROP);
  chain.ok(registrar, good);
  chain.refuse(registrar, good, DefinePool::ALREADY_DEFINED);
}

// One pool for each elevator and grade, each with tokens of its own.
TEST(DefinePool, property_one_for_each_grade) {
  Chain chain;
  const ElevatorStory story(chain);
  std::mt19937 random(801);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> model;
  std::set<std::uint64_t> tokens;
  for (int i = 0; i < 60; ++i) {
    auto verb = wheat_of(story, static_cast<std::uint32_t>(random() % 6));
    verb.grade.set_crop_year(2024 + random() % 3);
    const auto result = chain.apply(chain.registrar(), verb.operation());
    const auto [entry, is_new] =
        model.try_emplace({verb.grade.grain_class(), verb.grade.crop_year()}, result.first_id);
    EXPECT_EQ(result.refusal, is_new ? kAccepted : Refusal(DefinePool::ALREADY_DEFINED));
    const auto found =
        chain.read([&](const View& view) { return pool_of(view, verb.elevator, verb.grade); });
    ASSERT_EQ(found, entry->second);
    tokens.insert(chain.get(kPools(entry->second))->asset());
  }
  EXPECT_EQ(tokens.size(), model.size());
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::DefinePool>([](sim::World& world, auto& draft) {
      draft.party = world.granted("pools.define");
      // For grain that lies in store, or for grain to come.
      const auto* batch = world.batches.pick(world.dice, [](const auto&) { return true; });
      if (batch == nullptr) return false;
      draft.verb = {batch->second.elevator(), batch->second.grade()};
      if (world.dice.percent(70))
        draft.verb.grade.set_crop_year(
            static_cast<std::uint32_t>(world.dice.between(2'000, 2'026)));
      for (const auto& [key, pool] : world.pools.all())
        if (pool.elevator() == draft.verb.elevator &&
            pool.grade().SerializeAsString() == draft.verb.grade.SerializeAsString())
          return false;
      return true;
    })
        .refuses(DefinePool::WRONG_GRADE,
                 [](sim::World&, auto& draft) { draft.verb.grade.set_grain_class(6); })
        .refuses(DefinePool::NO_SUCH_ELEVATOR, sim::kNoElevator)
        .refuses(DefinePool::NO_SUCH_PROFILE,
                 [](sim::World&, auto& draft) { draft.verb.grade.set_basis_profile(sim::kNobody); })
        .refuses(DefinePool::PROFILE_OF_OTHER_CROP,
                 [](sim::World&, auto& draft) { draft.verb.grade.set_crop(elevators::v1::FLAX); })
        .refuses(DefinePool::ALREADY_DEFINED, [](sim::World& world, auto& draft) {
          const auto* pool = world.pools.pick(world.dice, [](const auto&) { return true; });
          if (pool == nullptr) return false;
          draft.verb = {pool->second.elevator(), pool->second.grade()};
          return true;
        });

}  // namespace
}  // namespace astyq::pools
