// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace astyq::test {

// Files of vectors, by their path from the repository's root. A file that is not there aborts the
// test program: a test without its vectors would pass and say nothing.
std::string read_text(const std::string& path);
boost::json::value read_json(const std::string& path);

// Requires: hexadecimal digits.
Bytes unhex(std::string_view hex);
// A member of a JSON object that holds hexadecimal digits.
Bytes unhex(const boost::json::value& object, std::string_view member);

}  // namespace astyq::test
