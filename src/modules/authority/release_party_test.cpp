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
  const std::uint64_t arrest = test::act_about(chain, farm, {v1::FREEZE_PARTY});
  chain.ok(chain.registrar(), freeze(farm, arrest));
  chain.refuse(farm, verbs::SetThreshold{.threshold = 1}, base::v1::PARTY_FROZEN);
  chain.ok(chain.registrar(), release(farm, test::act_about(chain, farm, {v1::RELEASE_PARTY})));
  EXPECT_FALSE(chain.read([&](const View& view) { return identity::is_frozen(view, farm.party); }));
  chain.ok(farm, verbs::SetThreshold{.threshold = 1});
}

// An arrest for a term needs no document to lift it, but it does not fall by itself either.
TEST(ReleaseParty, an_act_whose_term_has_ended_lifts_its_own_freeze) {
  Chain chain;
  const auto farm = chain.company("Agro");
  auto for_a_day = test::act_verb(farm);
  for_a_day.scopes = {v1::FREEZE_PARTY};
  for_a_day.expires_at_ns = chain.now_ns() + kDayNs;
  const std::uint64_t arrest = chain.ok(chain.registrar(), for_a_day);
  const std::uint64_t another = chain.ok(chain.registrar(), for_a_day);
  chain.ok(chain.registrar(), freeze(farm, arrest));
  chain.refuse(chain.registrar(), release(farm, arrest), ReleaseParty::ACT_DOES_NOT_COVER);
  chain.wait_days(1);
  EXPECT_TRUE(chain.read([&](const View& view) { return identity::is_frozen(view, farm.party); }));
  chain.refuse(chain.registrar(), release(farm, another), ReleaseParty::ACT_DOES_NOT_COVER);
  chain.ok(chain.registrar(), release(farm, arrest));
}

TEST(ReleaseParty, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  const std::uint64_t about_other = test::act_about(chain, other);
  const std::uint64_t arrest = test::act_about(chain, farm, {v1::FREEZE_PARTY, v1::BLOCK_RECEIPT});
  chain.refuse(farm, release(other, about_other), base::v1::NO_PERMISSION);
  chain.refuse(registrar, release({999, nullptr}, arrest), base::v1::NAMED_PARTY_MISSING);
  chain.refuse(registrar, release({0, nullptr}, 0), ReleaseParty::NO_PARTY);
  chain.refuse(registrar, release(farm, 0), ReleaseParty::NOT_FROZEN);
  chain.ok(registrar, freeze(farm, arrest));
  for (const std::uint64_t wrong : {std::uint64_t{0}, about_other, arrest, arrest + 1})
    chain.refuse(registrar, release(farm, wrong), ReleaseParty::ACT_DOES_NOT_COVER);
  chain.refuse(farm, release(farm, arrest), base::v1::NO_PERMISSION);
}

// Frozen and released any number of times, a party is frozen just between the two.
TEST(ReleaseParty, property_freeze_and_release_alternate) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto op = verbs::SetThreshold{.threshold = 1}.operation();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(chain.apply(farm, op).refusal, kAccepted);
    const std::uint64_t arrest = test::act_about(chain, farm, {v1::FREEZE_PARTY});
    const std::uint64_t lifting = test::act_about(chain, farm, {v1::RELEASE_PARTY});
    chain.refuse(chain.registrar(), freeze(farm, lifting), v1::FreezeParty::ACT_DOES_NOT_COVER);
    chain.ok(chain.registrar(), freeze(farm, arrest));
    EXPECT_EQ(chain.apply(farm, op).refusal, base::v1::PARTY_FROZEN);
    chain.refuse(chain.registrar(), release(farm, arrest), ReleaseParty::ACT_DOES_NOT_COVER);
    chain.ok(chain.registrar(), release(farm, lifting));
    chain.refuse(chain.registrar(), release(farm, lifting), ReleaseParty::NOT_FROZEN);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::ReleaseParty>([](sim::World& world, auto& draft) {
      draft.party = world.granted("authority.freeze");
      const std::uint64_t party = world.dice.pick(world.traders);
      draft.verb = {party, world.act_about(party, v1::RELEASE_PARTY)};
      return world.is_frozen(party) && draft.verb.act != 0;
    })
        .refuses(ReleaseParty::NO_PARTY, [](sim::World&, auto& draft) { draft.verb.party = 0; })
        .refuses_instead(ReleaseParty::NOT_FROZEN,
                         [](sim::World& world, auto& draft) {
                           const std::uint64_t party = world.trader();
                           draft = {sim::kRegistrar,
                                    {party, world.act_about(party, v1::RELEASE_PARTY)}};
                           return !world.is_frozen(party) && draft.verb.act != 0;
                         })
        .refuses(ReleaseParty::ACT_DOES_NOT_COVER, [](sim::World& world, auto& draft) {
          draft.verb.act = world.act_beside(draft.verb.party, v1::RELEASE_PARTY);
          return draft.verb.act != world.parties.find(draft.verb.party)->frozen_by_act();
        });

}  // namespace
}  // namespace astyq::authority
