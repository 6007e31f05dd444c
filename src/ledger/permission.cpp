// SPDX-License-Identifier: Apache-2.0
#include "ledger/permission.h"

#include "crypto/sha256.h"

namespace astyq {

std::uint64_t permission_id(std::string_view name) {
  return read_u64(view(crypto::sha256(name)));
}

}  // namespace astyq
