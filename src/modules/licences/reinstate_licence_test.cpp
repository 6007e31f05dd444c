// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/licences/licences.h"
#include "sim/licence_ways.h"
#include "support/authority_story.h"
#include "support/licences_story.h"

namespace astyq::licences {
namespace {

using test::Chain;
using v1::ReinstateLicence;

bool licensed(const Chain& chain, const test::Actor& actor, v1::LicenceKind kind = v1::ELEVATOR) {
  return chain.read([&](const View& view) { return is_licensed(view, actor.party, kind); });
}

std::uint64_t suspended(Chain& chain, std::uint64_t licence, const verbs::RecordAct& verb) {
  const std::uint64_t act = chain.ok(chain.registrar(), verb);
  chain.ok(chain.registrar(), verbs::SuspendLicence{.licence = licence, .act = act});
  return act;
}

verbs::RecordAct suspension_of(const test::Actor& holder) {
  auto verb = test::act_verb(holder);
  verb.scopes = {authority::v1::SUSPEND_LICENCE};
  return verb;
}

TEST(ReinstateLicence, story) {
  Chain chain;
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = test::license(chain, elevator, v1::ELEVATOR);
  suspended(chain, id, suspension_of(elevator));
  EXPECT_FALSE(licensed(chain, elevator));
  const std::uint64_t lifting =
      test::act_about(chain, elevator, {authority::v1::REINSTATE_LICENCE});
  chain.ok(chain.registrar(), verbs::ReinstateLicence{.licence = id, .act = lifting});
  EXPECT_TRUE(licensed(chain, elevator));
  EXPECT_EQ(chain.get(kLicences(id))->status(), v1::ACTIVE);
  EXPECT_EQ(chain.get(kLicences(id))->act(), 0u);
}

// A suspension for a term needs no document to lift it, but it does not fall by itself either.
TEST(ReinstateLicence, an_act_whose_term_has_ended_lifts_its_own_suspension) {
  Chain chain;
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = test::license(chain, elevator, v1::ELEVATOR);
  auto for_a_day = suspension_of(elevator);
  for_a_day.expires_at_ns = chain.now_ns() + kDayNs;
  const std::uint64_t act = suspended(chain, id, for_a_day);
  const verbs::ReinstateLicence verb{.licence = id, .act = act};
  chain.refuse(chain.registrar(), verb, ReinstateLicence::ACT_DOES_NOT_COVER);
  chain.wait_days(1);
  EXPECT_FALSE(licensed(chain, elevator));
  chain.ok(chain.registrar(), verb);
  EXPECT_TRUE(licensed(chain, elevator));
}

TEST(ReinstateLicence, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = test::license(chain, elevator, v1::ELEVATOR);
  const std::uint64_t about_other = test::act_about(chain, chain.company("Other"));
  chain.refuse(elevator, verbs::ReinstateLicence{.licence = id}, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verbs::ReinstateLicence{}, ReinstateLicence::NO_SUCH_LICENCE);
  chain.refuse(registrar, verbs::ReinstateLicence{.licence = id + 1},
               ReinstateLicence::NO_SUCH_LICENCE);
  chain.refuse(registrar, verbs::ReinstateLicence{.licence = id}, ReinstateLicence::NOT_SUSPENDED);
  const std::uint64_t act = suspended(chain, id, suspension_of(elevator));
  for (const std::uint64_t wrong : {std::uint64_t{0}, about_other, act, act + 1})
    chain.refuse(registrar, verbs::ReinstateLicence{.licence = id, .act = wrong},
                 ReinstateLicence::ACT_DOES_NOT_COVER);
  const std::uint64_t any = test::act_about(chain, elevator);
  chain.ok(registrar, verbs::WithdrawLicence{.licence = id, .act = any});
  chain.refuse(registrar, verbs::ReinstateLicence{.licence = id, .act = any},
               ReinstateLicence::NOT_SUSPENDED);
}

// Over any sequence of suspensions and reinstatements the licence counts just when the model says
// so.
TEST(ReinstateLicence, property_follows_a_model) {
  Chain chain;
  std::mt19937 random(17);
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = test::license(chain, elevator, v1::ELEVATOR);
  const std::uint64_t act = test::act_about(chain, elevator);
  bool suspended = false;
  for (int i = 0; i < 60; ++i) {
    const bool suspend = random() % 2 == 0;
    const auto op = suspend ? verbs::SuspendLicence{.licence = id, .act = act}.operation()
                            : verbs::ReinstateLicence{.licence = id, .act = act}.operation();
    const auto result = chain.apply(chain.registrar(), op);
    EXPECT_EQ(result.refusal.refused(), suspend == suspended);
    suspended = suspend;
    EXPECT_EQ(licensed(chain, elevator), !suspended);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::ReinstateLicence>([](sim::World& world, auto& draft) {
      draft.party = world.granted("licences.suspend");
      const auto* entry = world.current_licences.pick(world.dice, [&](const auto& row) {
        return sim::is_suspended(*world.licences.find(row.licence()));
      });
      if (entry == nullptr) return false;
      draft.verb.licence = entry->second.licence();
      return sim::cite_act(world, draft.verb, authority::v1::REINSTATE_LICENCE);
    })
        .refuses(ReinstateLicence::NO_SUCH_LICENCE, sim::kNoLicence)
        .refuses(ReinstateLicence::NOT_SUSPENDED,
                 [](sim::World& world, auto& draft) {
                   const auto* entry = world.licences.pick(world.dice, sim::is_active);
                   if (entry != nullptr) draft.verb.licence = entry->first.first;
                   return entry != nullptr;
                 })
        .refuses(ReinstateLicence::ACT_DOES_NOT_COVER, [](sim::World& world, auto& draft) {
          const auto& row = *world.licences.find(draft.verb.licence);
          draft.verb.act = world.act_beside(row.holder(), authority::v1::REINSTATE_LICENCE);
          return draft.verb.act != row.act();
        });

}  // namespace
}  // namespace astyq::licences
