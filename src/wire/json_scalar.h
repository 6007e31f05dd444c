// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// How a single value is written in JSON; see json.h. Faults carry no place: the parser adds it.
namespace astyq::wire {

Result<std::uint64_t> read_uint64(std::string_view text);
Result<std::int64_t> read_int64(std::string_view text);
Result<std::uint32_t> read_uint32(std::string_view text);
// A canonical decimal, or result_of(k), or result_of(k,i).
Result<std::uint64_t> read_id(std::string_view text);
Result<Bytes> read_hex(std::string_view text);

std::string write_id(std::uint64_t id);

}  // namespace astyq::wire
