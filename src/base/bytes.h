// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace astyq {

// Byte strings share std::string with protobuf's `bytes`, so that nothing is copied between them.
using Bytes = std::string;
using BytesView = std::string_view;
using Hash = std::array<std::uint8_t, 32>;

template <std::size_t N>
BytesView view(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

// Returns nothing unless `bytes` has exactly N bytes.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> to_array(BytesView bytes) {
  if (bytes.size() != N) return std::nullopt;
  std::array<std::uint8_t, N> out;
  for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<std::uint8_t>(bytes[i]);
  return out;
}

// Lower-case hexadecimal.
std::string to_hex(BytesView bytes);
// Accepts either case; nothing for an odd length or a character that is not a hexadecimal digit.
std::optional<Bytes> from_hex(std::string_view hex);

// Big-endian, so that the order of the bytes is the order of the numbers.
void append_u64(Bytes& out, std::uint64_t value);
void append_u32(Bytes& out, std::uint32_t value);
// Requires: at least 8 (4) bytes.
std::uint64_t read_u64(BytesView bytes);
std::uint32_t read_u32(BytesView bytes);

// Protobuf's and CometBFT's unsigned LEB128.
void append_varint(Bytes& out, std::uint64_t value);

}  // namespace astyq
