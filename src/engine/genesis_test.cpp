// SPDX-License-Identifier: Apache-2.0
#include "engine/genesis.h"

#include <gtest/gtest.h>

#include "crypto/ed25519.h"
#include "engine/engine.h"
#include "ledger/permission.h"
#include "modules/authority/authority.h"
#include "modules/identity/identity.h"
#include "support/identity_story.h"

namespace astyq::engine {
namespace {

using ledger::v1::Genesis;
using test::Chain;

// Whether a good document, changed so, names a problem that says this.
template <typename Change>
void expect_problem(const std::string& says, Change change) {
  Chain chain;
  Genesis genesis = chain.genesis();
  ASSERT_EQ(genesis_problem(genesis), "");
  change(genesis);
  const std::string problem = genesis_problem(genesis);
  EXPECT_NE(problem.find(says), std::string::npos) << "said: " << problem;
  const auto engine = Engine::from_genesis(genesis, AnnexKey{});
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.fault().code, "genesis_invalid");
  EXPECT_NE(engine.fault().text.find(says), std::string::npos);
}

TEST(Genesis, network) {
  expect_problem("network_id", [](Genesis& g) { g.clear_network_id(); });
  expect_problem("network_id", [](Genesis& g) { g.set_network_id(std::string(51, 'n')); });
  expect_problem("time_ns", [](Genesis& g) { g.set_time_ns(0); });
  expect_problem("time_ns", [](Genesis& g) { g.set_time_ns(-1); });
  expect_problem("annex_digest", [](Genesis& g) { g.mutable_annex_digest()->pop_back(); });
  expect_problem("validator_key", [](Genesis& g) { g.mutable_validator_key()->push_back('k'); });
  expect_problem("at least one authority", [](Genesis& g) { g.clear_authorities(); });
}

// A consortium's: several validators instead of the one key.
TEST(Genesis, validators) {
  const auto consortium = [](Genesis& genesis) {
    genesis.clear_validator_key();
    genesis.set_trusting_days(365);
    for (const std::uint8_t number : {1, 2, 3, 4}) {
      auto& validator = *genesis.add_validators();
      validator.set_key(Bytes(view(crypto::Ed25519Key({number}).public_key())));
      validator.set_power(10);
      validator.set_name("validator " + std::to_string(number));
      validator.set_operator_party(1);
    }
  };
  Chain chain;
  Genesis good = chain.genesis();
  consortium(good);
  EXPECT_EQ(genesis_problem(good), "");
  EXPECT_TRUE(Engine::from_genesis(good, Chain::annex_key()).ok());
  const auto expect = [&](const std::string& says, const auto& change) {
    expect_problem(says, [&](Genesis& genesis) {
      consortium(genesis);
      change(genesis);
    });
  };
  expect("not both", [](Genesis& g) { g.set_validator_key(Bytes(32, 'k')); });
  expect("trusting_days", [](Genesis& g) { g.clear_trusting_days(); });
  expect("trusting_days", [](Genesis& g) { g.set_trusting_days(3'661); });
  expect("no name", [](Genesis& g) { g.mutable_validators(1)->clear_name(); });
  expect("no key", [](Genesis& g) { g.mutable_validators(1)->mutable_key()->pop_back(); });
  // A point of small order, for which anybody can sign.
  expect("no key", [](Genesis& g) { g.mutable_validators(1)->set_key("\1" + Bytes(31, '\0')); });
  expect("key of another",
         [](Genesis& g) { g.mutable_validators(1)->set_key(g.validators(0).key()); });
  expect("power", [](Genesis& g) { g.mutable_validators(1)->set_power(0); });
  expect("power", [](Genesis& g) { g.mutable_validators(1)->set_power(1'000'001); });
  expect("operator", [](Genesis& g) { g.mutable_validators(1)->set_operator_party(0); });
  expect("operator", [](Genesis& g) { g.mutable_validators(1)->set_operator_party(99); });
  expect("more than 100", [](Genesis& g) {
    while (g.validators_size() <= 100) g.add_validators();
  });
  expect_problem("trusting_days", [](Genesis& g) { g.set_trusting_days(1); });
}

TEST(Genesis, rules) {
  expect_problem("protocol_version", [](Genesis& g) { g.clear_rules(); });
  expect_problem("offer_days", [](Genesis& g) { g.mutable_rules()->set_offer_days(0); });
  expect_problem("max_transaction_bytes",
                 [](Genesis& g) { g.mutable_rules()->set_max_transaction_bytes(256 * 1024 + 1); });
  expect_problem("max_operations_per_block",
                 [](Genesis& g) { g.mutable_rules()->set_max_operations_per_block(999); });
}

TEST(Genesis, authority) {
  expect_problem("no name", [](Genesis& g) { g.mutable_authorities(0)->clear_name(); });
  expect_problem("no valid BIN", [](Genesis& g) { g.mutable_authorities(0)->set_bin("123"); });
  expect_problem("BIN of Registrar is used twice",
                 [](Genesis& g) { *g.add_authorities() = g.authorities(0); });
  expect_problem("threshold", [](Genesis& g) { g.mutable_authorities(0)->set_threshold(0); });
  expect_problem("threshold", [](Genesis& g) { g.mutable_authorities(0)->set_threshold(2); });
}

TEST(Genesis, keys_of_an_authority) {
  expect_problem("more keys than the rules allow", [](Genesis& g) {
    for (int i = 0; i < 16; ++i)
      g.mutable_authorities(0)->add_public_keys(Bytes(32, static_cast<char>('a' + i)));
  });
  expect_problem("malformed key",
                 [](Genesis& g) { g.mutable_authorities(0)->add_public_keys(Bytes(31, 'k')); });
  expect_problem("key that is used twice", [](Genesis& g) {
    g.mutable_authorities(0)->add_public_keys(g.authorities(0).public_keys(0));
  });
}

TEST(Genesis, permissions_of_an_authority) {
  expect_problem("'no.such'",
                 [](Genesis& g) { g.mutable_authorities(0)->add_permissions("no.such"); });
  expect_problem("'identity.register'", [](Genesis& g) {
    g.mutable_authorities(0)->add_permissions("identity.register");
  });
}

// Two authorities, one of them with two keys of different kinds: what a network may really begin
// with.
TEST(Genesis, first_state) {
  Chain chain;
  Genesis genesis = chain.genesis();
  const Bytes ed25519(view(chain.new_key()->public_key()));
  const Bytes p256 = test::p256_message(test::p256_key(1)).public_key();
  auto& second = *genesis.add_authorities();
  second.set_name("Ministry");
  second.set_bin(chain.new_bin());
  second.add_public_keys(ed25519);
  second.add_public_keys(p256);
  second.set_threshold(2);
  second.add_permissions("authority.act");
  ASSERT_EQ(genesis_problem(genesis), "");
  store::Tree tree;
  Overlay overlay(tree);
  View view(overlay, genesis.rules(), BlockTime{0, genesis.time_ns(), genesis.time_ns()});
  write_genesis(view, genesis);
  EXPECT_TRUE(identity::exists(view, 2));
  EXPECT_FALSE(identity::exists(view, 3));
  EXPECT_EQ(identity::kind_of(view, 2), identity::v1::STATE_BODY);
  EXPECT_TRUE(identity::is_active_key(view, 2, ed25519));
  EXPECT_TRUE(identity::is_active_key(view, 2, p256));
  EXPECT_FALSE(identity::is_active_key(view, 1, ed25519));
  EXPECT_TRUE(authority::holds_permission(view, 2, permission_id("authority.act")));
  EXPECT_FALSE(authority::holds_permission(view, 2, permission_id("authority.grant")));
}

}  // namespace
}  // namespace astyq::engine
