// SPDX-License-Identifier: Apache-2.0
#include "cli/fixed_decimal.h"

namespace astyq::cli {
namespace {

constexpr std::size_t kMaxWholeDigits = 12;
constexpr std::uint64_t kHighest = INT64_MAX;

bool only_digits(std::string_view text) {
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return !text.empty();
}

}  // namespace

std::optional<std::uint64_t> parse_whole(std::string_view text) {
  if (!only_digits(text) || text.size() > 19) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  if (number > kHighest) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> parse_hundredths(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (whole.size() > kMaxWholeDigits) return std::nullopt;
  const auto units = parse_whole(whole);
  if (!units) return std::nullopt;
  if (point == std::string_view::npos) return *units * 100;
  const std::string_view decimals = text.substr(point + 1);
  if (!only_digits(decimals) || decimals.size() > 2) return std::nullopt;
  std::uint64_t hundredths = static_cast<std::uint64_t>(decimals[0] - '0') * 10;
  if (decimals.size() == 2) hundredths += static_cast<std::uint64_t>(decimals[1] - '0');
  return *units * 100 + hundredths;
}

std::string show_hundredths(std::uint64_t hundredths) {
  const std::string decimals = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + (decimals.size() == 1 ? ".0" : ".") + decimals;
}

std::string show_whole(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace astyq::cli
