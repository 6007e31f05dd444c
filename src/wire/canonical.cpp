// SPDX-License-Identifier: Apache-2.0
#include "wire/canonical.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/check.h"
#include "wire/utf8.h"

namespace astyq::wire {

namespace {

using enum CanonicalReason;

constexpr std::uint64_t kVarint = 0;
constexpr std::uint64_t kDelimited = 2;
constexpr std::size_t kBeforeFirst = std::numeric_limits<std::size_t>::max();

// A message that is being walked.
struct Frame {
  const MessageRule* rule = nullptr;
  std::size_t end = 0;               // offset behind its last byte
  std::size_t field = kBeforeFirst;  // index of the latest field
  std::size_t elements = 0;          // of the latest field, when repeated
  std::uint64_t oneofs = 0;          // bit i: oneof i has its member
};

bool is_delimited(FieldKind kind) {
  return kind == FieldKind::kString || kind == FieldKind::kBytes || kind == FieldKind::kMessage;
}

bool must_be_there(const FieldRule& field) {
  return field.size != 0 && !field.repeated && field.oneof == 0;
}

class Walker {
 public:
  Walker(const Grammar& grammar, BytesView bytes, std::uint32_t protocol_version)
      : grammar_(grammar), bytes_(bytes), version_(protocol_version) {}

  CanonicalFault run(std::size_t message) {
    const MessageRule& root = grammar_.messages[message];
    if (root.since > version_) return {kUnknownField, 0};
    frames_[0] = {&root, bytes_.size()};
    open_ = 1;
    while (open_ > 0) {
      Frame& frame = frames_[open_ - 1];
      const bool fine = at_ < frame.end ? record(frame) : close(frame);
      if (!fine) return fault_;
    }
    return {};
  }

 private:
  bool fail(CanonicalReason reason, std::size_t offset) {
    fault_ = {reason, offset};
    return false;
  }

  bool exists(const FieldRule& field) const {
    if (field.since > version_) return false;
    return field.kind != FieldKind::kMessage || grammar_.messages[field.child].since <= version_;
  }

  bool varint(std::size_t end, std::uint64_t& value) {
    const std::size_t start = at_;
    value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      if (at_ == end) return fail(kTruncated, start);
      const auto byte = static_cast<std::uint8_t>(bytes_[at_++]);
      if (shift == 63 && byte > 1) return fail(kVarintTooLong, start);
      value |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0) return fail(kPaddedVarint, start);
        return true;
      }
    }
    return fail(kVarintTooLong, start);
  }

  bool record(Frame& frame) {
    const std::size_t start = at_;
    std::uint64_t tag = 0;
    if (!varint(frame.end, tag)) return false;
    const auto fields = frame.rule->fields;
    const std::uint64_t number = tag >> 3;
    const auto found = std::lower_bound(
        fields.begin(), fields.end(), number,
        [](const FieldRule& field, std::uint64_t wanted) { return field.number < wanted; });
    if (found == fields.end() || found->number != number || !exists(*found))
      return fail(kUnknownField, start);
    const auto index = static_cast<std::size_t>(found - fields.begin());
    const FieldRule& field = *found;
    if (!wire_type(field, tag & 7, start) || !advance(frame, index, start)) return false;
    if (is_delimited(field.kind)) return delimited(frame, field, start);
    return field.repeated ? packed(frame, field) : scalar(frame, field);
  }

  bool wire_type(const FieldRule& field, std::uint64_t type, std::size_t start) {
    if (is_delimited(field.kind) || field.repeated) {
      if (type == kVarint && !is_delimited(field.kind)) return fail(kNotPacked, start);
      return type == kDelimited || fail(kWrongWireType, start);
    }
    return type == kVarint || fail(kWrongWireType, start);
  }

  // Moves on to the field: order, repetition, oneofs, and what had to stand before it.
  bool advance(Frame& frame, std::size_t index, std::size_t start) {
    const FieldRule& field = frame.rule->fields[index];
    if (frame.field != kBeforeFirst && index <= frame.field) {
      if (index < frame.field) return fail(kNotAscending, start);
      if (!field.repeated || !is_delimited(field.kind)) return fail(kDuplicateField, start);
      return ++frame.elements <= field.max || fail(kTooManyElements, start);
    }
    if (frame.rule->sized && !nothing_missing(frame, index, start)) return false;
    frame.field = index;
    frame.elements = 1;
    if (field.repeated && is_delimited(field.kind) && field.max == 0)
      return fail(kTooManyElements, start);
    if (field.oneof != 0) {
      const std::uint64_t bit = std::uint64_t{1} << (field.oneof - 1);
      if ((frame.oneofs & bit) != 0) return fail(kSecondOfOneof, start);
      frame.oneofs |= bit;
    }
    return true;
  }

  // Whether no field that must be there lies between the latest one and the field of this index.
  bool nothing_missing(const Frame& frame, std::size_t index, std::size_t offset) {
    const std::size_t first = frame.field == kBeforeFirst ? 0 : frame.field + 1;
    for (std::size_t i = first; i < index; ++i) {
      const FieldRule& field = frame.rule->fields[i];
      if (must_be_there(field) && exists(field)) return fail(kSizedMissing, offset);
    }
    return true;
  }

  bool close(Frame& frame) {
    if (frame.rule->sized && !nothing_missing(frame, frame.rule->fields.size(), at_)) return false;
    if (frame.rule->oneofs != 0) {
      for (const FieldRule& field : frame.rule->fields) {
        if (field.oneof == 0 || ((frame.oneofs >> (field.oneof - 1)) & 1) != 0) continue;
        if (exists(field)) return fail(kOneofMissing, at_);
      }
    }
    --open_;
    return true;
  }

  bool delimited(const Frame& frame, const FieldRule& field, std::size_t start) {
    const std::size_t outer_end = frame.end;
    std::uint64_t length = 0;
    if (!varint(outer_end, length)) return false;
    if (length > outer_end - at_) return fail(kTruncated, start);
    const std::size_t end = at_ + static_cast<std::size_t>(length);
    if (field.kind == FieldKind::kMessage) {
      if (open_ == kMaxDepth) return fail(kTooDeep, start);
      frames_[open_++] = {&grammar_.messages[field.child], end};
      return true;
    }
    if (length == 0 && !field.repeated && field.oneof == 0) return fail(kExplicitDefault, start);
    if (field.size != 0) {
      if (length != field.size) return fail(kWrongSize, start);
    } else if (length > (field.repeated ? kMaxElementBytes : field.max)) {
      return fail(kTooLong, start);
    }
    const BytesView content = bytes_.substr(at_, end - at_);
    if (field.kind == FieldKind::kString) {
      const std::size_t valid = utf8_prefix(content);
      if (valid != content.size()) return fail(kInvalidUtf8, at_ + valid);
    }
    at_ = end;
    return true;
  }

  bool packed(const Frame& frame, const FieldRule& field) {
    const std::size_t start = at_;
    std::uint64_t length = 0;
    if (!varint(frame.end, length)) return false;
    if (length > frame.end - at_) return fail(kTruncated, start);
    if (length == 0) return fail(kEmptyPacked, start);
    const std::size_t end = at_ + static_cast<std::size_t>(length);
    for (std::uint32_t elements = 0; at_ < end; ++elements) {
      const std::size_t element = at_;
      std::uint64_t value = 0;
      if (elements == field.max) return fail(kTooManyElements, element);
      if (!varint(end, value) || !in_range(field, value, element)) return false;
    }
    return true;
  }

  bool scalar(const Frame& frame, const FieldRule& field) {
    const std::size_t start = at_;
    std::uint64_t value = 0;
    if (!varint(frame.end, value)) return false;
    if (value == 0 && field.oneof == 0) return fail(kExplicitDefault, start);
    return in_range(field, value, start);
  }

  bool in_range(const FieldRule& field, std::uint64_t value, std::size_t offset) {
    if (field.kind == FieldKind::kU32 && value > std::numeric_limits<std::uint32_t>::max())
      return fail(kOutOfRange, offset);
    if (field.kind == FieldKind::kBool && value > 1) return fail(kOutOfRange, offset);
    if (field.kind == FieldKind::kEnum && !enum_value_exists(field.child, value))
      return fail(kUnknownEnumValue, offset);
    return true;
  }

  bool enum_value_exists(std::size_t index, std::uint64_t value) const {
    const auto values = grammar_.enums[index].values;
    const auto wanted = static_cast<std::int64_t>(value);
    const auto found = std::lower_bound(
        values.begin(), values.end(), wanted,
        [](const EnumValueRule& rule, std::int64_t number) { return rule.number < number; });
    return found != values.end() && found->number == wanted && found->since <= version_;
  }

  const Grammar& grammar_;
  const BytesView bytes_;
  const std::uint32_t version_;
  std::array<Frame, kMaxDepth> frames_{};
  std::size_t open_ = 0;  // frames in use
  std::size_t at_ = 0;
  CanonicalFault fault_;
};

}  // namespace

Grammar generated_grammar() {
  return {message_rules(), enum_rules()};
}

std::size_t message_index(std::string_view full_name) {
  const auto rules = message_rules();
  const auto found = std::lower_bound(
      rules.begin(), rules.end(), full_name,
      [](const MessageRule& rule, std::string_view name) { return rule.name < name; });
  ASTYQ_CHECK(found != rules.end() && found->name == full_name);
  return static_cast<std::size_t>(found - rules.begin());
}

CanonicalFault walk(const Grammar& grammar, BytesView bytes, std::size_t message,
                    std::uint32_t protocol_version) {
  ASTYQ_CHECK(message < grammar.messages.size());
  return Walker(grammar, bytes, protocol_version).run(message);
}

CanonicalFault walk(BytesView bytes, std::size_t message, std::uint32_t protocol_version) {
  return walk(generated_grammar(), bytes, message, protocol_version);
}

std::string_view reason_name(CanonicalReason reason) {
  static constexpr std::array<std::string_view, 21> kNames{"none",
                                                           "truncated",
                                                           "padded_varint",
                                                           "varint_too_long",
                                                           "unknown_field",
                                                           "wrong_wire_type",
                                                           "not_ascending",
                                                           "duplicate_field",
                                                           "second_of_oneof",
                                                           "oneof_missing",
                                                           "not_packed",
                                                           "empty_packed",
                                                           "explicit_default",
                                                           "out_of_range",
                                                           "unknown_enum_value",
                                                           "invalid_utf8",
                                                           "wrong_size",
                                                           "sized_missing",
                                                           "too_long",
                                                           "too_many_elements",
                                                           "too_deep"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace astyq::wire
