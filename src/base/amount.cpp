// SPDX-License-Identifier: Apache-2.0
#include "base/amount.h"

namespace astyq {
namespace {

struct Division {
  Uint128 quotient;
  Uint128 remainder;
};

std::optional<Division> divide(std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
  if (divisor == 0) return std::nullopt;
  const Uint128 product = static_cast<Uint128>(a) * b;
  return Division{product / divisor, product % divisor};
}

std::optional<std::uint64_t> in_range(Uint128 quotient) {
  if (quotient > static_cast<Uint128>(INT64_MAX)) return std::nullopt;
  return static_cast<std::uint64_t>(quotient);
}

constexpr std::uint64_t kGramsPerKg = 1'000;

}  // namespace

std::optional<std::uint64_t> mul_div_floor(std::uint64_t a, std::uint64_t b,
                                           std::uint64_t divisor) {
  const auto division = divide(a, b, divisor);
  if (!division) return std::nullopt;
  return in_range(division->quotient);
}

std::optional<std::uint64_t> mul_div_ceil(std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
  const auto division = divide(a, b, divisor);
  if (!division) return std::nullopt;
  return in_range(division->quotient + (division->remainder != 0 ? 1 : 0));
}

std::optional<std::uint64_t> mul_div_exact(std::uint64_t a, std::uint64_t b,
                                           std::uint64_t divisor) {
  const auto division = divide(a, b, divisor);
  if (!division || division->remainder != 0) return std::nullopt;
  return in_range(division->quotient);
}

std::optional<Grams> grams_of(Kg mass) {
  const auto grams = mul_div_exact(mass.count(), kGramsPerKg, 1);
  return grams ? Grams::of(*grams) : std::nullopt;
}

std::optional<Kg> whole_kg_of(Grams mass) {
  const auto kg = mul_div_exact(mass.count(), 1, kGramsPerKg);
  return kg ? Kg::of(*kg) : std::nullopt;
}

}  // namespace astyq
