// SPDX-License-Identifier: Apache-2.0
#include "support/vectors.h"
#include "support/places.h"

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

#include "base/check.h"

namespace astyq::test {

std::string read_text(const std::string& path) {
  std::ifstream file(source_path(path), std::ios::binary);
  ASTYQ_CHECK(file.is_open());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

boost::json::value read_json(const std::string& path) {
  return boost::json::parse(read_text(path));
}

Bytes unhex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  ASTYQ_CHECK(bytes.has_value());
  return *bytes;
}

Bytes unhex(const boost::json::value& object, std::string_view member) {
  const boost::json::string& hex = object.at(member).as_string();
  return unhex(std::string_view(hex.data(), hex.size()));
}

}  // namespace astyq::test
