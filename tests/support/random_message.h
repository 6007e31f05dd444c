// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace astyq::test {

// Numbers that are the same in every run. Source: SplitMix64, Steele, Lea and Flood 2014.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // Requires: limit > 0. Returns 0 .. limit - 1.
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

// An empty message of proto/ by its full name.
std::unique_ptr<google::protobuf::Message> new_message(std::string_view full_name);

// Fills an empty message by reflection so that it keeps every rule of wire/canonical.h at the
// highest protocol version. Reads the options of proto/, not the generated grammar.
void fill(Random& random, google::protobuf::Message& message);

// Valid UTF-8 of at most max_bytes, not empty.
std::string random_text(Random& random, std::size_t max_bytes);

}  // namespace astyq::test
