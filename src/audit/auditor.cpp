// SPDX-License-Identifier: Apache-2.0
#include "audit/auditor.h"

#include <algorithm>

#include "astyq/elevators/v1/state.pb.h"
#include "astyq/ledger/v1/state.pb.h"
#include "astyq/pools/v1/state.pb.h"
#include "audit/resolved.h"
#include "audit/rows.h"
#include "base/check.h"

namespace astyq::audit {
void Auditor::say(Id of, Said figures) {
  for (const auto& [figure, value] : figures) books_.set({figure, of}, value);
}

void Auditor::pay(Id asset, Id from, Id to, std::uint64_t amount) {
  books_.add({kBalance, from, asset}, -amount);
  books_.add({kBalance, to, asset}, amount);
}

void Auditor::supply(Id asset, Id party, std::uint64_t growth) {
  books_.add({kSupply, asset}, growth);
  books_.add({kBalance, party, asset}, growth);
}

void Auditor::follow_money(const Operation& op) {
  if (op.has_issue_money())
    supply(op.issue_money().asset(), op.issue_money().to(), op.issue_money().amount_tiyn());
  if (op.has_retire_money())
    supply(op.retire_money().asset(), party_, -op.retire_money().amount_tiyn());
  if (op.has_transfer())
    pay(op.transfer().asset(), party_, op.transfer().to(), op.transfer().amount());
}

void Auditor::order_back(Id grain_return, Id batch, std::uint64_t growth_kg) {
  auto& [of, to_leave_kg] = returns_[grain_return];
  of = batch;
  to_leave_kg += growth_kg;
  books_.add({kToReturn, batch}, growth_kg);
  if (to_leave_kg == 0) returns_.erase(grain_return);
}

void Auditor::follow_grain(const Operation& op) {
  if (op.has_open_ticket()) {
    const auto& tx = op.open_ticket();
    say(made_, {{kElevator, tx.elevator()}, {kBin, tx.bin()}});
    say(made_, {{kDepositor, tx.depositor()}, {kBasis, tx.basis_profile()}});
  } else if (op.has_weigh_ticket()) {
    const auto& tx = op.weigh_ticket();
    say(tx.ticket(), {{kNet, tx.gross_kg() - tx.tare_kg()}});
  } else if (op.has_record_analysis()) {
    const auto& tx = op.record_analysis();
    say(made_, {{kMoisture, tx.moisture_bps()}, {kForeignMatter, tx.foreign_matter_bps()}});
  } else if (op.has_order_return()) {
    order_back(made_, op.order_return().batch(), op.order_return().kg());
  } else if (op.has_cancel_return()) {
    const Id id = op.cancel_return().grain_return();
    order_back(id, returns_[id].first, -returns_[id].second);
  } else if (op.has_record_return_outbound()) {
    const auto& tx = op.record_return_outbound();
    say(made_, {{kLeft, tx.kg()}, {kFrom, tx.bin()}});
    order_back(tx.grain_return(), returns_[tx.grain_return()].first, -tx.kg());
  } else if (op.has_record_redemption_outbound()) {
    const auto& tx = op.record_redemption_outbound();
    say(made_, {{kLeft, tx.kg()}, {kFrom, tx.bin()}});
    books_.add({kReleased, tx.receipt()}, tx.kg());
  }
}

void Auditor::begin(Id receipt, std::uint64_t kg, Id holder) {
  say(receipt, {{kIssued, kg}, {kHolder, holder}});
}

void Auditor::by_holder(Id receipt) {
  if (books_.at({kHolder, receipt}) != party_) books_.deny({kHolder, receipt});
}

void Auditor::redeem(Id receipt) {
  say(receipt, {{kRedeemed, books_.at({kReleased, receipt})}, {kReleased, 0}});
}

void Auditor::follow_receipt(const Operation& op, const store::Tree& tree) {
  Id next = made_;
  if (op.has_propose_receipts()) proposals_[made_] = op.propose_receipts();
  if (op.has_issue_receipt()) {
    const auto proposal = proposals_[op.issue_receipt().proposal()];
    const auto batch = find<elevators::v1::Batch>(tree, proposal.batch());
    for (const std::uint64_t kg : proposal.receipts_kg())
      begin(next++, kg, batch.restricted().depositor());
    proposals_.erase(op.issue_receipt().proposal());
  } else if (op.has_split_receipt()) {
    by_holder(op.split_receipt().receipt());
    for (const std::uint64_t kg : op.split_receipt().parts_kg()) begin(next++, kg, party_);
  } else if (op.has_merge_receipts()) {
    begin(made_, 0, party_);
    for (const Id parent : op.merge_receipts().receipts()) {
      by_holder(parent);
      books_.add({kIssued, made_}, books_.at({kIssued, parent}));
    }
  } else if (op.has_offer_transfer()) {
    by_holder(op.offer_transfer().receipt());
    offered_to_[op.offer_transfer().receipt()] = op.offer_transfer().to();
  } else if (op.has_accept_transfer()) {
    const Id receipt = op.accept_transfer().receipt();
    if (offered_to_[receipt] != party_) books_.deny({kHolder, receipt});
    books_.set({kHolder, receipt}, party_);
  } else if (op.has_pledge_receipt()) {
    const auto& tx = op.pledge_receipt();
    by_holder(tx.receipt());
    say(tx.receipt(), {{kPledgee, tx.pledgee()}, {kDebt, tx.debt_tiyn()}});
  } else if (op.has_release_pledge()) {
    say(op.release_pledge().receipt(), {{kPledgee, 0}, {kDebt, 0}});
  } else if (op.has_order_redemption()) {
    by_holder(op.order_redemption().receipt());
  } else if (op.has_release_grain()) {
    redeem(op.release_grain().receipt());
  } else if (op.has_certify_release()) {
    redeem(op.certify_release().receipt());
  } else if (op.has_keep_rest()) {
    const Id parent = op.keep_rest().receipt();
    by_holder(parent);
    begin(made_, books_.at({kIssued, parent}) - books_.at({kReleased, parent}), party_);
    redeem(parent);
  }
}

void Auditor::follow_pool(const Operation& op, const store::Tree& tree) {
  const auto token_of = [&tree](Id pool) { return find<pools::v1::Pool>(tree, pool).asset(); };
  if (op.has_tokenise_receipt()) {
    const auto& tx = op.tokenise_receipt();
    by_holder(tx.receipt());
    books_.set({kPool, tx.receipt()}, tx.pool());
    supply(token_of(tx.pool()), party_, 1'000 * books_.at({kIssued, tx.receipt()}));
  } else if (op.has_redeem_tokens()) {
    const auto& tx = op.redeem_tokens();
    const Id pool = books_.at({kPool, tx.receipt()});
    const std::uint64_t rest_kg = books_.at({kIssued, tx.receipt()}) - tx.kg();
    books_.set({kPool, tx.receipt()}, 0);
    supply(token_of(pool), party_, -1'000 * tx.kg());
    begin(made_, tx.kg(), party_);  // the whole receipt, or of a part the first of two
    if (rest_kg == 0) return;
    begin(made_ + 1, rest_kg, books_.at({kHolder, tx.receipt()}));
    books_.set({kPool, made_ + 1}, pool);
  }
}

void Auditor::follow_delivery(const Operation& op) {
  if (op.has_offer_receipt()) {
    const auto& tx = op.offer_receipt();
    by_holder(tx.receipt());
    deliveries_[made_] = {party_, tx.buyer(),       tx.receipt(),   0,
                          0,      tx.money_asset(), tx.price_tiyn()};
  } else if (op.has_offer_tokens()) {
    const auto& tx = op.offer_tokens();
    deliveries_[made_] = {party_,           tx.buyer(),     0, tx.token_asset(), tx.grams(),
                          tx.money_asset(), tx.price_tiyn()};
  } else if (op.has_withdraw_delivery()) {
    deliveries_.erase(op.withdraw_delivery().delivery());
  } else if (op.has_accept_delivery()) {
    const Id id = op.accept_delivery().delivery();
    const Delivery sale = deliveries_[id];
    deliveries_.erase(id);
    if (sale.buyer != party_) books_.deny({"buyer of delivery #", id});
    pay(sale.money, sale.buyer, sale.seller, sale.price);
    pay(sale.token, sale.seller, sale.buyer, sale.grams);
    if (sale.receipt != 0) books_.set({kHolder, sale.receipt}, sale.buyer);
  }
}

std::optional<Difference> Auditor::follow(std::span<const Settled> block, const Rows& rows) {
  ASTYQ_CHECK(rows.before.size() == rows.after.size());
  for (std::size_t member = 0; member < block.size(); ++member) {
    const auto& [body, result] = block[member];
    party_ = body.party();
    for (int i = 0; i < std::min(body.operations_size(), result.operations_size()); ++i) {
      if (result.operations(i).code() != 0) continue;
      made_ = result.operations(i).first_id();
      books_.now({{member, static_cast<std::size_t>(i)}});
      const Operation op = resolved(body.operations(i), result);
      follow_money(op);
      follow_grain(op);
      follow_receipt(op, rows.tree);
      follow_pool(op, rows.tree);
      follow_delivery(op);
    }
  }
  books_.now({});
  for (std::size_t i = 0; i < rows.after.size(); ++i) {
    const auto& [key, before] = rows.before[i];
    const auto& after = rows.after[i].row;
    ASTYQ_CHECK(key == rows.after[i].key);
    if (before && is_forbidden(key, *before, after ? &*after : nullptr))
      books_.deny({"what is final in table #", key.type()});
    if (before) post(books_, {key, *before, -std::uint64_t{1}}, rows.tree);
    if (after) post(books_, {key, *after, 1}, rows.tree);
  }
  return books_.settle();
}

std::optional<Difference> Auditor::add_up(const store::Tree& tree) const {
  Books books = books_.reopened();
  const store::RowKey first(BytesView("\0", 1));
  for (auto at = tree.lower_bound(first); at; at = tree.upper_bound(at->first))
    post(books, {at->first, *at->second, 1}, tree);
  return books.settle();
}

}  // namespace astyq::audit
