// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "base/amount.h"
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "sim/book.h"
#include "support/chain.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using v1::DefineBasisProfile;

TEST(DefineBasisProfile, story) {
  Chain chain;
  const verbs::DefineBasisProfile flax{v1::FLAX, "GOST 10582-76", 1'300, 300};
  const std::uint64_t id = chain.ok(chain.registrar(), flax);
  const auto row = chain.get(kBasisProfiles(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->crop(), v1::FLAX);
  EXPECT_EQ(row->standard(), "GOST 10582-76");
  EXPECT_EQ(row->basis_moisture_bps(), 1'300u);
  EXPECT_EQ(row->basis_foreign_matter_bps(), 300u);
  EXPECT_EQ(chain.ok(chain.registrar(), flax), id + 1);
}

TEST(DefineBasisProfile, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  verbs::DefineBasisProfile verb{v1::CROP_UNSPECIFIED, "", 10'000, 10'000};
  chain.refuse(chain.company("Stranger"), verb, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verb, DefineBasisProfile::NO_CROP);
  verb.crop = v1::WHEAT;
  chain.refuse(registrar, verb, DefineBasisProfile::NO_STANDARD);
  verb.standard = "GOST 9353-2016";
  chain.refuse(registrar, verb, DefineBasisProfile::WRONG_BASIS);
  verb.basis_moisture_bps = 9'999;
  chain.refuse(registrar, verb, DefineBasisProfile::WRONG_BASIS);
  verb.basis_foreign_matter_bps = 9'999;
  chain.ok(registrar, verb);
}

TEST(DefineBasisProfile, property_accepted_just_when_both_are_below_the_whole) {
  Chain chain;
  std::mt19937_64 random(1);
  for (int i = 0; i < 60; ++i) {
    const auto near_whole = [&] { return static_cast<std::uint32_t>(9'998 + random() % 4); };
    const verbs::DefineBasisProfile verb{v1::RYE, "Standard", near_whole(), near_whole()};
    const auto result = chain.apply(chain.registrar(), verb.operation());
    EXPECT_EQ(!result.refusal.refused(),
              verb.basis_moisture_bps < Bps::kWhole && verb.basis_foreign_matter_bps < Bps::kWhole);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::DefineBasisProfile>([](sim::World& world, auto& draft) {
      draft = {world.granted("elevators.basis"),
               {static_cast<v1::Crop>(world.dice.between(1, 11)), "ST RK 1046",
                static_cast<std::uint32_t>(world.dice.between(0, 2'000)), 100}};
    })
        .refuses(DefineBasisProfile::NO_CROP,
                 [](sim::World&, auto& draft) { draft.verb.crop = v1::CROP_UNSPECIFIED; })
        .refuses(DefineBasisProfile::NO_STANDARD,
                 [](sim::World&, auto& draft) { draft.verb.standard.clear(); })
        .refuses(DefineBasisProfile::WRONG_BASIS,
                 [](sim::World&, auto& draft) { draft.verb.basis_moisture_bps = 10'000; });

}  // namespace
}  // namespace astyq::elevators
