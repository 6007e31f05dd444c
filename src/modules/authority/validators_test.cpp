// SPDX-License-Identifier: Apache-2.0
#include "modules/authority/validators.h"

#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "crypto/sha256.h"
#include "support/validators_story.h"

namespace astyq::authority {
namespace {

using test::Chain;

wire::ValidatorAddress address_of(const crypto::Ed25519Key& key) {
  return wire::validator_address(astyq::view(key.public_key()));
}

// Three validators and two nodes of a bank, and their keys: 0 to 2 and 3 to 4.
struct ValidatorsTest : testing::Test {
  Chain chain;
  test::Actor bank = chain.company("National bank");
  test::Keys keys;

  ValidatorsTest() {
    for (int i = 0; i < 5; ++i) keys.push_back(chain.new_key());
    for (std::size_t i = 0; i < 3; ++i)
      chain.ok(chain.registrar(), test::validator_of(bank.party, *keys[i], 10 * (i + 1)));
    for (std::size_t i = 3; i < 5; ++i)
      chain.ok(chain.registrar(), test::node_of(bank.party, *keys[i]));
  }

  v1::Validator validator(const View& view, std::uint64_t id) const {
    return view.require(kValidators(id));
  }
  // Shows what is left after writes that stay in no state.
  template <typename Write>
  void try_out(Write write) const {
    const engine::Head& head = chain.engine().head();
    Overlay overlay(chain.engine().tree());
    View view(overlay, chain.engine().rules(), {head.height + 1, head.time_ns + 1, 1});
    write(view);
    EXPECT_EQ(check_invariants(Delta(overlay.written_since(0)), view), kAccepted);
  }
  template <typename Write>
  Refusal after(Write write) const {
    return chain.after_writing(check_invariants, write);
  }
};

TEST_F(ValidatorsTest, double_signing_takes_the_vote_once) {
  try_out([&](View& view) {
    double_signed(view, address_of(*keys[1]), 4);
    const v1::Validator row = validator(view, 2);
    EXPECT_EQ(row.power(), 0u);
    EXPECT_EQ(row.end(), v1::DOUBLE_SIGNED);
    EXPECT_EQ(row.double_signed_at_height(), 4u);
    EXPECT_EQ(row.ended_at_height(), view.time().height);
    EXPECT_EQ(validator_totals(view).voting(), 2u);
    EXPECT_EQ(validator_totals(view).power(), 40u);
    const auto done = view.overlay().savepoint();
    for (const std::uint64_t height : {4u, 5u}) double_signed(view, address_of(*keys[1]), height);
    EXPECT_EQ(view.overlay().savepoint(), done);
  });
}

// A key that was replaced since still answers for what it signed.
TEST_F(ValidatorsTest, double_signing_under_a_former_key) {
  chain.ok(bank, test::new_validator_key(2, bank.party, *chain.new_key()));
  try_out([&](View& view) {
    double_signed(view, address_of(*keys[1]), 4);
    EXPECT_EQ(validator(view, 2).end(), v1::DOUBLE_SIGNED);
  });
}

TEST_F(ValidatorsTest, the_last_vote_stays_until_there_is_another) {
  for (const std::uint64_t other : {1u, 3u}) chain.ok(bank, verbs::LeaveConsensus{other});
  try_out([&](View& view) {
    double_signed(view, address_of(*keys[1]), 4);
    EXPECT_EQ(validator(view, 2).power(), 20u);
    EXPECT_EQ(validator(view, 2).end(), v1::NO_END);
    EXPECT_EQ(validator(view, 2).double_signed_at_height(), 4u);
    const auto done = view.overlay().savepoint();
    double_signed(view, address_of(*keys[1]), 4);
    EXPECT_EQ(view.overlay().savepoint(), done);
    v1::Validator next;
    next.set_operator_(bank.party);
    next.set_name("Audit");
    next.set_public_key(test::public_key_of(*chain.new_key()));
    next.set_power(1);
    add_validator(view, next);
    double_signed(view, address_of(*keys[1]), 6);
    EXPECT_EQ(validator(view, 2).end(), v1::DOUBLE_SIGNED);
    EXPECT_EQ(validator_totals(view).power(), 1u);
  });
}

// It has no vote to lose, and how it ended stays told.
TEST_F(ValidatorsTest, double_signing_of_one_that_left_is_noted) {
  chain.ok(bank, verbs::LeaveConsensus{2});
  try_out([&](View& view) {
    double_signed(view, address_of(*keys[1]), 4);
    EXPECT_EQ(validator(view, 2).end(), v1::LEFT);
    EXPECT_EQ(validator(view, 2).double_signed_at_height(), 4u);
    EXPECT_EQ(validator_totals(view).voting(), 2u);
  });
}

TEST_F(ValidatorsTest, an_address_of_nobody_changes_no_row_of_the_register) {
  auto nearly = address_of(*keys[1]);
  nearly.back() ^= 1;
  for (const auto& address : {nearly, address_of(*keys[3]), wire::ValidatorAddress()})
    try_out([&](View& view) {
      double_signed(view, address, 4);
      EXPECT_EQ(validator_totals(view).voting(), 3u);
      for (const std::uint64_t id : {1u, 2u, 3u})
        EXPECT_EQ(validator(view, id).double_signed_at_height(), 0u);
    });
}

TEST_F(ValidatorsTest, cometbft_is_told_of_what_changed) {
  using Updates = std::vector<ValidatorUpdate>;
  const auto told = [&](const std::vector<base::v1::Operation>& operations) {
    const Bytes tx = chain.sign(chain.body(bank, operations), bank);
    const auto result = chain.block({tx}, kSecondNs);
    for (const auto& each : result.members.at(0).operations)
      EXPECT_FALSE(each.refusal.refused()) << each.refusal.code();
    return validator_updates(result.undo, result.changes);
  };
  for (const char* permission : {"authority.validators", "authority.nodes"})
    chain.ok(chain.registrar(),
             verbs::GrantPermission{.party = bank.party, .permission = permission});
  const Bytes first = test::public_key_of(*keys[0]), second = test::public_key_of(*keys[1]);
  EXPECT_EQ(told({verbs::SetNodeQuota{1, 2'000'000}.operation()}), Updates{});
  EXPECT_EQ(told({verbs::SetValidatorPower{1, 10}.operation()}), Updates{});
  EXPECT_EQ(told({verbs::SetValidatorPower{2, 5}.operation(),
                  verbs::SetValidatorPower{1, 7}.operation()}),
            (Updates{{first, 7}, {second, 5}}));
  const auto fresh = chain.new_key(), fourth = chain.new_key(), passing = chain.new_key();
  EXPECT_EQ(
      told({test::validator_of(bank.party, *fourth, 3).operation(),
            test::new_validator_key(1, bank.party, *fresh).operation()}),
      (Updates{{first, 0}, {test::public_key_of(*fresh), 7}, {test::public_key_of(*fourth), 3}}));
  // What came and went within the block was never there for CometBFT.
  EXPECT_EQ(told({test::validator_of(bank.party, *passing).operation(),
                  verbs::RemoveValidator{5}.operation(),
                  test::new_validator_key(2, bank.party, *chain.new_key()).operation(),
                  verbs::LeaveConsensus{2}.operation()}),
            (Updates{{second, 0}}));
  const auto voting = chain.read([](const View& view) { return voting_validators(view); });
  EXPECT_EQ(voting, (Updates{{test::public_key_of(*fresh), 7},
                             {test::public_key_of(*keys[2]), 30},
                             {test::public_key_of(*fourth), 3}}));
}

using ValidatorInvariants = ValidatorsTest;

TEST_F(ValidatorInvariants, rows_and_totals_go_together) {
  const auto row_changed = [&](auto change) {
    return after([&](View& view) {
      v1::Validator row = validator(view, 1);
      change(row);
      view.put(kValidators(1), row);
    });
  };
  const auto totals_changed = [&](auto change) {
    return after([&](View& view) {
      v1::ValidatorTotals row = validator_totals(view);
      change(row);
      view.put(kValidatorTotals(0), row);
    });
  };
  const Refusal broken = base::v1::INVARIANT_VALIDATORS;
  EXPECT_EQ(row_changed([](auto& row) { row.set_power(row.power() + 1); }), broken);
  EXPECT_EQ(row_changed([](auto& row) { row.set_power(0); }), broken);
  EXPECT_EQ(row_changed([](auto& row) { row.set_end(v1::LEFT); }), broken);
  EXPECT_EQ(row_changed([](auto& row) { row.set_operator_(1); }), broken);
  EXPECT_EQ(row_changed([](auto& row) { row.set_name("Another"); }), kAccepted);
  EXPECT_EQ(totals_changed([](auto& row) { row.set_voting(row.voting() + 1); }), broken);
  EXPECT_EQ(totals_changed([](auto& row) { row.set_power(row.power() - 1); }), broken);
  EXPECT_EQ(totals_changed([](auto& row) { row.set_nodes(row.nodes() + 1); }), broken);
  EXPECT_EQ(after([](View& view) { view.erase(kValidatorTotals(0)); }), broken);
  EXPECT_EQ(after([](View& view) { view.erase(kValidators(1)); }), broken);
  EXPECT_EQ(after([](View& view) { view.erase(kNodes(1)); }), broken);
}

TEST_F(ValidatorInvariants, one_is_left_and_none_returns) {
  const Refusal broken = base::v1::INVARIANT_VALIDATORS;
  for (const std::uint64_t other : {1u, 2u}) chain.ok(bank, verbs::LeaveConsensus{other});
  chain.ok(chain.registrar(), verbs::RemoveNode{1});
  EXPECT_EQ(after([&](View& view) {
              v1::Validator row = validator(view, 3);
              row.set_power(0);
              row.set_end(v1::LEFT);
              view.put(kValidators(3), row);
              v1::ValidatorTotals totals;
              totals.set_nodes(1);
              view.put(kValidatorTotals(0), totals);
            }),
            broken);
  EXPECT_EQ(after([&](View& view) {
              v1::Validator row = validator(view, 1);
              row.set_power(10);
              row.set_end(v1::NO_END);
              view.put(kValidators(1), row);
              v1::ValidatorTotals totals = validator_totals(view);
              totals.set_voting(2);
              totals.set_power(40);
              view.put(kValidatorTotals(0), totals);
            }),
            broken);
  const auto nodes_changed = [&](std::uint64_t id, std::uint32_t quota, std::uint32_t nodes) {
    return after([&](View& view) {
      v1::Node row = view.require(kNodes(id));
      row.set_quota_bytes(quota);
      view.put(kNodes(id), row);
      v1::ValidatorTotals totals = validator_totals(view);
      totals.set_nodes(nodes);
      view.put(kValidatorTotals(0), totals);
    });
  };
  EXPECT_EQ(nodes_changed(2, 0, 0), broken);
  EXPECT_EQ(nodes_changed(1, 5, 2), broken);
  EXPECT_EQ(nodes_changed(2, 5, 1), kAccepted);
}

TEST_F(ValidatorInvariants, a_key_is_taken_once) {
  const Refusal broken = base::v1::INVARIANT_CONSENSUS_KEY;
  const auto slot = kConsensusKeys(crypto::sha256(test::public_key_of(*keys[0])));
  const auto fresh = kConsensusKeys(crypto::sha256(test::public_key_of(*chain.new_key())));
  v1::ConsensusKey row = *chain.get(slot);
  EXPECT_EQ(after([&](View& view) { view.erase(slot); }), broken);
  row.set_validator(2);
  EXPECT_EQ(after([&](View& view) { view.put(slot, row); }), broken);
  row.set_node(1);
  EXPECT_EQ(after([&](View& view) { view.put(fresh, row); }), broken);
  EXPECT_EQ(after([&](View& view) { view.put(fresh, v1::ConsensusKey()); }), broken);
  // A key in a row without one of its own that says so.
  for (const auto& key : {keys[1], keys[3], chain.new_key()})
    EXPECT_EQ(after([&](View& view) {
                v1::Validator changed = validator(view, 1);
                changed.set_public_key(test::public_key_of(*key));
                view.put(kValidators(1), changed);
              }),
              broken);
  for (const auto& key : {keys[0], keys[4], chain.new_key()})
    EXPECT_EQ(after([&](View& view) {
                v1::Node changed = view.require(kNodes(1));
                changed.set_public_key(test::public_key_of(*key));
                view.put(kNodes(1), changed);
              }),
              broken);
}

}  // namespace
}  // namespace astyq::authority
