// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "store/tree.h"

namespace astyq::sim {

// Adds up a state anew, from its raw rows and the messages of proto/ alone: kilograms, grams and
// tiyn, holders, keys. It shares no code with the modules, so that a mistake of theirs is not its
// own too.
class Auditor {
 public:
  // The first difference; empty when all adds up. Also what a former audit saw as final must not
  // have changed since, nor storage be paid for less.
  std::string audit(const store::Tree& tree);

 private:
  std::map<store::RowKey, store::Row> final_rows_;
  std::map<std::uint64_t, std::int64_t> paid_until_ns_;  // by receipt
};

}  // namespace astyq::sim
