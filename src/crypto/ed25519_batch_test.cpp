// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "crypto/ed25519.h"
#include "crypto/ed25519_cases_test.h"

namespace astyq::crypto {
namespace {

using CaseMaker = Ed25519CaseMaker;

std::vector<std::uint8_t> answers_of(const std::vector<Ed25519Case>& cases) {
  return ed25519_verify_batch(items_of(cases));
}

// Batches of all sizes, from mostly plain to mostly odd; two in five wholly valid.
std::vector<Ed25519Case> random_batch(CaseMaker& maker, std::mt19937_64& random) {
  const std::size_t size = 1 + random() % 400;
  const std::uint64_t spread = CaseMaker::kOddKinds * (random() % 2 == 0 ? 1 : 100);
  const bool only_valid = random() % 5 < 2;
  std::vector<Ed25519Case> cases;
  while (cases.size() < size) {
    const std::uint64_t kinds = only_valid ? CaseMaker::kTorsionKinds : CaseMaker::kOddKinds;
    const std::uint64_t kind = random() % spread;
    cases.push_back(maker.make(kind < kinds ? kind : CaseMaker::kOddKinds));
  }
  return cases;
}

void expect_single_answers(const std::vector<Ed25519Case>& cases) {
  const auto items = items_of(cases);
  const auto answers = ed25519_verify_batch(items);
  ASSERT_EQ(answers.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    ASSERT_EQ(verify(cases[i]), cases[i].valid) << i;
    ASSERT_EQ(answers[i], cases[i].valid ? 1 : 0) << i << " of " << cases.size();
  }
  ASSERT_EQ(ed25519_all_valid(items), std::ranges::all_of(cases, &Ed25519Case::valid));
}

// ASTYQ_BATCH_CASES=1000000 at night.
TEST(Ed25519Batch, EveryAnswerIsTheSingleAnswer) {
  const char* wanted = std::getenv("ASTYQ_BATCH_CASES");
  const std::size_t count = wanted == nullptr ? 20'000 : std::strtoull(wanted, nullptr, 10);
  CaseMaker maker(215);
  std::mt19937_64 random(1);
  std::size_t checked = 0;
  std::size_t valid = 0;
  while (checked < count) {
    const auto cases = random_batch(maker, random);
    ASSERT_NO_FATAL_FAILURE(expect_single_answers(cases));
    checked += cases.size();
    valid += static_cast<std::size_t>(std::ranges::count(cases, true, &Ed25519Case::valid));
  }
  EXPECT_GT(valid, checked / 2);
  EXPECT_GT(checked - valid, checked / 20);
  std::printf("%zu cases, %zu of them valid: singly and in batches alike\n", checked, valid);
}

TEST(Ed25519Batch, SmallOrderPassesTheEquationItselfEveryTime) {
  CaseMaker maker(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<Ed25519Case> cases(16);
    for (std::size_t i = 0; i < cases.size(); ++i)
      cases[i] = maker.make(i % CaseMaker::kTorsionKinds);
    ASSERT_TRUE(ed25519_all_valid(items_of(cases))) << round;
  }
}

TEST(Ed25519Batch, OneWrongAnywhereIsFound) {
  CaseMaker maker(4);
  std::vector<Ed25519Case> cases(600);
  for (Ed25519Case& one : cases) one = maker.make(CaseMaker::kOddKinds);
  for (const std::size_t wrong : {0, 1, 7, 8, 255, 256, 300, 511, 512, 599}) {
    std::vector<Ed25519Case> spoilt = cases;
    spoilt[wrong].message += "!";
    std::vector<std::uint8_t> expected(cases.size(), 1);
    expected[wrong] = 0;
    EXPECT_EQ(answers_of(spoilt), expected) << wrong;
  }
}

// Two wrong signatures whose errors cancel in an unweighted sum: s1 + 1 and s2 - 1.
TEST(Ed25519Batch, ErrorsThatCancelAreFound) {
  const Ed25519Key key(Ed25519Key::Seed{9});
  std::vector<Ed25519Item> items(16);
  for (std::size_t i = 0; i < items.size(); ++i)
    items[i] = {key.public_key(), key.sign("oats"), "oats"};
  ASSERT_TRUE(ed25519_all_valid(items));
  ++items[3].signature[33];
  --items[4].signature[33];
  EXPECT_FALSE(ed25519_all_valid(items));
  const auto answers = ed25519_verify_batch(items);
  for (std::size_t i = 0; i < items.size(); ++i) EXPECT_EQ(answers[i], i == 3 || i == 4 ? 0 : 1);
}

TEST(Ed25519Batch, OfNoneHasNoAnswers) {
  EXPECT_TRUE(ed25519_verify_batch({}).empty());
  EXPECT_TRUE(ed25519_all_valid({}));
}

}  // namespace
}  // namespace astyq::crypto
