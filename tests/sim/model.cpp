// SPDX-License-Identifier: Apache-2.0
#include "sim/model.h"

namespace astyq::sim {
namespace {

constexpr std::uint64_t kGramsPerKg = 1'000;

}  // namespace

Model::Model(const World& world) {
  for (const auto& [key, row] : world.balances.all()) owned_[key] = row.restricted().amount();
}

void Model::move(std::uint64_t asset, std::uint64_t from, std::uint64_t to, std::uint64_t amount) {
  owned_[{from, asset}] -= amount;
  owned_[{to, asset}] += amount;
}

void Model::apply(const World& before, std::uint64_t party, const base::v1::Operation& op) {
  if (op.has_issue_money()) {
    owned_[{op.issue_money().to(), op.issue_money().asset()}] += op.issue_money().amount_tiyn();
  } else if (op.has_retire_money()) {
    owned_[{party, op.retire_money().asset()}] -= op.retire_money().amount_tiyn();
  } else if (op.has_transfer()) {
    move(op.transfer().asset(), party, op.transfer().to(), op.transfer().amount());
  } else if (op.has_accept_delivery()) {
    const auto& offer = *before.deliveries.find(op.accept_delivery().delivery());
    const auto& sides = offer.restricted();
    move(offer.money_asset(), party, sides.seller(), sides.price_tiyn());
    if (offer.receipt() == 0) move(offer.token_asset(), sides.seller(), party, sides.grams());
  } else if (op.has_tokenise_receipt()) {
    const auto& tx = op.tokenise_receipt();
    const std::uint64_t asset = before.pools.find(tx.pool())->asset();
    pool_of_[tx.receipt()] = tx.pool();
    owned_[{party, asset}] += kGramsPerKg * before.receipts.find(tx.receipt())->issued_kg();
  } else if (op.has_redeem_tokens()) {
    const auto& tx = op.redeem_tokens();
    std::uint64_t pool = before.receipts.find(tx.receipt())->pool();
    if (pool == 0) pool = pool_of_.at(tx.receipt());  // locked in this same block
    owned_[{party, before.pools.find(pool)->asset()}] -= kGramsPerKg * tx.kg();
  }
}

std::string Model::difference(const World& world) const {
  for (const auto& [owner, amount] : owned_) {
    const auto* row = world.balances.find(owner.first, owner.second);
    const std::uint64_t found = row == nullptr ? 0 : row->restricted().amount();
    if (found != amount)
      return "party " + std::to_string(owner.first) + " owns " + std::to_string(found) +
             " of asset " + std::to_string(owner.second) + ", not " + std::to_string(amount);
  }
  for (const auto& [owner, row] : world.balances.all())
    if (!owned_.contains(owner)) return "party " + std::to_string(owner.first) + " owns too much";
  return "";
}

}  // namespace astyq::sim
