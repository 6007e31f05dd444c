// SPDX-License-Identifier: Apache-2.0
#include "wire/utf8.h"

#include <cstdint>

namespace astyq::wire {

namespace {

std::uint8_t byte_at(BytesView text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

// What may follow a lead byte: how many bytes, and the range of the first of them, which alone
// rules out overlong forms, surrogates and numbers that are too large.
struct Tail {
  std::size_t length = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
};

Tail tail_of(std::uint8_t lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return {1, 0x80, 0xBF};
  if (lead == 0xE0) return {2, 0xA0, 0xBF};
  if (lead == 0xED) return {2, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {2, 0x80, 0xBF};
  if (lead == 0xF0) return {3, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {3, 0x80, 0xBF};
  if (lead == 0xF4) return {3, 0x80, 0x8F};
  return {};
}

// Returns 0 when no valid character begins here.
std::size_t character_length(BytesView text, std::size_t at) {
  const std::uint8_t lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  const Tail tail = tail_of(lead);
  if (tail.length == 0 || text.size() - at <= tail.length) return 0;
  const std::uint8_t first = byte_at(text, at + 1);
  if (first < tail.low || first > tail.high) return 0;
  for (std::size_t i = 2; i <= tail.length; ++i)
    if ((byte_at(text, at + i) & 0xC0) != 0x80) return 0;
  return 1 + tail.length;
}

}  // namespace

std::size_t utf8_prefix(BytesView text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = character_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return at;
}

}  // namespace astyq::wire
