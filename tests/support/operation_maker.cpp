// SPDX-License-Identifier: Apache-2.0
#include "support/operation_maker.h"

#include <array>

#include "astyq/options.pb.h"
#include "ledger/view.h"
#include "wire/catalogue.h"
#include "wire/ids.h"

namespace astyq::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kMostIds = 12;
constexpr std::size_t kMostElements = 4;
// Kilograms, grams and tiyn of the stories, and numbers at an edge.
constexpr std::array<std::uint64_t, 16> kAmounts{
    0,      1,      2,       100,        1'000,      12'000,       20'000,     25'000,
    30'000, 37'000, 150'000, 30'000'000, 20'000'000, 1'700'000'00, UINT64_MAX, 1ull << 63};
constexpr std::array<std::uint32_t, 16> kCounts{
    0, 1, 2, 3, 4, 5, 100, 200, 765, 245, 1'260, 1'400, 2'026, 2'450, 10'000, UINT32_MAX};
constexpr std::array<std::int64_t, 12> kDelays{
    0,       1,          -1,          kSecondNs,    -kSecondNs,   kDayNs,
    -kDayNs, 3 * kDayNs, 90 * kDayNs, 365 * kDayNs, -90 * kDayNs, 3'650 * kDayNs};

const options::Field& rule_of(const FieldDescriptor* field) {
  return field->options().GetExtension(options::field);
}

std::vector<std::uint32_t> codes_of(bool permitted) {
  std::vector<std::uint32_t> codes;
  for (const auto& verb : wire::verbs())
    if (verb.permission.empty() != permitted) codes.push_back(verb.code);
  return codes;
}

}  // namespace

base::v1::Operation OperationMaker::operation(bool permitted) {
  static const std::vector<std::uint32_t> kPermitted = codes_of(true);
  static const std::vector<std::uint32_t> kOthers = codes_of(false);
  base::v1::Operation op;
  const int code = static_cast<int>(dice_.pick(permitted ? kPermitted : kOthers));
  const FieldDescriptor* field = op.GetDescriptor()->FindFieldByNumber(code);
  ASTYQ_CHECK(field != nullptr);
  fill(*op.GetReflection()->MutableMessage(&op, field));
  return op;
}

void OperationMaker::fill(Message& message) {
  const auto& descriptor = *message.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor* field = descriptor.field(i);
    if (field->real_containing_oneof() != nullptr) continue;
    if (field->is_repeated())
      for (std::size_t n = dice_.below(kMostElements); n > 0; --n) add(message, field);
    else
      set(message, field);
  }
  for (int i = 0; i < descriptor.real_oneof_decl_count(); ++i) {
    const auto* oneof = descriptor.oneof_decl(i);
    const std::size_t count = static_cast<std::size_t>(oneof->field_count());
    set(message, oneof->field(static_cast<int>(dice_.below(count))));
  }
}

void OperationMaker::set(Message& message, const FieldDescriptor* field) {
  const auto& reflection = *message.GetReflection();
  switch (field->type()) {
    case FieldDescriptor::TYPE_UINT64:
      return reflection.SetUInt64(&message, field, u64(field));
    case FieldDescriptor::TYPE_INT64:
      return reflection.SetInt64(&message, field, time());
    case FieldDescriptor::TYPE_UINT32:
      return reflection.SetUInt32(&message, field, u32());
    case FieldDescriptor::TYPE_BOOL:
      return reflection.SetBool(&message, field, dice_.one_in(2));
    case FieldDescriptor::TYPE_ENUM:
      return reflection.SetEnum(&message, field, enum_value(field));
    case FieldDescriptor::TYPE_MESSAGE:
      return fill(*reflection.MutableMessage(&message, field));
    default:
      return reflection.SetString(&message, field, text(field));
  }
}

void OperationMaker::add(Message& message, const FieldDescriptor* field) {
  const auto& reflection = *message.GetReflection();
  switch (field->type()) {
    case FieldDescriptor::TYPE_UINT64:
      return reflection.AddUInt64(&message, field, u64(field));
    case FieldDescriptor::TYPE_UINT32:
      return reflection.AddUInt32(&message, field, u32());
    case FieldDescriptor::TYPE_ENUM:
      return reflection.AddEnum(&message, field, enum_value(field));
    case FieldDescriptor::TYPE_MESSAGE:
      return fill(*reflection.AddMessage(&message, field));
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
      return reflection.AddString(&message, field, text(field));
    default:
      ASTYQ_CHECK(false);  // no verb has such a list
  }
}

std::uint64_t OperationMaker::u64(const FieldDescriptor* field) {
  const std::size_t way = dice_.below(32);
  if (way == 31) return dice_.number();
  const std::string& table = rule_of(field).names();
  if (table.empty()) {
    // Sums and differences of two amounts meet what is left of a third.
    const std::uint64_t amount = dice_.pick(kAmounts);
    return way < 24 ? amount : way < 28 ? amount + dice_.pick(kAmounts) : amount - dice_.byte();
  }
  if (way == 30)
    return wire::make_result_of(dice_.byte() % 8, static_cast<std::uint16_t>(dice_.below(3)));
  const auto last = known_.last_ids.find(table);
  if (way == 29 || last == known_.last_ids.end()) return dice_.below(kMostIds);
  return 1 + dice_.below(last->second);
}

std::int64_t OperationMaker::time() {
  if (dice_.one_in(16)) return static_cast<std::int64_t>(dice_.number());
  return dice_.one_in(8) ? 0 : known_.now_ns + dice_.pick(kDelays);
}

std::uint32_t OperationMaker::u32() {
  return dice_.one_in(16) ? static_cast<std::uint32_t>(dice_.number()) : dice_.pick(kCounts);
}

const google::protobuf::EnumValueDescriptor* OperationMaker::enum_value(
    const FieldDescriptor* field) {
  const auto* values = field->enum_type();
  return values->value(
      static_cast<int>(dice_.below(static_cast<std::size_t>(values->value_count()))));
}

std::string OperationMaker::text(const FieldDescriptor* field) {
  const bool is_text = field->type() == FieldDescriptor::TYPE_STRING;
  const auto& rule = rule_of(field);
  if (dice_.one_in(16)) {
    if (is_text) return std::string(dice_.below(20), static_cast<char>('0' + dice_.below(64)));
    return dice_.bytes(rule.size() != 0 ? rule.size() : dice_.below(40));
  }
  if (is_text) return dice_.pick(known_.texts);
  std::vector<const Bytes*> fitting;
  for (const Bytes& bytes : known_.bytes)
    if (rule.size() == 0 || bytes.size() == rule.size()) fitting.push_back(&bytes);
  return fitting.empty() ? dice_.bytes(rule.size()) : *dice_.pick(fitting);
}

}  // namespace astyq::test
