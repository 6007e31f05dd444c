// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "astyq/assets/v1/state.pb.h"
#include "ledger/view.h"

// Fungible things: definitions, supply, balances, locks. Amounts are tiyn of money and grams of
// tokens.
namespace astyq::assets {

std::optional<v1::Asset> find(const View& view, std::uint64_t asset);
std::uint64_t supply_of(const View& view, std::uint64_t asset);

// What the party holds less what is locked.
std::uint64_t available(const View& view, std::uint64_t party, std::uint64_t asset);

// Whether the balance and the supply stay below 2^63 when so much is added.
bool has_room(const View& view, std::uint64_t party, std::uint64_t asset, std::uint64_t amount);

// Defines the tokens of a pool; supply 0.
std::uint64_t define_pool_token(View& view);

// Requires: an asset that exists, has_room.
void mint(View& view, std::uint64_t asset, std::uint64_t to, std::uint64_t amount);
// Requires: available.
void burn(View& view, std::uint64_t asset, std::uint64_t from, std::uint64_t amount);
// Requires: available, from != to, has_room for `to`.
void move(View& view, std::uint64_t asset, std::uint64_t from, std::uint64_t to,
          std::uint64_t amount);

// Requires: available, amount > 0. Returns the lock's id.
std::uint64_t lock(View& view, std::uint64_t asset, std::uint64_t party, std::uint64_t amount);
// Requires: the lock exists.
void unlock(View& view, std::uint64_t lock);
// Gives the locked amount to another party and ends the lock. Requires: the lock exists, has_room.
void move_locked(View& view, std::uint64_t lock, std::uint64_t to);

}  // namespace astyq::assets
