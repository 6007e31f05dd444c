// SPDX-License-Identifier: Apache-2.0
#include "wire/nearest.h"

#include <algorithm>
#include <array>

#include "wire/utf8.h"

namespace astyq::wire {

namespace {

constexpr std::size_t kLongest = 64;

// Source: Wagner and Fischer, The String-to-String Correction Problem, 1974; one row kept.
std::size_t distance(std::string_view from, std::string_view to) {
  std::array<std::size_t, kLongest + 1> row{};
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[to.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view wanted, const std::vector<std::string_view>& names) {
  if (wanted.size() > kLongest) return {};
  std::string_view best;
  std::size_t best_distance = kLongest;
  for (const std::string_view name : names) {
    if (name.size() > kLongest) continue;
    const std::size_t differs = distance(wanted, name);
    if (differs > std::max<std::size_t>(1, name.size() / 3) || differs >= best_distance) continue;
    best = name;
    best_distance = differs;
  }
  return best;
}

std::string printable(std::string_view text) {
  std::string out(text.substr(0, kLongest));
  out.resize(utf8_prefix(out));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  if (out.size() < text.size()) out += "...";
  return out;
}

}  // namespace astyq::wire
