// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "astyq/elevators/v1/state.pb.h"
#include "base/bytes.h"
#include "cli/sample_table.h"

// A row of the USDA-ARS file of grain samples as a truck's delivery. Everything here is a pure
// function of the row and of one seed.
namespace astyq::cli {

using elevators::v1::Crop;

// Bits of Analysis.generated.
inline constexpr std::uint32_t kGeneratedMoisture = 1;
inline constexpr std::uint32_t kGeneratedForeignMatter = 2;
inline constexpr std::uint32_t kGeneratedMass = 4;

struct Sample {
  std::uint64_t row = 0;    // line in the file
  std::string identity;     // harvest year and point, which no two rows may share
  Bytes code;               // 16 bytes: SHA-256 of the identity
  std::uint64_t point = 0;  // GPS point of the survey
  std::uint32_t crop_year = 0;
  Crop crop{};
  std::uint32_t moisture_bps = 0;
  std::uint32_t protein_bps = 0;          // 0: not measured
  std::uint32_t test_weight_g_per_l = 0;  // 0: not measured
  bool test_weight_was_lb_per_bu = false;
  std::uint32_t grain_class = 0;
  std::uint32_t foreign_matter_bps = 0;
  bool foreign_matter_measured = false;  // by a column that the USDA-ARS file does not have
  // What the file lacks is made from the seed: masses always, foreign matter unless it is measured,
  // and for one dry delivery in twelve a moisture above 14 %, which the file has none of.
  std::uint64_t gross_kg = 0;
  std::uint64_t tare_kg = 0;
  std::uint32_t generated = 0;
  std::string vehicle;
};

struct NotMeasured {};
struct UnknownCrop {
  std::string name;
};
struct Impossible {
  std::string reason;
};
using SampleOrNot = std::variant<Sample, NotMeasured, UnknownCrop, Impossible>;

// Reads a row: a code of a crop that the ledger does not know, then a missing moisture, then values
// that cannot be.
SampleOrNot read_sample(const TableRow& row, std::uint64_t seed);

// Grams a litre of a test weight in hundredths of the file's unit, which changes within the file:
// kg/hl up to harvest 2012 and lb/bu after it, unless the value fits only the other one (60.00 ..
// 70.49 fit both). Nothing outside 400 .. 950 g/l. 1 lb/bu = 453.59237 g / 35.23907 l.
struct TestWeight {
  std::uint32_t g_per_l = 0;
  bool was_lb_per_bu = false;
};
std::optional<TestWeight> read_test_weight(std::uint64_t hundredths, std::uint32_t year);

// The class from what the file measures. Wheat: the least protein and test weight of each class of
// GOST 9353-2016; 5 when either was not measured. Barley: 1 from 630 g/l, else 2. Other crops: 0.
std::uint32_t class_of(Crop crop, std::uint32_t protein_bps, std::uint32_t test_weight_g_per_l);

}  // namespace astyq::cli
