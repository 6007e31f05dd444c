// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "crypto/sha256.h"
#include "modules/authority/validators.h"
#include "sim/validator_ways.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::AdmitValidator;

TEST(AdmitValidator, story) {
  Chain chain;
  const auto bank = chain.company("National bank");
  const auto key = chain.new_key();
  const std::uint64_t validator =
      chain.ok(chain.registrar(), test::validator_of(bank.party, *key, 25));
  EXPECT_EQ(validator, 1u);
  const auto row = chain.get(kValidators(validator));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->operator_(), bank.party);
  EXPECT_EQ(row->name(), "Registrar's house");
  EXPECT_EQ(row->public_key(), test::public_key_of(*key));
  EXPECT_EQ(row->power(), 25u);
  EXPECT_EQ(row->end(), v1::NO_END);
  EXPECT_EQ(chain.get(kConsensusKeys(crypto::sha256(row->public_key())))->validator(), validator);
  chain.ok(chain.registrar(), test::validator_of(bank.party, *chain.new_key(), 5));
  EXPECT_EQ(chain.get(kValidatorTotals(0))->voting(), 2u);
  EXPECT_EQ(chain.get(kValidatorTotals(0))->power(), 30u);
}

TEST(AdmitValidator, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("National bank");
  const auto key = chain.new_key();
  const auto good = test::validator_of(bank.party, *key);
  chain.refuse(bank, good, base::v1::NO_PERMISSION);
  auto verb = good;
  verb.operator_party = 999;
  chain.refuse(registrar, verb, base::v1::NAMED_PARTY_MISSING);
  verb = {.public_key = test::unsound_key(), .possession = Bytes(64, 'p')};
  chain.refuse(registrar, verb, AdmitValidator::NO_OPERATOR);
  verb.operator_party = bank.party;
  chain.refuse(registrar, verb, AdmitValidator::NO_NAME);
  verb.name = "Bank";
  chain.refuse(registrar, verb, AdmitValidator::WRONG_KEY);
  verb.public_key = good.public_key;
  for (const std::uint64_t wrong : {std::uint64_t{0}, kMostPower + 1, ~std::uint64_t{0}}) {
    verb.power = wrong;
    chain.refuse(registrar, verb, AdmitValidator::POWER_OUT_OF_RANGE);
  }
  verb.power = kMostPower;
  chain.ok(registrar, good);
  chain.refuse(registrar, verb, AdmitValidator::KEY_IN_USE);
  while (chain.get(kValidatorTotals(0))->voting() < kMostVotingValidators)
    chain.ok(registrar, test::validator_of(bank.party, *chain.new_key()));
  const auto another = chain.new_key();
  verb.public_key = test::public_key_of(*another);
  chain.refuse(registrar, verb, AdmitValidator::TOO_MANY_VALIDATORS);
  chain.ok(registrar, verbs::RemoveValidator{.validator = 7});
  chain.refuse(registrar, verb, AdmitValidator::NOT_POSSESSED);
  verb.possession = test::validator_possession(registrar.party, *another);
  chain.refuse(registrar, verb, AdmitValidator::NOT_POSSESSED);
  verb.possession = test::node_possession(bank.party, *another);
  chain.refuse(registrar, verb, AdmitValidator::NOT_POSSESSED);
  verb.possession = test::validator_possession(bank.party, *another);
  chain.ok(registrar, verb);
}

// Whatever became of a key, whoever had it, as a validator or a node: it is never taken again.
TEST(AdmitValidator, property_no_key_serves_twice) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("National bank");
  test::Keys used{chain.new_key(), chain.new_key(), chain.new_key(), chain.new_key()};
  chain.ok(registrar, test::validator_of(bank.party, *used[0]));
  chain.ok(registrar, test::validator_of(bank.party, *used[1]));
  chain.ok(bank, test::new_validator_key(2, bank.party, *used[2]));
  chain.ok(registrar, verbs::RemoveValidator{.validator = 2});
  chain.ok(registrar, test::node_of(bank.party, *used[3]));
  used.push_back(chain.new_key());
  chain.ok(bank, test::new_node_key(1, bank.party, *used[4]));
  for (const auto& key : used) {
    chain.refuse(registrar, test::validator_of(bank.party, *key), AdmitValidator::KEY_IN_USE);
    chain.refuse(registrar, test::node_of(bank.party, *key), v1::AdmitNode::KEY_IN_USE);
    chain.refuse(bank, test::new_validator_key(1, bank.party, *key),
                 v1::RotateValidatorKey::KEY_IN_USE);
    chain.refuse(bank, test::new_node_key(1, bank.party, *key), v1::RotateNodeKey::KEY_IN_USE);
  }
}

void some_admission(sim::World& world, sim::Draft<verbs::AdmitValidator>& draft) {
  draft = {
      world.granted("authority.validators"),
      test::validator_of(world.trader(), sim::fresh_key(world), world.dice.between(1, kMostPower))};
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::AdmitValidator>([](sim::World& world, auto& draft) {
      some_admission(world, draft);
      return sim::voting(world) < (sim::is_growing(world) ? kMostVotingValidators : sim::kFew);
    })
        .in_demand(2)
        .refuses(AdmitValidator::NO_OPERATOR,
                 [](sim::World&, auto& draft) { draft.verb.operator_party = 0; })
        .refuses(AdmitValidator::NO_NAME, [](sim::World&, auto& draft) { draft.verb.name.clear(); })
        .refuses(AdmitValidator::WRONG_KEY, sim::kUnsoundKey)
        .refuses(AdmitValidator::POWER_OUT_OF_RANGE,
                 [](sim::World& world, auto& draft) {
                   draft.verb.power = world.dice.percent(50) ? 0 : kMostPower + 1;
                 })
        .refuses(AdmitValidator::KEY_IN_USE, sim::kKeyInUse)
        .refuses_instead(AdmitValidator::TOO_MANY_VALIDATORS,
                         [](sim::World& world, auto& draft) {
                           some_admission(world, draft);
                           return sim::voting(world) >= kMostVotingValidators;
                         })
        .refuses(AdmitValidator::NOT_POSSESSED, sim::kForgedPossession);

}  // namespace
}  // namespace astyq::authority
