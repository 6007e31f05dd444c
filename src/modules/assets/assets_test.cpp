// SPDX-License-Identifier: Apache-2.0
#include "modules/assets/assets.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "assets/handlers.gen.h"
#include "assets/state.gen.h"
#include "store/tree.h"

namespace astyq::assets {
namespace {

constexpr std::uint64_t kMost = INT64_MAX;
constexpr std::uint64_t kParties = 4;

// A ledger of assets beside maps that say what it should hold.
class Model {
 public:
  Model() : assets_{define_money(view_, 1, "KZT"), define_pool_token(view_)} {}

  // One random operation; what it would have to refuse as a verb is left out.
  void step(std::mt19937_64& random) {
    const Overlay::Savepoint before = overlay_.savepoint();
    const std::uint64_t asset = assets_[random() % assets_.size()];
    const std::uint64_t party = 1 + random() % kParties;
    const std::uint64_t other = 1 + (party + random() % (kParties - 1)) % kParties;
    const std::uint64_t amount = random() % 8 == 0 ? random() % kMost : 1 + random() % 500;
    ASSERT_NE(party, other);
    ASSERT_GT(amount, 0u);
    const bool is_there = free(party, asset) >= amount;
    ASSERT_EQ(available(view_, party, asset), free(party, asset));
    switch (random() % 6) {
      case 0:
        mint_some(asset, party, amount);
        break;
      case 1:
        if (is_there) burn_some(asset, party, amount);
        break;
      case 2:
        if (is_there) move_some(asset, party, other, amount);
        break;
      case 3:
        if (is_there) lock_some(asset, party, amount);
        break;
      case 4:
        if (!locks_.empty()) unlock_one(random);
        break;
      default:
        if (!locks_.empty()) move_locked_one(random, other);
    }
    ASSERT_FALSE(check_invariants(Delta(overlay_.written_since(before)), view_).refused());
  }

  // Every row is what the maps say, and there is no row of nothing.
  void compare() const {
    for (const std::uint64_t asset : assets_) {
      std::uint64_t sum = 0;
      for (std::uint64_t party = 1; party <= kParties; ++party) {
        const auto row = view_.get(kBalances(party, asset));
        const auto held = held_.find({party, asset});
        const bool holds = held != held_.end() && held->second > 0;
        ASSERT_EQ(row.has_value(), holds);
        if (!holds) continue;
        EXPECT_EQ(row->restricted().amount(), held->second);
        EXPECT_EQ(row->restricted().amount() - row->restricted().locked(), free(party, asset));
        sum += held->second;
      }
      EXPECT_EQ(supply_of(view_, asset), sum);
    }
  }
  std::size_t locks() const { return locks_.size(); }

 private:
  struct Held {
    std::uint64_t asset;
    std::uint64_t party;
    std::uint64_t amount;
  };
  using Place = std::pair<std::uint64_t, std::uint64_t>;

  std::uint64_t free(std::uint64_t party, std::uint64_t asset) const {
    const auto held = held_.find({party, asset});
    std::uint64_t left = held == held_.end() ? 0 : held->second;
    for (const auto& [id, lock] : locks_)
      if (lock.party == party && lock.asset == asset) left -= lock.amount;
    return left;
  }
  void mint_some(std::uint64_t asset, std::uint64_t party, std::uint64_t amount) {
    std::uint64_t sum = 0;
    for (const auto& [place, held] : held_)
      if (place.second == asset) sum += held;
    ASSERT_EQ(has_room(view_, asset, amount), amount <= kMost - sum);
    if (!has_room(view_, asset, amount)) return;
    mint(view_, asset, party, amount);
    held_[{party, asset}] += amount;
  }
  void burn_some(std::uint64_t asset, std::uint64_t party, std::uint64_t amount) {
    burn(view_, asset, party, amount);
    held_[{party, asset}] -= amount;
  }
  void move_some(std::uint64_t asset, std::uint64_t from, std::uint64_t to, std::uint64_t amount) {
    move(view_, asset, from, to, amount);
    held_[{from, asset}] -= amount;
    held_[{to, asset}] += amount;
  }
  void lock_some(std::uint64_t asset, std::uint64_t party, std::uint64_t amount) {
    locks_[lock(view_, asset, party, amount)] = {asset, party, amount};
  }
  std::uint64_t any_lock(std::mt19937_64& random) const {
    return std::next(locks_.begin(), static_cast<long>(random() % locks_.size()))->first;
  }
  void unlock_one(std::mt19937_64& random) {
    const std::uint64_t id = any_lock(random);
    const auto row = find_lock(view_, id);
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->restricted().amount(), locks_.at(id).amount);
    unlock(view_, id);
    locks_.erase(id);
    EXPECT_FALSE(find_lock(view_, id).has_value());
  }
  void move_locked_one(std::mt19937_64& random, std::uint64_t to) {
    const std::uint64_t id = any_lock(random);
    const Held held = locks_.at(id);
    if (held.party == to) return;
    move_locked(view_, id, to);
    locks_.erase(id);
    held_[{held.party, held.asset}] -= held.amount;
    held_[{to, held.asset}] += held.amount;
  }

  store::Tree tree_;
  Overlay overlay_{tree_};
  Rules rules_;
  View view_{overlay_, rules_, {}};
  std::vector<std::uint64_t> assets_;
  std::map<Place, std::uint64_t> held_;
  std::map<std::uint64_t, Held> locks_;
};

TEST(Assets, property_ledger_is_what_a_map_says) {
  std::size_t locks = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    Model model;
    for (int i = 0; i < 300; ++i) {
      model.step(random);
      if (HasFatalFailure()) return;
      locks = std::max(locks, model.locks());
    }
    model.compare();
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(locks, 5u);  // the runs did reach the states that they are about
}

TEST(Assets, what_is_not_there) {
  const store::Tree tree;
  Overlay overlay(tree);
  const Rules rules;
  View view(overlay, rules, {});
  EXPECT_FALSE(find(view, 1).has_value());
  EXPECT_FALSE(find_money(view, 1).has_value());
  EXPECT_FALSE(find_lock(view, 1).has_value());
  EXPECT_EQ(supply_of(view, 1), 0u);
  EXPECT_EQ(available(view, 1, 1), 0u);
  const std::uint64_t token = define_pool_token(view);
  EXPECT_FALSE(find_money(view, token).has_value());
  EXPECT_EQ(find(view, token)->kind(), v1::POOL_TOKEN);
  EXPECT_FALSE(money_of(view, 1, "KZT").has_value());
  const std::uint64_t money = define_money(view, 1, "KZT");
  EXPECT_EQ(money_of(view, 1, "KZT"), money);
  EXPECT_FALSE(money_of(view, 1, "USD").has_value());
  EXPECT_FALSE(money_of(view, 2, "KZT").has_value());
}

TEST(AssetsDeathTest, more_than_there_is_stops_the_node) {
  const store::Tree tree;
  Overlay overlay(tree);
  const Rules rules;
  View view(overlay, rules, {});
  const std::uint64_t money = define_money(view, 1, "KZT");
  mint(view, money, 1, 100);
  const std::uint64_t held = lock(view, money, 1, 60);
  EXPECT_DEATH(burn(view, money, 1, 41), "amount");
  EXPECT_DEATH(move(view, money, 1, 2, 41), "amount");
  EXPECT_DEATH(move(view, money, 1, 1, 1), "from != to");
  EXPECT_DEATH(lock(view, money, 1, 41), "amount");
  EXPECT_DEATH(mint(view, money, 1, kMost), "has_room");
  EXPECT_DEATH(mint(view, money + 1, 1, 1), "row");
  EXPECT_DEATH(move_locked(view, held, 1), "from != to");
  unlock(view, held);
  EXPECT_DEATH(unlock(view, held), "row");
}

}  // namespace
}  // namespace astyq::assets
