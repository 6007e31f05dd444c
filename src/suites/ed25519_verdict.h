// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/bytes.h"

namespace astyq::suites {

// "valid" or "invalid", as ed25519_verify says and as both batch functions say of many of its kind;
// where they differ, who says what.
std::string ed25519_verdict(BytesView public_key, BytesView signature, BytesView message);

}  // namespace astyq::suites
