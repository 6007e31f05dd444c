// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/view.h"

namespace astyq::engine {

// Does the jobs that are due, oldest first, a bounded number a block; the rest wait for the next
// block. A job whose effect an invariant refuses is dropped and leaves an alarm in state.
void run_due_jobs(View& view);

// Schedules, calls off or begins an upgrade, as authority::follow_version_votes says, under the
// same invariants. Done in every block rather than filed as a job: those may wait, a height may
// not.
void follow_version_votes(View& view);

// Whether a job is due at this running time: a host makes a block for it.
bool job_due(const store::Tree& tree, std::int64_t running_ns);

}  // namespace astyq::engine
