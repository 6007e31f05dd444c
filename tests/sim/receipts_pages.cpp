// SPDX-License-Identifier: Apache-2.0
// From a batch to receipts, and receipts to receipts.
#include "receipts/handlers.gen.h"
#include "sim/receipt_ways.h"

namespace astyq::sim {
namespace {

using namespace receipts::v1;

std::uint64_t operator_of(World& world, std::uint64_t elevator) {
  return world.elevators.find(elevator)->operator_();
}

bool is_open(World& world, std::uint64_t elevator) {
  const auto& row = *world.elevators.find(elevator);
  return row.regime() != elevators::v1::SHIPMENT_BAN &&
         world.is_licensed(row.operator_(), licences::v1::ELEVATOR);
}

std::uint64_t free_capacity_kg(World& world, std::uint64_t elevator) {
  const auto& row = *world.elevators.find(elevator);
  return row.technical_capacity_kg() -
         std::min(row.technical_capacity_kg(), row.live_receipts_kg());
}

std::uint64_t unreceipted_kg(const elevators::v1::Batch& row) {
  return row.credited_kg() - row.proposed_kg() - row.receipted_kg() - row.withdrawn_kg();
}

// Few dates, so that receipts can be merged; some so near that storage is soon unpaid.
std::int64_t paid_until(World& world) {
  const std::int64_t day = world.chain.genesis().time_ns() / kDayNs;
  if (world.dice.percent(15)) return world.time_ns() + kDayNs / 2;
  return (day + 4'000 + 30 * static_cast<std::int64_t>(world.dice.below(2))) * kDayNs;
}

template <typename Fits>
bool some_batch(World& world, Draft<verbs::ProposeReceipts>& draft, Fits fits) {
  const auto* batch = world.batches.pick(world.dice, [&](const auto& row) {
    return unreceipted_kg(row) > 0 && !world.is_frozen(operator_of(world, row.elevator())) &&
           fits(row);
  });
  if (batch == nullptr) return false;
  draft.party = operator_of(world, batch->second.elevator());
  draft.verb.batch = batch->first.first;
  draft.verb.paid_until_ns = paid_until(world);
  const std::uint64_t all = unreceipted_kg(batch->second);
  if (all > 10 && world.dice.percent(60))
    draft.verb.receipts_kg = {all / 4, all / 3};
  else
    draft.verb.receipts_kg = {all};
  return true;
}

void write_propose(Book& book) {
  const auto fits_capacity = [](World& world, const auto& row) {
    return unreceipted_kg(row) <= free_capacity_kg(world, row.elevator());
  };
  Page<verbs::ProposeReceipts>(book,
                               [=](World& world, auto& draft) {
                                 return some_batch(world, draft, [&](const auto& row) {
                                   return is_open(world, row.elevator()) &&
                                          fits_capacity(world, row);
                                 });
                               })
      .refuses(ProposeReceipts::NO_RECEIPTS,
               [](World&, auto& draft) { draft.verb.receipts_kg.clear(); })
      .refuses(ProposeReceipts::TOO_MANY_RECEIPTS,
               [](World& world, auto& draft) {
                 draft.verb.receipts_kg.assign(world.rules().max_parts() + 1, 1);
               })
      .refuses(ProposeReceipts::WRONG_WEIGHT,
               [](World& world, auto& draft) {
                 draft.verb.receipts_kg.push_back(world.dice.percent(50) ? 0 : kTooLarge - 1);
               })
      .refuses(ProposeReceipts::NO_SUCH_BATCH,
               [](World&, auto& draft) { draft.verb.batch = kNobody; })
      .refuses(ProposeReceipts::NOT_OPERATOR,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses(ProposeReceipts::PAID_UNTIL_PAST,
               [](World& world, auto& draft) { draft.verb.paid_until_ns = world.time_ns() - 1; })
      .refuses_instead(ProposeReceipts::ELEVATOR_CLOSED,
                       [](World& world, auto& draft) {
                         return some_batch(world, draft, [&](const auto& row) {
                           return !is_open(world, row.elevator());
                         });
                       })
      .refuses(
          ProposeReceipts::NOT_ENOUGH_CREDIT,
          [](World& world, auto& draft) {
            draft.verb.receipts_kg = {unreceipted_kg(*world.batches.find(draft.verb.batch)) + 1};
          })
      .refuses_instead(ProposeReceipts::OVER_CAPACITY, [=](World& world, auto& draft) {
        if (!some_batch(world, draft, [&](const auto& row) {
              return is_open(world, row.elevator()) && !fits_capacity(world, row);
            }))
          return false;
        draft.verb.receipts_kg = {unreceipted_kg(*world.batches.find(draft.verb.batch))};
        return true;
      });
}

std::uint64_t depositor_of(World& world, const Proposal& row) {
  return world.batches.find(row.batch())->restricted().depositor();
}

template <typename AnyDraft, typename Fits>
bool some_proposal(World& world, AnyDraft& draft, Fits fits) {
  const auto* entry = world.proposals.pick(world.dice, [&](const Proposal& row) {
    return !world.is_frozen(depositor_of(world, row)) && fits(row);
  });
  if (entry == nullptr) return false;
  draft.party = depositor_of(world, entry->second);
  draft.verb.proposal = entry->first.first;
  return true;
}

const auto kNoProposal = [](World&, auto& draft) { draft.verb.proposal = kNobody; };

bool has_lapsed(World& world, const Proposal& row) {
  return row.expires_at_running_ns() <= world.running_ns();
}

void write_countersign(Book& book) {
  Page<verbs::CountersignProposal>(book,
                                   [](World& world, auto& draft) {
                                     return some_proposal(world, draft, [&](const auto& row) {
                                       return row.state() == PROPOSED && !has_lapsed(world, row);
                                     });
                                   })
      .refuses(CountersignProposal::NO_SUCH_PROPOSAL, kNoProposal)
      .refuses(CountersignProposal::NOT_DEPOSITOR,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(CountersignProposal::PROPOSAL_EXPIRED,
                       [](World& world, auto& draft) {
                         return some_proposal(
                             world, draft, [&](const auto& row) { return has_lapsed(world, row); });
                       })
      .refuses_instead(CountersignProposal::ALREADY_COUNTERSIGNED, [](World& world, auto& draft) {
        return some_proposal(world, draft, [&](const auto& row) {
          return row.state() == COUNTERSIGNED && !has_lapsed(world, row);
        });
      });
  Page<verbs::WithdrawProposal>(book,
                                [](World& world, auto& draft) {
                                  // Half of them: the others go on to be issued, or lapse.
                                  return some_proposal(world, draft,
                                                       [](const auto&) { return true; }) &&
                                         draft.verb.proposal % 2 == 0;
                                })
      .refuses(WithdrawProposal::NO_SUCH_PROPOSAL, kNoProposal)
      .refuses(WithdrawProposal::NOT_YOURS, [](World& world, auto& draft) {
        const auto& row = *world.proposals.find(draft.verb.proposal);
        draft.party = world.trader_but(draft.party);
        return draft.party != operator_of(world, row.elevator());
      });
}

void write_issue(Book& book) {
  const auto total_kg = [](const auto& row) {
    std::uint64_t total = 0;
    for (const std::uint64_t kg : row.receipts_kg()) total += kg;
    return total;
  };
  const auto some_order = [=](World& world, auto& draft, bool open, bool room) {
    if (!some_proposal(world, draft, [&](const auto& row) {
          return row.state() == COUNTERSIGNED && !has_lapsed(world, row) &&
                 is_open(world, row.elevator()) == open &&
                 (total_kg(row) <= free_capacity_kg(world, row.elevator())) == room;
        }))
      return false;
    draft.party = world.granted("receipts.issue");
    return true;
  };
  Page<verbs::IssueReceipt>(
      book, [=](World& world, auto& draft) { return some_order(world, draft, true, true); })
      .refuses(IssueReceipt::NO_SUCH_PROPOSAL, kNoProposal)
      .refuses_instead(IssueReceipt::PROPOSAL_EXPIRED,
                       [](World& world, auto& draft) {
                         const bool found = some_proposal(
                             world, draft, [&](const auto& row) { return has_lapsed(world, row); });
                         draft.party = kRegistrar;
                         return found;
                       })
      .refuses_instead(IssueReceipt::NOT_COUNTERSIGNED,
                       [](World& world, auto& draft) {
                         const bool found = some_proposal(world, draft, [&](const auto& row) {
                           return row.state() == PROPOSED && !has_lapsed(world, row);
                         });
                         draft.party = kRegistrar;
                         return found;
                       })
      .refuses_instead(
          IssueReceipt::ELEVATOR_CLOSED,
          [=](World& world, auto& draft) { return some_order(world, draft, false, true); })
      .refuses_instead(IssueReceipt::OVER_CAPACITY, [=](World& world, auto& draft) {
        return some_order(world, draft, true, false);
      });
}

// What a receipt must be for the refusals that split, merge, offers and pledges share.
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

void write_split(Book& book) {
  const auto split = [](auto fits) {
    return [fits](World& world, auto& draft) {
      if (!held_receipt(world, draft, [&](const auto& row) { return fits(row); })) return false;
      draft.verb.parts_kg = {
          1, std::max<std::uint64_t>(1, world.receipts.find(draft.verb.receipt)->kg() - 1)};
      return true;
    };
  };
  Page<verbs::SplitReceipt>(
      book,
      [=](World& world, auto& draft) {
        if (!held_receipt(world, draft,
                          [](const auto& row) { return is_free(row) && row.kg() >= 4; }))
          return false;
        const std::uint64_t kg = world.receipts.find(draft.verb.receipt)->kg();
        const std::uint64_t first = world.dice.between(1, kg - 3);
        draft.verb.parts_kg = {first, kg - first};
        if (world.dice.percent(30)) {
          draft.verb.parts_kg = {first, 1, kg - first - 1};
        }
        return true;
      })
      .refuses(SplitReceipt::WRONG_NUMBER_OF_PARTS,
               [](World& world, auto& draft) {
                 draft.verb.parts_kg.resize(world.dice.percent(50) ? 1 : 1'000, 1);
               })
      .refuses(SplitReceipt::WRONG_WEIGHT,
               [](World&, auto& draft) { draft.verb.parts_kg.push_back(0); })
      .refuses(SplitReceipt::NO_SUCH_RECEIPT, kNoReceipt)
      .refuses(SplitReceipt::NOT_HOLDER, kNotHolder)
      .refuses_instead(SplitReceipt::NOT_ACTIVE, split(kIsNotActive))
      .refuses_instead(SplitReceipt::PLEDGED, split(kIsPledged))
      .refuses_instead(SplitReceipt::BLOCKED, split(kIsBlocked))
      .refuses_instead(SplitReceipt::RESERVED, split(kIsReserved))
      .refuses(SplitReceipt::NOT_THE_SUM, [](World&, auto& draft) { ++draft.verb.parts_kg[0]; });
}

// Another free receipt of the same holder.
template <typename Fits>
std::uint64_t partner_of(World& world, std::uint64_t receipt, Fits fits) {
  const Receipt& one = *world.receipts.find(receipt);
  const auto* entry = world.receipts.pick_entry(world.dice, [&](const auto& found) {
    const Receipt& row = found.second;
    return found.first.first != receipt && is_free(row) &&
           row.restricted().holder() == one.restricted().holder() && fits(one, row);
  });
  return entry == nullptr ? 0 : entry->first.first;
}

void write_merge(Book& book) {
  struct OneReceipt {
    std::uint64_t receipt = 0;
  };
  const auto merge = [](auto fits, auto fits_both) {
    return [fits, fits_both](World& world, auto& draft) {
      Draft<OneReceipt> one;
      if (!held_receipt(world, one, [&](const auto& row) { return fits(row); })) return false;
      const std::uint64_t other = partner_of(world, one.verb.receipt, fits_both);
      draft.party = one.party;
      draft.verb.receipts = {one.verb.receipt, other};
      return other != 0;
    };
  };
  const auto fit = [](const Receipt& one, const Receipt& other) {
    return one.batch() == other.batch() && one.paid_until_ns() == other.paid_until_ns();
  };
  const auto any_two = [](const Receipt&, const Receipt&) { return true; };
  Page<verbs::MergeReceipts>(book, merge([](const auto& row) { return is_free(row); }, fit))
      .refuses(MergeReceipts::WRONG_NUMBER_OF_RECEIPTS,
               [](World& world, auto& draft) {
                 draft.verb.receipts.resize(world.dice.percent(50) ? 1 : 1'000, 1);
               })
      .refuses(MergeReceipts::SAME_RECEIPT_TWICE,
               [](World&, auto& draft) { draft.verb.receipts[1] = draft.verb.receipts[0]; })
      .refuses(MergeReceipts::NO_SUCH_RECEIPT,
               [](World&, auto& draft) { draft.verb.receipts[0] = kNobody; })
      .refuses(MergeReceipts::NOT_HOLDER,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(MergeReceipts::NOT_ACTIVE, merge(kIsNotActive, any_two))
      .refuses_instead(MergeReceipts::PLEDGED, merge(kIsPledged, any_two))
      .refuses_instead(MergeReceipts::BLOCKED, merge(kIsBlocked, any_two))
      .refuses_instead(MergeReceipts::RESERVED, merge(kIsReserved, any_two))
      .refuses_instead(MergeReceipts::NOT_ONE_BATCH,
                       merge([](const auto& row) { return is_free(row); },
                             [](const Receipt& one, const Receipt& other) {
                               return one.batch() != other.batch();
                             }))
      .refuses_instead(MergeReceipts::NOT_ONE_PAID_UNTIL,
                       merge([](const auto& row) { return is_free(row); },
                             [](const Receipt& one, const Receipt& other) {
                               return one.batch() == other.batch() &&
                                      one.paid_until_ns() != other.paid_until_ns();
                             }));
}

}  // namespace

void write_receipts(Book& book) {
  write_propose(book);
  write_countersign(book);
  write_issue(book);
  write_split(book);
  write_merge(book);
}

}  // namespace astyq::sim
