// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "authority/handlers.gen.h"
#include "ledger/rules.h"
#include "sim/validator_ways.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::ChangeRules;

TEST(ChangeRules, story) {
  Chain chain;
  Rules rules = chain.engine().rules();
  rules.set_offer_days(5);
  rules.set_max_operations_per_transaction(2);
  chain.ok(chain.registrar(), verbs::ChangeRules{.rules = rules});
  EXPECT_EQ(chain.engine().rules().offer_days(), 5u);
  const auto harmless = verbs::SetThreshold{.threshold = 0}.operation();
  EXPECT_EQ(chain.apply_batch(chain.registrar(), {harmless, harmless}).admission, kAccepted);
  EXPECT_EQ(chain.apply_batch(chain.registrar(), {harmless, harmless, harmless}).admission,
            base::v1::TOO_MANY_OPERATIONS);
}

// A block runs under the rules before it, so that every node knows them before it begins.
TEST(ChangeRules, story_hold_from_the_next_block) {
  Chain chain;
  const auto& registrar = chain.registrar();
  Rules rules = chain.engine().rules();
  rules.set_max_operations_per_transaction(1);
  const auto change = chain.sign(
      chain.body(registrar, {verbs::ChangeRules{.rules = rules}.operation()}), registrar);
  const auto harmless = verbs::SetThreshold{.threshold = 0}.operation();
  const auto two = chain.sign(chain.body(registrar, {harmless, harmless}), registrar);
  const auto later = chain.sign(chain.body(registrar, {harmless, harmless}), registrar);
  const auto same_block = chain.block({change, two}, kSecondNs);
  EXPECT_EQ(same_block.members[0].admission, kAccepted);
  EXPECT_EQ(same_block.members[1].admission, kAccepted);
  EXPECT_EQ(chain.apply_signed(later).admission, base::v1::TOO_MANY_OPERATIONS);
}

TEST(ChangeRules, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto farm = chain.company("Agro");
  Rules rules = chain.engine().rules();
  chain.refuse(farm, verbs::ChangeRules{.rules = rules}, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verbs::ChangeRules{}, ChangeRules::RULE_OUT_OF_BOUNDS);
  rules.set_max_operations_per_block(rules.max_operations_per_transaction() - 1);
  Rules worse = rules;
  worse.set_offer_days(0);
  chain.refuse(registrar, verbs::ChangeRules{.rules = worse}, ChangeRules::RULE_OUT_OF_BOUNDS);
  chain.refuse(registrar, verbs::ChangeRules{.rules = rules}, ChangeRules::RULES_CONTRADICT);
  rules.set_max_operations_per_block(rules.max_operations_per_transaction());
  chain.ok(registrar, verbs::ChangeRules{.rules = rules});
}

// Where nobody votes on blocks there is nobody else to say it.
TEST(ChangeRules, version_is_voted) {
  Chain chain;
  const auto& registrar = chain.registrar();
  Rules rules = chain.engine().rules();
  rules.set_protocol_version(2);
  chain.ok(registrar, verbs::ChangeRules{.rules = rules});
  EXPECT_EQ(chain.engine().rules().protocol_version(), 2u);
  chain.ok(registrar, test::validator_of(registrar.party, *chain.new_key()));
  chain.ok(registrar, verbs::ChangeRules{.rules = rules});
  rules.set_protocol_version(3);
  chain.refuse(registrar, verbs::ChangeRules{.rules = rules}, ChangeRules::VERSION_IS_VOTED);
}

// There is one version so far, so that a network which runs a later one is made up.
TEST(ChangeRules, version_lowered) {
  Chain chain;
  const Rules first = chain.engine().rules();
  Rules later = first;
  later.set_protocol_version(first.protocol_version() + 1);
  ChangeRules tx;
  *tx.mutable_rules() = first;
  EXPECT_EQ(check(tx, first), kAccepted);
  EXPECT_EQ(check(tx, later), ChangeRules::VERSION_LOWERED);
}

// Settled is settled under whatever rules follow: no sequence of changes lets a transaction in
// twice.
TEST(ChangeRules, property_no_change_forgets_an_id) {
  std::mt19937 random(3);
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto harmless = verbs::SetThreshold{.threshold = 0}.operation();
  for (int round = 0; round < 20; ++round) {
    auto body = chain.body(registrar, {harmless});
    body.set_valid_until(chain.now_ns() + chain.engine().rules().short_window_s() * kSecondNs);
    const auto signed_tx = chain.sign(body, registrar);
    ASSERT_EQ(chain.apply_signed(signed_tx).admission, kAccepted);
    for (int step = 0; step < 12; ++step) {
      Rules rules = chain.engine().rules();
      rules.set_short_window_s(random() % 70);
      rules.set_id_kept_s(40 + random() % 50);
      const auto change = verbs::ChangeRules{.rules = rules}.operation();
      auto changing = chain.body(registrar, {change});
      changing.set_valid_until(chain.now_ns() + 4 * kSecondNs);
      chain.block({chain.sign(changing, registrar)}, 4 * kSecondNs);
      EXPECT_TRUE(chain.block({signed_tx}, 2 * kSecondNs).members[0].admission.refused());
    }
  }
}

std::uint32_t some(sim::World& world, std::uint32_t least, std::uint32_t most) {
  return static_cast<std::uint32_t>(world.dice.between(least, most));
}

// Rules under which the run goes on well; now and then a block has hardly any room.
Rules some_rules(sim::World& world) {
  Rules rules = world.chain.genesis().rules();
  rules.set_max_transaction_bytes(some(world, 48, 256) * 1'024);
  rules.set_max_operations_per_transaction(some(world, 20, 60));
  rules.set_max_operations_per_block(world.dice.percent(5) ? some(world, 60, 80) : 50'000);
  rules.set_outage_step_s(some(world, 1'800, 3'600));
  rules.set_offer_days(some(world, 1, 2));
  rules.set_max_parts(some(world, 8, 30));
  rules.set_max_keys_per_party(some(world, 2, 5));
  rules.set_max_bins_per_elevator(some(world, 8, 100));
  return rules;
}

void some_change(sim::World& world, sim::Draft<verbs::ChangeRules>& draft) {
  draft = {world.granted("authority.rules"), {some_rules(world)}};
}

// What the random run does with the verb.
const auto kPage = sim::Page<verbs::ChangeRules>(some_change)
                       .refuses(ChangeRules::RULE_OUT_OF_BOUNDS,
                                [](sim::World&, auto& draft) { draft.verb.rules.set_max_parts(1); })
                       .refuses(ChangeRules::RULES_CONTRADICT,
                                [](sim::World&, auto& draft) {
                                  draft.verb.rules.set_max_operations_per_block(10);
                                })
                       .refuses(ChangeRules::VERSION_IS_VOTED, [](sim::World& world, auto& draft) {
                         const std::uint32_t present = world.rules().protocol_version();
                         draft.verb.rules.set_protocol_version(present + 1);
                         return sim::voting(world) > 0;
                       });

}  // namespace
}  // namespace astyq::authority
