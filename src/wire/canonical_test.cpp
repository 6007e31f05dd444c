// SPDX-License-Identifier: Apache-2.0
#include "wire/canonical.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/bytes.h"

namespace astyq::wire {
namespace {

using enum CanonicalReason;

// A grammar that has what proto/ may have one day: packed scalars, `since` of every sort, negative
// enum values, two oneofs, a message that contains itself.
constexpr std::size_t kThing = 0, kLoop = 1, kSized = 2, kChoice = 3, kLateVerb = 4, kCarrier = 5;

constexpr std::array<FieldRule, 11> kThingFields{{
    {1, FieldKind::kU64, false, 0, 0, 0, 0, 256},
    {2, FieldKind::kU32, false, 0, 0, 0, 0, 256},
    {3, FieldKind::kI64, false, 0, 0, 0, 0, 256},
    {4, FieldKind::kBool, false, 0, 0, 0, 0, 256},
    {5, FieldKind::kEnum, false, 0, 0, 0, 0, 256},
    {6, FieldKind::kString, false, 0, 0, 0, 0, 8},
    {7, FieldKind::kU32, true, 0, 0, 0, 0, 3},
    {8, FieldKind::kEnum, true, 0, 0, 0, 0, 256},
    {9, FieldKind::kBytes, true, 0, 0, 0, 0, 2},
    {10, FieldKind::kU64, false, 0, 0, 2, 0, 256},
    {2000, FieldKind::kMessage, true, 0, kThing, 0, 0, 256},
}};
constexpr std::array<FieldRule, 1> kLoopFields{
    {{1, FieldKind::kMessage, false, 0, kLoop, 0, 0, 1}}};
constexpr std::array<FieldRule, 4> kSizedFields{{
    {1, FieldKind::kU64, false, 0, 0, 0, 0, 256},
    {2, FieldKind::kBytes, false, 0, 0, 0, 2, 256},
    {3, FieldKind::kBytes, false, 0, 0, 2, 2, 256},
    {4, FieldKind::kBytes, true, 0, 0, 0, 2, 256},
}};
constexpr std::array<FieldRule, 5> kChoiceFields{{
    {1, FieldKind::kU64, false, 1, 0, 0, 0, 256},
    {2, FieldKind::kString, false, 2, 0, 0, 0, 256},
    {3, FieldKind::kBytes, false, 1, 0, 0, 2, 256},
    {4, FieldKind::kMessage, false, 2, kThing, 0, 0, 256},
    {5, FieldKind::kU64, false, 3, 0, 2, 0, 256},
}};
constexpr std::array<FieldRule, 2> kCarrierFields{{
    {1, FieldKind::kMessage, false, 1, kThing, 0, 0, 256},
    {2, FieldKind::kMessage, false, 1, kLateVerb, 0, 0, 256},
}};
constexpr std::array<EnumValueRule, 4> kValues{{{-2, 0}, {0, 0}, {1, 0}, {3, 2}}};
constexpr std::array<MessageRule, 6> kMessages{{
    {"Thing", kThingFields, 0, 0, false},
    {"Loop", kLoopFields, 0, 0, false},
    {"Sized", kSizedFields, 0, 0, true},
    {"Choice", kChoiceFields, 0, 3, false},
    {"LateVerb", {}, 2, 0, false},
    {"Carrier", kCarrierFields, 0, 1, false},
}};
constexpr std::array<EnumRule, 1> kEnums{{{"Value", kValues}}};

struct Case {
  const char* what;
  std::size_t message;
  const char* hex;
  CanonicalReason reason;
  std::size_t offset = 0;
  std::uint32_t version = 1;
};

void expect(const Case& c) {
  const Bytes bytes = from_hex(c.hex).value();
  const Grammar grammar{kMessages, kEnums};
  const CanonicalFault fault = walk(grammar, bytes, c.message, c.version);
  EXPECT_EQ(reason_name(fault.reason), reason_name(c.reason)) << c.what;
  EXPECT_EQ(fault.offset, c.offset) << c.what;
}

TEST(Canonical, numbers) {
  for (const Case& c : {
           Case{"nothing at all", kThing, "", kNone},
           Case{"u64 1", kThing, "0801", kNone},
           Case{"u64 300", kThing, "08ac02", kNone},
           Case{"u64 2^64-1", kThing, "08ffffffffffffffffff01", kNone},
           Case{"u64 2^64", kThing, "08ffffffffffffffffff02", kVarintTooLong, 1},
           Case{"eleven bytes", kThing, "08ffffffffffffffffffff01", kVarintTooLong, 1},
           Case{"u64 padded", kThing, "088100", kPaddedVarint, 1},
           Case{"u64 0 padded", kThing, "088000", kPaddedVarint, 1},
           Case{"tag padded", kThing, "880001", kPaddedVarint, 0},
           Case{"u64 explicit 0", kThing, "0800", kExplicitDefault, 1},
           Case{"u32 2^32-1", kThing, "10ffffffff0f", kNone},
           Case{"u32 2^32", kThing, "108080808010", kOutOfRange, 1},
           Case{"int64 -1 in ten bytes", kThing, "18ffffffffffffffffff01", kNone},
           Case{"int64 -1 in five", kThing, "18ffffffff0f", kNone},  // it is 2^32-1
           Case{"int64 minimum", kThing, "1880808080808080808001", kNone},
           Case{"bool 1", kThing, "2001", kNone},
           Case{"bool 2", kThing, "2002", kOutOfRange, 1},
           Case{"bool explicit 0", kThing, "2000", kExplicitDefault, 1},
           Case{"enum 1", kThing, "2801", kNone},
           Case{"enum 2 unknown", kThing, "2802", kUnknownEnumValue, 1},
           Case{"enum -2", kThing, "28feffffffffffffffff01", kNone},
           Case{"enum -2 as 32 bits", kThing, "28feffffff0f", kUnknownEnumValue, 1},
           Case{"enum explicit 0", kThing, "2800", kExplicitDefault, 1},
           Case{"number as bytes", kThing, "0a0101", kWrongWireType, 0},
           Case{"number as fixed64", kThing, "090100000000000000", kWrongWireType, 0},
           Case{"a group", kThing, "0b0c", kWrongWireType, 0},
       })
    expect(c);
}

TEST(Canonical, order_and_unknown_fields) {
  for (const Case& c : {
           Case{"ascending", kThing, "08011001", kNone},
           Case{"descending", kThing, "10010801", kNotAscending, 2},
           Case{"twice", kThing, "08010801", kDuplicateField, 2},
           Case{"unknown", kThing, "5801", kUnknownField, 0},
           Case{"field 0", kThing, "0001", kUnknownField, 0},
           Case{"tag only", kThing, "08", kTruncated, 1},
           Case{"half a number", kThing, "0880", kTruncated, 1},
           Case{"half a tag", kThing, "80", kTruncated, 0},
       })
    expect(c);
  expect({"number above 2^29", kThing, "88808080800101", kUnknownField, 0});
  // The low 32 bits of this tag are those of field 1.
  expect({"tag above 2^32", kThing, "888080808080010801", kUnknownField, 0});
}

TEST(Canonical, strings_and_bytes) {
  for (const Case& c : {
           Case{"text", kThing, "3202d29b", kNone},
           Case{"empty", kThing, "3200", kExplicitDefault, 0},
           Case{"longest", kThing, "32086161616161616161", kNone},
           Case{"too long", kThing, "3209616161616161616161", kTooLong, 0},
           Case{"past the end", kThing, "320361", kTruncated, 0},
           Case{"length 2^64-1", kThing, "32ffffffffffffffffff01", kTruncated, 0},
           Case{"padded length", kThing, "32810061", kPaddedVarint, 1},
           Case{"lone continuation", kThing, "32026180", kInvalidUtf8, 3},
           Case{"overlong", kThing, "3202c080", kInvalidUtf8, 2},
           Case{"surrogate", kThing, "3203eda080", kInvalidUtf8, 2},
           Case{"above U+10FFFF", kThing, "3204f4908080", kInvalidUtf8, 2},
           Case{"U+10FFFF", kThing, "3204f48fbfbf", kNone},
           Case{"cut character", kThing, "3202e282", kInvalidUtf8, 2},
           Case{"bytes need no UTF-8", kThing, "4a01ff", kNone},
           Case{"two, one empty", kThing, "4a004a01ff", kNone},
           Case{"three of two", kThing, "4a004a004a00", kTooManyElements, 4},
       })
    expect(c);
  expect({"not together", kThing, "4a00827d004a00", kNotAscending, 5});
  const std::string longest = "4a8002" + std::string(512, 'a'),
                    longer = "4a8102" + std::string(514, 'a');
  expect({"element of 256", kThing, longest.c_str(), kNone});
  expect({"element of 257", kThing, longer.c_str(), kTooLong, 0});
}

TEST(Canonical, packed_scalars) {
  for (const Case& c : {
           Case{"one", kThing, "3a0105", kNone},
           Case{"zeros are elements", kThing, "3a020000", kNone},
           Case{"none", kThing, "3a00", kEmptyPacked, 1},
           Case{"not packed", kThing, "3805", kNotPacked, 0},
           Case{"in two pieces", kThing, "3a01053a0105", kDuplicateField, 3},
           Case{"four of three", kThing, "3a0401010101", kTooManyElements, 5},
           Case{"padded element", kThing, "3a028100", kPaddedVarint, 2},
           Case{"element past the piece", kThing, "3a0180", kTruncated, 2},
           Case{"element of 2^32", kThing, "3a058080808010", kOutOfRange, 2},
           Case{"enum values", kThing, "42020001", kNone},
           Case{"unknown enum value", kThing, "42020002", kUnknownEnumValue, 3},
       })
    expect(c);
}

TEST(Canonical, messages_in_messages) {
  for (const Case& c : {
           Case{"empty but present", kThing, "827d00", kNone},
           Case{"two", kThing, "827d00827d020801", kNone},
           Case{"fault inside", kThing, "827d020800", kExplicitDefault, 4},
           Case{"record past its message", kThing, "827d0108", kTruncated, 4},
           Case{"record past its message, not the bytes", kThing, "827d010801", kTruncated, 4},
           Case{"message past its message", kThing, "827d04827d0208", kTruncated, 3},
           Case{"twice", kLoop, "0a000a00", kDuplicateField, 2},
       })
    expect(c);
}

TEST(Canonical, depth_is_limited) {
  Bytes bytes;
  for (std::size_t i = 1; i < kMaxDepth; ++i)
    bytes = Bytes("\x0a") + static_cast<char>(bytes.size()) + bytes;
  EXPECT_TRUE(walk({kMessages, kEnums}, bytes, kLoop, 1).ok());
  bytes = Bytes("\x0a") + static_cast<char>(bytes.size()) + bytes;
  const CanonicalFault fault = walk({kMessages, kEnums}, bytes, kLoop, 1);
  EXPECT_EQ(fault, (CanonicalFault{kTooDeep, 2 * (kMaxDepth - 1)}));
}

TEST(Canonical, fixed_sizes_are_exact_and_there) {
  for (const Case& c : {
           Case{"there", kSized, "1202ffff", kNone},
           Case{"short", kSized, "1201ff", kWrongSize, 0},
           Case{"long", kSized, "1203ffffff", kWrongSize, 0},
           Case{"nothing", kSized, "", kSizedMissing, 0},
           Case{"missing at the end", kSized, "0801", kSizedMissing, 2},
           Case{"missing between", kSized, "08012202ffff", kSizedMissing, 2},
           Case{"elements too", kSized, "1202ffff2201ff", kWrongSize, 4},
           Case{"a later one is needed later", kSized, "1202ffff", kSizedMissing, 4, 2},
           Case{"a later one", kSized, "1202ffff1a02ffff", kNone, 0, 2},
       })
    expect(c);
}

TEST(Canonical, one_member_of_each_oneof) {
  for (const Case& c : {
           Case{"both chosen, defaults show which", kChoice, "08001200", kNone},
           Case{"two of the first", kChoice, "080112001a02ffff", kSecondOfOneof, 4},
           Case{"two of the second", kChoice, "080112002200", kSecondOfOneof, 4},
           Case{"one missing", kChoice, "0801", kOneofMissing, 2},
           Case{"none", kChoice, "", kOneofMissing, 0},
           Case{"size of a member", kChoice, "12001a01ff", kWrongSize, 2},
           Case{"empty member of fixed size", kChoice, "12001a00", kWrongSize, 2},
           Case{"message member", kChoice, "08012200", kNone},
           Case{"later oneof", kChoice, "08002200", kOneofMissing, 4, 2},
       })
    expect(c);
}

TEST(Canonical, before_its_time_is_unknown) {
  for (const Case& c : {
           Case{"field", kThing, "5001", kUnknownField, 0, 1},
           Case{"field in time", kThing, "5001", kNone, 0, 2},
           Case{"enum value", kThing, "2803", kUnknownEnumValue, 1, 1},
           Case{"enum value in time", kThing, "2803", kNone, 0, 2},
           Case{"packed enum value", kThing, "420103", kUnknownEnumValue, 2, 1},
           Case{"verb", kCarrier, "1200", kUnknownField, 0, 1},
           Case{"verb in time", kCarrier, "1200", kNone, 0, 2},
           Case{"verb as the root", kLateVerb, "", kUnknownField, 0, 1},
           Case{"oneof member", kChoice, "080012002800", kUnknownField, 4, 1},
       })
    expect(c);
}

TEST(Canonical, generated_grammar_is_ascending) {
  const Grammar grammar = generated_grammar();
  ASSERT_FALSE(grammar.messages.empty());
  for (std::size_t i = 0; i < grammar.messages.size(); ++i) {
    EXPECT_EQ(message_index(grammar.messages[i].name), i);
    const auto fields = grammar.messages[i].fields;
    for (std::size_t j = 1; j < fields.size(); ++j)
      EXPECT_LT(fields[j - 1].number, fields[j].number) << grammar.messages[i].name;
  }
}

TEST(Canonical, every_reason_has_a_name) {
  for (auto i = static_cast<unsigned>(kNone); i <= static_cast<unsigned>(kTooDeep); ++i)
    EXPECT_FALSE(reason_name(static_cast<CanonicalReason>(i)).empty()) << i;
  EXPECT_EQ(reason_name(kTooDeep), "too_deep");
  EXPECT_EQ(reason_name(kPaddedVarint), "padded_varint");
}

}  // namespace
}  // namespace astyq::wire
