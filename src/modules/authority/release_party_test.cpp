// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "modules/authority/authority.h"
#include "modules/identity/identity.h"
#include "sim/book.h"
#include "support/authority_story.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::ReleaseParty;

verbs::FreezeParty freeze(const test::Actor& actor, std::uint64_t act) {
  return {.party = actor.party, .act = act};
}

verbs::ReleaseParty release(const test::Actor& actor, std::uint64_t act) {
  return {.party = actor.party, .act = act};
}

TEST(ReleaseParty, story) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const std::uint64_t arrest = test::act_about(chain, farm);
  chain.ok(chain.registrar(), freeze(farm, arrest));
  chain.refuse(farm, verbs::SetThreshold{.threshold = 1}, base::v1::PARTY_FROZEN);
  chain.ok(chain.registrar(), release(farm, test::act_about(chain, farm)));
  EXPECT_FALSE(chain.read([&](const View& view) { return identity::is_frozen(view, farm.party); }));
  chain.ok(farm, verbs::SetThreshold{.threshold = 1});
}

TEST(ReleaseParty, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  const std::uint64_t about_other = test::act_about(chain, other);
  const std::uint64_t arrest = test::act_about(chain, farm);
  chain.refuse(farm, release(other, about_other), base::v1::NO_PERMISSION);
  chain.refuse(registrar, release({999, nullptr}, arrest), base::v1::NAMED_PARTY_MISSING);
  chain.refuse(registrar, release({0, nullptr}, 0), ReleaseParty::NO_PARTY);
  chain.refuse(registrar, release(farm, 0), ReleaseParty::ACT_DOES_NOT_COVER);
  chain.refuse(registrar, release(farm, about_other), ReleaseParty::ACT_DOES_NOT_COVER);
  chain.refuse(registrar, release(farm, arrest), ReleaseParty::NOT_FROZEN);
  chain.ok(registrar, freeze(farm, arrest));
  chain.refuse(registrar, release(farm, arrest), ReleaseParty::SAME_ACT);
  chain.refuse(farm, release(farm, arrest), base::v1::NO_PERMISSION);
}

// Frozen and released any number of times, a party is frozen just between the two.
TEST(ReleaseParty, property_freeze_and_release_alternate) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto op = verbs::SetThreshold{.threshold = 1}.operation();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(chain.apply(farm, op).refusal, kAccepted);
    const std::uint64_t arrest = test::act_about(chain, farm);
    chain.ok(chain.registrar(), freeze(farm, arrest));
    EXPECT_EQ(chain.apply(farm, op).refusal, base::v1::PARTY_FROZEN);
    chain.refuse(chain.registrar(), release(farm, arrest), ReleaseParty::SAME_ACT);
    chain.ok(chain.registrar(), release(farm, test::act_about(chain, farm)));
    chain.refuse(chain.registrar(), release(farm, arrest), ReleaseParty::NOT_FROZEN);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::ReleaseParty>([](sim::World& world, auto& draft) {
      draft.party = world.granted("authority.freeze");
      const std::uint64_t party = world.dice.pick(world.traders);
      draft.verb = {party, world.act_about(party, world.parties.find(party)->frozen_by_act())};
      return world.is_frozen(party) && draft.verb.act != 0;
    })
        .refuses(ReleaseParty::NO_PARTY, [](sim::World&, auto& draft) { draft.verb.party = 0; })
        .refuses(ReleaseParty::ACT_DOES_NOT_COVER,
                 [](sim::World& world, auto& draft) {
                   draft.verb.act = world.act_not_about(draft.verb.party);
                 })
        .refuses_instead(ReleaseParty::NOT_FROZEN,
                         [](sim::World& world, auto& draft) {
                           const std::uint64_t party = world.trader();
                           draft = {sim::kRegistrar, {party, world.act_about(party)}};
                           return !world.is_frozen(party) && draft.verb.act != 0;
                         })
        .refuses(ReleaseParty::SAME_ACT, [](sim::World& world, auto& draft) {
          draft.verb.act = world.parties.find(draft.verb.party)->frozen_by_act();
          const std::int64_t expires_at_ns = world.acts.find(draft.verb.act)->expires_at_ns();
          return expires_at_ns == 0 || expires_at_ns > world.time_ns();
        });

}  // namespace
}  // namespace astyq::authority
