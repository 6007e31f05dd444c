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
using v1::RotateNodeKey;

TEST(RotateNodeKey, story) {
  Chain chain;
  const auto bank = chain.company("Bank");
  const auto first = chain.new_key(), second = chain.new_key();
  chain.ok(chain.registrar(), test::node_of(bank.party, *first));
  chain.ok(bank, test::new_node_key(1, bank.party, *second));
  const auto found = chain.read([](const View& view) { return find_node(view, 1); });
  EXPECT_EQ(found->public_key(), test::public_key_of(*second));
  EXPECT_EQ(found->quota_bytes(), test::kQuotaBytes);
  for (const auto& key : {first, second})
    EXPECT_EQ(chain.get(kConsensusKeys(crypto::sha256(test::public_key_of(*key))))->node(), 1u);
}

TEST(RotateNodeKey, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("Bank");
  const auto used = chain.new_key();
  chain.ok(registrar, test::node_of(bank.party, *used));
  chain.ok(registrar, test::node_of(bank.party, *chain.new_key()));
  auto verb = test::new_node_key(9, registrar.party, *used);
  verb.public_key = test::unsound_key();
  chain.refuse(registrar, verb, RotateNodeKey::WRONG_KEY);
  verb.public_key = test::public_key_of(*used);
  chain.refuse(registrar, verb, RotateNodeKey::NO_SUCH_NODE);
  verb.node = 2;
  chain.refuse(registrar, verb, RotateNodeKey::NOT_OPERATOR);
  chain.ok(registrar, verbs::RemoveNode{2});
  chain.refuse(bank, verb, RotateNodeKey::WAS_REMOVED);
  verb.node = 1;
  chain.refuse(bank, verb, RotateNodeKey::KEY_IN_USE);
  const auto fresh = chain.new_key();
  verb = test::new_node_key(1, registrar.party, *fresh);
  chain.refuse(bank, verb, RotateNodeKey::NOT_POSSESSED);
  verb.possession = test::validator_possession(bank.party, *fresh);
  chain.refuse(bank, verb, RotateNodeKey::NOT_POSSESSED);
  chain.ok(bank, test::new_node_key(1, bank.party, *fresh));
}

// After any number of rotations just the last key is the node's, and no former one returns.
TEST(RotateNodeKey, property_no_key_returns) {
  Chain chain;
  const auto bank = chain.company("Bank");
  test::Keys keys{chain.new_key()};
  chain.ok(chain.registrar(), test::node_of(bank.party, *keys[0]));
  for (int round = 0; round < 8; ++round) {
    for (const auto& former : keys)
      chain.refuse(bank, test::new_node_key(1, bank.party, *former), RotateNodeKey::KEY_IN_USE);
    keys.push_back(chain.new_key());
    chain.ok(bank, test::new_node_key(1, bank.party, *keys.back()));
    EXPECT_EQ(chain.get(kNodes(1))->public_key(), test::public_key_of(*keys.back()));
  }
}

// What the random run does with the verb.
const auto kPage = sim::Page<verbs::RotateNodeKey>([](sim::World& world, auto& draft) {
                     if (!sim::some_node(world, draft, true)) return false;
                     draft.verb =
                         test::new_node_key(draft.verb.node, draft.party, sim::fresh_key(world));
                     return true;
                   })
                       .refuses(RotateNodeKey::WRONG_KEY, sim::kUnsoundKey)
                       .refuses(RotateNodeKey::NO_SUCH_NODE, sim::kNoNode)
                       .refuses(RotateNodeKey::NOT_OPERATOR, sim::kSomebodyElse)
                       .refuses_instead(RotateNodeKey::WAS_REMOVED,
                                        [](sim::World& world, auto& draft) {
                                          if (!sim::some_node(world, draft, false)) return false;
                                          draft.verb = test::new_node_key(
                                              draft.verb.node, draft.party, sim::fresh_key(world));
                                          return true;
                                        })
                       .refuses(RotateNodeKey::KEY_IN_USE, sim::kKeyInUse)
                       .refuses(RotateNodeKey::NOT_POSSESSED, sim::kForgedPossession);

}  // namespace
}  // namespace astyq::authority
