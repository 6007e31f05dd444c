// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace astyq {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr,
               "astyq: CHECK failed: %s (%s:%d). The node stops; nothing more is written.\n",
               condition, file, line);
  std::abort();
}

}  // namespace astyq
