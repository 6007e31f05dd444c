// SPDX-License-Identifier: Apache-2.0
#include "modules/assets/assets.h"

#include "assets/state.gen.h"
#include "base/amount.h"
#include "crypto/sha256.h"

namespace astyq::assets {

static_assert(kAssetsTable == kAssets.type);

namespace {

constexpr std::uint64_t kMaxAmount = INT64_MAX;

Slot<v1::MoneyOf> money_slot(std::uint64_t issuer, std::string_view code) {
  Bytes name;
  append_u64(name, issuer);
  name.append(code);
  return kMoneyIndex(crypto::sha256(name));
}

v1::BalanceRestricted balance_of(const View& view, std::uint64_t party, std::uint64_t asset) {
  const auto row = view.get(kBalances(party, asset));
  if (!row) return {};
  const v1::BalanceRestricted balance = row->restricted();
  ASTYQ_CHECK(balance.amount() <= kMaxAmount && balance.locked() <= balance.amount());
  return balance;
}

// A balance of nothing is no row, so that the state does not grow with those who once held
// something.
void set_balance(View& view, std::uint64_t party, std::uint64_t asset,
                 const v1::BalanceRestricted& balance) {
  ASTYQ_CHECK(balance.amount() <= kMaxAmount && balance.locked() <= balance.amount());
  const auto slot = kBalances(party, asset);
  if (balance.amount() == 0) {
    view.erase(slot);
    return;
  }
  v1::Balance row;
  *row.mutable_restricted() = balance;
  view.put(slot, row);
}

void add_to_balance(View& view, std::uint64_t party, std::uint64_t asset, std::uint64_t amount) {
  v1::BalanceRestricted balance = balance_of(view, party, asset);
  ASTYQ_CHECK(amount > 0 && amount <= kMaxAmount - balance.amount());
  balance.set_amount(balance.amount() + amount);
  set_balance(view, party, asset, balance);
}

void take_from_balance(View& view, std::uint64_t party, std::uint64_t asset, std::uint64_t amount) {
  v1::BalanceRestricted balance = balance_of(view, party, asset);
  ASTYQ_CHECK(amount > 0 && amount <= balance.amount() - balance.locked());
  balance.set_amount(balance.amount() - amount);
  set_balance(view, party, asset, balance);
}

void set_supply(View& view, std::uint64_t asset, std::uint64_t amount) {
  ASTYQ_CHECK(amount <= kMaxAmount);
  v1::Supply row;
  row.set_amount(amount);
  view.put(kSupplies(asset), row);
}

std::uint64_t define(View& view, const v1::Asset& asset) {
  const std::uint64_t id = view.add(kAssets, asset);
  set_supply(view, id, 0);
  return id;
}

// Ends the lock and returns what it was.
v1::Lock end_lock(View& view, std::uint64_t lock) {
  const v1::Lock row = view.require(kLocks(lock));
  const std::uint64_t party = row.restricted().party();
  v1::BalanceRestricted balance = balance_of(view, party, row.asset());
  ASTYQ_CHECK(balance.locked() >= row.restricted().amount());
  balance.set_locked(balance.locked() - row.restricted().amount());
  set_balance(view, party, row.asset(), balance);
  view.erase(kLocks(lock));
  return row;
}

}  // namespace

store::RowKey balance_row(std::uint64_t party, std::uint64_t asset) {
  return kBalances(party, asset).key;
}

std::optional<v1::Asset> find(const View& view, std::uint64_t asset) {
  return view.get(kAssets(asset));
}

std::optional<v1::Asset> find_money(const View& view, std::uint64_t asset) {
  auto row = find(view, asset);
  if (!row || row->kind() != v1::MONEY) return std::nullopt;
  return row;
}

std::uint64_t supply_of(const View& view, std::uint64_t asset) {
  return view.get(kSupplies(asset)).value_or(v1::Supply()).amount();
}

std::uint64_t available(const View& view, std::uint64_t party, std::uint64_t asset) {
  const v1::BalanceRestricted balance = balance_of(view, party, asset);
  return balance.amount() - balance.locked();
}

bool has_room(const View& view, std::uint64_t asset, std::uint64_t amount) {
  return amount <= kMaxAmount - supply_of(view, asset);
}

bool is_currency_code(std::string_view code) {
  if (code.size() != 3) return false;
  for (const char letter : code)
    if (letter < 'A' || letter > 'Z') return false;
  return true;
}

std::optional<std::uint64_t> money_of(const View& view, std::uint64_t issuer,
                                      std::string_view code) {
  const auto row = view.get(money_slot(issuer, code));
  if (!row) return std::nullopt;
  return row->asset();
}

std::uint64_t define_money(View& view, std::uint64_t issuer, std::string_view code) {
  ASTYQ_CHECK(is_currency_code(code) && !money_of(view, issuer, code));
  v1::Asset asset;
  asset.set_kind(v1::MONEY);
  asset.set_code(std::string(code));
  asset.set_issuer(issuer);
  const std::uint64_t id = define(view, asset);
  v1::MoneyOf index;
  index.set_asset(id);
  view.put(money_slot(issuer, code), index);
  return id;
}

std::uint64_t define_pool_token(View& view) {
  v1::Asset asset;
  asset.set_kind(v1::POOL_TOKEN);
  return define(view, asset);
}

void mint(View& view, std::uint64_t asset, std::uint64_t to, std::uint64_t amount) {
  const std::uint64_t supply = view.require(kSupplies(asset)).amount();
  ASTYQ_CHECK(has_room(view, asset, amount));
  add_to_balance(view, to, asset, amount);
  set_supply(view, asset, supply + amount);
}

void burn(View& view, std::uint64_t asset, std::uint64_t from, std::uint64_t amount) {
  const std::uint64_t supply = view.require(kSupplies(asset)).amount();
  ASTYQ_CHECK(amount <= supply);
  take_from_balance(view, from, asset, amount);
  set_supply(view, asset, supply - amount);
}

void move(View& view, std::uint64_t asset, std::uint64_t from, std::uint64_t to,
          std::uint64_t amount) {
  ASTYQ_CHECK(from != to);
  take_from_balance(view, from, asset, amount);
  add_to_balance(view, to, asset, amount);
}

std::uint64_t lock(View& view, std::uint64_t asset, std::uint64_t party, std::uint64_t amount) {
  v1::BalanceRestricted balance = balance_of(view, party, asset);
  ASTYQ_CHECK(amount > 0 && amount <= balance.amount() - balance.locked());
  balance.set_locked(balance.locked() + amount);
  set_balance(view, party, asset, balance);
  v1::Lock row;
  row.set_asset(asset);
  row.mutable_restricted()->set_party(party);
  row.mutable_restricted()->set_amount(amount);
  return view.add(kLocks, row);
}

std::optional<v1::Lock> find_lock(const View& view, std::uint64_t lock) {
  return view.get(kLocks(lock));
}

void unlock(View& view, std::uint64_t lock) {
  end_lock(view, lock);
}

void move_locked(View& view, std::uint64_t lock, std::uint64_t to) {
  const v1::Lock row = end_lock(view, lock);
  move(view, row.asset(), row.restricted().party(), to, row.restricted().amount());
}

std::vector<SupplyChange> token_supply_changes(const Delta& delta, const View& view) {
  std::vector<SupplyChange> changes;
  const Refusal refusal = delta.each(
      kSupplies, [&](std::uint64_t asset, const auto& before, const auto& after) -> Refusal {
        const auto row = find(view, asset);
        if (row && row->kind() == v1::MONEY) return kAccepted;
        changes.push_back({asset, before ? before->amount() : 0, after ? after->amount() : 0});
        return kAccepted;
      });
  ASTYQ_CHECK(!refusal.refused());
  return changes;
}

}  // namespace astyq::assets
