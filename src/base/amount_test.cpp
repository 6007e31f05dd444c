// SPDX-License-Identifier: Apache-2.0
#include "base/amount.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <random>

namespace astyq {
namespace {

using Big = boost::multiprecision::cpp_int;

constexpr std::uint64_t kMax = INT64_MAX;

std::optional<std::uint64_t> small(const Big& number) {
  if (number > kMax) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

void expect_as_oracle(std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
  SCOPED_TRACE(std::to_string(a) + " * " + std::to_string(b) + " / " + std::to_string(divisor));
  if (divisor == 0) {
    EXPECT_EQ(mul_div_floor(a, b, divisor), std::nullopt);
    EXPECT_EQ(mul_div_ceil(a, b, divisor), std::nullopt);
    EXPECT_EQ(mul_div_exact(a, b, divisor), std::nullopt);
    return;
  }
  const Big product = Big(a) * b;
  const bool exact = product % divisor == 0;
  EXPECT_EQ(mul_div_floor(a, b, divisor), small(product / divisor));
  EXPECT_EQ(mul_div_ceil(a, b, divisor), small((product + divisor - 1) / divisor));
  EXPECT_EQ(mul_div_exact(a, b, divisor), exact ? small(product / divisor) : std::nullopt);
}

TEST(MulDiv, Rounds) {
  EXPECT_EQ(mul_div_floor(7, 3, 2), 10U);
  EXPECT_EQ(mul_div_ceil(7, 3, 2), 11U);
  EXPECT_EQ(mul_div_exact(7, 3, 2), std::nullopt);
  EXPECT_EQ(mul_div_exact(7, 4, 2), 14U);
  EXPECT_EQ(mul_div_floor(0, 5, 9), 0U);
  EXPECT_EQ(mul_div_ceil(0, 5, 9), 0U);
  EXPECT_EQ(mul_div_ceil(1, 1, UINT64_MAX), 1U);
}

TEST(MulDiv, AtTheEndOfTheRange) {
  EXPECT_EQ(mul_div_floor(kMax, 1, 1), kMax);
  EXPECT_EQ(mul_div_floor(kMax + 1, 1, 1), std::nullopt);
  // The floor still fits, the ceiling does not.
  EXPECT_EQ(mul_div_floor(UINT64_MAX, 1, 2), kMax);
  EXPECT_EQ(mul_div_ceil(UINT64_MAX, 1, 2), std::nullopt);
  EXPECT_EQ(mul_div_floor(UINT64_MAX, UINT64_MAX, UINT64_MAX), std::nullopt);
  EXPECT_EQ(mul_div_ceil(UINT64_MAX, UINT64_MAX, 1), std::nullopt);
}

TEST(MulDiv, EdgesAgreeWithArbitraryPrecision) {
  const std::uint64_t edges[] = {0,
                                 1,
                                 2,
                                 3,
                                 9'999,
                                 10'000,
                                 UINT32_MAX,
                                 std::uint64_t{1} << 32,
                                 kMax / 2,
                                 kMax - 1,
                                 kMax,
                                 kMax + 1,
                                 UINT64_MAX - 1,
                                 UINT64_MAX};
  for (const std::uint64_t a : edges)
    for (const std::uint64_t b : edges)
      for (const std::uint64_t divisor : edges) expect_as_oracle(a, b, divisor);
}

TEST(MulDiv, RandomNumbersAgreeWithArbitraryPrecision) {
  std::mt19937_64 random(20'260'601);
  const auto number = [&] { return random() >> (random() % 64); };
  for (int i = 0; i < 20'000; ++i) expect_as_oracle(number(), number(), number());
}

TEST(MulDiv, ExactlyDivisibleProductsComeBack) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 5'000; ++i) {
    const std::uint64_t quotient = random() >> 1;
    const std::uint64_t divisor = (random() >> (random() % 63)) | 1;
    EXPECT_EQ(mul_div_exact(quotient, divisor, divisor), quotient);
  }
}

TEST(Amount, StaysInItsRange) {
  EXPECT_EQ(Kg::of(kMax + 1), std::nullopt);
  const Kg most = *Kg::of(kMax);
  const Kg one = *Kg::of(1);
  EXPECT_EQ(most.count(), kMax);
  EXPECT_EQ(most.plus(one), std::nullopt);
  EXPECT_EQ(most.plus(Kg()), most);
  EXPECT_EQ(Kg().minus(one), std::nullopt);
  EXPECT_EQ(most.minus(most), Kg());
  EXPECT_EQ(most.minus(one)->plus(one), most);
  EXPECT_LT(one, most);
}

TEST(Bps, StaysInTheWhole) {
  EXPECT_EQ(Bps::of(10'001), std::nullopt);
  EXPECT_EQ(Bps::of(10'000)->complement(), 0U);
  EXPECT_EQ(Bps::of(125)->complement(), 9'875U);
}

TEST(Mass, GramsAreAThousandToAKilogram) {
  EXPECT_EQ(grams_of(*Kg::of(25'000)), Grams::of(25'000'000));
  EXPECT_EQ(grams_of(*Kg::of(kMax / 1'000)), Grams::of(kMax / 1'000 * 1'000));
  EXPECT_EQ(grams_of(*Kg::of(kMax / 1'000 + 1)), std::nullopt);
  EXPECT_EQ(whole_kg_of(*Grams::of(3'000)), Kg::of(3));
  EXPECT_EQ(whole_kg_of(*Grams::of(3'001)), std::nullopt);
  EXPECT_EQ(whole_kg_of(Grams()), Kg());
}

}  // namespace
}  // namespace astyq
