// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/validators.h"
#include "sim/validator_ways.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::SetNodeQuota;

TEST(SetNodeQuota, story) {
  Chain chain;
  chain.ok(chain.registrar(), test::node_of(1, *chain.new_key()));
  chain.ok(chain.registrar(), verbs::SetNodeQuota{.node = 1, .quota_bytes = 2'000'000});
  EXPECT_EQ(chain.get(kNodes(1))->quota_bytes(), 2'000'000u);
  EXPECT_EQ(chain.get(kValidatorTotals(0))->nodes(), 1u);
}

TEST(SetNodeQuota, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("Bank");
  for (int i = 0; i < 2; ++i) chain.ok(registrar, test::node_of(bank.party, *chain.new_key()));
  chain.refuse(bank, verbs::SetNodeQuota{1, test::kQuotaBytes}, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verbs::SetNodeQuota{9, 0}, SetNodeQuota::QUOTA_OUT_OF_RANGE);
  for (const std::uint64_t nobody : {0u, 9u})
    chain.refuse(registrar, verbs::SetNodeQuota{nobody, test::kQuotaBytes},
                 SetNodeQuota::NO_SUCH_NODE);
  chain.ok(registrar, verbs::RemoveNode{2});
  chain.refuse(registrar, verbs::SetNodeQuota{2, test::kQuotaBytes}, SetNodeQuota::WAS_REMOVED);
}

// Just the quotas within the rules are taken, and each is what stands then.
TEST(SetNodeQuota, property_quotas_follow_the_rules) {
  Chain chain;
  const Rules& rules = chain.engine().rules();
  const std::uint32_t least = rules.max_transaction_bytes() + kBundleFrameBytes;
  chain.ok(chain.registrar(), test::node_of(1, *chain.new_key(), least));
  std::uint32_t present = least;
  for (const std::uint32_t quota : {0u, 1u, least - 1, least + 1, rules.max_block_bytes(),
                                    rules.max_block_bytes() + 1, least, ~0u}) {
    const auto verb = verbs::SetNodeQuota{1, quota};
    const auto result = chain.apply(chain.registrar(), verb.operation());
    EXPECT_EQ(result.refusal.refused(), quota < least || quota > rules.max_block_bytes());
    if (!result.refusal.refused()) present = quota;
    EXPECT_EQ(chain.get(kNodes(1))->quota_bytes(), present);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::SetNodeQuota>([](sim::World& world, auto& draft) {
      draft.verb.quota_bytes = sim::some_quota_bytes(world);
      return sim::some_node_of_others(world, draft, true);
    })
        .refuses(SetNodeQuota::QUOTA_OUT_OF_RANGE,
                 [](sim::World& world, auto& draft) {
                   draft.verb.quota_bytes = sim::wrong_quota_bytes(world);
                 })
        .refuses(SetNodeQuota::NO_SUCH_NODE, sim::kNoNode)
        .refuses_instead(SetNodeQuota::WAS_REMOVED, [](sim::World& world, auto& draft) {
          draft.verb.quota_bytes = sim::some_quota_bytes(world);
          return sim::some_node_of_others(world, draft, false);
        });

}  // namespace
}  // namespace astyq::authority
