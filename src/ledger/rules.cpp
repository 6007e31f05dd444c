// SPDX-License-Identifier: Apache-2.0
#include "ledger/rules.h"

#include <array>

#include "base/check.h"
#include "ledger/state.gen.h"

namespace astyq {
namespace {

struct Bounds {
  const char* rule;
  std::uint32_t (Rules::*value)() const;
  std::uint32_t least;
  std::uint32_t most;
};

// In the order of the fields. A transaction of the least size still holds a change of rules; the
// envelope carries 16 authorisations, so more keys could never sign together. What a block may come
// to is done in seconds, else a node could not follow: one transaction's splits make 100,000 rows,
// which a block may have on top of its own bound. Ids of ten minutes fit in memory. A block has
// room for any transaction, and less than the header's consensus parameters say
// (wire/block_header.cpp). Five heartbeats of 60 s are no outage yet; the halt of an hour is one,
// or it would eat the notices that it should spare. A hundred blocks are notice enough for whoever
// mends something in a hurry, and show an upgrade before it comes.
constexpr std::array kBounds{
    Bounds{"protocol_version", &Rules::protocol_version, 1, kHighestProtocolVersion},
    Bounds{"max_transaction_bytes", &Rules::max_transaction_bytes, 16 * 1024, 256 * 1024},
    Bounds{"max_operations_per_transaction", &Rules::max_operations_per_transaction, 1, 1'000},
    Bounds{"max_members_per_block", &Rules::max_members_per_block, 1, 100'000},
    Bounds{"max_operations_per_block", &Rules::max_operations_per_block, 1, 100'000},
    Bounds{"short_window_s", &Rules::short_window_s, 1, kLongestShortWindowS},
    Bounds{"id_kept_s", &Rules::id_kept_s, kLongestShortWindowS, 600},
    Bounds{"max_id_leaves_removed_per_block", &Rules::max_id_leaves_removed_per_block, 2, 1'000},
    Bounds{"outage_step_s", &Rules::outage_step_s, 300, 3'600},
    Bounds{"max_jobs_per_block", &Rules::max_jobs_per_block, 1, 10'000},
    Bounds{"offer_days", &Rules::offer_days, 1, 365},
    Bounds{"max_parts", &Rules::max_parts, 2, 100},
    Bounds{"max_keys_per_party", &Rules::max_keys_per_party, 1, 16},
    Bounds{"max_bins_per_elevator", &Rules::max_bins_per_elevator, 1, 10'000},
    Bounds{"max_block_bytes", &Rules::max_block_bytes, 256 * 1024, 16 * 1024 * 1024},
    Bounds{"max_rows_per_block", &Rules::max_rows_per_block, 10'000, 1'000'000},
    Bounds{"upgrade_notice_blocks", &Rules::upgrade_notice_blocks, 100, 100'000'000},
};

}  // namespace

RulesFinding find_problem(const Rules& rules) {
  for (const Bounds& bounds : kBounds) {
    const std::uint32_t value = (rules.*bounds.value)();
    if (value < bounds.least || value > bounds.most)
      return {RulesProblem::kOutOfBounds, std::string("the rule ") + bounds.rule +
                                              " must lie between " + std::to_string(bounds.least) +
                                              " and " + std::to_string(bounds.most)};
  }
  if (rules.max_operations_per_block() < rules.max_operations_per_transaction())
    return {RulesProblem::kBlockTooSmall,
            "max_operations_per_block is less than max_operations_per_transaction"};
  return {};
}

RulesFinding find_problem_after(const Rules& present, const Rules& next) {
  RulesFinding found = find_problem(next);
  if (found.kind == RulesProblem::kNone && next.protocol_version() < present.protocol_version())
    found = {RulesProblem::kVersionLowered,
             "protocol_version is lower than the one that the network runs already"};
  return found;
}

Rules next_rules(const View& view) {
  return view.require(ledger::kNetwork(0)).rules();
}

void set_next_rules(View& view, const Rules& rules) {
  ASTYQ_CHECK(find_problem_after(view.rules(), rules).kind == RulesProblem::kNone);
  const auto slot = ledger::kNetwork(0);
  auto network = view.require(slot);
  *network.mutable_rules() = rules;
  view.put(slot, network);
}

}  // namespace astyq
