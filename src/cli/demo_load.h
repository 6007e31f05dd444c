// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "cli/import.h"

// The demonstration: one harvest season of Kostanay region, from the first registration to the
// first redemption, out of one seed.
namespace astyq::cli {

struct DemoSummary {
  bool already_loaded = false;  // nothing was done; the rest is zero
  ImportSummary import{};
  std::uint64_t parties = 0;
  std::uint64_t receipts = 0;  // issued, parts of splits not counted
  std::uint64_t splits = 0;
  std::uint64_t pledges = 0;
  std::uint64_t transfers = 0;
  std::uint64_t pools = 0;
  std::uint64_t tokenised = 0;
  std::uint64_t deliveries_versus_payment = 0;
  std::uint64_t blocked = 0;
  std::uint64_t redemptions = 0;
  std::uint64_t operations = 0;
};

// Loads the season into a fresh demonstration network; one that holds it already is left alone.
// Faults: `not_the_demo` on any other network, `season_partial` when an earlier load was cut short,
// `demo_refused` naming the operation, those of the client.
Result<DemoSummary> load_demo(LedgerClient& client, const std::vector<TableRow>& rows,
                              const ImportOptions& options, const Progress& progress);

boost::json::object to_json(const DemoSummary& summary);
std::string to_text(const DemoSummary& summary);

}  // namespace astyq::cli
