// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <vector>

#include "astyq/options.pb.h"
#include "wire/json.h"
#include "wire/json_parser.h"
#include "wire/json_scalar.h"
#include "wire/nearest.h"

namespace astyq::wire {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A message, or the array of one of its fields, that is being read.
struct Frame {
  Message* message = nullptr;
  const FieldDescriptor* field = nullptr;  // of the value to come
  bool array = false;
};

std::string expected(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_UINT64:
    case FieldDescriptor::TYPE_INT64:
      return "a string of decimal digits, such as \"17\"";
    case FieldDescriptor::TYPE_UINT32:
      return "a whole number, such as 17";
    case FieldDescriptor::TYPE_BOOL:
      return "true or false";
    case FieldDescriptor::TYPE_ENUM:
      return "the name of a value of " + field.enum_type()->full_name();
    case FieldDescriptor::TYPE_BYTES:
      return "a string of hexadecimal digits";
    case FieldDescriptor::TYPE_STRING:
      return "a string";
    default:
      return "an object";
  }
}

std::string suggestion(std::string_view wanted, const std::vector<std::string_view>& names) {
  const std::string_view near = nearest_name(wanted, names);
  return near.empty() ? "" : "; did you mean '" + std::string(near) + "'?";
}

Fault unknown_field(const Descriptor& descriptor, std::string_view name) {
  std::vector<std::string_view> names;
  for (int i = 0; i < descriptor.field_count(); ++i) names.push_back(descriptor.field(i)->name());
  return {"json_unknown_field", descriptor.full_name() + " has no field '" + printable(name) + "'" +
                                    suggestion(name, names)};
}

Fault unknown_value(const EnumDescriptor& descriptor, std::string_view name) {
  std::vector<std::string_view> names;
  for (int i = 0; i < descriptor.value_count(); ++i) names.push_back(descriptor.value(i)->name());
  return {"json_unknown_value", descriptor.full_name() + " has no value '" + printable(name) + "'" +
                                    suggestion(name, names)};
}

class MessageReader final : public JsonEvents {
 public:
  explicit MessageReader(Message& out) : root_(out) {}

  Status object_begin() override {
    if (open_.empty()) {
      open_.push_back({&root_, nullptr, false});
      return Done{};
    }
    if (const Status fit = place_for_value("an object"); !fit) return fit;
    const FieldDescriptor* field = open_.back().field;
    if (field->type() != FieldDescriptor::TYPE_MESSAGE) return wrong_type("an object");
    Message* message = open_.back().message;
    const auto* reflection = message->GetReflection();
    Message* child = field->is_repeated() ? reflection->AddMessage(message, field)
                                          : reflection->MutableMessage(message, field);
    open_.push_back({child, nullptr, false});
    return Done{};
  }

  Status array_begin() override {
    if (open_.empty() || open_.back().array || !open_.back().field->is_repeated())
      return wrong_type("an array");
    open_.push_back({open_.back().message, open_.back().field, true});
    return Done{};
  }

  Status object_end() override {
    open_.pop_back();
    return Done{};
  }
  Status array_end() override { return object_end(); }

  Status name(std::string_view text) override {
    Frame& frame = open_.back();
    const Descriptor& descriptor = *frame.message->GetDescriptor();
    frame.field = descriptor.FindFieldByName(std::string(text));
    if (frame.field == nullptr) return unknown_field(descriptor, text);
    const auto* oneof = frame.field->real_containing_oneof();
    if (oneof == nullptr || !frame.message->GetReflection()->HasOneof(*frame.message, oneof))
      return Done{};
    return Fault{"json_two_of_oneof", "a second member of '" + oneof->name() + "' of " +
                                          descriptor.full_name() + "; give one of them"};
  }

  Status string(std::string_view text) override {
    if (const Status fit = place_for_value("a string"); !fit) return fit;
    switch (open_.back().field->type()) {
      case FieldDescriptor::TYPE_UINT64:
        return read_into_u64(text);
      case FieldDescriptor::TYPE_INT64:
        return read_into_i64(text);
      case FieldDescriptor::TYPE_ENUM:
        return read_into_enum(text);
      case FieldDescriptor::TYPE_STRING:
        return store_string(std::string(text));
      case FieldDescriptor::TYPE_BYTES: {
        Result<Bytes> bytes = read_hex(text);
        return bytes ? store_string(std::move(*bytes)) : Status(bytes.fault());
      }
      default:
        return wrong_type("a string");
    }
  }

  Status number(std::string_view text) override {
    if (const Status fit = place_for_value("a number"); !fit) return fit;
    const auto [message, field, array] = open_.back();
    if (field->type() != FieldDescriptor::TYPE_UINT32) return wrong_type("a number");
    const Result<std::uint32_t> value = read_uint32(text);
    if (!value) return value.fault();
    const auto* reflection = message->GetReflection();
    if (array)
      reflection->AddUInt32(message, field, *value);
    else
      reflection->SetUInt32(message, field, *value);
    return Done{};
  }

  Status boolean(bool value) override {
    if (const Status fit = place_for_value("true or false"); !fit) return fit;
    const auto [message, field, array] = open_.back();
    if (field->type() != FieldDescriptor::TYPE_BOOL) return wrong_type("true or false");
    const auto* reflection = message->GetReflection();
    if (array)
      reflection->AddBool(message, field, value);
    else
      reflection->SetBool(message, field, value);
    return Done{};
  }

  Status null() override {
    return Fault{"json_null", "null says nothing; leave the name out instead"};
  }

 private:
  Status wrong_type(const std::string& found) const {
    std::string wanted = "an object";
    if (!open_.empty()) {
      const Frame& frame = open_.back();
      wanted = expected(*frame.field);
      if (frame.field->is_repeated() && !frame.array) wanted = "an array";
    }
    return Fault{"json_wrong_type", "expected " + wanted + ", found " + found};
  }

  // Whether a single value may stand here: a member that is not repeated, or an element of one that
  // is.
  Status place_for_value(const std::string& found) const {
    if (open_.empty() || open_.back().array != open_.back().field->is_repeated())
      return wrong_type(found);
    return Done{};
  }

  Status store_string(std::string value) {
    const auto [message, field, array] = open_.back();
    const auto* reflection = message->GetReflection();
    if (array)
      reflection->AddString(message, field, std::move(value));
    else
      reflection->SetString(message, field, std::move(value));
    return Done{};
  }

  Status read_into_u64(std::string_view text) {
    const auto [message, field, array] = open_.back();
    const bool is_id = !field->options().GetExtension(options::field).names().empty();
    const Result<std::uint64_t> value = is_id ? read_id(text) : read_uint64(text);
    if (!value) return value.fault();
    const auto* reflection = message->GetReflection();
    if (array)
      reflection->AddUInt64(message, field, *value);
    else
      reflection->SetUInt64(message, field, *value);
    return Done{};
  }

  Status read_into_i64(std::string_view text) {
    const auto [message, field, array] = open_.back();
    const Result<std::int64_t> value = read_int64(text);
    if (!value) return value.fault();
    const auto* reflection = message->GetReflection();
    if (array)
      reflection->AddInt64(message, field, *value);
    else
      reflection->SetInt64(message, field, *value);
    return Done{};
  }

  Status read_into_enum(std::string_view text) {
    const auto [message, field, array] = open_.back();
    const EnumValueDescriptor* value = field->enum_type()->FindValueByName(std::string(text));
    if (value == nullptr) return unknown_value(*field->enum_type(), text);
    const auto* reflection = message->GetReflection();
    if (array)
      reflection->AddEnum(message, field, value);
    else
      reflection->SetEnum(message, field, value);
    return Done{};
  }

  Message& root_;
  std::vector<Frame> open_;
};

// Takes any document: the parser itself is what is asked.
class Anything final : public JsonEvents {
 public:
  Status object_begin() override { return Done{}; }
  Status object_end() override { return Done{}; }
  Status array_begin() override { return Done{}; }
  Status array_end() override { return Done{}; }
  Status name(std::string_view) override { return Done{}; }
  Status string(std::string_view) override { return Done{}; }
  Status number(std::string_view) override { return Done{}; }
  Status boolean(bool) override { return Done{}; }
  Status null() override { return Done{}; }
};

}  // namespace

Status from_json(std::string_view text, Message& out, std::size_t max_bytes) {
  out.Clear();
  MessageReader reader(out);
  Status status = parse_json(text, max_bytes, reader);
  if (!status) out.Clear();
  return status;
}

Status validate_json(std::string_view text, std::size_t max_bytes) {
  Anything anything;
  return parse_json(text, max_bytes, anything);
}

}  // namespace astyq::wire
