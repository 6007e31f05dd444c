// SPDX-License-Identifier: Apache-2.0
#include "cli/samples_file.h"

#include <array>
#include <filesystem>

#include "cli/commands.h"

namespace astyq::cli {
namespace {

constexpr const char* kSamplesFile = "usda_ars_cook_farm_grain_samples_1999_2016.csv";

}  // namespace

Result<std::vector<TableRow>> read_samples_file(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.fault();
  auto rows = read_table(*text);
  if (!rows) return Fault{"table_invalid", path + ", " + rows.fault().text};
  if (rows->empty() || !rows->front().cells.contains("HarvestYear") ||
      !rows->front().cells.contains("GrainMoisture"))
    return Fault{"table_invalid", path +
                                      " is not the file of samples: it lacks the columns "
                                      "HarvestYear and GrainMoisture, or has no rows."};
  return rows;
}

std::string default_samples_path() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  const std::array<std::filesystem::path, 4> folders{"data/grain", program / "../../data/grain",
                                                     program / "../share/astyq/grain",
                                                     "/usr/share/astyq/grain"};
  for (const auto& folder : folders)
    if (std::filesystem::exists(folder / kSamplesFile, error))
      return (folder / kSamplesFile).string();
  return (folders[0] / kSamplesFile).string();
}

}  // namespace astyq::cli
