// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "identity/state.gen.h"
#include "modules/identity/identity.h"
#include "sim/key_ways.h"
#include "support/chain.h"

namespace astyq::identity {
namespace {

using test::Chain;
using v1::RegisterParty;

verbs::RegisterParty company(Chain& chain) {
  return {.kind = v1::LEGAL_ENTITY,
          .bin = chain.new_bin(),
          .name = "Agro",
          .key = chain.new_key_message(*chain.new_key())};
}

verbs::RegisterParty person(Chain& chain) {
  return {.kind = v1::NATURAL_PERSON,
          .commitment = Bytes(32, 'c'),
          .uniqueness_tag = Bytes(32, 'u'),
          .key = chain.new_key_message(*chain.new_key())};
}

TEST(RegisterParty, story) {
  Chain chain;
  const auto farm = company(chain);
  const std::uint64_t id = chain.ok(chain.registrar(), farm);
  const auto row = chain.get(kParties(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->bin(), farm.bin);
  EXPECT_EQ(row->name(), "Agro");
  EXPECT_EQ(row->threshold(), 1u);
  EXPECT_EQ(row->active_keys(), 1u);
  EXPECT_EQ(chain.ok(chain.registrar(), person(chain)), id + 1);
}

TEST(RegisterParty, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const test::Actor stranger = chain.company("Stranger");
  chain.refuse(stranger, company(chain), base::v1::NO_PERMISSION);

  auto verb = company(chain);
  verb.kind = v1::PARTY_KIND_UNSPECIFIED;
  chain.refuse(registrar, verb, RegisterParty::NO_KIND);
  verb = person(chain);
  verb.name = "A name";
  chain.refuse(registrar, verb, RegisterParty::PERSONAL_DATA);
  verb = person(chain);
  verb.commitment.pop_back();
  chain.refuse(registrar, verb, RegisterParty::PERSONAL_DATA);
  verb = company(chain);
  verb.bin[11] = verb.bin[11] == '9' ? '0' : static_cast<char>(verb.bin[11] + 1);
  chain.refuse(registrar, verb, RegisterParty::WRONG_BIN);
  verb = company(chain);
  verb.name.clear();
  chain.refuse(registrar, verb, RegisterParty::NO_NAME);
  verb = company(chain);
  verb.key.mutable_public_key()->pop_back();
  chain.refuse(registrar, verb, RegisterParty::WRONG_KEY);

  const auto first = company(chain);
  chain.ok(registrar, first);
  verb = company(chain);
  verb.bin = first.bin;
  chain.refuse(registrar, verb, RegisterParty::ALREADY_REGISTERED);
  verb = company(chain);
  verb.key = first.key;
  chain.refuse(registrar, verb, RegisterParty::KEY_IN_USE);
}

// A check digit catches every single mistyped digit that the rule can catch: a valid BIN stays the
// only valid one among its ten variants in the last place.
TEST(RegisterParty, property_check_digit_is_unique) {
  Chain chain;
  for (int i = 0; i < 500; ++i) {
    std::string bin = chain.new_bin();
    ASSERT_TRUE(is_valid_bin(bin)) << bin;
    int valid = 0;
    for (char digit = '0'; digit <= '9'; ++digit) {
      bin[11] = digit;
      valid += is_valid_bin(bin) ? 1 : 0;
    }
    EXPECT_EQ(valid, 1) << bin;
  }
}

void some_company(sim::World& world, sim::Draft<verbs::RegisterParty>& draft) {
  draft = {world.granted("identity.register"),
           {.kind = v1::LEGAL_ENTITY,
            .bin = world.chain.new_bin(),
            .name = "Newcomer",
            .key = world.new_key()}};
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RegisterParty>([](sim::World& world, auto& draft) {
      some_company(world, draft);
      if (world.dice.percent(60)) return;
      draft.verb.kind = v1::NATURAL_PERSON;
      draft.verb.bin.clear();
      draft.verb.name.clear();
      draft.verb.commitment = world.dice.bytes(32);
      draft.verb.uniqueness_tag = world.dice.bytes(32);
    })
        .refuses(RegisterParty::NO_KIND,
                 [](sim::World&, auto& draft) { draft.verb.kind = v1::PARTY_KIND_UNSPECIFIED; })
        .refuses_instead(RegisterParty::WRONG_BIN,
                         [](sim::World& world, auto& draft) {
                           some_company(world, draft);
                           draft.verb.bin[11] = draft.verb.bin[11] == '0' ? '1' : '0';
                         })
        .refuses_instead(RegisterParty::NO_NAME,
                         [](sim::World& world, auto& draft) {
                           some_company(world, draft);
                           draft.verb.name.clear();
                         })
        .refuses_instead(RegisterParty::PERSONAL_DATA,
                         [](sim::World& world, auto& draft) {
                           some_company(world, draft);
                           draft.verb.commitment = world.dice.bytes(32);
                         })
        .refuses(RegisterParty::WRONG_KEY,
                 [](sim::World&, auto& draft) { draft.verb.key.mutable_public_key()->pop_back(); })
        .refuses_instead(RegisterParty::ALREADY_REGISTERED,
                         [](sim::World& world, auto& draft) {
                           some_company(world, draft);
                           draft.verb.bin = world.parties.find(sim::kRegistrar)->bin();
                         })
        .refuses(RegisterParty::KEY_IN_USE,
                 [](sim::World& world, auto& draft) { draft.verb.key = sim::key_in_use(world); });

}  // namespace
}  // namespace astyq::identity
