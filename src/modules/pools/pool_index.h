// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/elevators/v1/state.pb.h"
#include "base/bytes.h"
#include "crypto/sha256.h"

namespace astyq::pools {

// Key of the index of pools: SHA-256 of elevator (8 bytes), crop, class, crop year (4 each), basis
// profile (8), all big-endian.
inline Hash pool_key(std::uint64_t elevator, const elevators::v1::Grade& grade) {
  Bytes name;
  append_u64(name, elevator);
  append_u32(name, static_cast<std::uint32_t>(grade.crop()));
  append_u32(name, grade.grain_class());
  append_u32(name, grade.crop_year());
  append_u64(name, grade.basis_profile());
  return crypto::sha256(name);
}

}  // namespace astyq::pools
