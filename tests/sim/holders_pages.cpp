// SPDX-License-Identifier: Apache-2.0
// What holders and the registrar do with receipts: block, offer, pledge, redeem.
#include "receipts/handlers.gen.h"
#include "sim/receipt_ways.h"

namespace astyq::sim {
namespace {

using namespace receipts::v1;

// A way to a receipt that fits, and then to the rest of the draft.
template <typename Fits, typename Rest>
auto holding(Fits fits, Rest rest) {
  return [fits, rest](World& world, auto& draft) {
    if (!held_receipt(world, draft, [&](const auto& row) { return fits(row); })) return false;
    rest(world, draft);
    return true;
  };
}

const auto kFree = [](const Receipt& row) { return is_free(row); };
const auto kIsNotActive = [](const Receipt& row) { return row.state() != ACTIVE; };
const auto kIsPledged = [](const Receipt& row) {
  return row.state() == ACTIVE && row.encumbered();
};
const auto kIsBlocked = [](const Receipt& row) {
  return row.state() == ACTIVE && !row.encumbered() && row.blocked_by_act() != 0;
};
const auto kIsReserved = [](const Receipt& row) {
  return row.state() == ACTIVE && !row.encumbered() && row.blocked_by_act() == 0 && row.reserved();
};
const auto kNothingMore = [](World&, auto&) {};

void write_blocks(Book& book) {
  const auto cite = [](World& world, auto& draft, std::uint64_t but) {
    const std::uint64_t holder = world.receipts.find(draft.verb.receipt)->restricted().holder();
    draft.party = world.granted("receipts.block");
    draft.verb.act = world.act_about(holder, but);
    return draft.verb.act != 0;
  };
  const auto blockable = [](const Receipt& row) {
    return !has_ended(row) && row.state() != TOKENISED && row.blocked_by_act() == 0;
  };
  const auto block = [=](auto fits) {
    return [=](World& world, auto& draft) {
      return held_receipt(world, draft, [&](const auto& row) { return fits(row); }) &&
             cite(world, draft, 0);
    };
  };
  Page<verbs::BlockReceipt>(book, block(blockable))
      .refuses(BlockReceipt::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses_instead(BlockReceipt::ENDED,
                       block([](const Receipt& row) { return has_ended(row); }))
      .refuses_instead(BlockReceipt::IN_POOL,
                       block([](const Receipt& row) { return row.state() == TOKENISED; }))
      .refuses_instead(BlockReceipt::ALREADY_BLOCKED,
                       block([](const Receipt& row) { return row.blocked_by_act() != 0; }))
      .refuses(BlockReceipt::NO_ACT_ABOUT_HOLDER,
               [](World&, auto& draft) { draft.verb.act = kNobody; });
  const auto blocked = [](const Receipt& row) { return row.blocked_by_act() != 0; };
  Page<verbs::UnblockReceipt>(
      book,
      [=](World& world, auto& draft) {
        return held_receipt(world, draft, blocked) &&
               cite(world, draft, world.receipts.find(draft.verb.receipt)->blocked_by_act());
      })
      .refuses(UnblockReceipt::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(UnblockReceipt::NOT_BLOCKED,
               [=](World& world, auto& draft) {
                 return held_receipt(world, draft, kFree) && cite(world, draft, 0);
               })
      .refuses(UnblockReceipt::ACT_STILL_IN_FORCE,
               [](World& world, auto& draft) {
                 draft.verb.act = world.receipts.find(draft.verb.receipt)->blocked_by_act();
                 return world.acts.find(draft.verb.act)->expires_at_ns() == 0;
               })
      .refuses(UnblockReceipt::NO_ACT_ABOUT_HOLDER,
               [](World&, auto& draft) { draft.verb.act = kNobody; });
}

bool is_open(World& world, const TransferOffer& row) {
  return row.expires_at_running_ns() > world.running_ns();
}

void write_offer(Book& book) {
  const auto to_somebody = [](World& world, auto& draft) {
    draft.verb.to = world.trader_but(draft.party);
  };
  Page<verbs::OfferTransfer>(book,
                             [=](World& world, auto& draft) {
                               if (!holding(kFree, to_somebody)(world, draft)) return false;
                               return world.transfer_offers.find(draft.verb.receipt) == nullptr;
                             })
      .refuses(OfferTransfer::NO_RECIPIENT, [](World&, auto& draft) { draft.verb.to = 0; })
      .refuses(OfferTransfer::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(OfferTransfer::NOT_HOLDER, kNotHolder)
      .refuses(OfferTransfer::TO_YOURSELF, [](World&, auto& draft) { draft.verb.to = draft.party; })
      .refuses_instead(OfferTransfer::NOT_ACTIVE, holding(kIsNotActive, to_somebody))
      .refuses_instead(OfferTransfer::PLEDGED, holding(kIsPledged, to_somebody))
      .refuses_instead(OfferTransfer::BLOCKED, holding(kIsBlocked, to_somebody))
      .refuses_instead(OfferTransfer::RESERVED, holding(kIsReserved, to_somebody))
      .refuses_instead(OfferTransfer::ALREADY_OFFERED, [=](World& world, auto& draft) {
        const auto* offer = world.transfer_offers.pick_entry(world.dice, [&](const auto& entry) {
          return is_open(world, entry.second) && is_free(*world.receipts.find(entry.first.first)) &&
                 !world.is_frozen(entry.second.restricted().from());
        });
        if (offer == nullptr) return false;
        draft.party = offer->second.restricted().from();
        draft.verb = {offer->first.first, world.trader_but(draft.party)};
        return true;
      });
}

void write_accept_transfer(Book& book) {
  const auto accept = [](bool open, bool holder_acts, auto fits) {
    return [=](World& world, auto& draft) {
      const auto* offer = world.transfer_offers.pick_entry(world.dice, [&](const auto& entry) {
        const auto& sides = entry.second.restricted();
        return is_open(world, entry.second) == open && !world.is_frozen(sides.to()) &&
               (!open || !world.is_frozen(sides.from()) == holder_acts) &&
               fits(*world.receipts.find(entry.first.first));
      });
      if (offer == nullptr) return false;
      draft = {offer->second.restricted().to(), {offer->first.first}};
      return true;
    };
  };
  const auto any = [](const Receipt&) { return true; };
  Page<verbs::AcceptTransfer>(book, accept(true, true, kFree))
      .refuses(AcceptTransfer::NO_SUCH_OFFER, kNoReceipt)
      .refuses(AcceptTransfer::NOT_OFFERED_TO_YOU,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(AcceptTransfer::OFFER_EXPIRED, accept(false, true, any))
      .refuses_instead(AcceptTransfer::HOLDER_FROZEN, accept(true, false, any))
      .refuses_instead(AcceptTransfer::NOT_ACTIVE, accept(true, true, kIsNotActive))
      .refuses_instead(AcceptTransfer::PLEDGED, accept(true, true, kIsPledged))
      .refuses_instead(AcceptTransfer::BLOCKED, accept(true, true, kIsBlocked))
      .refuses_instead(AcceptTransfer::RESERVED, accept(true, true, kIsReserved));
  Page<verbs::WithdrawTransfer>(
      book,
      [](World& world, auto& draft) {
        // Most of them: the others go on to be accepted, or lapse.
        const auto* offer = world.transfer_offers.pick_entry(
            world.dice, [](const auto& entry) { return entry.first.first % 4 != 0; });
        if (offer == nullptr) return false;
        const auto& sides = offer->second.restricted();
        draft = {world.dice.percent(50) ? sides.from() : sides.to(), {offer->first.first}};
        return !world.is_frozen(draft.party);
      })
      .refuses(WithdrawTransfer::NO_SUCH_OFFER, kNoReceipt)
      .refuses(WithdrawTransfer::NOT_YOUR_OFFER, [](World& world, auto& draft) {
        const auto& sides = world.transfer_offers.find(draft.verb.receipt)->restricted();
        draft.party = world.trader();
        return draft.party != sides.from() && draft.party != sides.to();
      });
}

void write_pledge(Book& book) {
  const auto terms = [](World& world, auto& draft) {
    draft.verb.pledgee = world.trader_but(draft.party);
    draft.verb.debt_tiyn = world.dice.between(1, 1'000'000'000);
    draft.verb.due_at_ns = world.time_ns() + 90 * kDayNs;
    draft.verb.contract_digest = world.dice.bytes(32);
  };
  Page<verbs::PledgeReceipt>(book, holding(kFree, terms))
      .refuses(PledgeReceipt::NO_PLEDGEE, [](World&, auto& draft) { draft.verb.pledgee = 0; })
      .refuses(PledgeReceipt::WRONG_DEBT,
               [](World& world, auto& draft) {
                 draft.verb.debt_tiyn = world.dice.percent(50) ? 0 : kTooLarge;
               })
      .refuses(PledgeReceipt::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(PledgeReceipt::NOT_HOLDER, kNotHolder)
      .refuses(PledgeReceipt::TO_YOURSELF,
               [](World&, auto& draft) { draft.verb.pledgee = draft.party; })
      .refuses(PledgeReceipt::DUE_IN_THE_PAST,
               [](World& world, auto& draft) { draft.verb.due_at_ns = world.time_ns(); })
      .refuses_instead(PledgeReceipt::NOT_ACTIVE, holding(kIsNotActive, terms))
      .refuses_instead(PledgeReceipt::PLEDGED, holding(kIsPledged, terms))
      .refuses_instead(PledgeReceipt::BLOCKED, holding(kIsBlocked, terms))
      .refuses_instead(PledgeReceipt::RESERVED, holding(kIsReserved, terms));
}

void write_pledgee(Book& book) {
  const auto pledged = [](PledgeState state, bool holder_acts, bool blocked) {
    return [=](World& world, auto& draft) {
      const auto* entry = world.receipts.pick(world.dice, [&](const auto& row) {
        const auto& pledge = row.restricted().pledge();
        return row.restricted().has_pledge() && pledge.state() == state &&
               !world.is_frozen(pledge.pledgee()) && (row.blocked_by_act() != 0) == blocked &&
               !world.is_frozen(row.restricted().holder()) == holder_acts;
      });
      if (entry == nullptr) return false;
      const auto& pledge = entry->second.restricted().pledge();
      draft = {
          pledge.pledgee(),
          {entry->first.first, pledge.debt_tiyn(), pledge.due_at_ns(), pledge.contract_digest()}};
      return true;
    };
  };
  Page<verbs::AcceptPledge>(book, pledged(OFFERED, true, false))
      .refuses(AcceptPledge::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(AcceptPledge::NOT_PLEDGED,
               [](World& world, auto& draft) { return held_receipt(world, draft, kFree); })
      .refuses(AcceptPledge::NOT_PLEDGEE,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(AcceptPledge::ALREADY_ACCEPTED, pledged(ACCEPTED, true, false))
      .refuses(AcceptPledge::TERMS_DIFFER, [](World&, auto& draft) { ++draft.verb.debt_tiyn; })
      .refuses_instead(AcceptPledge::HOLDER_FROZEN, pledged(OFFERED, false, false))
      .refuses_instead(AcceptPledge::BLOCKED, pledged(OFFERED, true, true));
  Page<verbs::ReleasePledge>(
      book,
      [](World& world, auto& draft) {
        const auto* entry = world.receipts.pick(
            world.dice, [&](const auto& row) { return row.restricted().has_pledge(); });
        if (entry == nullptr) return false;
        const auto& row = entry->second.restricted();
        const bool by_holder = row.pledge().state() == OFFERED && world.dice.percent(50);
        draft = {by_holder ? row.holder() : row.pledge().pledgee(), {entry->first.first}};
        return !world.is_frozen(draft.party);
      })
      .refuses(ReleasePledge::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(ReleasePledge::NOT_PLEDGED,
               [](World& world, auto& draft) { return held_receipt(world, draft, kFree); })
      .refuses(ReleasePledge::NOT_PLEDGEE,
               [](World& world, auto& draft) {
                 const auto& row = world.receipts.find(draft.verb.receipt)->restricted();
                 draft.party = world.trader();
                 return draft.party != row.holder() && draft.party != row.pledge().pledgee();
               })
      .refuses_instead(ReleasePledge::ACCEPTED_ALREADY, [](World& world, auto& draft) {
        return held_receipt(world, draft, [](const auto& row) {
          return row.restricted().has_pledge() && row.restricted().pledge().state() == ACCEPTED;
        });
      });
}

void write_order(Book& book) {
  const auto receiver = [](World& world, auto& draft) { draft.verb.receiver = world.trader(); };
  const auto order = [=](bool banned, bool paid) {
    return [=](World& world, auto& draft) {
      return holding(
          [&](const Receipt& row) {
            const bool is_banned =
                world.elevators.find(row.elevator())->regime() == elevators::v1::SHIPMENT_BAN;
            return is_free(row) && is_banned == banned &&
                   (row.paid_until_ns() >= world.time_ns()) == paid;
          },
          receiver)(world, draft);
    };
  };
  Page<verbs::OrderRedemption>(book, order(false, true))
      .refuses(OrderRedemption::NO_RECEIVER, [](World&, auto& draft) { draft.verb.receiver = 0; })
      .refuses(OrderRedemption::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(OrderRedemption::NOT_HOLDER, kNotHolder)
      .refuses_instead(OrderRedemption::NOT_ACTIVE, holding(kIsNotActive, receiver))
      .refuses_instead(OrderRedemption::PLEDGED, holding(kIsPledged, receiver))
      .refuses_instead(OrderRedemption::BLOCKED, holding(kIsBlocked, receiver))
      .refuses_instead(OrderRedemption::RESERVED, holding(kIsReserved, receiver))
      .refuses_instead(OrderRedemption::SHIPMENT_BAN, order(true, true))
      .refuses_instead(OrderRedemption::STORAGE_UNPAID, order(false, false));
}

void write_redemption_end(Book& book) {
  const auto ordered = [](World& world, auto& draft, auto fits) {
    const auto* permit = world.permits.pick_entry(world.dice, [&](const auto& entry) {
      return fits(entry.second, *world.receipts.find(entry.first.first));
    });
    if (permit == nullptr) return false;
    const Receipt& row = *world.receipts.find(permit->first.first);
    draft = {row.restricted().holder(), {permit->first.first}};
    return !world.is_frozen(draft.party);
  };
  Page<verbs::CancelRedemption>(book,
                                [=](World& world, auto& draft) {
                                  return ordered(world, draft, [](const auto& permit, const auto&) {
                                    return permit.released_kg() == 0;
                                  });
                                })
      .refuses(CancelRedemption::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(CancelRedemption::NOT_HOLDER, kNotHolder)
      .refuses(CancelRedemption::NO_ORDER, holding(kFree, kNothingMore))
      .refuses_instead(CancelRedemption::GRAIN_HAS_LEFT, [=](World& world, auto& draft) {
        return ordered(world, draft,
                       [](const auto& permit, const auto&) { return permit.released_kg() > 0; });
      });
  const auto at_gate = [=](bool all, bool blocked) {
    return [=](World& world, auto& draft) {
      if (!ordered(world, draft, [&](const auto& permit, const auto& row) {
            return (permit.released_kg() == permit.kg()) == all &&
                   (row.blocked_by_act() != 0) == blocked;
          }))
        return false;
      const Receipt& row = *world.receipts.find(draft.verb.receipt);
      draft.party = world.elevators.find(row.elevator())->operator_();
      return !world.is_frozen(draft.party);
    };
  };
  Page<verbs::ReleaseGrain>(book, at_gate(true, false))
      .refuses(ReleaseGrain::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(ReleaseGrain::NOT_OPERATOR,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(ReleaseGrain::NO_ORDER,
                       [](World& world, auto& draft) {
                         if (!held_receipt(world, draft, kFree)) return false;
                         const Receipt& row = *world.receipts.find(draft.verb.receipt);
                         draft.party = world.elevators.find(row.elevator())->operator_();
                         return !world.is_frozen(draft.party);
                       })
      .refuses_instead(ReleaseGrain::BLOCKED, at_gate(false, true))
      .refuses_instead(ReleaseGrain::NOT_ALL_RELEASED, at_gate(false, false));
}

}  // namespace

void write_holders(Book& book) {
  write_blocks(book);
  write_offer(book);
  write_accept_transfer(book);
  write_pledge(book);
  write_pledgee(book);
  write_order(book);
  write_redemption_end(book);
}

}  // namespace astyq::sim
