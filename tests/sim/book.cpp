// SPDX-License-Identifier: Apache-2.0
#include "sim/book.h"

namespace astyq::sim {

Book& book() {
  static Book whole = [] {
    Book begun;
    write_admission(begun);
    return begun;
  }();
  return whole;
}

}  // namespace astyq::sim
