// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/elevators/elevators.h"
#include "modules/receipts/not_free_test.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"
#include "sim/receipt_ways.h"
#include "support/authority_story.h"
#include "support/receipts_story.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using v1::UnblockReceipt;

TEST(UnblockReceipt, story) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.receipt(story.farmer(), 25'000);
  const auto before = chain.get(kReceipts(id));
  story.block(id, story.farmer());
  const std::uint64_t lifting =
      test::act_about(chain, story.farmer(), {authority::v1::UNBLOCK_RECEIPT});
  chain.ok(chain.registrar(), verbs::UnblockReceipt{id, lifting});
  EXPECT_EQ(chain.get(kReceipts(id))->SerializeAsString(), before->SerializeAsString());
  chain.ok(story.farmer(), verbs::SplitReceipt{id, {24'999, 1}});
}

verbs::RecordAct act_for_a_day(const Chain& chain, const test::Actor& subject) {
  auto verb = test::act_verb(subject);
  verb.scopes = {authority::v1::BLOCK_RECEIPT};
  verb.expires_at_ns = chain.now_ns() + kDayNs;
  return verb;
}

// An arrest for a term needs no document to lift it, but it does not fall by itself either: the
// registrar looks.
TEST(UnblockReceipt, an_act_whose_term_has_ended_lifts_its_own_block) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.receipt(story.farmer(), 25'000);
  const std::uint64_t act = chain.ok(chain.registrar(), act_for_a_day(chain, story.farmer()));
  const std::uint64_t another = chain.ok(chain.registrar(), act_for_a_day(chain, story.farmer()));
  chain.ok(chain.registrar(), verbs::BlockReceipt{id, act});
  chain.refuse(chain.registrar(), verbs::UnblockReceipt{id, act},
               UnblockReceipt::NO_ACT_ABOUT_HOLDER);
  chain.wait_days(1);
  EXPECT_EQ(chain.get(kReceipts(id))->blocked_by_act(), act);
  chain.refuse(chain.registrar(), verbs::UnblockReceipt{id, another},
               UnblockReceipt::NO_ACT_ABOUT_HOLDER);
  chain.ok(chain.registrar(), verbs::UnblockReceipt{id, act});
}

TEST(UnblockReceipt, refusals_in_order) {
  Chain chain;
  test::ReceiptStory story(chain);
  const auto& registrar = chain.registrar();
  const std::uint64_t id = story.receipt(story.farmer(), 25'000);
  const std::uint64_t free = story.receipt(story.farmer(), 1'000);
  const std::uint64_t act = story.block(id, story.farmer());
  const std::uint64_t about_other = story.grain().record_act(story.elevator_operator());

  chain.refuse(story.farmer(), verbs::UnblockReceipt{id, act}, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verbs::UnblockReceipt{free + 1, act}, UnblockReceipt::NO_SUCH_RECEIPT);
  chain.refuse(registrar, verbs::UnblockReceipt{free, act}, UnblockReceipt::NOT_BLOCKED);
  chain.refuse(registrar, verbs::UnblockReceipt{id, act}, UnblockReceipt::NO_ACT_ABOUT_HOLDER);
  chain.refuse(registrar, verbs::UnblockReceipt{id, 0}, UnblockReceipt::NO_ACT_ABOUT_HOLDER);
  chain.refuse(registrar, verbs::UnblockReceipt{id, about_other},
               UnblockReceipt::NO_ACT_ABOUT_HOLDER);
  chain.ok(registrar, verbs::UnblockReceipt{id, story.grain().record_act(story.farmer())});
}

// Of many acts about many parties only one about the holder that lifts blocks lifts a block.
TEST(UnblockReceipt, property_only_a_lifting_act_about_the_holder_lifts) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::vector<test::Actor> farmers{story.farmer(), chain.company("A"), chain.company("B")};
  std::mt19937_64 random(708);
  for (int i = 0; i < 20; ++i) {
    const std::size_t holder = random() % farmers.size(), about = random() % farmers.size();
    const std::uint64_t id = story.receipt(farmers[holder], 100);
    story.block(id, farmers[holder]);
    const bool orders = random() % 2 == 0, lifts = orders && holder == about;
    const auto scope = orders ? authority::v1::UNBLOCK_RECEIPT : authority::v1::BLOCK_RECEIPT;
    const verbs::UnblockReceipt verb{id, test::act_about(chain, farmers[about], {scope})};
    if (lifts) {
      chain.ok(chain.registrar(), verb);
    } else {
      chain.refuse(chain.registrar(), verb, UnblockReceipt::NO_ACT_ABOUT_HOLDER);
    }
    EXPECT_EQ(chain.get(kReceipts(id))->blocked_by_act() == 0, lifts);
  }
}

template <typename AnyDraft>
bool cite_lifting_act(sim::World& world, AnyDraft& draft) {
  return sim::cite_act_about_holder(world, draft, authority::v1::UNBLOCK_RECEIPT);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::UnblockReceipt>([](sim::World& world, auto& draft) {
      return sim::held_receipt(world, draft,
                               [](const auto& row) { return row.blocked_by_act() != 0; }) &&
             cite_lifting_act(world, draft);
    })
        .refuses(UnblockReceipt::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(UnblockReceipt::NOT_BLOCKED,
                 [](sim::World& world, auto& draft) {
                   return sim::held_receipt(world, draft, sim::is_free) &&
                          cite_lifting_act(world, draft);
                 })
        .refuses(UnblockReceipt::NO_ACT_ABOUT_HOLDER, [](sim::World& world, auto& draft) {
          const auto& row = *world.receipts.find(draft.verb.receipt);
          draft.verb.act =
              world.act_beside(row.restricted().holder(), authority::v1::UNBLOCK_RECEIPT);
          return draft.verb.act != row.blocked_by_act();
        });

}  // namespace
}  // namespace astyq::receipts
