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
using v1::AdmitNode;

TEST(AdmitNode, story) {
  Chain chain;
  const auto bank = chain.company("Bank");
  const auto key = chain.new_key();
  const std::uint64_t node = chain.ok(chain.registrar(), test::node_of(bank.party, *key));
  EXPECT_EQ(node, 1u);
  const auto found = chain.read([&](const View& view) { return find_node(view, node); });
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->operator_(), bank.party);
  EXPECT_EQ(found->name(), "Bank's gateway");
  EXPECT_EQ(found->public_key(), test::public_key_of(*key));
  EXPECT_EQ(found->quota_bytes(), test::kQuotaBytes);
  EXPECT_EQ(chain.get(kConsensusKeys(crypto::sha256(found->public_key())))->node(), node);
  EXPECT_EQ(chain.get(kValidatorTotals(0))->nodes(), 1u);
  EXPECT_FALSE(chain.read([&](const View& view) { return find_node(view, 2); }).has_value());
}

TEST(AdmitNode, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("Bank");
  const auto key = chain.new_key();
  const auto good = test::node_of(bank.party, *key);
  chain.refuse(bank, good, base::v1::NO_PERMISSION);
  verbs::AdmitNode verb{.public_key = test::unsound_key(), .possession = Bytes(64, 'p')};
  chain.refuse(registrar, verb, AdmitNode::NO_OPERATOR);
  verb.operator_party = bank.party;
  chain.refuse(registrar, verb, AdmitNode::NO_NAME);
  verb.name = "Gateway";
  chain.refuse(registrar, verb, AdmitNode::WRONG_KEY);
  verb.public_key = good.public_key;
  const Rules& rules = chain.engine().rules();
  const std::uint32_t least = rules.max_transaction_bytes() + kBundleFrameBytes;
  for (const std::uint32_t wrong : {0u, least - 1, rules.max_block_bytes() + 1, ~0u}) {
    verb.quota_bytes = wrong;
    chain.refuse(registrar, verb, AdmitNode::QUOTA_OUT_OF_RANGE);
  }
  verb.quota_bytes = least;
  chain.ok(registrar, good);
  chain.refuse(registrar, verb, AdmitNode::KEY_IN_USE);
  const auto another = chain.new_key();
  verb.public_key = test::public_key_of(*another);
  for (const Bytes& wrong :
       {test::node_possession(bank.party, *key), test::node_possession(registrar.party, *another),
        test::validator_possession(bank.party, *another)}) {
    verb.possession = wrong;
    chain.refuse(registrar, verb, AdmitNode::NOT_POSSESSED);
  }
  verb.possession = test::node_possession(bank.party, *another);
  chain.ok(registrar, verb);
  verb = test::node_of(bank.party, *chain.new_key(), rules.max_block_bytes());
  chain.ok(registrar, verb);
}

// Just the quotas within the rules of the day are taken.
TEST(AdmitNode, property_quotas_follow_the_rules) {
  Chain chain;
  for (const std::uint32_t largest : {48u * 1'024, 256u * 1'024}) {
    Rules rules = chain.engine().rules();
    rules.set_max_transaction_bytes(largest);
    chain.ok(chain.registrar(), verbs::ChangeRules{.rules = rules});
    for (const std::uint32_t quota : {largest + 1'023, largest + 1'024, largest + 1'025}) {
      const auto verb = test::node_of(1, *chain.new_key(), quota);
      const auto result = chain.apply(chain.registrar(), verb.operation());
      EXPECT_EQ(result.refusal.refused(), quota < largest + 1'024);
    }
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::AdmitNode>([](sim::World& world, auto& draft) {
      draft = {world.granted("authority.nodes"),
               test::node_of(world.trader(), sim::fresh_key(world), sim::some_quota_bytes(world))};
      return sim::is_growing(world) || sim::nodes_in(world) < sim::kFew;
    })
        .refuses(AdmitNode::NO_OPERATOR,
                 [](sim::World&, auto& draft) { draft.verb.operator_party = 0; })
        .refuses(AdmitNode::NO_NAME, [](sim::World&, auto& draft) { draft.verb.name.clear(); })
        .refuses(AdmitNode::WRONG_KEY, sim::kUnsoundKey)
        .refuses(AdmitNode::QUOTA_OUT_OF_RANGE,
                 [](sim::World& world, auto& draft) {
                   draft.verb.quota_bytes = sim::wrong_quota_bytes(world);
                 })
        .refuses(AdmitNode::KEY_IN_USE, sim::kKeyInUse)
        .refuses(AdmitNode::NOT_POSSESSED, sim::kForgedPossession);

}  // namespace
}  // namespace astyq::authority
