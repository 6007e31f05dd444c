// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/bytes.h"

namespace astyq::suites {

// Strict DER of SEQUENCE { INTEGER r, INTEGER s } as r || s of 32 big-endian bytes each. Nothing
// for every other encoding of the same numbers, for a negative one and for one of over 256 bits.
std::optional<Bytes> raw_signature_of(BytesView der);

}  // namespace astyq::suites
