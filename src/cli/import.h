// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "cli/sample.h"
#include "cli/season.h"

// Samples of a file as truck deliveries: each is opened, weighed, analysed and closed by the
// parties of the demonstration.
namespace astyq::cli {

inline constexpr std::uint64_t kDemoSeed = 20'260'801;

struct ImportOptions {
  std::uint64_t seed = kDemoSeed;
  std::uint64_t most_deliveries = UINT64_MAX;  // rows beyond are not read
};

struct RefusedRow {
  std::uint64_t row = 0;  // line in the file
  std::string reason;
};

// Accounts for every row that was read: rows() is the sum of the five.
struct ImportSummary {
  std::uint64_t imported = 0;
  std::uint64_t already_there = 0;
  std::uint64_t not_measured = 0;
  std::map<std::string, std::uint64_t> unknown_crops;
  std::vector<RefusedRow> refused;  // ascending by row

  // Of the imported and those already there: what was measured and what was made.
  std::uint64_t moisture_generated = 0;
  std::uint64_t foreign_matter_generated = 0;
  std::uint64_t protein_measured = 0;
  std::uint64_t test_weight_measured = 0;
  std::uint64_t test_weight_converted = 0;  // from lb/bu

  std::uint64_t unknown_crop_rows() const;
  std::uint64_t rows() const;
};

struct Delivery {
  Sample sample;
  std::size_t farm = 0;      // in Season
  std::size_t elevator = 0;  // in Season
  std::uint64_t batch = 0;   // that it was credited to
};

struct ImportResult {
  ImportSummary summary;
  std::vector<Delivery> deliveries;  // the imported ones
};

// Sends what the ledger does not have yet, and finishes deliveries that an earlier run left half
// done. A sample's code stands in the ledger once, so that nothing is imported twice; a row that
// measures something else than the analysis that stands there is refused.
// Faults: those of send_batches and the client.
Result<ImportResult> import_samples(LedgerClient& client, const Season& season,
                                    const std::vector<TableRow>& rows, const ImportOptions& options,
                                    const Progress& progress);

// The first step alone: what each row is, before any ledger.
struct ReadSamples {
  ImportSummary summary;
  std::vector<Sample> samples;
};
ReadSamples read_samples(const std::vector<TableRow>& rows, const ImportOptions& options);

boost::json::object to_json(const ImportSummary& summary);
// A table for people.
std::string to_text(const ImportSummary& summary);

}  // namespace astyq::cli
