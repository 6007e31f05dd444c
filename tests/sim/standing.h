// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "store/tree.h"

namespace astyq::sim {

// Adds up grain, tokens and money from the rows alone, and compares with every counter. Returns the
// first difference in words; empty when all adds up.
std::string first_difference(const store::Tree& tree);

}  // namespace astyq::sim
