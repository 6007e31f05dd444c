// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "astyq/assets/v1/state.pb.h"
#include "ledger/delta.h"
#include "ledger/view.h"

// Fungible things: definitions, supply, balances, locks. Amounts are tiyn of money and grams of
// tokens. An asset's supply is the sum of all its balances and below 2^63, so a receiver always has
// room.
namespace astyq::assets {

// Type of the table of assets, and where a balance is, for who wants to ask for it early.
inline constexpr std::uint8_t kAssetsTable = 64;
store::RowKey balance_row(std::uint64_t party, std::uint64_t asset);

std::optional<v1::Asset> find(const View& view, std::uint64_t asset);
// The asset if it is money; nothing when there is none of this number or it is a pool's token.
std::optional<v1::Asset> find_money(const View& view, std::uint64_t asset);
// 0 when there is no such asset.
std::uint64_t supply_of(const View& view, std::uint64_t asset);

// What the party holds less what is locked.
std::uint64_t available(const View& view, std::uint64_t party, std::uint64_t asset);

// Whether the supply stays below 2^63 when so much is minted.
bool has_room(const View& view, std::uint64_t asset, std::uint64_t amount);

// ISO 4217: three capital Latin letters.
bool is_currency_code(std::string_view code);
// The issuer's money in this currency; nothing when it has none.
std::optional<std::uint64_t> money_of(const View& view, std::uint64_t issuer,
                                      std::string_view code);
// Defines an issuer's money, supply 0. Requires: a currency code; the issuer has none in it.
std::uint64_t define_money(View& view, std::uint64_t issuer, std::string_view code);
// Defines the tokens of a pool; supply 0.
std::uint64_t define_pool_token(View& view);

// Requires of each: an asset that exists, amount > 0.
// Requires: has_room.
void mint(View& view, std::uint64_t asset, std::uint64_t to, std::uint64_t amount);
// Requires: available.
void burn(View& view, std::uint64_t asset, std::uint64_t from, std::uint64_t amount);
// Requires: available, from != to.
void move(View& view, std::uint64_t asset, std::uint64_t from, std::uint64_t to,
          std::uint64_t amount);

// Requires: available. Returns the lock's id.
std::uint64_t lock(View& view, std::uint64_t asset, std::uint64_t party, std::uint64_t amount);
std::optional<v1::Lock> find_lock(const View& view, std::uint64_t lock);
// Requires: the lock exists.
void unlock(View& view, std::uint64_t lock);
// Gives the locked amount to another party and ends the lock. Requires: the lock exists, of another
// party.
void move_locked(View& view, std::uint64_t lock, std::uint64_t to);

// How the supplies of pool tokens changed by one operation, in the order of assets: for the
// invariants of those who issue against something.
struct SupplyChange {
  std::uint64_t asset;
  std::uint64_t before;
  std::uint64_t after;
};
std::vector<SupplyChange> token_supply_changes(const Delta& delta, const View& view);

}  // namespace astyq::assets
