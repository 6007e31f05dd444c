// SPDX-License-Identifier: Apache-2.0
#include "engine/misbehaviour.h"

#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "engine/engine.h"
#include "ledger/state.gen.h"
#include "modules/authority/validators.h"
#include "support/validators_story.h"

namespace astyq::engine {
namespace {

using test::Chain;

// Two validators of the registrar, and engines in the chain's state.
struct MisbehaviourTest : testing::Test {
  Chain chain;
  std::shared_ptr<const crypto::Ed25519Key> first = chain.new_key(), second = chain.new_key();

  MisbehaviourTest() {
    for (const auto& key : {first, second})
      chain.ok(chain.registrar(), test::validator_of(1, *key));
  }
  Misbehaviour of(const crypto::Ed25519Key& key, std::uint64_t height) const {
    return {wire::validator_address(view(key.public_key())), height};
  }
  static BlockResult next(Engine& engine, std::vector<Misbehaviour> found,
                          const std::vector<Bytes>& signed_txs = {}) {
    const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
    const Head head = engine.head();
    auto result = engine.apply_block({head.height + 1, head.time_ns + kSecondNs,
                                      prepare(views, engine.form()), std::move(found)});
    EXPECT_TRUE(result.ok());
    return std::move(*result);
  }
  static std::vector<ledger::v1::Alarm> alarms(const Engine& engine) {
    std::vector<ledger::v1::Alarm> alarms;
    while (const auto* row = engine.tree().find(ledger::kAlarms(alarms.size() + 1).key))
      alarms.push_back(decode_row<ledger::v1::Alarm>(*row));
    return alarms;
  }
};

TEST_F(MisbehaviourTest, takes_the_vote_and_raises_an_alarm) {
  Engine engine = chain.copy_engine();
  const auto result = next(engine, {of(*first, 2)});
  EXPECT_EQ(result.misbehaviour, std::vector<Misbehaviour>{of(*first, 2)});
  EXPECT_EQ(authority::validator_updates(result.undo, result.changes),
            (std::vector<authority::ValidatorUpdate>{{test::public_key_of(*first), 0}}));
  EXPECT_TRUE(Engine::is_news(result.changes));
  const auto raised = alarms(engine);
  ASSERT_EQ(raised.size(), 1u);
  EXPECT_EQ(raised[0].job(), ledger::v1::NO_JOB);
  EXPECT_EQ(raised[0].subject(), 1u);
  EXPECT_EQ(raised[0].refusal(), 0u);
  EXPECT_EQ(raised[0].height(), engine.head().height);
  EXPECT_EQ(raised[0].double_signer(), view(of(*first, 2).address));
  EXPECT_EQ(raised[0].double_signed_at_height(), 2u);
  next(engine, {of(*first, 2), of(*first, 3)});
  EXPECT_EQ(alarms(engine).size(), 1u);
}

TEST_F(MisbehaviourTest, the_last_vote_stays_under_an_alarm) {
  Engine engine = chain.copy_engine();
  const auto result = next(engine, {of(*first, 2), of(*second, 2), of(*second, 2)});
  EXPECT_EQ(authority::validator_updates(result.undo, result.changes).size(), 1u);
  EXPECT_EQ(alarms(engine).size(), 2u);
}

TEST_F(MisbehaviourTest, an_address_of_nobody_raises_an_alarm_alone) {
  Engine engine = chain.copy_engine();
  const auto result = next(engine, {of(*chain.new_key(), 2)});
  EXPECT_TRUE(authority::validator_updates(result.undo, result.changes).empty());
  const auto raised = alarms(engine);
  ASSERT_EQ(raised.size(), 1u);
  EXPECT_EQ(raised[0].subject(), 0u);
}

// Whoever lost the vote in a block does not act with it in the same one.
TEST_F(MisbehaviourTest, comes_before_the_members) {
  Engine engine = chain.copy_engine();
  auto body =
      chain.body(chain.registrar(), {test::new_validator_key(1, 1, *chain.new_key()).operation(),
                                     verbs::LeaveConsensus{2}.operation()});
  const auto result = next(engine, {of(*first, 2)}, {chain.sign(body, chain.registrar())});
  const auto& operations = result.members.at(0).operations;
  EXPECT_EQ(operations.at(0).refusal, Refusal(authority::v1::RotateValidatorKey::HAS_ENDED));
  EXPECT_EQ(operations.at(1).refusal, Refusal(authority::v1::LeaveConsensus::LAST_VALIDATOR));
}

TEST_F(MisbehaviourTest, replays_from_what_the_log_has) {
  Engine engine = chain.copy_engine(), again = chain.copy_engine(), without = chain.copy_engine();
  log::v1::BlockRecord record;
  add_misbehaviour(next(engine, {of(*first, 2), of(*second, 3)}).misbehaviour, record);
  next(again, misbehaviour_of(record));
  next(without, {});
  EXPECT_EQ(again.tree().root(), engine.tree().root());
  EXPECT_NE(without.tree().root(), engine.tree().root());
  record.mutable_misbehaviour(0)->mutable_address()->pop_back();
  EXPECT_EQ(misbehaviour_of(record)[0].address, wire::ValidatorAddress());
}

}  // namespace
}  // namespace astyq::engine
