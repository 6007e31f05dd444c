// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace astyq::wire {

// Returns the length in bytes of the longest prefix that is whole, valid UTF-8: text.size() when
// all of it is. Strict: shortest forms only, no surrogates, nothing above U+10FFFF. Source: RFC
// 3629 section 4.
std::size_t utf8_prefix(BytesView text);

inline bool is_utf8(BytesView text) {
  return utf8_prefix(text) == text.size();
}

}  // namespace astyq::wire
