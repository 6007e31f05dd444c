// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "wire/grammar.h"

// The canonical form of a message: one act, one byte string. A grammar of our own over protobuf's
// wire, checked on the raw bytes, so that no version of libprotobuf is part of consensus.
//
//   message = record*            ascending by field number
//   record  = tag value          tag = varint(number << 3 | wire type)
//   value   = varint             u64, u32 (< 2^32), int64 (two's complement), bool (0, 1), enum
//   value
//           | length bytes       string (strict UTF-8), bytes, message
//           | length varint+     repeated scalars, packed
//   varint  = shortest LEB128, tags and lengths too, at most 10 bytes
//
// A record appears once; one of a repeated string, bytes or message appears once an element,
// together. Zero, false and the empty string are never written, but as an element, or as a oneof's
// member, where the record itself says which was chosen. An empty message is written: it is
// present. Every oneof has exactly one member, every bytes field of fixed size is there. A field,
// enum value or verb whose `since` lies above the protocol version does not exist yet.
namespace astyq::wire {

enum class CanonicalReason : std::uint8_t {
  kNone,
  kTruncated,      // ends within a record, or a length reaches past its message
  kPaddedVarint,   // not the shortest form
  kVarintTooLong,  // more than 64 bits
  kUnknownField,   // no such field, or not yet
  kWrongWireType,
  kNotAscending,
  kDuplicateField,
  kSecondOfOneof,
  kOneofMissing,
  kNotPacked,
  kEmptyPacked,
  kExplicitDefault,
  kOutOfRange,        // of u32 or bool
  kUnknownEnumValue,  // no such value, or not yet
  kInvalidUtf8,
  kWrongSize,     // a field of fixed size has another
  kSizedMissing,  // a field of fixed size is not there
  kTooLong,       // bytes of a string or bytes field
  kTooManyElements,
  kTooDeep,
};

struct CanonicalFault {
  CanonicalReason reason = CanonicalReason::kNone;
  std::size_t offset = 0;  // of the first byte that is at fault

  bool ok() const { return reason == CanonicalReason::kNone; }
  friend bool operator==(const CanonicalFault&, const CanonicalFault&) = default;
};

// The messages that a walk may meet. Both spans as in grammar.h.
struct Grammar {
  std::span<const MessageRule> messages;
  std::span<const EnumRule> enums;
};

inline constexpr std::size_t kMaxDepth = 16;          // messages within messages
inline constexpr std::size_t kMaxElementBytes = 256;  // of a repeated string or bytes

// The grammar generated from proto/.
Grammar generated_grammar();

// Returns the index of a message by its full name, e.g. "astyq.base.v1.TxBody".
// Requires: proto/ has that message.
std::size_t message_index(std::string_view full_name);

// Walks the bytes once, in linear time, without allocating. Pure.
// Requires: message < grammar.messages.size().
// Returns the first fault, or ok() when the bytes are the canonical form of such a message.
CanonicalFault walk(const Grammar& grammar, BytesView bytes, std::size_t message,
                    std::uint32_t protocol_version);

// The same over the generated grammar.
CanonicalFault walk(BytesView bytes, std::size_t message, std::uint32_t protocol_version);

// A stable name for logs and answers, e.g. "padded_varint".
std::string_view reason_name(CanonicalReason reason);

}  // namespace astyq::wire
