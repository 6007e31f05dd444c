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
using v1::FreezeParty;

verbs::FreezeParty freeze(const test::Actor& actor, std::uint64_t act) {
  return {.party = actor.party, .act = act};
}

TEST(FreezeParty, story) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const std::uint64_t act = test::act_about(chain, farm);
  chain.ok(chain.registrar(), freeze(farm, act));
  EXPECT_EQ(chain.read([&](const View& view) { return identity::freezing_act(view, farm.party); }),
            act);
  // Whatever the party signs now is refused, before the verb looks at it.
  chain.refuse(farm, verbs::SetThreshold{.threshold = 1}, base::v1::PARTY_FROZEN);
  chain.refuse(farm, verbs::AddKey{}, base::v1::PARTY_FROZEN);
  chain.refuse(farm, freeze(farm, act), base::v1::NO_PERMISSION);
}

TEST(FreezeParty, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  const std::uint64_t about_other = test::act_about(chain, other);
  chain.refuse(farm, freeze(other, about_other), base::v1::NO_PERMISSION);
  chain.refuse(registrar, freeze({999, nullptr}, about_other), base::v1::NAMED_PARTY_MISSING);
  chain.refuse(registrar, freeze({0, nullptr}, 0), FreezeParty::NO_PARTY);
  chain.refuse(registrar, freeze(registrar, 0), FreezeParty::OWN_PARTY);
  chain.refuse(registrar, freeze(farm, 0), FreezeParty::ACT_DOES_NOT_COVER);
  chain.refuse(registrar, freeze(farm, 999), FreezeParty::ACT_DOES_NOT_COVER);
  chain.refuse(registrar, freeze(farm, about_other), FreezeParty::ACT_DOES_NOT_COVER);
  const std::uint64_t release = test::act_about(chain, farm, {v1::RELEASE_PARTY});
  chain.refuse(registrar, freeze(farm, release), FreezeParty::ACT_DOES_NOT_COVER);
  auto short_lived = test::act_verb(farm);
  short_lived.expires_at_ns = chain.now_ns() + 10 * kSecondNs;
  const std::uint64_t act = chain.ok(registrar, short_lived);
  chain.block({}, 10 * kSecondNs);
  chain.refuse(registrar, freeze(farm, act), FreezeParty::ACT_DOES_NOT_COVER);
  const std::uint64_t good = test::act_about(chain, farm);
  chain.ok(registrar, freeze(farm, good));
  chain.refuse(registrar, freeze(farm, act), FreezeParty::ACT_DOES_NOT_COVER);
  chain.refuse(registrar, freeze(farm, good), FreezeParty::ALREADY_FROZEN);
}

// Just the party that the act is about is stopped; everybody else goes on.
TEST(FreezeParty, property_only_the_subject_stops) {
  Chain chain;
  std::vector<test::Actor> parties;
  for (int i = 0; i < 6; ++i) parties.push_back(chain.company("Agro " + std::to_string(i)));
  std::vector<bool> frozen(parties.size(), false);
  for (const std::size_t next : {4u, 0u, 5u, 2u}) {
    chain.ok(chain.registrar(), freeze(parties[next], test::act_about(chain, parties[next])));
    frozen[next] = true;
    for (std::size_t i = 0; i < parties.size(); ++i) {
      const auto op = verbs::SetThreshold{.threshold = 1}.operation();
      EXPECT_EQ(chain.apply(parties[i], op).refusal,
                frozen[i] ? Refusal(base::v1::PARTY_FROZEN) : kAccepted);
    }
  }
}

// What the random run does with the verb. A tenth of the traders at most lie frozen, so that trade
// goes on.
const auto kPage =
    sim::Page<verbs::FreezeParty>([](sim::World& world, auto& draft) {
      draft.party = world.granted("authority.freeze");
      draft.verb.party = world.trader();
      draft.verb.act = world.act_about(draft.verb.party, v1::FREEZE_PARTY);
      std::size_t frozen = 0;
      for (const std::uint64_t party : world.traders) frozen += world.is_frozen(party);
      return draft.party != draft.verb.party && draft.verb.act != 0 && frozen < 3 &&
             !world.is_frozen(draft.verb.party);
    })
        .refuses(FreezeParty::NO_PARTY, [](sim::World&, auto& draft) { draft.verb.party = 0; })
        .refuses(FreezeParty::OWN_PARTY,
                 [](sim::World&, auto& draft) { draft.verb.party = draft.party; })
        .refuses(FreezeParty::ACT_DOES_NOT_COVER,
                 [](sim::World& world, auto& draft) {
                   draft.verb.act = world.act_beside(draft.verb.party, v1::FREEZE_PARTY);
                 })
        .refuses_instead(FreezeParty::ALREADY_FROZEN, [](sim::World& world, auto& draft) {
          const std::uint64_t party = world.dice.pick(world.traders);
          draft = {sim::kRegistrar, {party, world.act_about(party, v1::FREEZE_PARTY)}};
          return world.is_frozen(party) && draft.verb.act != 0;
        });

}  // namespace
}  // namespace astyq::authority
