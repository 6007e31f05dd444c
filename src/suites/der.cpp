// SPDX-License-Identifier: Apache-2.0
#include "suites/der.h"

namespace astyq::suites {
namespace {

constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kInteger = 0x02;
constexpr std::size_t kScalarSize = 32;

// Takes a tag and a length of one byte, which all that follows here has, and gives the length.
std::optional<std::size_t> take_size(BytesView& rest, std::uint8_t tag) {
  if (rest.size() < 2 || static_cast<std::uint8_t>(rest[0]) != tag) return std::nullopt;
  const std::size_t size = static_cast<std::uint8_t>(rest[1]);
  rest.remove_prefix(2);
  if (size > 127 || size > rest.size()) return std::nullopt;
  return size;
}

std::optional<Bytes> take_integer(BytesView& rest) {
  const auto size = take_size(rest, kInteger);
  if (!size || *size == 0) return std::nullopt;
  BytesView digits = rest.substr(0, *size);
  rest.remove_prefix(*size);
  if ((digits[0] & 0x80) != 0) return std::nullopt;  // negative
  const bool padded = digits.size() > 1 && digits[0] == 0;
  if (padded && (digits[1] & 0x80) == 0) return std::nullopt;  // not the shortest
  if (padded) digits.remove_prefix(1);
  if (digits.size() > kScalarSize) return std::nullopt;
  return Bytes(kScalarSize - digits.size(), '\0') + Bytes(digits);
}

}  // namespace

std::optional<Bytes> raw_signature_of(BytesView der) {
  BytesView rest = der;
  const auto size = take_size(rest, kSequence);
  if (size != rest.size()) return std::nullopt;
  const auto r = take_integer(rest);
  if (!r) return std::nullopt;
  const auto s = take_integer(rest);
  if (!s || !rest.empty()) return std::nullopt;
  return *r + *s;
}

}  // namespace astyq::suites
