// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <iterator>
#include <map>

#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/licences/licences.h"
#include "sim/licence_ways.h"
#include "support/authority_story.h"
#include "support/licences_story.h"

namespace astyq::licences {
namespace {

using test::Chain;
using v1::SuspendLicence;

bool licensed(const Chain& chain, const test::Actor& actor, v1::LicenceKind kind = v1::ELEVATOR) {
  return chain.read([&](const View& view) { return is_licensed(view, actor.party, kind); });
}

TEST(SuspendLicence, story) {
  Chain chain;
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = test::license(chain, elevator, v1::ELEVATOR);
  const std::uint64_t act = test::act_about(chain, elevator);
  chain.ok(chain.registrar(), verbs::SuspendLicence{.licence = id, .act = act});
  EXPECT_EQ(chain.get(kLicences(id))->status(), v1::SUSPENDED);
  EXPECT_EQ(chain.get(kLicences(id))->act(), act);
  EXPECT_FALSE(licensed(chain, elevator));
  // It is still the one licence of its kind: no second one beside it.
  const verbs::GrantLicence second{.holder = elevator.party,
                                   .kind = v1::ELEVATOR,
                                   .number = "KZ-18",
                                   .valid_from_ns = chain.now_ns()};
  chain.refuse(chain.registrar(), second, v1::GrantLicence::ALREADY_LICENSED);
}

TEST(SuspendLicence, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto elevator = chain.company("Elevator");
  const auto other = chain.company("Other");
  const std::uint64_t id = test::license(chain, elevator, v1::ELEVATOR);
  const std::uint64_t act = test::act_about(chain, elevator);
  const std::uint64_t about_other = test::act_about(chain, other);
  chain.refuse(elevator, verbs::SuspendLicence{.licence = id, .act = act}, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verbs::SuspendLicence{}, SuspendLicence::NO_SUCH_LICENCE);
  chain.refuse(registrar, verbs::SuspendLicence{.licence = id + 1, .act = act},
               SuspendLicence::NO_SUCH_LICENCE);
  const std::uint64_t withdrawal =
      test::act_about(chain, elevator, {authority::v1::WITHDRAW_LICENCE});
  for (const std::uint64_t wrong : {std::uint64_t{0}, about_other, withdrawal, withdrawal + 1})
    chain.refuse(registrar, verbs::SuspendLicence{.licence = id, .act = wrong},
                 SuspendLicence::ACT_DOES_NOT_COVER);
  chain.ok(registrar, verbs::SuspendLicence{.licence = id, .act = act});
  chain.refuse(registrar, verbs::SuspendLicence{.licence = id, .act = about_other},
               SuspendLicence::NOT_ACTIVE);
}

// Just the licence that is named is suspended, of whatever kind and holder.
TEST(SuspendLicence, property_others_stay_licensed) {
  Chain chain;
  const auto act_of = [&](const test::Actor& actor) { return test::act_about(chain, actor); };
  const std::vector<test::Actor> holders{chain.company("One"), chain.company("Two")};
  const std::vector<v1::LicenceKind> kinds{v1::ELEVATOR, v1::LABORATORY, v1::BANK};
  std::map<std::pair<std::size_t, v1::LicenceKind>, std::uint64_t> active;
  for (std::size_t i = 0; i < holders.size(); ++i)
    for (const auto kind : kinds) active[{i, kind}] = test::license(chain, holders[i], kind);
  while (!active.empty()) {
    const auto chosen = std::next(active.begin(), static_cast<int>(active.size() / 2));
    chain.ok(chain.registrar(), verbs::SuspendLicence{.licence = chosen->second,
                                                      .act = act_of(holders[chosen->first.first])});
    active.erase(chosen);
    for (std::size_t i = 0; i < holders.size(); ++i)
      for (const auto kind : kinds)
        EXPECT_EQ(licensed(chain, holders[i], kind), active.contains({i, kind}));
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::SuspendLicence>([](sim::World& world, auto& draft) {
      draft.party = world.granted("licences.suspend");
      const bool any = world.dice.percent(20);
      const auto fits = [&](const auto& row) {
        return sim::is_active(row) && (any || draft.verb.licence % 3 == 0);
      };
      return sim::licence_with(world, draft.verb.licence, fits) &&
             sim::cite_act(world, draft.verb, authority::v1::SUSPEND_LICENCE);
    })
        .refuses(SuspendLicence::NO_SUCH_LICENCE, sim::kNoLicence)
        .refuses(SuspendLicence::NOT_ACTIVE,
                 [](sim::World& world, auto& draft) {
                   return sim::licence_with(world, draft.verb.licence, sim::is_suspended);
                 })
        .refuses(SuspendLicence::ACT_DOES_NOT_COVER, [](sim::World& world, auto& draft) {
          draft.verb.act = world.act_beside(world.licences.find(draft.verb.licence)->holder(),
                                            authority::v1::SUSPEND_LICENCE);
        });

}  // namespace
}  // namespace astyq::licences
