// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "crypto/sha256.h"
#include "modules/authority/validators.h"
#include "sim/validator_ways.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::RotateValidatorKey;

TEST(RotateValidatorKey, story) {
  Chain chain;
  const auto bank = chain.company("National bank");
  const auto first = chain.new_key(), second = chain.new_key();
  chain.ok(chain.registrar(), test::validator_of(bank.party, *first, 25));
  chain.ok(bank, test::new_validator_key(1, bank.party, *second));
  const auto row = chain.get(kValidators(1));
  EXPECT_EQ(row->public_key(), test::public_key_of(*second));
  EXPECT_EQ(row->power(), 25u);
  for (const auto& key : {first, second})
    EXPECT_EQ(chain.get(kConsensusKeys(crypto::sha256(test::public_key_of(*key))))->validator(),
              1u);
}

TEST(RotateValidatorKey, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("National bank");
  const auto used = chain.new_key();
  chain.ok(registrar, test::validator_of(bank.party, *used));
  chain.ok(registrar, test::validator_of(bank.party, *chain.new_key()));
  auto verb = test::new_validator_key(9, registrar.party, *used);
  verb.public_key = test::unsound_key();
  chain.refuse(registrar, verb, RotateValidatorKey::WRONG_KEY);
  verb.public_key = test::public_key_of(*used);
  chain.refuse(registrar, verb, RotateValidatorKey::NO_SUCH_VALIDATOR);
  verb.validator = 2;
  chain.refuse(registrar, verb, RotateValidatorKey::NOT_OPERATOR);
  chain.ok(bank, verbs::LeaveConsensus{2});
  chain.refuse(bank, verb, RotateValidatorKey::HAS_ENDED);
  verb.validator = 1;
  chain.refuse(bank, verb, RotateValidatorKey::KEY_IN_USE);
  const auto fresh = chain.new_key();
  verb = test::new_validator_key(1, registrar.party, *fresh);
  chain.refuse(bank, verb, RotateValidatorKey::NOT_POSSESSED);
  verb.possession = test::validator_possession(bank.party, *used);
  chain.refuse(bank, verb, RotateValidatorKey::NOT_POSSESSED);
  chain.ok(bank, test::new_validator_key(1, bank.party, *fresh));
}

// However often and within whatever block: CometBFT is told of the key that the block found and of
// the one that it left, and of none between.
TEST(RotateValidatorKey, property_only_the_first_and_last_key_of_a_block_are_told) {
  Chain chain;
  std::mt19937 random(212);
  const auto bank = chain.company("National bank");
  auto present = chain.new_key();
  chain.ok(chain.registrar(), test::validator_of(bank.party, *present, 25));
  for (int round = 0; round < 10; ++round) {
    const auto before = present;
    std::vector<base::v1::Operation> operations;
    for (std::uint64_t count = 1 + random() % 4; count > 0; --count) {
      present = chain.new_key();
      operations.push_back(test::new_validator_key(1, bank.party, *present).operation());
    }
    const Bytes tx = chain.sign(chain.body(bank, operations), bank);
    const auto result = chain.block({tx}, kSecondNs);
    const std::vector<ValidatorUpdate> expected{{test::public_key_of(*before), 0},
                                                {test::public_key_of(*present), 25}};
    EXPECT_EQ(validator_updates(result.undo, result.changes), expected);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RotateValidatorKey>([](sim::World& world, auto& draft) {
      if (!sim::some_validator(world, draft, true)) return false;
      draft.verb =
          test::new_validator_key(draft.verb.validator, draft.party, sim::fresh_key(world));
      return true;
    })
        .refuses(RotateValidatorKey::WRONG_KEY, sim::kUnsoundKey)
        .refuses(RotateValidatorKey::NO_SUCH_VALIDATOR, sim::kNoValidator)
        .refuses(RotateValidatorKey::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(RotateValidatorKey::HAS_ENDED,
                         [](sim::World& world, auto& draft) {
                           if (!sim::some_validator(world, draft, false)) return false;
                           draft.verb = test::new_validator_key(draft.verb.validator, draft.party,
                                                                sim::fresh_key(world));
                           return true;
                         })
        .refuses(RotateValidatorKey::KEY_IN_USE, sim::kKeyInUse)
        .refuses(RotateValidatorKey::NOT_POSSESSED, sim::kForgedPossession);

}  // namespace
}  // namespace astyq::authority
