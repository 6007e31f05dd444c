// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "store/tree.h"

namespace astyq::sim {

// What must hold of a state beside the quantities, which src/audit keeps books of: that whatever
// row speaks of another finds it as it should stand. Read from the raw rows and the messages of
// proto/ alone. Returns the first thing that does not hold; empty when all does.
std::string first_inconsistency(const store::Tree& tree);

}  // namespace astyq::sim
