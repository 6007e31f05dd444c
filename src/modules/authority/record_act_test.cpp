// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/authority.h"
#include "sim/book.h"
#include "support/authority_story.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::RecordAct;

verbs::RecordAct arrest(const test::Actor& subject) {
  auto verb = test::act_verb(subject);
  verb.scopes = {v1::FREEZE_PARTY, v1::BLOCK_RECEIPT};
  return verb;
}

TEST(RecordAct, story) {
  Chain chain;
  const auto farm = chain.company("Agro");
  auto verb = arrest(farm);
  verb.expires_at_ns = chain.now_ns() + kDayNs;
  const std::uint64_t id = chain.ok(chain.registrar(), verb);
  EXPECT_EQ(id, 1u);
  const auto row = chain.get(kActs(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->authority(), chain.registrar().party);
  EXPECT_EQ(row->number(), "2-1437/2026");
  EXPECT_EQ(row->document_digest(), Bytes(32, 'd'));
  EXPECT_EQ(row->scopes_size(), 2);
  EXPECT_EQ(row->scopes(0), v1::FREEZE_PARTY);
  EXPECT_EQ(row->scopes(1), v1::BLOCK_RECEIPT);
  EXPECT_EQ(row->expires_at_ns(), verb.expires_at_ns);
  EXPECT_EQ(row->restricted().subject(), farm.party);
  EXPECT_EQ(chain.ok(chain.registrar(), arrest(farm)), 2u);
}

// Strangers see what an act orders, not whom it is about: a blocked receipt names its act.
TEST(RecordAct, subject_is_restricted) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const std::uint64_t id = chain.ok(chain.registrar(), arrest(farm));
  const store::Row* row = chain.engine().tree().find(kActs(id).key);
  ASSERT_NE(row, nullptr);
  v1::Act open;
  ASSERT_TRUE(open.ParseFromString(row->open));
  EXPECT_FALSE(open.has_restricted());
  EXPECT_EQ(open.scopes_size(), 2);
  EXPECT_TRUE(row->blind.has_value());
}

TEST(RecordAct, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto farm = chain.company("Agro");
  chain.refuse(farm, arrest(farm), base::v1::NO_PERMISSION);
  chain.refuse(registrar, arrest({999, nullptr}), base::v1::NAMED_PARTY_MISSING);
  auto verb = arrest({0, nullptr});
  verb.number.clear();
  chain.refuse(registrar, verb, RecordAct::NO_NUMBER);
  verb = arrest({0, nullptr});
  verb.scopes.clear();
  chain.refuse(registrar, verb, RecordAct::NO_SUBJECT);
  verb.subject = farm.party;
  verb.expires_at_ns = 1;
  chain.refuse(registrar, verb, RecordAct::NO_SCOPE);
  for (const test::Scopes& wrong : {test::Scopes{v1::ACT_SCOPE_UNSPECIFIED},
                                    {v1::FREEZE_PARTY, v1::FREEZE_PARTY},
                                    {v1::BLOCK_RECEIPT, v1::FREEZE_PARTY},
                                    {v1::FREEZE_PARTY, v1::ACT_SCOPE_UNSPECIFIED}}) {
    verb.scopes = wrong;
    chain.refuse(registrar, verb, RecordAct::SCOPES_NOT_ASCENDING);
  }
  verb = arrest(farm);
  verb.expires_at_ns = chain.now_ns();
  chain.refuse(registrar, verb, RecordAct::ALREADY_EXPIRED);
  verb.expires_at_ns = -1;
  chain.refuse(registrar, verb, RecordAct::ALREADY_EXPIRED);
}

// An act covers one subject and what it orders, from its recording until just before it expires;
// then it lifts what it brought about itself, and nothing else.
TEST(RecordAct, property_what_an_act_covers) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  auto verb = arrest(farm);
  verb.expires_at_ns = chain.now_ns() + 100 * kSecondNs;
  const std::uint64_t act = chain.ok(chain.registrar(), verb);
  const std::uint64_t open_ended = test::act_about(chain, farm);
  const auto covers = [&](std::uint64_t which, v1::ActScope scope, const test::Actor& subject) {
    return chain.read(
        [&](const View& view) { return act_covers(view, which, scope, subject.party); });
  };
  const auto lifts = [&](std::uint64_t which, std::uint64_t ground) {
    return chain.read([&](const View& view) {
      return act_lifts(view, which, v1::RELEASE_PARTY, farm.party, ground);
    });
  };
  for (int step = 0; step < 40; ++step) {
    const bool in_time = chain.now_ns() < verb.expires_at_ns;
    EXPECT_EQ(in_time, step < 25) << step;
    for (const v1::ActScope scope : test::all_scopes()) {
      const bool ordered = scope == v1::FREEZE_PARTY || scope == v1::BLOCK_RECEIPT;
      EXPECT_EQ(covers(act, scope, farm), in_time && ordered) << scope;
      EXPECT_FALSE(covers(act, scope, other));
      EXPECT_TRUE(covers(open_ended, scope, farm));
    }
    EXPECT_EQ(lifts(act, act), !in_time);
    EXPECT_FALSE(lifts(act, open_ended));
    EXPECT_TRUE(lifts(open_ended, act));
    chain.block({}, 4 * kSecondNs);
  }
  EXPECT_FALSE(covers(0, v1::FREEZE_PARTY, farm));
  EXPECT_FALSE(covers(open_ended + 1, v1::FREEZE_PARTY, farm));
  EXPECT_FALSE(lifts(0, 0));
}

// What the random run does with the verb. Acts about those who trade serve many times, one that
// gives new keys serves once.
const auto kPage =
    sim::Page<verbs::RecordAct>([](sim::World& world, auto& draft) {
      draft = {
          world.granted("authority.act"),
          {.number = "2-145/26",
           .document_digest = world.dice.bytes(32),
           .subject = world.dice.percent(30) ? world.dice.pick(world.traders) : world.fiddler(),
           .scopes = test::all_scopes(),
           .expires_at_ns = 0}};
      if (world.dice.percent(30))
        std::erase_if(draft.verb.scopes, [&](auto) { return world.dice.percent(50); });
      if (world.dice.percent(30))
        draft.verb.expires_at_ns =
            world.time_ns() + static_cast<std::int64_t>(world.dice.between(1, 4 * kDayNs));
      return draft.verb.subject != 0 && !draft.verb.scopes.empty();
    })
        .in_demand(2)
        .refuses(RecordAct::NO_NUMBER, [](sim::World&, auto& draft) { draft.verb.number.clear(); })
        .refuses(RecordAct::NO_SUBJECT, [](sim::World&, auto& draft) { draft.verb.subject = 0; })
        .refuses(RecordAct::NO_SCOPE, [](sim::World&, auto& draft) { draft.verb.scopes.clear(); })
        .refuses(RecordAct::SCOPES_NOT_ASCENDING,
                 [](sim::World& world, auto& draft) {
                   draft.verb.scopes.push_back(world.dice.pick(draft.verb.scopes));
                 })
        .refuses(RecordAct::ALREADY_EXPIRED, [](sim::World& world, auto& draft) {
          draft.verb.expires_at_ns = world.dice.percent(50) ? world.time_ns() : -1;
        });

}  // namespace
}  // namespace astyq::authority
