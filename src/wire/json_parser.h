// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"

// Boost.JSON's event parser behind a small interface, so that its templates are compiled once.
namespace astyq::wire {

// What a document says, in order. A Fault stops the parser; the place is put before its text.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;
  virtual Status object_begin() = 0;
  virtual Status object_end() = 0;
  virtual Status array_begin() = 0;
  virtual Status array_end() = 0;
  // The parser has refused a name that the object already holds.
  virtual Status name(std::string_view text) = 0;
  virtual Status string(std::string_view text) = 0;
  // The number as it is written; valid by RFC 8259.
  virtual Status number(std::string_view text) = 0;
  virtual Status boolean(bool value) = 0;
  virtual Status null() = 0;
};

Status parse_json(std::string_view text, std::size_t max_bytes, JsonEvents& events);

}  // namespace astyq::wire
