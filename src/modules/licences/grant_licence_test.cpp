// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/licences/licences.h"
#include "sim/book.h"
#include "support/authority_story.h"
#include "support/licences_story.h"

namespace astyq::licences {
namespace {

using test::Chain;
using v1::GrantLicence;

bool licensed(const Chain& chain, const test::Actor& actor, v1::LicenceKind kind = v1::ELEVATOR) {
  return chain.read([&](const View& view) { return is_licensed(view, actor.party, kind); });
}

verbs::GrantLicence elevator_licence(const Chain& chain, const test::Actor& holder) {
  return {.holder = holder.party,
          .kind = v1::ELEVATOR,
          .number = "KZ-17",
          .valid_from_ns = chain.now_ns()};
}

Slot<v1::CurrentLicence> current_slot(const test::Actor& holder, v1::LicenceKind kind) {
  return kCurrentLicences(holder.party, static_cast<std::uint32_t>(kind));
}

TEST(GrantLicence, story) {
  Chain chain;
  const auto elevator = chain.company("Elevator");
  EXPECT_FALSE(licensed(chain, elevator));
  const std::uint64_t id = chain.ok(chain.registrar(), elevator_licence(chain, elevator));
  EXPECT_EQ(id, 1u);
  const auto row = chain.get(kLicences(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->holder(), elevator.party);
  EXPECT_EQ(row->kind(), v1::ELEVATOR);
  EXPECT_EQ(row->number(), "KZ-17");
  EXPECT_EQ(row->status(), v1::ACTIVE);
  EXPECT_EQ(row->granted_by(), chain.registrar().party);
  EXPECT_EQ(row->act(), 0u);
  EXPECT_EQ(chain.get(current_slot(elevator, v1::ELEVATOR))->licence(), id);
  EXPECT_TRUE(licensed(chain, elevator));
  EXPECT_FALSE(licensed(chain, elevator, v1::LABORATORY));
  EXPECT_FALSE(licensed(chain, chain.registrar()));
  // Another kind stands beside it.
  test::license(chain, elevator, v1::LABORATORY);
  EXPECT_TRUE(licensed(chain, elevator, v1::LABORATORY));
}

TEST(GrantLicence, story_next_one_after_the_term) {
  Chain chain;
  const auto elevator = chain.company("Elevator");
  auto verb = elevator_licence(chain, elevator);
  verb.valid_to_ns = chain.now_ns() + 100 * kSecondNs;
  const std::uint64_t first = chain.ok(chain.registrar(), verb);
  const auto next = elevator_licence(chain, elevator);
  chain.refuse(chain.registrar(), next, GrantLicence::ALREADY_LICENSED);
  chain.wait(100 * kSecondNs);
  EXPECT_FALSE(licensed(chain, elevator));
  EXPECT_EQ(chain.get(kLicences(first))->status(), v1::ACTIVE);
  const std::uint64_t second = chain.ok(chain.registrar(), next);
  EXPECT_EQ(chain.get(kLicences(first))->status(), v1::LAPSED);
  EXPECT_EQ(chain.get(current_slot(elevator, v1::ELEVATOR))->licence(), second);
  EXPECT_TRUE(licensed(chain, elevator));
}

TEST(GrantLicence, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto farm = chain.company("Agro");
  const auto farmer = chain.person();
  chain.refuse(farm, elevator_licence(chain, farm), base::v1::NO_PERMISSION);
  chain.refuse(registrar, elevator_licence(chain, {999, nullptr}), base::v1::NAMED_PARTY_MISSING);
  chain.refuse(registrar, verbs::GrantLicence{}, GrantLicence::NO_HOLDER);
  verbs::GrantLicence verb{.holder = farmer.party};
  chain.refuse(registrar, verb, GrantLicence::NO_KIND);
  verb.kind = v1::ELEVATOR;
  chain.refuse(registrar, verb, GrantLicence::NO_NUMBER);
  verb.number = "KZ-17";
  chain.refuse(registrar, verb, GrantLicence::WRONG_TERM);
  verb.valid_from_ns = -5;
  chain.refuse(registrar, verb, GrantLicence::WRONG_TERM);
  verb.valid_from_ns = 5;
  verb.valid_to_ns = 5;
  chain.refuse(registrar, verb, GrantLicence::WRONG_TERM);
  verb.valid_to_ns = -1;
  chain.refuse(registrar, verb, GrantLicence::WRONG_TERM);
  verb.valid_to_ns = chain.now_ns();
  chain.refuse(registrar, verb, GrantLicence::TERM_OVER);
  verb.valid_to_ns = 0;
  chain.refuse(registrar, verb, GrantLicence::PERSON_NOT_LICENSED);
  test::license(chain, farm, v1::ELEVATOR);
  chain.refuse(registrar, elevator_licence(chain, farm), GrantLicence::ALREADY_LICENSED);
}

// A licence counts from its first instant and no longer at its last, whatever the term.
TEST(GrantLicence, property_term_in_block_time) {
  Chain chain;
  struct Term {
    test::Actor holder;
    std::int64_t from_ns, to_ns;
  };
  std::vector<Term> terms;
  const std::int64_t start_ns = chain.now_ns();
  for (int from : {0, 10, 25})
    for (int length_s : {0, 1, 10, 17}) {
      Term term{chain.company("Agro"), start_ns + (40 + from) * kSecondNs, 0};
      if (length_s > 0) term.to_ns = term.from_ns + length_s * kSecondNs;
      auto verb = elevator_licence(chain, term.holder);
      verb.valid_from_ns = term.from_ns;
      verb.valid_to_ns = term.to_ns;
      chain.ok(chain.registrar(), verb);
      terms.push_back(term);
    }
  chain.block({}, start_ns + 30 * kSecondNs - chain.now_ns());
  for (int step = 0; step < 60; ++step) {
    for (const Term& term : terms) {
      const bool begun = chain.now_ns() >= term.from_ns;
      const bool over = term.to_ns != 0 && chain.now_ns() >= term.to_ns;
      EXPECT_EQ(licensed(chain, term.holder), begun && !over) << step;
    }
    chain.block({}, kSecondNs);
  }
}

bool unlicensed_kind(sim::World& world, verbs::GrantLicence& verb) {
  const auto needs = [&](const auto& parties, auto kind) {
    verb.holder = world.dice.pick(parties);
    verb.kind = kind;
    return world.current_licences.find(verb.holder, static_cast<std::uint64_t>(kind)) == nullptr ||
           (!world.is_licensed(verb.holder, kind) && world.dice.percent(20));
  };
  if (needs(world.operators, v1::ELEVATOR) || needs(world.laboratories, v1::LABORATORY) ||
      needs(world.issuers, v1::MONEY_ISSUER))
    return true;
  return needs(world.traders, static_cast<v1::LicenceKind>(world.dice.between(1, 4)));
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::GrantLicence>([](sim::World& world, auto& draft) {
      draft.party = world.granted("licences.grant");
      if (!unlicensed_kind(world, draft.verb)) return false;
      draft.verb.number = "KZ-17";
      draft.verb.valid_from_ns = world.time_ns();
      if (world.dice.percent(30))
        draft.verb.valid_to_ns =
            world.time_ns() + static_cast<std::int64_t>(world.dice.between(1, 5 * kDayNs));
      return world.parties.find(draft.verb.holder)->kind() != identity::v1::NATURAL_PERSON;
    })
        .refuses(GrantLicence::NO_HOLDER, [](sim::World&, auto& draft) { draft.verb.holder = 0; })
        .refuses(GrantLicence::NO_KIND,
                 [](sim::World&, auto& draft) { draft.verb.kind = v1::LICENCE_KIND_UNSPECIFIED; })
        .refuses(GrantLicence::NO_NUMBER,
                 [](sim::World&, auto& draft) { draft.verb.number.clear(); })
        .refuses(GrantLicence::WRONG_TERM,
                 [](sim::World& world, auto& draft) {
                   draft.verb.valid_from_ns = world.dice.percent(50) ? 0 : world.time_ns();
                   draft.verb.valid_to_ns = draft.verb.valid_from_ns;
                 })
        .refuses(GrantLicence::TERM_OVER,
                 [](sim::World& world, auto& draft) {
                   draft.verb.valid_from_ns = 1;
                   draft.verb.valid_to_ns = world.time_ns();
                 })
        .refuses(GrantLicence::PERSON_NOT_LICENSED,
                 [](sim::World& world, auto& draft) { draft.verb.holder = world.traders.back(); })
        .refuses(GrantLicence::ALREADY_LICENSED, [](sim::World& world, auto& draft) {
          const auto* entry = world.licences.pick(world.dice, [&](const auto& row) {
            return world.is_licensed(row.holder(), row.kind());
          });
          if (entry == nullptr) return false;
          draft.verb.holder = entry->second.holder();
          draft.verb.kind = entry->second.kind();
          return true;
        });

}  // namespace
}  // namespace astyq::licences
