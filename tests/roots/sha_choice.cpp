// SPDX-License-Identifier: Apache-2.0
// Stands before the product's question whether the processor has SHA instructions (the linker's
// --wrap, see cmake/roots.cmake): with ASTYQ_SHA256=portable the answer is no, and everything
// hashes as on a processor without them.
#include <cstdlib>
#include <string_view>

#include "crypto/sha256_kernel.h"

namespace astyq::crypto {

const Sha256Kernel* product_answer() asm("__real__ZN5astyq6crypto13sha_ni_sha256Ev");
const Sha256Kernel* answer() asm("__wrap__ZN5astyq6crypto13sha_ni_sha256Ev");

const Sha256Kernel* answer() {
  const char* wanted = std::getenv("ASTYQ_SHA256");
  const bool portable = wanted != nullptr && std::string_view(wanted) == "portable";
  return portable ? nullptr : product_answer();
}

}  // namespace astyq::crypto
