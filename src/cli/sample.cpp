// SPDX-License-Identifier: Apache-2.0
#include "cli/sample.h"

#include <algorithm>
#include <array>

#include "cli/fixed_decimal.h"
#include "cli/seeded_random.h"
#include "crypto/sha256.h"

namespace astyq::cli {
namespace {

using enum elevators::v1::Crop;

struct CropCode {
  std::string_view code;
  Crop crop;
};
// Winter and spring forms are one crop to the ledger.
constexpr std::array kCrops{
    CropCode{"SW", WHEAT},   CropCode{"WW", WHEAT},    CropCode{"SB", BARLEY},
    CropCode{"WB", BARLEY},  CropCode{"SC", RAPESEED}, CropCode{"WC", RAPESEED},
    CropCode{"SP", PEAS},    CropCode{"WP", PEAS},     CropCode{"GB", CHICKPEAS},
    CropCode{"WL", LENTILS}, CropCode{"WT", TRITICALE}};

struct WheatClass {
  std::uint32_t least_protein_bps;
  std::uint32_t least_test_weight_g_per_l;
};
constexpr std::array kWheatClasses{WheatClass{1450, 750}, WheatClass{1350, 750},
                                   WheatClass{1200, 730}, WheatClass{1000, 710}};
constexpr std::uint32_t kWorstWheatClass = 5;
constexpr std::uint32_t kBarleyFirstClassGPerL = 630;

constexpr std::uint64_t kLeastMoistureBps = 100;
constexpr std::uint64_t kMostMoistureBps = 4'500;
constexpr std::uint64_t kLeastProteinBps = 300;
constexpr std::uint64_t kMostProteinBps = 5'000;
constexpr std::uint64_t kMostForeignMatterBps = 2'500;
constexpr std::uint64_t kFirstYear = 2000;
constexpr std::uint64_t kLastYear = 2100;

// The demonstration's trucks and weather.
constexpr std::uint64_t kScaleDivisionKg = 20;
constexpr std::uint64_t kOneWetIn = 12;
constexpr std::uint32_t kDriestWetBps = 1'400;

// Of what makes a row this row and no other: a file that was saved anew with other figures is not
// another harvest.
Bytes code_of(const std::string& identity) {
  return Bytes(view(crypto::sha256("astyq sample/2\n" + identity)).substr(0, 16));
}

std::string vehicle_of(SeededRandom& random) {
  static constexpr std::string_view kLetters = "ABCEHKMOPTX";
  std::string plate = std::to_string(random.between(100, 999));
  for (int i = 0; i < 3; ++i) plate += kLetters[random.between(0, kLetters.size() - 1)];
  return plate + "10";  // 10: Kostanay region
}

void generate_what_is_missing(Sample& sample, std::uint64_t seed) {
  SeededRandom random(seed ^ read_u64(sample.code));
  sample.vehicle = vehicle_of(random);
  sample.tare_kg = kScaleDivisionKg * random.between(600, 800);
  sample.gross_kg = sample.tare_kg + kScaleDivisionKg * random.between(900, 1'500);
  sample.generated = kGeneratedMass;
  if (const auto foreign_matter = random.between(40, 420); !sample.foreign_matter_measured) {
    sample.foreign_matter_bps = static_cast<std::uint32_t>(foreign_matter);
    sample.generated |= kGeneratedForeignMatter;
  }
  if (random.between(1, kOneWetIn) == 1 && sample.moisture_bps <= kDriestWetBps) {
    sample.moisture_bps = static_cast<std::uint32_t>(random.between(kDriestWetBps + 10, 1'900));
    sample.generated |= kGeneratedMoisture;
  }
}

// A measurement that may be missing. Nothing: it is there and cannot be.
std::optional<std::uint64_t> measured(std::string_view cell) {
  return cell.empty() ? 0 : parse_hundredths(cell);
}

std::string says(std::string_view column, std::string_view cell, std::string_view why) {
  return std::string(column) + " '" + std::string(cell.substr(0, 40)) + "': " + std::string(why);
}

}  // namespace

std::optional<TestWeight> read_test_weight(std::uint64_t hundredths, std::uint32_t year) {
  constexpr std::uint64_t kLeastSurelyKgPerHl = 7'050;
  constexpr std::uint64_t kMostSurelyLbPerBu = 5'999;
  constexpr std::uint32_t kLastMetricYear = 2012;
  constexpr std::uint64_t kMilligramsPerLitreOfLbPerBu = 12'872;
  if (hundredths > 100'000) return std::nullopt;
  const bool metric = hundredths >= kLeastSurelyKgPerHl ||
                      (hundredths > kMostSurelyLbPerBu && year <= kLastMetricYear);
  const std::uint64_t g_per_l =
      metric ? (hundredths + 5) / 10
             : (hundredths * kMilligramsPerLitreOfLbPerBu + 50'000) / 100'000;
  if (g_per_l < 400 || g_per_l > 950) return std::nullopt;
  return TestWeight{static_cast<std::uint32_t>(g_per_l), !metric};
}

std::uint32_t class_of(Crop crop, std::uint32_t protein_bps, std::uint32_t g_per_l) {
  if (crop == BARLEY) return g_per_l >= kBarleyFirstClassGPerL ? 1 : 2;
  if (crop != WHEAT) return 0;
  if (protein_bps == 0 || g_per_l == 0) return kWorstWheatClass;
  for (std::size_t i = 0; i < kWheatClasses.size(); ++i)
    if (protein_bps >= kWheatClasses[i].least_protein_bps &&
        g_per_l >= kWheatClasses[i].least_test_weight_g_per_l)
      return static_cast<std::uint32_t>(i) + 1;
  return kWorstWheatClass;
}

namespace {

// Fills in what the row measures; returns why it cannot be, or nothing.
std::optional<std::string> measure(const TableRow& row, Sample& sample) {
  const auto cell = [&](std::string_view column) { return row.cell(column); };
  const auto moisture = measured(cell("GrainMoisture"));
  if (!moisture || *moisture < kLeastMoistureBps || *moisture > kMostMoistureBps)
    return says("GrainMoisture", cell("GrainMoisture"), "not 1 to 45 percent");
  const auto protein = measured(cell("GrainProtein"));
  if (!protein || (!cell("GrainProtein").empty() &&
                   (*protein < kLeastProteinBps || *protein > kMostProteinBps)))
    return says("GrainProtein", cell("GrainProtein"), "not 3 to 50 percent");
  const auto foreign_matter = measured(cell("GrainForeignMatter"));
  if (!foreign_matter || *foreign_matter > kMostForeignMatterBps)
    return says("GrainForeignMatter", cell("GrainForeignMatter"), "not 0 to 25 percent");
  sample.moisture_bps = static_cast<std::uint32_t>(*moisture);
  sample.protein_bps = static_cast<std::uint32_t>(*protein);
  sample.foreign_matter_bps = static_cast<std::uint32_t>(*foreign_matter);
  sample.foreign_matter_measured = !cell("GrainForeignMatter").empty();
  const std::string_view text = cell("GrainTestWeight");
  if (text.empty()) return std::nullopt;
  const auto value = parse_hundredths(text);
  const auto weight = value ? read_test_weight(*value, sample.crop_year) : std::nullopt;
  if (!weight) return says("GrainTestWeight", text, "400 to 950 g/l neither in kg/hl nor lb/bu");
  sample.test_weight_g_per_l = weight->g_per_l;
  sample.test_weight_was_lb_per_bu = weight->was_lb_per_bu;
  return std::nullopt;
}

}  // namespace

SampleOrNot read_sample(const TableRow& row, std::uint64_t seed) {
  if (!row.broken.empty()) return Impossible{row.broken};
  const auto cell = [&](std::string_view column) { return row.cell(column); };
  const std::string_view crop = cell("Crop");
  const auto* known = std::find_if(kCrops.begin(), kCrops.end(),
                                   [&](const CropCode& entry) { return entry.code == crop; });
  if (known == kCrops.end() && !crop.empty()) return UnknownCrop{std::string(crop)};
  if (cell("GrainMoisture").empty()) return NotMeasured{};
  if (known == kCrops.end()) return Impossible{"Crop is empty, so nobody knows what was measured"};
  const auto year = parse_whole(cell("HarvestYear"));
  if (!year || *year < kFirstYear || *year > kLastYear)
    return Impossible{says("HarvestYear", cell("HarvestYear"), "not a year from 2000 on")};
  const auto point = parse_whole(cell("ID2"));
  if (!point || *point == 0) return Impossible{says("ID2", cell("ID2"), "not a point's number")};

  Sample sample;
  sample.row = row.number;
  sample.identity = std::to_string(*year) + "/" + std::to_string(*point);
  sample.code = code_of(sample.identity);
  sample.point = *point;
  sample.crop_year = static_cast<std::uint32_t>(*year);
  sample.crop = known->crop;
  if (auto wrong = measure(row, sample)) return Impossible{std::move(*wrong)};
  sample.grain_class = class_of(sample.crop, sample.protein_bps, sample.test_weight_g_per_l);
  generate_what_is_missing(sample, seed);
  return sample;
}

}  // namespace astyq::cli
