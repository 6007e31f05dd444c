// SPDX-License-Identifier: Apache-2.0
#include "assets/handlers.gen.h"
#include "payments/handlers.gen.h"
#include "sim/receipt_ways.h"

namespace astyq::sim {
namespace {

using assets::v1::DefineMoney;
using assets::v1::IssueMoney;
using assets::v1::RetireMoney;
using licences::v1::MONEY_ISSUER;

// Some money whose issuer may, or may not, issue now.
bool money_of_licensed(World& world, bool licensed, std::uint64_t& issuer, std::uint64_t& asset) {
  const auto* money = world.assets.pick(world.dice, [&](const assets::v1::Asset& row) {
    return row.kind() == assets::v1::MONEY && !world.is_frozen(row.issuer()) &&
           world.is_licensed(row.issuer(), MONEY_ISSUER) == licensed;
  });
  if (money == nullptr) return false;
  issuer = money->second.issuer();
  asset = money->first.first;
  return true;
}

std::string some_currency(World& world) {
  std::string code(3, 'A');
  for (char& letter : code) letter = static_cast<char>('A' + world.dice.below(26));
  return code;
}

}  // namespace

void write_assets(Book& book) {
  Page<verbs::DefineMoney>(book,
                           [](World& world, auto& draft) {
                             draft = {world.dice.pick(world.issuers), {some_currency(world)}};
                             return world.is_licensed(draft.party, MONEY_ISSUER);
                           })
      .refuses(DefineMoney::WRONG_CODE, [](World&, auto& draft) { draft.verb.code = "kzt"; })
      .refuses(DefineMoney::NOT_LICENSED,
               [](World& world, auto& draft) { draft.party = world.traders.back(); })
      .refuses(DefineMoney::ALREADY_DEFINED, [](World&, auto& draft) { draft.verb.code = "KZT"; });
  Page<verbs::IssueMoney>(book,
                          [](World& world, auto& draft) {
                            draft.verb.to = world.trader();
                            draft.verb.amount_tiyn = world.dice.between(1, 1'000'000'000);
                            return money_of_licensed(world, true, draft.party, draft.verb.asset);
                          })
      .refuses(IssueMoney::NO_RECEIVER, [](World&, auto& draft) { draft.verb.to = 0; })
      .refuses(IssueMoney::NO_AMOUNT, [](World&, auto& draft) { draft.verb.amount_tiyn = 0; })
      .refuses(IssueMoney::AMOUNT_TOO_LARGE,
               [](World&, auto& draft) { draft.verb.amount_tiyn = kTooLarge; })
      .refuses(IssueMoney::NO_SUCH_MONEY, [](World&, auto& draft) { draft.verb.asset = kNobody; })
      .refuses(IssueMoney::NOT_ISSUER,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(IssueMoney::NOT_LICENSED,
                       [](World& world, auto& draft) {
                         draft.verb.to = world.trader();
                         draft.verb.amount_tiyn = 1;
                         return money_of_licensed(world, false, draft.party, draft.verb.asset);
                       })
      .refuses(IssueMoney::SUPPLY_FULL, [](World& world, auto& draft) {
        draft.verb.amount_tiyn = kTooLarge - 1;
        return world.balance(draft.party, draft.verb.asset) > 0;
      });
  Page<verbs::RetireMoney>(book,
                           [](World& world, auto& draft) {
                             if (!money_of_licensed(world, true, draft.party, draft.verb.asset))
                               return false;
                             const auto free = world.balance(draft.party, draft.verb.asset);
                             if (free == 0) return false;
                             draft.verb.amount_tiyn =
                                 world.dice.between(1, std::min<std::uint64_t>(free, 10'000'000));
                             return true;
                           })
      .refuses(RetireMoney::NO_AMOUNT, [](World&, auto& draft) { draft.verb.amount_tiyn = 0; })
      .refuses(RetireMoney::NO_SUCH_MONEY, [](World&, auto& draft) { draft.verb.asset = kNobody; })
      .refuses(RetireMoney::NOT_ISSUER,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses(RetireMoney::NOT_ENOUGH,
               [](World&, auto& draft) { draft.verb.amount_tiyn = kTooLarge; });
}

namespace {

using payments::v1::AcceptDelivery;
using payments::v1::OfferReceipt;
using payments::v1::OfferTokens;
using payments::v1::Transfer;
using payments::v1::WithdrawDelivery;

// Somebody with free units of a kind of asset.
bool owner_of(World& world, assets::v1::AssetKind kind, std::uint64_t& party,
              std::uint64_t& asset) {
  const auto* entry = world.balances.pick_entry(world.dice, [&](const auto& balance) {
    const auto [holder, id] = balance.first;
    return world.balance(holder, id) > 0 && world.assets.find(id)->kind() == kind &&
           !world.is_frozen(holder);
  });
  if (entry == nullptr) return false;
  party = entry->first.first;
  asset = entry->first.second;
  return true;
}

std::uint64_t some_of(World& world, std::uint64_t party, std::uint64_t asset) {
  return world.dice.between(1, std::min<std::uint64_t>(world.balance(party, asset), 5'000'000));
}

std::uint64_t usual_money(World& world) {
  return world.dice.between(1, world.issuers.size());  // the first assets of a run
}

// Now and then more than anybody has.
std::uint64_t some_price(World& world) {
  return world.dice.percent(10) ? kTooLarge - 1 : world.dice.between(1, 100'000'000);
}

void write_transfer(Book& book) {
  Page<verbs::Transfer>(book,
                        [](World& world, auto& draft) {
                          const auto kind =
                              world.dice.percent(50) ? assets::v1::MONEY : assets::v1::POOL_TOKEN;
                          if (!owner_of(world, kind, draft.party, draft.verb.asset)) return false;
                          draft.verb.to = world.trader_but(draft.party);
                          draft.verb.amount = some_of(world, draft.party, draft.verb.asset);
                          if (world.dice.percent(50)) draft.verb.reference = world.dice.bytes(32);
                          return true;
                        })
      .refuses(Transfer::NO_RECEIVER, [](World&, auto& draft) { draft.verb.to = 0; })
      .refuses(Transfer::NO_AMOUNT, [](World&, auto& draft) { draft.verb.amount = 0; })
      .refuses(Transfer::WRONG_REFERENCE, [](World&, auto& draft) { draft.verb.reference = "7"; })
      .refuses(Transfer::TO_SELF, [](World&, auto& draft) { draft.verb.to = draft.party; })
      .refuses(Transfer::NO_SUCH_ASSET, [](World&, auto& draft) { draft.verb.asset = kNobody; })
      .refuses(Transfer::NOT_ENOUGH, [](World&, auto& draft) { draft.verb.amount = kTooLarge; });
}

void write_offers(Book& book) {
  Page<verbs::OfferReceipt>(
      book,
      [](World& world, auto& draft) {
        const auto* entry = world.receipts.pick(world.dice, [&](const auto& row) {
          return is_free(row) && !world.is_frozen(row.restricted().holder());
        });
        if (entry == nullptr) return false;
        draft.party = entry->second.restricted().holder();
        draft.verb = {entry->first.first, world.trader_but(draft.party), usual_money(world),
                      some_price(world)};
        return true;
      })
      .refuses(OfferReceipt::NO_BUYER, [](World&, auto& draft) { draft.verb.buyer = 0; })
      .refuses(OfferReceipt::NO_PRICE, [](World&, auto& draft) { draft.verb.price_tiyn = 0; })
      .refuses(OfferReceipt::PRICE_TOO_LARGE,
               [](World&, auto& draft) { draft.verb.price_tiyn = kTooLarge; })
      .refuses(OfferReceipt::BUYER_IS_SELLER,
               [](World&, auto& draft) { draft.verb.buyer = draft.party; })
      .refuses(OfferReceipt::NO_SUCH_RECEIPT,
               [](World&, auto& draft) { draft.verb.receipt = kNobody; })
      .refuses(OfferReceipt::NOT_HOLDER,
               [](World&, auto& draft) { std::swap(draft.party, draft.verb.buyer); })
      .refuses_instead(OfferReceipt::NOT_FREE,
                       [](World& world, auto& draft) {
                         const auto* entry = world.receipts.pick(world.dice, [&](const auto& row) {
                           return !is_free(row) && !world.is_frozen(row.restricted().holder());
                         });
                         if (entry == nullptr) return false;
                         draft.party = entry->second.restricted().holder();
                         draft.verb = {entry->first.first, world.trader_but(draft.party), 1, 1};
                         return true;
                       })
      .refuses(OfferReceipt::NO_SUCH_MONEY,
               [](World&, auto& draft) { draft.verb.money_asset = kNobody; });
  Page<verbs::OfferTokens>(
      book,
      [](World& world, auto& draft) {
        if (!owner_of(world, assets::v1::POOL_TOKEN, draft.party, draft.verb.token_asset))
          return false;
        draft.verb.grams = some_of(world, draft.party, draft.verb.token_asset);
        draft.verb.buyer = world.trader_but(draft.party);
        draft.verb.money_asset = usual_money(world);
        draft.verb.price_tiyn = some_price(world);
        return true;
      })
      .refuses(OfferTokens::NO_BUYER, [](World&, auto& draft) { draft.verb.buyer = 0; })
      .refuses(OfferTokens::NO_GRAMS, [](World&, auto& draft) { draft.verb.grams = 0; })
      .refuses(OfferTokens::NO_PRICE, [](World&, auto& draft) { draft.verb.price_tiyn = 0; })
      .refuses(OfferTokens::PRICE_TOO_LARGE,
               [](World&, auto& draft) { draft.verb.price_tiyn = kTooLarge; })
      .refuses(OfferTokens::BUYER_IS_SELLER,
               [](World&, auto& draft) { draft.verb.buyer = draft.party; })
      .refuses(OfferTokens::NO_SUCH_TOKEN,
               [](World& world, auto& draft) { draft.verb.token_asset = usual_money(world); })
      .refuses(OfferTokens::NOT_ENOUGH_TOKENS,
               [](World&, auto& draft) { draft.verb.grams = kTooLarge; })
      .refuses(OfferTokens::NO_SUCH_MONEY,
               [](World&, auto& draft) { draft.verb.money_asset = draft.verb.token_asset; });
}

// A delivery on offer that this says yes to; the draft is its buyer's.
template <typename Fits>
bool delivery_where(World& world, Draft<verbs::AcceptDelivery>& draft, Fits fits) {
  const auto* entry = world.deliveries.pick(world.dice, [&](const auto& row) {
    return !world.is_frozen(row.restricted().buyer()) && fits(row);
  });
  if (entry == nullptr) return false;
  draft = {entry->second.restricted().buyer(), {entry->first.first}};
  return true;
}

void write_accept(Book& book) {
  const auto is_open = [](World& world, const auto& row) {
    return row.expires_at_running_ns() > world.running_ns();
  };
  const auto seller_acts = [](World& world, const auto& row) {
    return !world.is_frozen(row.restricted().seller());
  };
  const auto is_blocked = [](World& world, const auto& row) {
    return row.receipt() != 0 && world.receipts.find(row.receipt())->blocked_by_act() != 0;
  };
  const auto can_pay = [](World& world, const auto& row) {
    return world.balance(row.restricted().buyer(), row.money_asset()) >=
           row.restricted().price_tiyn();
  };
  Page<verbs::AcceptDelivery>(book,
                              [=](World& world, auto& draft) {
                                return delivery_where(world, draft, [&](const auto& row) {
                                  return is_open(world, row) && seller_acts(world, row) &&
                                         !is_blocked(world, row) && can_pay(world, row);
                                });
                              })
      .refuses(AcceptDelivery::NO_SUCH_OFFER,
               [](World&, auto& draft) { draft.verb.delivery = kNobody; })
      .refuses(AcceptDelivery::NOT_BUYER,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(AcceptDelivery::OFFER_EXPIRED,
                       [=](World& world, auto& draft) {
                         return delivery_where(
                             world, draft, [&](const auto& row) { return !is_open(world, row); });
                       })
      .refuses_instead(AcceptDelivery::SELLER_FROZEN,
                       [=](World& world, auto& draft) {
                         return delivery_where(world, draft, [&](const auto& row) {
                           return is_open(world, row) && !seller_acts(world, row);
                         });
                       })
      .refuses_instead(AcceptDelivery::RECEIPT_BLOCKED,
                       [=](World& world, auto& draft) {
                         return delivery_where(world, draft, [&](const auto& row) {
                           return is_open(world, row) && seller_acts(world, row) &&
                                  is_blocked(world, row);
                         });
                       })
      .refuses_instead(AcceptDelivery::NOT_ENOUGH_MONEY, [=](World& world, auto& draft) {
        return delivery_where(world, draft, [&](const auto& row) {
          return is_open(world, row) && seller_acts(world, row) && !is_blocked(world, row) &&
                 !can_pay(world, row);
        });
      });
}

}  // namespace

void write_payments(Book& book) {
  write_transfer(book);
  write_offers(book);
  write_accept(book);
  Page<verbs::WithdrawDelivery>(
      book,
      [](World& world, auto& draft) {
        const auto* entry = world.deliveries.pick(world.dice, [](const auto&) { return true; });
        if (entry == nullptr) return false;
        const auto& sides = entry->second.restricted();
        draft.party = world.dice.percent(50) ? sides.seller() : sides.buyer();
        draft.verb.delivery = entry->first.first;
        return !world.is_frozen(draft.party);
      })
      .refuses(WithdrawDelivery::NO_SUCH_OFFER,
               [](World&, auto& draft) { draft.verb.delivery = kNobody; })
      .refuses(WithdrawDelivery::NOT_PARTY_TO_OFFER, [](World& world, auto& draft) {
        const auto& sides = world.deliveries.find(draft.verb.delivery)->restricted();
        draft.party = world.trader();
        return draft.party != sides.seller() && draft.party != sides.buyer();
      });
}

}  // namespace astyq::sim
