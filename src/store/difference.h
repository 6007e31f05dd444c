// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/tree.h"

namespace astyq::store {

// What makes one state the other: applied to `from` it gives `to`.
Changes difference(const Tree& from, const Tree& to);

}  // namespace astyq::store
