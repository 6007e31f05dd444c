// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

namespace astyq {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

// A whole number of one unit, 0 .. 2^63 - 1. Amounts of different units do not mix.
// Arithmetic that would leave the range gives nothing instead of a wrong number.
template <typename Unit>
class Amount {
 public:
  static constexpr std::int64_t kMax = INT64_MAX;

  constexpr Amount() = default;
  // Nothing for a number above 2^63 - 1.
  static constexpr std::optional<Amount> of(std::uint64_t count) {
    if (count > static_cast<std::uint64_t>(kMax)) return std::nullopt;
    return Amount(static_cast<std::int64_t>(count));
  }
  constexpr std::uint64_t count() const { return static_cast<std::uint64_t>(count_); }
  constexpr auto operator<=>(const Amount&) const = default;

  constexpr std::optional<Amount> plus(Amount other) const {
    if (count_ > kMax - other.count_) return std::nullopt;
    return Amount(count_ + other.count_);
  }
  constexpr std::optional<Amount> minus(Amount other) const {
    if (count_ < other.count_) return std::nullopt;
    return Amount(count_ - other.count_);
  }

 private:
  explicit constexpr Amount(std::int64_t count) : count_(count) {}
  std::int64_t count_ = 0;
};

using Kg = Amount<struct KilogramUnit>;
using Grams = Amount<struct GramUnit>;
using Tiyn = Amount<struct TiynUnit>;  // 1/100 tenge

// Hundredths of a percent, 0 .. 10,000.
class Bps {
 public:
  static constexpr std::uint32_t kWhole = 10'000;
  constexpr Bps() = default;
  static constexpr std::optional<Bps> of(std::uint64_t bps) {
    if (bps > kWhole) return std::nullopt;
    return Bps(static_cast<std::uint32_t>(bps));
  }
  constexpr std::uint32_t count() const { return bps_; }
  constexpr std::uint32_t complement() const { return kWhole - bps_; }
  constexpr auto operator<=>(const Bps&) const = default;

 private:
  explicit constexpr Bps(std::uint32_t bps) : bps_(bps) {}
  std::uint32_t bps_ = 0;
};

// a * b / divisor with a 128-bit product, rounded towards zero (floor), away from it (ceil), or
// only when nothing remains (exact). Nothing when divisor is 0 or the quotient exceeds 2^63 - 1.
std::optional<std::uint64_t> mul_div_floor(std::uint64_t a, std::uint64_t b, std::uint64_t divisor);
std::optional<std::uint64_t> mul_div_ceil(std::uint64_t a, std::uint64_t b, std::uint64_t divisor);
std::optional<std::uint64_t> mul_div_exact(std::uint64_t a, std::uint64_t b, std::uint64_t divisor);

// A pool's tokens in grams for receipts in kilograms: 1,000 a kilogram, exactly.
std::optional<Grams> grams_of(Kg mass);
// Nothing unless the grams are whole kilograms.
std::optional<Kg> whole_kg_of(Grams mass);

}  // namespace astyq
