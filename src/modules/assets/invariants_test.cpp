// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "assets/handlers.gen.h"
#include "assets/state.gen.h"
#include "modules/assets/assets.h"
#include "support/assets_story.h"

namespace astyq::assets {
namespace {

using base::v1::INVARIANT_DEFINITION_CHANGED;
using base::v1::INVARIANT_LOCKED_BALANCE;
using base::v1::INVARIANT_MONEY_CONSERVATION;

// A bank's money, of which a farmer holds 1,000 tiyn; every test breaks one thing.
struct AssetsInvariants : testing::Test {
  test::Chain chain;
  test::MoneyStory bank{chain};
  test::Actor farmer = chain.company("Farm");
  std::uint64_t money = bank.money();

  AssetsInvariants() { bank.issue(farmer, 1'000); }

  template <typename Write>
  Refusal after(Write write) const {
    return chain.after_writing(check_invariants, write);
  }
  static void set_supply(View& view, std::uint64_t asset, std::uint64_t amount) {
    v1::Supply row;
    row.set_amount(amount);
    view.put(kSupplies(asset), row);
  }
  void set_balance(View& view, std::uint64_t amount, std::uint64_t locked) const {
    v1::Balance row;
    row.mutable_restricted()->set_amount(amount);
    row.mutable_restricted()->set_locked(locked);
    view.put(kBalances(farmer.party, money), row);
  }
  void add_lock(View& view, std::uint64_t amount) const {
    v1::Lock row;
    row.set_asset(money);
    row.mutable_restricted()->set_party(farmer.party);
    row.mutable_restricted()->set_amount(amount);
    view.add(kLocks, row);
  }
};

TEST_F(AssetsInvariants, supply_and_balances_go_together) {
  EXPECT_EQ(after([&](View& view) { mint(view, money, 7, 5); }), kAccepted);
  EXPECT_EQ(after([&](View& view) { move(view, money, farmer.party, 7, 1'000); }), kAccepted);
  EXPECT_EQ(after([&](View& view) { set_supply(view, money, 1'001); }),
            INVARIANT_MONEY_CONSERVATION);
  EXPECT_EQ(after([&](View& view) { set_balance(view, 1'001, 0); }), INVARIANT_MONEY_CONSERVATION);
  EXPECT_EQ(after([&](View& view) { set_balance(view, 999, 0); }), INVARIANT_MONEY_CONSERVATION);
  EXPECT_EQ(after([&](View& view) { view.erase(kBalances(farmer.party, money)); }),
            INVARIANT_MONEY_CONSERVATION);
  EXPECT_EQ(after([&](View& view) {
              view.erase(kSupplies(money));
              view.erase(kBalances(farmer.party, money));
            }),
            INVARIANT_MONEY_CONSERVATION);
  EXPECT_EQ(after([&](View& view) {
              set_supply(view, money, std::uint64_t{1} << 63);
              set_balance(view, std::uint64_t{1} << 63, 0);
            }),
            INVARIANT_MONEY_CONSERVATION);
}

TEST_F(AssetsInvariants, one_asset_does_not_pay_for_another) {
  EXPECT_EQ(after([&](View& view) {
              const std::uint64_t other = define_money(view, bank.issuer().party, "USD");
              set_supply(view, other, 100);
              set_supply(view, money, 900);
            }),
            INVARIANT_MONEY_CONSERVATION);
}

TEST_F(AssetsInvariants, locks_are_what_is_locked) {
  EXPECT_EQ(after([&](View& view) { lock(view, money, farmer.party, 1'000); }), kAccepted);
  EXPECT_EQ(after([&](View& view) { set_balance(view, 1'000, 10); }), INVARIANT_LOCKED_BALANCE);
  EXPECT_EQ(after([&](View& view) { add_lock(view, 10); }), INVARIANT_LOCKED_BALANCE);
  EXPECT_EQ(after([&](View& view) {
              set_balance(view, 1'000, 10);
              add_lock(view, 11);
            }),
            INVARIANT_LOCKED_BALANCE);
  EXPECT_EQ(after([&](View& view) {
              set_balance(view, 1'000, 1'001);
              add_lock(view, 1'001);
            }),
            INVARIANT_LOCKED_BALANCE);
  EXPECT_EQ(after([&](View& view) { add_lock(view, 0); }), INVARIANT_LOCKED_BALANCE);
}

TEST_F(AssetsInvariants, nothing_has_no_row) {
  EXPECT_EQ(after([&](View& view) { burn(view, money, farmer.party, 1'000); }), kAccepted);
  EXPECT_EQ(after([&](View& view) {
              set_supply(view, money, 0);
              set_balance(view, 0, 0);
            }),
            INVARIANT_LOCKED_BALANCE);
}

TEST_F(AssetsInvariants, an_asset_stays_what_it_is) {
  EXPECT_EQ(after([&](View& view) {
              v1::Asset row = view.require(kAssets(money));
              row.set_issuer(farmer.party);
              view.put(kAssets(money), row);
            }),
            INVARIANT_DEFINITION_CHANGED);
  EXPECT_EQ(after([&](View& view) { view.erase(kAssets(money)); }), INVARIANT_DEFINITION_CHANGED);
  EXPECT_EQ(after([&](View& view) {
              const auto [first] = *view.first_from(kMoneyIndex, kMoneyIndex(Hash{}));
              view.erase(kMoneyIndex(first));
            }),
            INVARIANT_DEFINITION_CHANGED);
}

}  // namespace
}  // namespace astyq::assets
