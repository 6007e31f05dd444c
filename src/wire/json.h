// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

// JSON of the API, the command line and the genesis document: one strict function each way.
//
//   message      object; names as in proto/; a name once; no unknown name; no null
//   repeated     array
//   u64, int64   string, canonical decimal: "0", "17", "-3"
//   u32          number, plain: 0, 17; no fraction, exponent or sign
//   bool, string as JSON has them
//   bytes        string of lower-case hexadecimal
//   enum value   string, its name in proto/
//   an id field  also "result_of(k)" or "result_of(k,i)", see wire/ids.h
//
// What is left out is the default. Whether the message is canonical (sizes, limits, oneofs that
// must be set) is for wire/canonical.h to say.
//
// Faults: json_too_large, json_invalid_utf8, json_malformed, json_too_deep, json_trailing_bytes,
// json_duplicate_name, json_unknown_field, json_two_of_oneof, json_null, json_wrong_type,
// json_not_integer, json_number_out_of_range, json_not_hex, json_unknown_value. The text begins
// with the JSON pointer of the place.
namespace astyq::wire {

inline constexpr std::size_t kMaxJsonDepth = 32;  // objects and arrays within one another

// Reads one document of at most max_bytes into `out`, which is cleared first and after a fault.
// Requires: `out` is a message of proto/.
Status from_json(std::string_view text, google::protobuf::Message& out, std::size_t max_bytes);

// The same parser without a message: RFC 8259, no duplicate names, the same depth.
Status validate_json(std::string_view text, std::size_t max_bytes);

// One line, fields in the order of proto/. Every scalar is shown, zeros too; an absent message or
// oneof member is not. from_json gives the same message back.
std::string to_json(const google::protobuf::Message& message);

// A JSON string with its quotes. Requires: valid UTF-8.
std::string json_string(std::string_view text);

}  // namespace astyq::wire
