// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/book.h"
#include "sim/coverage.h"
#include "sim/model.h"
#include "sim/world.h"

namespace astyq::sim {

// A random run over every verb: good operations, and provocations of every refusal.
class Run {
 public:
  explicit Run(std::uint64_t seed);

  // Applies one block of about this many operations. Returns how many they were.
  std::uint64_t block(std::uint64_t operations);
  // The first thing that is wrong; empty when nothing is.
  std::string audit();

  World& world() { return world_; }
  const Coverage& coverage() const { return coverage_; }

 private:
  std::optional<Action> next_action();
  std::optional<Bytes> next_admission();
  std::uint32_t rarest_verb();
  template <typename Ways>
  std::uint32_t rarest_refusal(const Ways& ways);
  std::vector<Bytes> sign_all(const std::vector<Action>& actions);
  Bytes sign_some(std::uint64_t party, const std::vector<base::v1::Operation>& operations);
  std::uint64_t settle(const std::vector<Bytes>& signed_txs, const engine::BlockResult& result);

  const Book& book_;
  World world_;
  Coverage coverage_;
  std::vector<std::uint32_t> verbs_;
  std::optional<Model> model_;
};

}  // namespace astyq::sim
