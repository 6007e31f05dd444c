// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/authority.h"
#include "sim/book.h"
#include "support/chain.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::RecordAct;

verbs::RecordAct arrest(const test::Actor& subject) {
  return {.number = "2-1437/2026", .document_digest = Bytes(32, 'd'), .subject = subject.party};
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
  EXPECT_EQ(row->subject(), farm.party);
  EXPECT_EQ(row->expires_at_ns(), verb.expires_at_ns);
  EXPECT_EQ(chain.ok(chain.registrar(), arrest(farm)), 2u);
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
  verb.expires_at_ns = 1;
  chain.refuse(registrar, verb, RecordAct::NO_SUBJECT);
  verb = arrest(farm);
  verb.expires_at_ns = chain.now_ns();
  chain.refuse(registrar, verb, RecordAct::ALREADY_EXPIRED);
  verb.expires_at_ns = -1;
  chain.refuse(registrar, verb, RecordAct::ALREADY_EXPIRED);
}

// An act covers one subject, from its recording until just before it expires, for its own authority
// or any.
TEST(RecordAct, property_what_an_act_covers) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  const std::uint64_t registrar = chain.registrar().party;
  auto verb = arrest(farm);
  verb.expires_at_ns = chain.now_ns() + 100 * kSecondNs;
  const std::uint64_t act = chain.ok(chain.registrar(), verb);
  const std::uint64_t open_ended = chain.ok(chain.registrar(), arrest(farm));
  const auto covers = [&](std::uint64_t which, std::uint64_t authority, std::uint64_t subject) {
    return chain.read(
        [&](const View& view) { return act_covers(view, which, authority, subject); });
  };
  for (int step = 0; step < 40; ++step) {
    const bool in_time = chain.now_ns() < verb.expires_at_ns;
    EXPECT_EQ(in_time, step < 25) << step;
    EXPECT_EQ(covers(act, 0, farm.party), in_time);
    EXPECT_EQ(covers(act, registrar, farm.party), in_time);
    EXPECT_FALSE(covers(act, other.party, farm.party));
    EXPECT_FALSE(covers(act, 0, other.party));
    EXPECT_TRUE(covers(open_ended, 0, farm.party));
    chain.block({}, 4 * kSecondNs);
  }
  EXPECT_FALSE(covers(0, 0, farm.party));
  EXPECT_FALSE(covers(open_ended + 1, 0, farm.party));
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RecordAct>([](sim::World& world, auto& draft) {
      draft = {world.granted("authority.act"),
               {.number = "2-145/26",
                .document_digest = world.dice.bytes(32),
                .subject = world.dice.pick(world.traders),
                .expires_at_ns = 0}};
      if (world.dice.percent(30))
        draft.verb.expires_at_ns =
            world.time_ns() + static_cast<std::int64_t>(world.dice.between(1, 4 * kDayNs));
    })
        .refuses(RecordAct::NO_NUMBER, [](sim::World&, auto& draft) { draft.verb.number.clear(); })
        .refuses(RecordAct::NO_SUBJECT, [](sim::World&, auto& draft) { draft.verb.subject = 0; })
        .refuses(RecordAct::ALREADY_EXPIRED, [](sim::World& world, auto& draft) {
          draft.verb.expires_at_ns = world.dice.percent(50) ? world.time_ns() : -1;
        });

}  // namespace
}  // namespace astyq::authority
