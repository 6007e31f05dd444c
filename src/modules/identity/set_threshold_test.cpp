// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "identity/state.gen.h"
#include "sim/key_ways.h"
#include "support/identity_story.h"

namespace astyq::identity {
namespace {

using test::Chain;
using test::Keys;
using v1::SetThreshold;

TEST(SetThreshold, story) {
  Chain chain;
  const auto farm = test::officers(chain, 3, 1);
  const std::uint64_t id = farm.company.party;
  chain.ok(farm.company, verbs::SetThreshold{.threshold = 2});
  EXPECT_EQ(chain.get(kParties(id))->threshold(), 2u);
  EXPECT_EQ(test::admission_with(chain, id, {farm.keys[0]}), base::v1::TOO_FEW_KEYS);
  const auto back = verbs::SetThreshold{.threshold = 1}.operation();
  EXPECT_EQ(test::apply_with(chain, id, {farm.keys[0], farm.keys[2]}, back), kAccepted);
  EXPECT_EQ(chain.get(kParties(id))->threshold(), 1u);
  EXPECT_EQ(test::admission_with(chain, id, {farm.keys[2]}), kAccepted);
}

TEST(SetThreshold, refusals_in_order) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto farmer = chain.person();
  chain.refuse(farmer, verbs::SetThreshold{.threshold = 0}, SetThreshold::NO_THRESHOLD);
  chain.refuse(farmer, verbs::SetThreshold{.threshold = 1}, SetThreshold::PERSON_SIGNS_ALONE);
  chain.refuse(farmer, verbs::SetThreshold{.threshold = 2}, SetThreshold::PERSON_SIGNS_ALONE);
  chain.refuse(farm, verbs::SetThreshold{.threshold = 2}, SetThreshold::MORE_THAN_KEYS);
  chain.refuse(farm, verbs::SetThreshold{.threshold = UINT32_MAX}, SetThreshold::MORE_THAN_KEYS);
}

// m of n: every set of m or more of the n keys is admitted, every smaller one is not.
TEST(SetThreshold, property_every_subset) {
  Chain chain;
  constexpr std::uint32_t kCount = 4;
  for (std::uint32_t threshold = 1; threshold <= kCount; ++threshold) {
    const auto party = test::officers(chain, kCount, threshold);
    for (std::uint32_t chosen = 1; chosen < 1u << kCount; ++chosen) {
      Keys keys;
      for (std::uint32_t i = 0; i < kCount; ++i)
        if ((chosen >> i & 1) != 0) keys.push_back(party.keys[i]);
      const Refusal expected =
          keys.size() < threshold ? Refusal(base::v1::TOO_FEW_KEYS) : kAccepted;
      EXPECT_EQ(test::admission_with(chain, party.company.party, keys), expected)
          << threshold << " of " << kCount << ", chosen " << chosen;
    }
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::SetThreshold>([](sim::World& world, auto& draft) {
      if (!sim::fiddler_with(world, draft.party,
                             [](const auto& row) { return row.kind() != v1::NATURAL_PERSON; }))
        return false;
      const auto& row = *world.parties.find(draft.party);
      draft.verb.threshold = static_cast<std::uint32_t>(world.dice.between(1, row.active_keys()));
      return true;
    })
        .refuses(SetThreshold::NO_THRESHOLD,
                 [](sim::World&, auto& draft) { draft.verb.threshold = 0; })
        .refuses_instead(SetThreshold::PERSON_SIGNS_ALONE,
                         [](sim::World& world, auto& draft) {
                           draft.verb.threshold = 2;
                           return sim::fiddler_with(world, draft.party, [](const auto& row) {
                             return row.kind() == v1::NATURAL_PERSON;
                           });
                         })
        .refuses(SetThreshold::MORE_THAN_KEYS,
                 [](sim::World&, auto& draft) { draft.verb.threshold = 17; });

}  // namespace
}  // namespace astyq::identity
