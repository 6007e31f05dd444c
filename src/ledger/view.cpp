// SPDX-License-Identifier: Apache-2.0
#include "ledger/view.h"

#include "ledger/state.gen.h"

namespace astyq {
namespace {

Slot<ledger::v1::DueJob> job_slot(ledger::v1::Job job, std::uint64_t subject,
                                  std::int64_t running_ns) {
  return ledger::kDueJobs(static_cast<std::uint64_t>(running_ns), static_cast<std::uint32_t>(job),
                          subject);
}

}  // namespace

std::uint64_t View::next_id(std::uint8_t table) {
  const auto slot = ledger::kCounters(table);
  ledger::v1::Counter counter = get(slot).value_or(ledger::v1::Counter());
  const std::uint64_t id = counter.last_id() + 1;
  counter.set_last_id(id);
  put(slot, counter);
  return id;
}

void View::schedule(ledger::v1::Job job, std::uint64_t subject, std::int64_t running_ns) {
  ASTYQ_CHECK(running_ns > time_.running_ns && job != ledger::v1::NO_JOB);
  ledger::v1::DueJob due;
  due.set_job(job);
  put(job_slot(job, subject, running_ns), due);
}

void View::cancel(ledger::v1::Job job, std::uint64_t subject, std::int64_t running_ns) {
  const auto slot = job_slot(job, subject, running_ns);
  if (exists(slot)) erase(slot);
}

}  // namespace astyq
