// SPDX-License-Identifier: Apache-2.0
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "cli/fixed_decimal.h"
#include "cli/import.h"

namespace astyq::cli {
namespace {

std::string line(std::uint64_t number, std::string_view words) {
  const std::string text = show_whole(number);
  return std::string(text.size() < 8 ? 8 - text.size() : 0, ' ') + text + "  " +
         std::string(words) + "\n";
}

}  // namespace

std::uint64_t ImportSummary::unknown_crop_rows() const {
  std::uint64_t rows = 0;
  for (const auto& [crop, count] : unknown_crops) rows += count;
  return rows;
}

std::uint64_t ImportSummary::rows() const {
  return imported + already_there + not_measured + unknown_crop_rows() + refused.size();
}

boost::json::object to_json(const ImportSummary& summary) {
  const auto text = [](std::uint64_t number) { return std::to_string(number); };
  boost::json::object crops;
  for (const auto& [crop, count] : summary.unknown_crops) crops[crop] = text(count);
  boost::json::array refused;
  for (const RefusedRow& row : summary.refused)
    refused.push_back(boost::json::object{{"row", text(row.row)}, {"reason", row.reason}});
  const std::uint64_t deliveries = summary.imported + summary.already_there;
  return {{"rows", text(summary.rows())},
          {"imported", text(summary.imported)},
          {"already_there", text(summary.already_there)},
          {"not_measured", text(summary.not_measured)},
          {"unknown_crop", text(summary.unknown_crop_rows())},
          {"unknown_crops", crops},
          {"refused", text(summary.refused.size())},
          {"refused_rows", refused},
          {"values",
           {{"moisture_measured", text(deliveries - summary.moisture_generated)},
            {"moisture_generated", text(summary.moisture_generated)},
            {"protein_measured", text(summary.protein_measured)},
            {"test_weight_measured", text(summary.test_weight_measured)},
            {"test_weight_converted_from_lb_per_bu", text(summary.test_weight_converted)},
            {"mass_generated", text(deliveries)},
            {"foreign_matter_generated", text(summary.foreign_matter_generated)}}}};
}

std::string to_text(const ImportSummary& summary) {
  const std::uint64_t deliveries = summary.imported + summary.already_there;
  std::string text = line(summary.rows(), "rows read, of which");
  text += line(summary.imported, "imported as truck deliveries");
  text += line(summary.already_there, "already there");
  text += line(summary.not_measured, "not measured: the row has no moisture");
  text += line(summary.unknown_crop_rows(), "of a crop that the ledger does not know");
  text += line(summary.refused.size(), "refused");
  for (const auto& [crop, count] : summary.unknown_crops)
    text += "          unknown crop " + crop + ": " + show_whole(count) + "\n";
  for (const RefusedRow& row : summary.refused)
    text += "          row " + std::to_string(row.row) + ": " + row.reason + "\n";
  text += "\nOf the deliveries\n";
  text += line(deliveries - summary.moisture_generated, "moistures measured");
  text += line(summary.moisture_generated, "moistures generated: wet grain, which the file lacks");
  text += line(summary.protein_measured, "proteins measured");
  text += line(summary.test_weight_measured, "test weights measured");
  text += line(summary.test_weight_converted, "of them converted from lb/bu");
  text += line(deliveries, "masses generated: trucks, which the file lacks");
  text += line(summary.foreign_matter_generated, "foreign matters generated, which the file lacks");
  return text;
}

}  // namespace astyq::cli
