// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "sim/run.h"

#include "support/places.h"

namespace astyq::sim {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  if (value == nullptr) return otherwise;
  std::uint64_t number = 0;
  const char* end = value + std::strlen(value);
  const auto read = std::from_chars(value, end, number);
  EXPECT_TRUE(read.ec == std::errc() && read.ptr == end && value != end)
      << name << "='" << value << "' is no whole number";
  return number;
}

constexpr std::uint64_t kOperationsPerBlock = 200;
constexpr std::uint64_t kAudits = 30;

// Run it again with ASTYQ_SIM_SEED and ASTYQ_SIM_OPERATIONS as printed.
TEST(Simulation, every_verb_and_every_refusal_and_all_adds_up) {
  const std::uint64_t seed = from_environment("ASTYQ_SIM_SEED", 1);
  const std::uint64_t operations = from_environment("ASTYQ_SIM_OPERATIONS", 120'000);
  std::cout << "ASTYQ_SIM_SEED=" << seed << " ASTYQ_SIM_OPERATIONS=" << operations << std::endl;
  sim::Run run(seed);
  const std::uint64_t blocks_per_audit = operations / kOperationsPerBlock / kAudits + 1;
  std::uint64_t done = 0;
  for (std::uint64_t block = 1; done < operations; ++block) {
    done += run.block(kOperationsPerBlock);
    ASSERT_FALSE(testing::Test::HasFailure()) << "after " << done << " operations";
    if (block % blocks_per_audit == 0) {
      ASSERT_EQ(run.audit(), "") << "after " << done << " operations";
    }
  }
  ASSERT_EQ(run.audit(), "");
  std::cout << run.coverage().table();
  // A short run cannot meet everything; 200 times each is what 120,000 operations come to.
  if (operations >= 120'000) {
    EXPECT_EQ(run.coverage().gaps(200), "");
  }
  EXPECT_TRUE(run.world().chain.snapshot_agrees());
  EXPECT_TRUE(run.world().chain.replay_agrees());
}

// Each refusal that the run cannot meet is met by a test of its own, which is there.
TEST(Simulation, what_is_out_of_reach_has_a_test_elsewhere) {
  for (const OutOfReach& row : out_of_reach()) {
    std::ifstream file(test::source_path(row.file));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_NE(text.find("(" + std::string(row.test) + ")"), std::string::npos)
        << row.file << ": " << row.test;
  }
}

}  // namespace
}  // namespace astyq::sim
