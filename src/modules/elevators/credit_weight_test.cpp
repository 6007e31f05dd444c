// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <random>

#include "modules/elevators/elevators.h"

namespace astyq::elevators {
namespace {

namespace exact = boost::multiprecision;

struct Vector {
  std::uint64_t mass_kg;
  std::uint32_t moisture_bps, basis_moisture_bps, foreign_bps, basis_foreign_bps;
  std::uint64_t credit_kg;
};

std::optional<Kg> credit_of(const Vector& v) {
  return credit_weight(*Kg::of(v.mass_kg), {*Bps::of(v.moisture_bps), *Bps::of(v.foreign_bps)},
                       {*Bps::of(v.basis_moisture_bps), *Bps::of(v.basis_foreign_bps)});
}

// The trade's three lines, as they are printed: moisture shrink X, foreign-matter shrink C after
// drying, and what is left. Shrink below nothing is nothing.
exact::cpp_rational three_lines(const Vector& v) {
  using Ratio = exact::cpp_rational;
  const Ratio a = Ratio(v.moisture_bps) / 100, b = Ratio(v.basis_moisture_bps) / 100;
  const Ratio c = Ratio(v.foreign_bps) / 100, d = Ratio(v.basis_foreign_bps) / 100;
  const Ratio moisture_shrink = a > b ? Ratio(100 * (a - b) / (100 - b)) : Ratio(0);
  const Ratio foreign_shrink =
      c > d ? Ratio((c - d) * (100 - moisture_shrink) / (100 - d)) : Ratio(0);
  return Ratio(v.mass_kg) * (100 - moisture_shrink - foreign_shrink) / 100;
}

// The same three lines over their common denominator, for many cases.
exact::int256_t three_lines_floor(const Vector& v) {
  const exact::int256_t p = 10'000 - v.basis_moisture_bps, q = 10'000 - v.basis_foreign_bps;
  const std::uint32_t x = std::max(v.moisture_bps, v.basis_moisture_bps) - v.basis_moisture_bps;
  const std::uint32_t y = std::max(v.foreign_bps, v.basis_foreign_bps) - v.basis_foreign_bps;
  return exact::int256_t(v.mass_kg) * (p * q - x * q - y * (p - x)) / (p * q);
}

Vector random_case(std::mt19937_64& random) {
  const auto below = [&](std::uint64_t bound) {
    return static_cast<std::uint32_t>(random() % bound);
  };
  // Masses of every size, up to the largest that there is.
  return {
      (random() >> 1) >> below(63), below(10'001), below(10'000), below(10'001), below(10'000), 0};
}

TEST(CreditWeight, vectors) {
  const Vector vectors[] = {
      {100'000, 1'800, 1'400, 500, 200, 92'429}, {26'480, 1'620, 1'400, 340, 100, 25'177},
      {100'000, 1'800, 1'400, 500, 100, 91'496}, {18'360, 1'510, 1'300, 620, 300, 17'325},
      {30'000, 1'320, 1'400, 140, 200, 30'000},  {100'000, 2'000, 1'450, 300, 200, 92'612}};
  for (const Vector& v : vectors) EXPECT_EQ(credit_of(v), Kg::of(v.credit_kg)) << v.mass_kg;
}

TEST(CreditWeight, trucks_are_credited_one_by_one) {
  const Vector dry{25'000, 1'300, 1'400, 200, 200, 25'000};
  const Vector damp{25'000, 1'500, 1'400, 200, 200, 24'709};
  EXPECT_EQ(credit_of(dry), Kg::of(dry.credit_kg));
  EXPECT_EQ(credit_of(damp), Kg::of(damp.credit_kg));
}

TEST(CreditWeight, limits) {
  constexpr std::uint64_t kMost = Kg::kMax;
  EXPECT_EQ(credit_of({kMost, 1'400, 1'400, 200, 200, 0}), Kg::of(kMost));
  EXPECT_EQ(credit_of({kMost, 0, 0, 0, 0, 0}), Kg::of(kMost));
  EXPECT_EQ(credit_of({kMost, 10'000, 1'400, 0, 200, 0}), Kg::of(0));
  EXPECT_EQ(credit_of({1, 1'401, 1'400, 0, 200, 0}), Kg::of(0));
  EXPECT_EQ(credit_of({kMost, 9'999, 9'999, 9'999, 9'999, 0}), Kg::of(kMost));
  EXPECT_EQ(credit_of({1'000, 1'400, 10'000, 200, 200, 0}), std::nullopt);
  EXPECT_EQ(credit_of({1'000, 1'400, 1'400, 200, 10'000, 0}), std::nullopt);
}

TEST(CreditWeight, property_floor_of_the_exact_value) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1'000'000; ++i) {
    const Vector v = random_case(random);
    const auto credit = credit_of(v);
    ASSERT_TRUE(credit.has_value());
    ASSERT_EQ(exact::int256_t(credit->count()), three_lines_floor(v)) << "case " << i;
  }
}

TEST(CreditWeight, property_agrees_with_rationals) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 20'000; ++i) {
    const Vector v = random_case(random);
    const exact::cpp_rational value = three_lines(v);
    const exact::cpp_rational credit(credit_of(v)->count());
    ASSERT_LE(credit, value) << "case " << i;
    ASSERT_LT(value, credit + 1) << "case " << i;
  }
}

}  // namespace
}  // namespace astyq::elevators
