// SPDX-License-Identifier: Apache-2.0
#include "engine/schedule.h"

#include <utility>

#include "engine/guarded.h"
#include "ledger/state.gen.h"
#include "modules/authority/upgrades.h"
#include "modules/payments/payments.h"
#include "modules/receipts/receipts.h"

namespace astyq::engine {
namespace {

using ledger::v1::Job;

// The fixed list of timed work. Each function does nothing when its subject has moved on meanwhile.
void run(Job job, std::uint64_t subject, View& view) {
  switch (job) {
    case ledger::v1::EXPIRE_DELIVERY_OFFER:
      return payments::expire_delivery_offer(view, subject);
    case ledger::v1::EXPIRE_RECEIPT_PROPOSAL:
      return receipts::expire_proposal(view, subject);
    case ledger::v1::EXPIRE_TRANSFER_OFFER:
      return receipts::expire_transfer_offer(view, subject);
    case ledger::v1::EXPIRE_REDEMPTION_ORDER:
      return receipts::expire_redemption_order(view, subject);
    default:
      ASTYQ_CHECK(false);
  }
}

void run_guarded(Job job, std::uint64_t subject, View& view) {
  ledger::v1::Alarm alarm;
  alarm.set_job(job);
  alarm.set_subject(subject);
  do_guarded(view, std::move(alarm), [&] { run(job, subject, view); });
}

}  // namespace

void run_due_jobs(View& view) {
  auto slot = ledger::kDueJobs(0, 0, 0);
  for (std::uint32_t i = 0; i < view.rules().max_jobs_per_block(); ++i) {
    // From the last one on: what this block has erased is stepped over once.
    const auto first = view.first_from(ledger::kDueJobs, slot);
    if (!first) return;
    const auto [running_ns, kind, subject] = *first;
    if (running_ns > static_cast<std::uint64_t>(view.time().running_ns)) return;
    slot = ledger::kDueJobs(running_ns, kind, subject);
    const Job job = view.require(slot).job();
    ASTYQ_CHECK(job == static_cast<int>(kind));
    view.erase(slot);
    run_guarded(job, subject, view);
  }
}

void follow_version_votes(View& view) {
  ledger::v1::Alarm alarm;
  alarm.set_job(ledger::v1::FOLLOW_VERSION_VOTES);
  do_guarded(view, std::move(alarm), [&] { authority::follow_version_votes(view); });
}

bool job_due(const store::Tree& tree, std::int64_t running_ns) {
  const auto entry = tree.lower_bound(ledger::kDueJobs(0, 0, 0).key);
  if (!entry || entry->first.type() != ledger::kDueJobs.type) return false;
  const auto [due_ns, kind, subject] = ledger::kDueJobs.parts(entry->first);
  return due_ns <= static_cast<std::uint64_t>(running_ns);
}

}  // namespace astyq::engine
