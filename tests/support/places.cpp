// SPDX-License-Identifier: Apache-2.0
// The one file that is compiled with the places of a checkout: all others are the same in each, so
// that a compiler's cache serves them all.
#include "support/places.h"

namespace astyq::test {

std::string source_path(const std::string& path) {
  return ASTYQ_SOURCE_DIR "/" + path;
}

std::string built_path(const std::string& name) {
  return ASTYQ_BIN_DIR "/" + name;
}

}  // namespace astyq::test
