// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/licences/licences.h"
#include "sim/licence_ways.h"
#include "support/authority_story.h"
#include "support/licences_story.h"

namespace astyq::licences {
namespace {

using test::Chain;
using v1::WithdrawLicence;

bool licensed(const Chain& chain, const test::Actor& actor, v1::LicenceKind kind = v1::ELEVATOR) {
  return chain.read([&](const View& view) { return is_licensed(view, actor.party, kind); });
}

TEST(WithdrawLicence, story) {
  Chain chain;
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = test::license(chain, elevator, v1::ELEVATOR);
  const std::uint64_t act = test::act_about(chain, elevator);
  chain.ok(chain.registrar(), verbs::WithdrawLicence{.licence = id, .act = act});
  EXPECT_EQ(chain.get(kLicences(id))->status(), v1::WITHDRAWN);
  EXPECT_EQ(chain.get(kLicences(id))->act(), act);
  EXPECT_FALSE(chain.get(kCurrentLicences(elevator.party, static_cast<std::uint32_t>(v1::ELEVATOR)))
                   .has_value());
  EXPECT_FALSE(licensed(chain, elevator));
  // Only a new licence makes it licensed again.
  const std::uint64_t next = test::license(chain, elevator, v1::ELEVATOR);
  EXPECT_NE(next, id);
  EXPECT_TRUE(licensed(chain, elevator));
  EXPECT_EQ(chain.get(kLicences(id))->status(), v1::WITHDRAWN);
}

TEST(WithdrawLicence, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto elevator = chain.company("Elevator");
  const auto other = chain.company("Other");
  const std::uint64_t id = test::license(chain, elevator, v1::ELEVATOR);
  const std::uint64_t act = test::act_about(chain, elevator);
  const std::uint64_t about_other = test::act_about(chain, other);
  chain.refuse(elevator, verbs::WithdrawLicence{.licence = id, .act = act},
               base::v1::NO_PERMISSION);
  chain.refuse(registrar, verbs::WithdrawLicence{}, WithdrawLicence::NO_SUCH_LICENCE);
  const std::uint64_t suspension =
      test::act_about(chain, elevator, {authority::v1::SUSPEND_LICENCE});
  for (const std::uint64_t wrong : {std::uint64_t{0}, about_other, suspension})
    chain.refuse(registrar, verbs::WithdrawLicence{.licence = id, .act = wrong},
                 WithdrawLicence::ACT_DOES_NOT_COVER);
  chain.ok(registrar, verbs::SuspendLicence{.licence = id, .act = act});
  chain.ok(registrar, verbs::WithdrawLicence{.licence = id, .act = act});
  chain.refuse(registrar, verbs::WithdrawLicence{.licence = id, .act = about_other},
               WithdrawLicence::ALREADY_ENDED);
}

// Through any number of licences of one kind, each ends once and for good, and at most one is in
// force.
TEST(WithdrawLicence, property_final) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto elevator = chain.company("Elevator");
  const std::uint64_t act = test::act_about(chain, elevator);
  std::vector<std::uint64_t> ended;
  for (int round = 0; round < 8; ++round) {
    const std::uint64_t id = test::license(chain, elevator, v1::ELEVATOR);
    if (round % 2 == 1) chain.ok(registrar, verbs::SuspendLicence{.licence = id, .act = act});
    chain.ok(registrar, verbs::WithdrawLicence{.licence = id, .act = act});
    ended.push_back(id);
    for (const std::uint64_t old : ended) {
      chain.refuse(registrar, verbs::WithdrawLicence{.licence = old, .act = act},
                   WithdrawLicence::ALREADY_ENDED);
      chain.refuse(registrar, verbs::SuspendLicence{.licence = old, .act = act},
                   v1::SuspendLicence::NOT_ACTIVE);
      chain.refuse(registrar, verbs::ReinstateLicence{.licence = old, .act = act},
                   v1::ReinstateLicence::NOT_SUSPENDED);
    }
    EXPECT_FALSE(licensed(chain, elevator));
  }
}

constexpr std::size_t kManyLicences = 30;

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::WithdrawLicence>([](sim::World& world, auto& draft) {
      draft.party = world.granted("licences.suspend");
      // A third is left to be suspended and reinstated, unless there are many.
      const bool crowded = world.current_licences.all().size() > kManyLicences;
      const auto fits = [&](const auto& row) {
        return (sim::is_active(row) || sim::is_suspended(row)) &&
               (crowded || draft.verb.licence % 3 != 0);
      };
      return sim::licence_with(world, draft.verb.licence, fits) &&
             sim::cite_act(world, draft.verb, authority::v1::WITHDRAW_LICENCE);
    })
        .refuses(WithdrawLicence::NO_SUCH_LICENCE, sim::kNoLicence)
        .refuses(WithdrawLicence::ALREADY_ENDED,
                 [](sim::World& world, auto& draft) {
                   return sim::licence_with(world, draft.verb.licence, [](const auto& row) {
                     return row.status() == v1::WITHDRAWN;
                   });
                 })
        .refuses(WithdrawLicence::ACT_DOES_NOT_COVER, [](sim::World& world, auto& draft) {
          draft.verb.act = world.act_beside(world.licences.find(draft.verb.licence)->holder(),
                                            authority::v1::WITHDRAW_LICENCE);
        });

}  // namespace
}  // namespace astyq::licences
