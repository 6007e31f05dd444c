// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ledger/refusal.h"

namespace astyq::sim {

// Which verbs were accepted how often, and which refusals were met.
class Coverage {
 public:
  void count(std::uint32_t verb, Refusal refusal);
  void count_admission(Refusal refusal) { ++met_[refusal.code()]; }
  std::uint64_t accepted(std::uint32_t verb) const;
  std::uint64_t met(std::uint32_t refusal) const;

  // Every verb and refusal of the catalogue with its count.
  std::string table() const;
  // What is missing; empty when each verb was accepted so often and each refusal was met that can
  // be.
  std::string gaps(std::uint64_t least_accepted) const;

 private:
  std::map<std::uint32_t, std::uint64_t> accepted_;
  std::map<std::uint32_t, std::uint64_t> met_;
};

// A refusal that no operation from outside can meet, why, and the test that meets it instead.
struct OutOfReach {
  Refusal refusal;
  const char* why;
  const char* file;
  const char* test;  // what stands in TEST(...)
};
const std::vector<OutOfReach>& out_of_reach();
const OutOfReach* find_out_of_reach(std::uint32_t refusal);

}  // namespace astyq::sim
