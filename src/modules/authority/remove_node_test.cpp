// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/validators.h"
#include "sim/validator_ways.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::RemoveNode;

TEST(RemoveNode, story) {
  Chain chain;
  for (int i = 0; i < 2; ++i) chain.ok(chain.registrar(), test::node_of(1, *chain.new_key()));
  chain.ok(chain.registrar(), verbs::RemoveNode{.node = 1});
  EXPECT_EQ(chain.get(kNodes(1))->quota_bytes(), 0u);
  EXPECT_EQ(chain.get(kValidatorTotals(0))->nodes(), 1u);
  EXPECT_FALSE(chain.read([](const View& view) { return find_node(view, 1); }).has_value());
  EXPECT_TRUE(chain.read([](const View& view) { return find_node(view, 2); }).has_value());
}

TEST(RemoveNode, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("Bank");
  for (int i = 0; i < 2; ++i) chain.ok(registrar, test::node_of(bank.party, *chain.new_key()));
  chain.refuse(bank, verbs::RemoveNode{1}, base::v1::NO_PERMISSION);
  for (const std::uint64_t nobody : {0u, 9u})
    chain.refuse(registrar, verbs::RemoveNode{nobody}, RemoveNode::NO_SUCH_NODE);
  chain.ok(registrar, verbs::RemoveNode{1});
  chain.refuse(registrar, verbs::RemoveNode{1}, RemoveNode::WAS_REMOVED);
  chain.refuse(registrar, verbs::RemoveNode{2}, RemoveNode::LAST_NODE);
  chain.ok(registrar, test::node_of(bank.party, *chain.new_key()));
  chain.ok(registrar, verbs::RemoveNode{2});
}

// In whatever order nodes are removed, one is left in the end, and none returns.
TEST(RemoveNode, property_one_node_is_left) {
  std::mt19937 random(215);
  Chain chain;
  for (int i = 0; i < 8; ++i) chain.ok(chain.registrar(), test::node_of(1, *chain.new_key()));
  std::uint64_t left = 8;
  for (int step = 0; step < 60; ++step) {
    const std::uint64_t node = 1 + random() % 8;
    const bool served = chain.get(kNodes(node))->quota_bytes() > 0;
    const auto result = chain.apply(chain.registrar(), verbs::RemoveNode{node}.operation());
    EXPECT_EQ(result.refusal.refused(), !served || left == 1);
    left -= result.refusal.refused() ? 0 : 1;
    EXPECT_EQ(chain.get(kValidatorTotals(0))->nodes(), left);
  }
  EXPECT_EQ(left, 1u);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RemoveNode>([](sim::World& world, auto& draft) {
      return !sim::is_growing(world) && sim::nodes_in(world) > 1 &&
             sim::some_node_of_others(world, draft, true);
    })
        .refuses(RemoveNode::NO_SUCH_NODE, sim::kNoNode)
        .refuses_instead(RemoveNode::WAS_REMOVED,
                         [](sim::World& world, auto& draft) {
                           return sim::some_node_of_others(world, draft, false);
                         })
        .refuses_instead(RemoveNode::LAST_NODE, [](sim::World& world, auto& draft) {
          return sim::nodes_in(world) == 1 && sim::some_node_of_others(world, draft, true);
        });

}  // namespace
}  // namespace astyq::authority
