// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/demo_load.h"

// The acts of the demonstration, in their order.
namespace astyq::cli {

// What the acts share.
struct Stage {
  LedgerClient& client;
  const Progress& progress;
  std::string network_id;
  Season season;
  DemoSummary summary;
};

// A receipt of the season, with its first holder.
struct DemoReceipt {
  std::uint64_t id = 0;
  std::size_t farm = 0;
  std::size_t elevator = 0;
  std::uint64_t kg = 0;
  elevators::v1::Grade grade;
};

// Sends the batches and counts them. Faults: `demo_refused` naming the first refused operation.
Result<Answers> play(Stage& stage, std::string_view what, const std::vector<Batch>& batches);

// Registers everybody, with licences, granaries, bins, basis profiles and money.
Status set_the_stage(Stage& stage);

// Proposes, countersigns and issues receipts for what was delivered.
Result<std::vector<DemoReceipt>> issue_receipts(Stage& stage,
                                                const std::vector<Delivery>& deliveries);

// Splits, pledges, pools, tokens, sales, payments, arrests and redemptions.
Status trade(Stage& stage, const std::vector<DemoReceipt>& receipts);

}  // namespace astyq::cli
