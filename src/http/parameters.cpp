// SPDX-License-Identifier: Apache-2.0
#include "http/parameters.h"

#include <charconv>

namespace astyq::http {

Result<std::uint64_t> parse_number(const std::string& name, std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || std::to_string(number) != text)
    return Fault{"parameter_invalid",
                 name + " is a whole number in decimal, without leading zeros."};
  return number;
}

Result<std::uint64_t> positive_parameter(const Request& request, const std::string& name,
                                         std::uint64_t usual, std::uint64_t most) {
  const auto given = request.query.find(name);
  if (given == request.query.end()) return usual;
  auto number = parse_number(name, given->second);
  if (!number.ok()) return number.fault();
  if (*number < 1 || *number > most)
    return Fault{"parameter_invalid",
                 name + " is a number from 1 to " + std::to_string(most) + "."};
  return number;
}

}  // namespace astyq::http
