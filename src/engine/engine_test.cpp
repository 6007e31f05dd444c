// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/sha256.h"
#include "identity/handlers.gen.h"
#include "ledger/state.gen.h"
#include "support/chain.h"
#include "support/snapshot.h"

namespace astyq::engine {
namespace {

using test::Chain;

constexpr AnnexKey kKey{1, 2, 3};

// Refused by its own check, so that it changes nothing but is an outcome.
base::v1::Operation harmless() {
  return verbs::SetThreshold{.threshold = 0}.operation();
}

// An engine of the test's own, begun as the chain's; the chain signs for it.
struct EngineTest : testing::Test {
  Chain chain;
  ledger::v1::Genesis genesis = with_key(chain.genesis());
  Engine engine = begin();

  static ledger::v1::Genesis with_key(ledger::v1::Genesis genesis) {
    genesis.set_annex_digest(Bytes(view(crypto::sha256(view(kKey)))));
    return genesis;
  }
  Engine begin() const {
    auto begun = Engine::from_genesis(genesis, kKey);
    return std::move(*begun);
  }
  std::int64_t now_ns() const { return engine.head().time_ns; }

  // Signed by the registrar, valid for a while from the engine's time.
  Bytes signed_tx(std::vector<base::v1::Operation> operations) {
    auto body = chain.body(chain.registrar(), std::move(operations));
    body.set_valid_until(now_ns() + 50 * kSecondNs);
    return chain.sign(body, chain.registrar());
  }
  std::vector<Member> members(const std::vector<Bytes>& signed_txs) const {
    const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
    return prepare(views, engine.form());
  }
  Result<BlockResult> block(const std::vector<Bytes>& signed_txs, std::int64_t step_ns) {
    return engine.apply_block({engine.head().height + 1, now_ns() + step_ns, members(signed_txs)});
  }
  base::v1::Operation registration() {
    return verbs::RegisterParty{.kind = identity::v1::LEGAL_ENTITY,
                                .bin = chain.new_bin(),
                                .name = "Agro",
                                .key = chain.new_key_message(*chain.new_key())}
        .operation();
  }
  base::v1::Operation new_rules(const Rules& rules) const {
    return verbs::ChangeRules{.rules = rules}.operation();
  }
  // Rows of ids that are still remembered.
  int id_rows() const {
    int rows = 0;
    for (auto entry = engine.tree().lower_bound(ledger::kAppliedIds(0).key);
         entry && entry->first.type() == ledger::kAppliedIds.type;
         entry = engine.tree().upper_bound(entry->first))
      ++rows;
    return rows;
  }
};

TEST_F(EngineTest, height_and_time_must_follow) {
  ASSERT_TRUE(block({signed_tx({registration()})}, kSecondNs).ok());
  const Hash root = engine.tree().root();
  const Head head = engine.head();
  for (const std::uint64_t height : {0ull, 1ull, 3ull, ~0ull}) {
    const auto result = engine.apply_block({height, now_ns() + kSecondNs, {}});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.fault().code, "height_wrong");
  }
  for (const std::int64_t time_ns : {now_ns(), now_ns() - 1, std::int64_t{0}}) {
    const auto result = engine.apply_block({2, time_ns, {}});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.fault().code, "time_not_after");
  }
  EXPECT_EQ(engine.tree().root(), root);
  EXPECT_EQ(engine.head().height, head.height);
  EXPECT_TRUE(engine.apply_block({2, now_ns() + 1, {}}).ok());
}

// What a block does under a version that this program does not know, it cannot know. All before it
// comes to the same in a program that does.
TEST_F(EngineTest, stops_before_a_version_that_it_does_not_know) {
  auto newer = Engine::from_genesis(genesis, kKey, kProtocolVersion + 1);
  ASSERT_TRUE(newer.ok());
  Rules rules = engine.rules();
  rules.set_protocol_version(kProtocolVersion + 1);
  const auto change = signed_tx({new_rules(rules)});
  const auto again = newer->apply_block({1, now_ns() + kSecondNs, members({change})});
  auto raised = block({change}, kSecondNs);
  ASSERT_TRUE(raised.ok() && again.ok());
  EXPECT_EQ(raised->app_hash, again->app_hash);
  const Hash root = engine.tree().root();
  const auto stopped = block({}, kSecondNs);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.fault().code, "protocol_unknown");
  EXPECT_NE(stopped.fault().text.find("version 2 from height 2"), std::string::npos);
  EXPECT_EQ(engine.check_version().fault().text, stopped.fault().text);
  EXPECT_EQ(engine.tree().root(), root);
  EXPECT_TRUE(newer->apply_block({2, newer->head().time_ns + 1, {}}).ok());
  engine.revert(std::move(raised->undo));
  EXPECT_TRUE(block({}, kSecondNs).ok());
}

TEST_F(EngineTest, does_not_begin_with_a_version_that_it_does_not_know) {
  genesis.mutable_rules()->set_protocol_version(kProtocolVersion + 1);
  const auto begun = Engine::from_genesis(genesis, kKey);
  ASSERT_FALSE(begun.ok());
  EXPECT_EQ(begun.fault().code, "protocol_unknown");
}

// A step that is an outage is one as a whole: running time stands still in it.
TEST_F(EngineTest, long_steps_are_outages) {
  const std::int64_t start_ns = now_ns();
  ASSERT_TRUE(block({}, 600 * kSecondNs).ok());
  EXPECT_EQ(engine.head().outages_ns, 0);
  EXPECT_EQ(engine.running_ns(now_ns() + 600 * kSecondNs), start_ns + 1'200 * kSecondNs);
  EXPECT_EQ(engine.running_ns(now_ns() + 601 * kSecondNs), start_ns + 600 * kSecondNs);
  ASSERT_TRUE(block({}, 600 * kSecondNs + 1).ok());
  EXPECT_EQ(engine.head().outages_ns, 600 * kSecondNs + 1);
  ASSERT_TRUE(block({}, 2 * kDayNs).ok());
  EXPECT_EQ(engine.head().outages_ns, 2 * kDayNs + 600 * kSecondNs + 1);
  EXPECT_EQ(now_ns() - engine.head().outages_ns, start_ns + 600 * kSecondNs);
  ASSERT_TRUE(block({}, kSecondNs).ok());
  EXPECT_EQ(now_ns() - engine.head().outages_ns, start_ns + 601 * kSecondNs);
}

TEST_F(EngineTest, ids_are_forgotten_after_120_s_a_bounded_number_a_block) {
  Rules rules = engine.rules();
  rules.set_max_id_leaves_removed_per_block(3);
  ASSERT_TRUE(block({signed_tx({new_rules(rules)})}, kSecondNs).ok());
  for (int i = 1; i < 10; ++i) ASSERT_TRUE(block({signed_tx({harmless()})}, kSecondNs).ok());
  EXPECT_EQ(id_rows(), 10);
  // The oldest is 9 s older than the last block.
  ASSERT_TRUE(block({}, 111 * kSecondNs - 1).ok());
  EXPECT_EQ(id_rows(), 10);
  ASSERT_TRUE(block({}, 1).ok());
  EXPECT_EQ(id_rows(), 9);
  ASSERT_TRUE(block({}, 100 * kSecondNs).ok());
  EXPECT_EQ(id_rows(), 6);
  // A block with ids of its own adds one row and still removes three.
  ASSERT_TRUE(block({signed_tx({harmless()})}, 1).ok());
  EXPECT_EQ(id_rows(), 4);
  ASSERT_TRUE(block({}, 1).ok());
  EXPECT_EQ(id_rows(), 1);
  ASSERT_TRUE(block({}, 120 * kSecondNs).ok());
  EXPECT_EQ(id_rows(), 0);
}

TEST_F(EngineTest, block_full) {
  Rules rules = engine.rules();
  rules.set_max_operations_per_transaction(4);
  rules.set_max_operations_per_block(5);
  rules.set_max_members_per_block(3);
  ASSERT_TRUE(block({signed_tx({new_rules(rules)})}, kSecondNs).ok());
  const auto four = signed_tx({harmless(), harmless(), harmless(), harmless()});
  const auto two = signed_tx({harmless(), harmless()});
  const auto one = signed_tx({harmless()});
  auto result = block({four, two, one}, kSecondNs);
  EXPECT_EQ(result->members[0].admission, kAccepted);
  EXPECT_EQ(result->members[1].admission, base::v1::BLOCK_FULL);
  EXPECT_EQ(result->members[2].admission, kAccepted);
  // Nothing was consumed: the next block takes it. A fourth member finds no place.
  const auto last = signed_tx({harmless()});
  const auto fault = Bytes("not a transaction");
  result = block({fault, fault, two, last}, kSecondNs);
  EXPECT_EQ(result->members[2].admission, kAccepted);
  EXPECT_EQ(result->members[3].admission, base::v1::BLOCK_FULL);
  EXPECT_EQ(block({last}, kSecondNs)->members[0].admission, kAccepted);
}

TEST_F(EngineTest, block_full_of_bytes) {
  Rules rules = engine.rules();
  rules.set_max_block_bytes(256 * 1024);
  ASSERT_TRUE(block({signed_tx({new_rules(rules)})}, kSecondNs).ok());
  // Refused for want of a BIN, an outcome of a hundred thousand bytes.
  const auto long_name =
      verbs::RegisterParty{.kind = identity::v1::LEGAL_ENTITY, .name = Bytes(120, 'n')}.operation();
  const std::vector<base::v1::Operation> many(800, long_name);
  const std::vector<Bytes> large{signed_tx(many), signed_tx(many), signed_tx(many)};
  ASSERT_GT(large[0].size(), 90'000u);
  const auto result = block({large[0], large[1], large[2], signed_tx({harmless()})}, kSecondNs);
  EXPECT_EQ(result->members[1].admission, kAccepted);
  EXPECT_EQ(result->members[2].admission, base::v1::BLOCK_FULL);
  EXPECT_EQ(result->members[3].admission, kAccepted) << "a small one fits still";
  EXPECT_EQ(block({large[2]}, kSecondNs)->members[0].admission, kAccepted);
}

// A few bytes can change many rows: a block that has changed enough takes in no more.
TEST_F(EngineTest, block_full_of_rows) {
  Rules rules = engine.rules();
  rules.set_max_rows_per_block(10'000);
  ASSERT_TRUE(block({signed_tx({new_rules(rules)})}, kSecondNs).ok());
  std::vector<Bytes> signed_txs;
  for (int i = 0; i < 5; ++i) {
    std::vector<base::v1::Operation> operations;
    for (int k = 0; k < 900; ++k) operations.push_back(registration());
    signed_txs.push_back(signed_tx(operations));
  }
  const auto result = block(signed_txs, kSecondNs);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(result->members[i].admission, kAccepted);
  EXPECT_EQ(result->members[4].admission, base::v1::BLOCK_FULL);
  EXPECT_EQ(block({signed_txs[4]}, kSecondNs)->members[0].admission, kAccepted);
}

TEST_F(EngineTest, only_what_members_or_jobs_change_is_news) {
  const auto with = block({signed_tx({registration()})}, kSecondNs);
  EXPECT_TRUE(Engine::is_news(with->changes));
  EXPECT_TRUE(Engine::is_news(with->undo));
  EXPECT_FALSE(Engine::is_news(block({}, kSecondNs)->changes));
  EXPECT_EQ(id_rows(), 1);
  const auto forgetting = block({}, 120 * kSecondNs);
  EXPECT_EQ(id_rows(), 0);
  EXPECT_FALSE(Engine::is_news(forgetting->changes));
}

TEST_F(EngineTest, dry_run_equals_apply_and_changes_nothing) {
  std::mt19937 random(31);
  const std::vector<Bytes> candidates = [&] {
    const auto once = registration();
    return std::vector<Bytes>{
        signed_tx({registration(), harmless()}),
        signed_tx({once}),
        signed_tx({once}),
        signed_tx({registration(), registration(), registration()}),
        chain.sign(chain.body({999, nullptr}, {harmless()}), chain.registrar()),
        Bytes("not a transaction"),
    };
  }();
  for (int i = 0; i < 40; ++i) {
    const Bytes& candidate = candidates[random() % candidates.size()];
    const Hash root = engine.tree().root();
    const std::int64_t time_ns = now_ns() + kSecondNs / 4;
    const Member member = members({candidate}).at(0);
    const MemberResult dry = engine.dry_run(member, time_ns);
    const Member* asked = &member;
    EXPECT_EQ(engine.check_admission({&asked, 1}, time_ns).at(0), dry.admission);
    EXPECT_EQ(engine.tree().root(), root);
    const auto wet = block({candidate}, kSecondNs / 4);
    ASSERT_TRUE(wet.ok());
    EXPECT_EQ(wet->members[0].admission, dry.admission);
    EXPECT_EQ(wet->members[0].body_hash, dry.body_hash);
    ASSERT_EQ(wet->members[0].operations.size(), dry.operations.size());
    for (std::size_t k = 0; k < dry.operations.size(); ++k) {
      EXPECT_EQ(wet->members[0].operations[k].refusal, dry.operations[k].refusal);
      EXPECT_EQ(wet->members[0].operations[k].first_id, dry.operations[k].first_id);
      EXPECT_EQ(wet->members[0].operations[k].count, dry.operations[k].count);
    }
  }
}

TEST_F(EngineTest, reverted_block_never_happened) {
  ASSERT_TRUE(block({signed_tx({registration()})}, kSecondNs).ok());
  test::Snapshot before(engine);
  const auto tx = signed_tx({registration(), registration()});
  auto first = block({tx}, kSecondNs);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->app_hash, engine.tree().root());
  EXPECT_EQ(block({tx}, kSecondNs)->members[0].admission, base::v1::ALREADY_APPLIED);

  auto imported = before.read(kKey);
  ASSERT_TRUE(imported.ok());
  engine = std::move(*imported);
  auto again = block({tx}, kSecondNs);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->app_hash, first->app_hash);
  engine.revert(again->undo);
  EXPECT_EQ(test::snapshot_of(engine), before.bytes());
  auto third = block({tx}, kSecondNs);
  EXPECT_EQ(third->members[0].admission, kAccepted);
  EXPECT_EQ(third->app_hash, first->app_hash);
  EXPECT_EQ(third->results_root, first->results_root);
}

TEST_F(EngineTest, results_are_committed_to) {
  const auto tx = signed_tx({registration(), harmless()});
  const auto with = block({tx}, kSecondNs);
  ASSERT_TRUE(with.ok());
  std::vector<Bytes> leaves;
  for (std::uint32_t i = 0; i < 2; ++i) {
    const auto& op = with->members[0].operations[i];
    Bytes leaf(view(with->members[0].body_hash));
    append_u32(leaf, i << 16 | 2);  // of two
    append_u32(leaf, op.refusal.code());
    append_u64(leaf, op.first_id);
    append_u32(leaf, op.count);
    leaves.push_back(leaf);
  }
  EXPECT_EQ(with->results_root, crypto::merkle_root(leaves));
  EXPECT_EQ(with->members[0].operations[0].first_id, 2u);
  EXPECT_EQ(block({}, kSecondNs)->results_root, crypto::merkle_root({}));
}

TEST_F(EngineTest, annex_key_must_be_the_states_own) {
  AnnexKey wrong = kKey;
  wrong[31] ^= 1;
  const auto begun = Engine::from_genesis(genesis, wrong);
  ASSERT_FALSE(begun.ok());
  EXPECT_EQ(begun.fault().code, "annex_key_wrong");
  const auto empty = Engine::from_tree(store::Tree(), "astyq-test", kKey);
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.fault().code, "state_empty");
}

}  // namespace
}  // namespace astyq::engine
