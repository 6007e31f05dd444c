// SPDX-License-Identifier: Apache-2.0
#include "query/difference.h"

#include <algorithm>
#include <vector>

#include "base/check.h"

namespace astyq::query {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string in_messages(const std::string& path, const Message& a, const Message& b) {
  const std::string inner = first_difference(a, b);
  return inner.empty() ? inner : path + "." + inner;
}

// Scalars and strings alike: the bytes of a message that holds nothing but this field.
std::string field_bytes(const Message& message, const FieldDescriptor* field) {
  std::vector<const FieldDescriptor*> others;
  std::vector<const FieldDescriptor*> set;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &set);
  if (std::ranges::find(set, field) == set.end()) return {};
  std::unique_ptr<Message> alone(message.New());
  alone->CopyFrom(message);
  for (const FieldDescriptor* other : set)
    if (other != field) reflection.ClearField(alone.get(), other);
  return alone->SerializeAsString();
}

std::string in_field(const Message& a, const Message& b, const FieldDescriptor* field) {
  const auto& reflection = *a.GetReflection();
  const bool messages = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  if (!messages) return field_bytes(a, field) == field_bytes(b, field) ? "" : field->name();
  if (!field->is_repeated()) {
    if (reflection.HasField(a, field) != reflection.HasField(b, field)) return field->name();
    return in_messages(field->name(), reflection.GetMessage(a, field),
                       reflection.GetMessage(b, field));
  }
  const int count = reflection.FieldSize(a, field);
  if (count != reflection.FieldSize(b, field)) return field->name();
  for (int i = 0; i < count; ++i) {
    std::string inner = in_messages(field->name() + "[" + std::to_string(i) + "]",
                                    reflection.GetRepeatedMessage(a, field, i),
                                    reflection.GetRepeatedMessage(b, field, i));
    if (!inner.empty()) return inner;
  }
  return {};
}

}  // namespace

std::string first_difference(const Message& a, const Message& b) {
  ASTYQ_CHECK(a.GetDescriptor() == b.GetDescriptor());
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < a.GetDescriptor()->field_count(); ++i)
    fields.push_back(a.GetDescriptor()->field(i));
  std::ranges::sort(fields, {}, &FieldDescriptor::number);
  for (const FieldDescriptor* field : fields)
    if (std::string inner = in_field(a, b, field); !inner.empty()) return inner;
  return {};
}

}  // namespace astyq::query
