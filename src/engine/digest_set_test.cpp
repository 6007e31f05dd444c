// SPDX-License-Identifier: Apache-2.0
#include "engine/digest_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace astyq::engine {
namespace {

// Few different digests in two tables, many of one place: the hard case for a table that stands
// open.
DigestSet::Digest digest_of(std::uint64_t number) {
  DigestSet::Digest digest{};
  digest[7] = static_cast<std::uint8_t>(number % 5);
  digest[14] = static_cast<std::uint8_t>(number / 5);
  digest[15] = static_cast<std::uint8_t>(number % 2);
  return digest;
}

TEST(DigestSet, IsTheSetOfTheStandardLibrary) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20; ++round) {
    DigestSet set;
    std::set<DigestSet::Digest> model;
    for (int step = 0; step < 5'000; ++step) {
      const auto digest = digest_of(random() % 300);
      if (random() % 2 == 0)
        ASSERT_EQ(set.insert(digest), model.insert(digest).second);
      else
        ASSERT_EQ(set.erase(digest), model.erase(digest) == 1);
      ASSERT_EQ(set.size(), model.size());
    }
    for (std::uint64_t number = 0; number < 300; ++number)
      ASSERT_EQ(set.contains(digest_of(number)), model.contains(digest_of(number)));
  }
}

}  // namespace
}  // namespace astyq::engine
