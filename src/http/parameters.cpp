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

Result<bool> flag_parameter(const Request& request, const std::string& name) {
  const auto given = request.query.find(name);
  if (given == request.query.end() || given->second == "false") return false;
  if (given->second == "true") return true;
  return Fault{"parameter_invalid", name + " is true or false."};
}

Result<std::optional<std::uint64_t>> height_parameter(const Request& request) {
  const auto given = request.query.find("at_height");
  if (given == request.query.end()) return std::optional<std::uint64_t>();
  const auto height = parse_number("at_height", given->second);
  if (!height.ok()) return height.fault();
  return std::optional(*height);
}

Result<query::TransactionName> parse_name(const std::string& party, const std::string& id) {
  const auto number = parse_number("party", party);
  if (!number.ok()) return number.fault();
  const Fault wrong{"parameter_invalid",
                    "id is 32 hexadecimal digits, or a public key in hexadecimal, ':' and its "
                    "number."};
  const std::size_t colon = id.find(':');
  const auto bytes = from_hex(std::string_view(id).substr(0, colon));
  if (colon == std::string::npos) {
    if (!bytes || bytes->size() != 16) return wrong;
    return query::TransactionName{*number, *bytes};
  }
  const auto sequence = parse_number("id", std::string_view(id).substr(colon + 1));
  if (!bytes || (bytes->size() != 32 && bytes->size() != 33) || !sequence.ok()) return wrong;
  return query::name_of(*number, {}, *bytes, *sequence);
}

}  // namespace astyq::http
