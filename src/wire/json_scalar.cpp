// SPDX-License-Identifier: Apache-2.0
#include "wire/json_scalar.h"

#include <charconv>
#include <limits>
#include <optional>

#include "wire/ids.h"
#include "wire/nearest.h"

namespace astyq::wire {

namespace {

constexpr std::string_view kResultOfOpen = "result_of(";

bool is_canonical_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return false;
  if (text == "0") return !negative;
  return text[0] != '0';
}

template <typename Integer>
Result<Integer> read_integer(std::string_view text) {
  if (!is_canonical_integer(text))
    return Fault{"json_not_integer",
                 "'" + printable(text) +
                     "' is not a whole number in plain decimal digits (no fraction, exponent, "
                     "plus sign, leading zero or -0)"};
  Integer value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    return Fault{"json_number_out_of_range",
                 printable(text) + " is outside " +
                     std::to_string(std::numeric_limits<Integer>::min()) + " .. " +
                     std::to_string(std::numeric_limits<Integer>::max())};
  return value;
}

// "k" or "k,i" of result_of(...).
Result<std::uint64_t> read_result_of(std::string_view arguments) {
  const std::size_t comma = arguments.find(',');
  const Result<std::uint32_t> operation = read_integer<std::uint32_t>(arguments.substr(0, comma));
  if (!operation) return operation.fault();
  if (comma == std::string_view::npos) return make_result_of(*operation);
  const Result<std::uint16_t> index = read_integer<std::uint16_t>(arguments.substr(comma + 1));
  if (!index) return index.fault();
  return make_result_of(*operation, *index);
}

}  // namespace

Result<std::uint64_t> read_uint64(std::string_view text) {
  return read_integer<std::uint64_t>(text);
}
Result<std::int64_t> read_int64(std::string_view text) {
  return read_integer<std::int64_t>(text);
}
Result<std::uint32_t> read_uint32(std::string_view text) {
  return read_integer<std::uint32_t>(text);
}

Result<std::uint64_t> read_id(std::string_view text) {
  if (!text.starts_with(kResultOfOpen) || !text.ends_with(')')) return read_uint64(text);
  text.remove_prefix(kResultOfOpen.size());
  text.remove_suffix(1);
  return read_result_of(text);
}

Result<Bytes> read_hex(std::string_view text) {
  if (text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return Fault{"json_not_hex", "bytes are written in lower-case hexadecimal, 0-9 and a-f"};
  const std::optional<Bytes> bytes = from_hex(text);
  if (!bytes) return Fault{"json_not_hex", "an odd number of hexadecimal digits"};
  return *bytes;
}

std::string write_id(std::uint64_t id) {
  if (!is_result_of(id) || result_operation(id) > std::numeric_limits<std::uint32_t>::max())
    return std::to_string(id);
  std::string out(kResultOfOpen);
  out += std::to_string(result_operation(id));
  if (result_index(id) != 0) out += "," + std::to_string(result_index(id));
  return out + ")";
}

}  // namespace astyq::wire
