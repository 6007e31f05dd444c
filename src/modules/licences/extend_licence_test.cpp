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
using v1::ExtendLicence;

constexpr std::int64_t kTermNs = 100 * kSecondNs;

bool licensed(const Chain& chain, const test::Actor& actor) {
  return chain.read([&](const View& view) { return is_licensed(view, actor.party, v1::ELEVATOR); });
}

std::uint64_t licensed_for_a_term(Chain& chain, const test::Actor& holder) {
  const std::int64_t from_ns = chain.now_ns();
  return chain.ok(chain.registrar(), verbs::GrantLicence{.holder = holder.party,
                                                         .kind = v1::ELEVATOR,
                                                         .number = "KZ-17",
                                                         .valid_from_ns = from_ns,
                                                         .valid_to_ns = from_ns + kTermNs});
}

// Prolonged in time, the licence counts through its former end; granting the next one has to wait
// for that end.
TEST(ExtendLicence, story) {
  Chain chain;
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = licensed_for_a_term(chain, elevator);
  auto expected = *chain.get(kLicences(id));
  expected.set_valid_to_ns(expected.valid_to_ns() + kTermNs);
  chain.ok(chain.registrar(), verbs::ExtendLicence{id, expected.valid_to_ns()});
  EXPECT_EQ(chain.get(kLicences(id))->SerializeAsString(), expected.SerializeAsString());
  chain.wait(kTermNs);
  EXPECT_TRUE(licensed(chain, elevator));
  chain.ok(chain.registrar(), verbs::ExtendLicence{id, 0});
  chain.wait(2 * kTermNs);
  EXPECT_TRUE(licensed(chain, elevator));
}

TEST(ExtendLicence, suspended_stays_suspended) {
  Chain chain;
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = licensed_for_a_term(chain, elevator);
  const std::uint64_t act = test::act_about(chain, elevator);
  chain.ok(chain.registrar(), verbs::SuspendLicence{id, act});
  chain.ok(chain.registrar(), verbs::ExtendLicence{id, 0});
  chain.wait(kTermNs);
  EXPECT_FALSE(licensed(chain, elevator));
  chain.ok(chain.registrar(), verbs::ReinstateLicence{id, act});
  EXPECT_TRUE(licensed(chain, elevator));
}

TEST(ExtendLicence, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = licensed_for_a_term(chain, elevator);
  const std::int64_t to_ns = chain.get(kLicences(id))->valid_to_ns();
  chain.refuse(elevator, verbs::ExtendLicence{id, 0}, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verbs::ExtendLicence{}, ExtendLicence::NO_SUCH_LICENCE);
  chain.refuse(registrar, verbs::ExtendLicence{id + 1, 0}, ExtendLicence::NO_SUCH_LICENCE);
  for (const std::int64_t wrong : {std::int64_t{-1}, std::int64_t{1}, to_ns - 1, to_ns})
    chain.refuse(registrar, verbs::ExtendLicence{id, wrong}, ExtendLicence::NOT_LONGER);
  chain.wait(kTermNs);
  chain.refuse(registrar, verbs::ExtendLicence{id, 1}, ExtendLicence::ALREADY_ENDED);

  const std::uint64_t next = test::license(chain, elevator, v1::ELEVATOR);
  chain.refuse(registrar, verbs::ExtendLicence{id, 0}, ExtendLicence::ALREADY_ENDED);
  chain.refuse(registrar, verbs::ExtendLicence{next, 0}, ExtendLicence::NOT_LONGER);
  chain.refuse(registrar, verbs::ExtendLicence{next, INT64_MAX}, ExtendLicence::NOT_LONGER);
  const std::uint64_t act = test::act_about(chain, elevator);
  chain.ok(registrar, verbs::WithdrawLicence{next, act});
  chain.refuse(registrar, verbs::ExtendLicence{next, 0}, ExtendLicence::ALREADY_ENDED);
}

// Whatever ends are sent and whenever: the licence counts until the latest that was accepted, which
// never moves back, and never again after it.
TEST(ExtendLicence, property_end_only_moves_on) {
  Chain chain;
  std::mt19937_64 random(305);
  const auto elevator = chain.company("Elevator");
  const std::uint64_t id = licensed_for_a_term(chain, elevator);
  std::int64_t end_ns = chain.get(kLicences(id))->valid_to_ns();
  for (int i = 0; i < 60; ++i) {
    const std::int64_t wish_ns =
        end_ns + static_cast<std::int64_t>(random() % 16) * kSecondNs - 8 * kSecondNs;
    const auto op = verbs::ExtendLicence{id, wish_ns}.operation();
    const bool accepted = !chain.apply(chain.registrar(), op).refusal.refused();
    EXPECT_EQ(accepted, wish_ns > end_ns && chain.now_ns() < end_ns);
    if (accepted) end_ns = wish_ns;
    EXPECT_EQ(chain.get(kLicences(id))->valid_to_ns(), end_ns);
    EXPECT_EQ(licensed(chain, elevator), chain.now_ns() < end_ns);
    if (i % 4 == 0) chain.block({}, 20 * kSecondNs);
  }
}

// A licence for a term that is not over, or one that was granted for ever.
bool standing_licence(sim::World& world, std::uint64_t& licence, bool for_a_term) {
  const auto* entry = world.licences.pick_entry(world.dice, [&](const auto& found) {
    const v1::Licence& row = found.second;
    return (sim::is_active(row) || sim::is_suspended(row)) &&
           (for_a_term ? row.valid_to_ns() > world.time_ns() : row.valid_to_ns() == 0);
  });
  if (entry != nullptr) licence = entry->first.first;
  return entry != nullptr;
}

// What the random run does with the verb. Licences go on ending in it: a term grows by a day at
// most.
const auto kPage =
    sim::Page<verbs::ExtendLicence>([](sim::World& world, auto& draft) {
      draft.party = world.granted("licences.grant");
      if (!standing_licence(world, draft.verb.licence, true)) return false;
      draft.verb.valid_to_ns = world.licences.find(draft.verb.licence)->valid_to_ns() +
                               static_cast<std::int64_t>(world.dice.between(1, kDayNs));
      return true;
    })
        .refuses(ExtendLicence::NO_SUCH_LICENCE, sim::kNoLicence)
        .refuses(ExtendLicence::ALREADY_ENDED,
                 [](sim::World& world, auto& draft) {
                   const auto* entry = world.licences.pick(world.dice, [&](const auto& row) {
                     return row.status() == v1::WITHDRAWN ||
                            (row.valid_to_ns() != 0 && row.valid_to_ns() <= world.time_ns());
                   });
                   if (entry != nullptr) draft.verb.licence = entry->first.first;
                   return entry != nullptr;
                 })
        .refuses(ExtendLicence::NOT_LONGER, [](sim::World& world, auto& draft) {
          if (world.dice.percent(50)) return standing_licence(world, draft.verb.licence, false);
          draft.verb.valid_to_ns = world.licences.find(draft.verb.licence)->valid_to_ns();
          return true;
        });

}  // namespace
}  // namespace astyq::licences
