// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

// The canonical grammar as data, generated from the descriptors: what the walker in canonical.h
// reads.
namespace astyq::wire {

enum class FieldKind : std::uint8_t { kU64, kU32, kI64, kBool, kEnum, kString, kBytes, kMessage };

struct FieldRule {
  std::uint32_t number;
  FieldKind kind;
  bool repeated;        // scalars are packed
  std::uint8_t oneof;   // 0: none; else 1 + index of the oneof
  std::uint16_t child;  // of kMessage: index into message_rules(); of kEnum: into enum_rules()
  std::uint32_t since;  // protocol version from which the field exists
  std::uint32_t size;   // bytes, each element too: exactly so many, unless 0
  std::uint32_t max;    // bytes, string: at most so many bytes; repeated: at most so many elements
};

struct MessageRule {
  std::string_view name;              // astyq.receipts.v1.SplitReceipt
  std::span<const FieldRule> fields;  // ascending by number
  std::uint32_t since;                // of a verb
  std::uint8_t oneofs;                // how many the message has; each must have its one member
  bool sized;                         // has a field that must be there because its size is fixed
};

struct EnumValueRule {
  std::int32_t number;
  std::uint32_t since;
};

struct EnumRule {
  std::string_view name;
  std::span<const EnumValueRule> values;  // ascending
};

std::span<const MessageRule> message_rules();  // ascending by name
std::span<const EnumRule> enum_rules();        // ascending by name

}  // namespace astyq::wire
