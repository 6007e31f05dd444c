// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wire/document.h"

namespace astyq::suites {

using wire::Document;
using wire::Node;

// Faults of every kind's reader.
inline constexpr const char* kMalformed = "vectors_malformed";       // not what the format says
inline constexpr const char* kOtherFormat = "vectors_other_format";  // well formed, another format

}  // namespace astyq::suites
