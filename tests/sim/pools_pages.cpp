// SPDX-License-Identifier: Apache-2.0
#include "pools/handlers.gen.h"
#include "sim/book.h"
#include "sim/receipt_ways.h"

namespace astyq::sim {
namespace {

using pools::v1::DefinePool;
using pools::v1::RedeemTokens;
using pools::v1::TokeniseReceipt;

bool is_grade_of(const pools::v1::Pool& pool, const receipts::v1::Receipt& receipt) {
  return pool.elevator() == receipt.elevator() &&
         pool.grade().SerializeAsString() == receipt.grade().SerializeAsString();
}

std::uint64_t pool_for(World& world, const receipts::v1::Receipt& receipt) {
  for (const auto& [key, pool] : world.pools.all())
    if (is_grade_of(pool, receipt)) return key.first;
  return 0;
}

void write_define(Book& book) {
  Page<verbs::DefinePool>(
      book,
      [](World& world, auto& draft) {
        draft.party = world.granted("pools.define");
        // For grain that lies in store, or for grain to come.
        const auto* batch = world.batches.pick(world.dice, [](const auto&) { return true; });
        if (batch == nullptr) return false;
        draft.verb = {batch->second.elevator(), batch->second.grade()};
        if (world.dice.percent(70)) draft.verb.grade.set_crop_year(2'000 + some_year(world));
        for (const auto& [key, pool] : world.pools.all())
          if (pool.elevator() == draft.verb.elevator &&
              pool.grade().SerializeAsString() == draft.verb.grade.SerializeAsString())
            return false;
        return true;
      })
      .refuses(DefinePool::WRONG_GRADE,
               [](World&, auto& draft) { draft.verb.grade.set_grain_class(6); })
      .refuses(DefinePool::NO_SUCH_ELEVATOR,
               [](World&, auto& draft) { draft.verb.elevator = kNobody; })
      .refuses(DefinePool::NO_SUCH_PROFILE,
               [](World&, auto& draft) { draft.verb.grade.set_basis_profile(kNobody); })
      .refuses(DefinePool::PROFILE_OF_OTHER_CROP,
               [](World&, auto& draft) { draft.verb.grade.set_crop(elevators::v1::FLAX); })
      .refuses(DefinePool::ALREADY_DEFINED, [](World& world, auto& draft) {
        const auto* pool = world.pools.pick(world.dice, [](const auto&) { return true; });
        if (pool == nullptr) return false;
        draft.verb = {pool->second.elevator(), pool->second.grade()};
        return true;
      });
}

void write_tokenise(Book& book) {
  const auto is_open = [](World& world, std::uint64_t elevator) {
    const auto& row = *world.elevators.find(elevator);
    return row.regime() != elevators::v1::SHIPMENT_BAN &&
           world.is_licensed(row.operator_(), licences::v1::ELEVATOR);
  };
  const auto in_elevator = [=](World& world, auto& draft, bool open) {
    if (!held_receipt(world, draft, [&](const auto& row) {
          return is_free(row) && is_open(world, row.elevator()) == open;
        }))
      return false;
    draft.verb.pool = pool_for(world, *world.receipts.find(draft.verb.receipt));
    return draft.verb.pool != 0;
  };
  Page<verbs::TokeniseReceipt>(
      book, [=](World& world, auto& draft) { return in_elevator(world, draft, true); })
      .refuses(TokeniseReceipt::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(TokeniseReceipt::NO_SUCH_POOL,
               [](World&, auto& draft) { draft.verb.pool = kNobody; })
      .refuses(TokeniseReceipt::NOT_HOLDER, kNotHolder)
      .refuses(TokeniseReceipt::NOT_FREE,
               [](World& world, auto& draft) {
                 return held_receipt(world, draft, [](const auto& row) { return !is_free(row); });
               })
      .refuses(TokeniseReceipt::DOES_NOT_FIT,
               [](World& world, auto& draft) {
                 const auto& receipt = *world.receipts.find(draft.verb.receipt);
                 const auto* other = world.pools.pick(
                     world.dice, [&](const auto& row) { return !is_grade_of(row, receipt); });
                 if (other != nullptr) draft.verb.pool = other->first.first;
                 return other != nullptr;
               })
      .refuses_instead(TokeniseReceipt::ELEVATOR_CLOSED,
                       [=](World& world, auto& draft) { return in_elevator(world, draft, false); });
}

}  // namespace

void write_pools(Book& book) {
  write_define(book);
  write_tokenise(book);
  Page<verbs::RedeemTokens>(
      book,
      [](World& world, auto& draft) {
        const auto* locked = world.receipts.pick(
            world.dice, [&](const auto& row) { return row.state() == receipts::v1::TOKENISED; });
        if (locked == nullptr) return false;
        const std::uint64_t asset = world.pools.find(locked->second.pool())->asset();
        const auto* owner = world.balances.pick_entry(world.dice, [&](const auto& entry) {
          return entry.first.second == asset && !world.is_frozen(entry.first.first) &&
                 world.balance(entry.first.first, asset) >= 1'000;
        });
        if (owner == nullptr) return false;
        const std::uint64_t most = std::min<std::uint64_t>(
            locked->second.kg(), world.balance(owner->first.first, asset) / 1'000);
        draft = {
            owner->first.first,
            {locked->first.first, world.dice.percent(50) ? most : world.dice.between(1, most)}};
        return true;
      })
      .refuses(RedeemTokens::NO_KG, [](World&, auto& draft) { draft.verb.kg = 0; })
      .refuses(RedeemTokens::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(RedeemTokens::NOT_IN_POOL,
               [](World& world, auto& draft) {
                 return held_receipt(world, draft, [](const auto& row) { return is_free(row); });
               })
      .refuses(RedeemTokens::MORE_THAN_RECEIPT,
               [](World&, auto& draft) { draft.verb.kg = kTooLarge; })
      .refuses(RedeemTokens::NOT_ENOUGH_TOKENS, [](World& world, auto& draft) {
        const auto& receipt = *world.receipts.find(draft.verb.receipt);
        const std::uint64_t asset = world.pools.find(receipt.pool())->asset();
        draft.party = world.trader();
        draft.verb.kg = receipt.kg();
        return world.balance(draft.party, asset) / 1'000 < receipt.kg();
      });
}

}  // namespace astyq::sim
