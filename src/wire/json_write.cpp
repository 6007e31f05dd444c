// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "astyq/options.pb.h"
#include "base/bytes.h"
#include "wire/json.h"
#include "wire/json_scalar.h"

namespace astyq::wire {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A message that is being written.
struct Frame {
  const Message* message = nullptr;
  int field = 0;
  int element = 0;   // of a repeated field
  bool any = false;  // a member is already written
};

std::string enum_text(const FieldDescriptor& field, int number) {
  const auto* value = field.enum_type()->FindValueByNumber(number);
  return value == nullptr ? std::to_string(number) : json_string(value->name());
}

std::string quoted(const std::string& digits) {
  return "\"" + digits + "\"";
}

bool is_id(const FieldDescriptor& field) {
  return !field.options().GetExtension(options::field).names().empty();
}

std::string u64_text(const FieldDescriptor& field, std::uint64_t value) {
  return quoted(is_id(field) ? write_id(value) : std::to_string(value));
}

std::string text_of(const FieldDescriptor& field, const std::string& value) {
  return field.type() == FieldDescriptor::TYPE_BYTES ? quoted(to_hex(value)) : json_string(value);
}

// Requires: not a message; `element` counts only for a repeated field.
std::string scalar_text(const Message& message, const FieldDescriptor* field, int element) {
  const auto& from = *message.GetReflection();
  const bool many = field->is_repeated();
  switch (field->type()) {
    case FieldDescriptor::TYPE_UINT64:
      return u64_text(*field, many ? from.GetRepeatedUInt64(message, field, element)
                                   : from.GetUInt64(message, field));
    case FieldDescriptor::TYPE_INT64:
      return quoted(std::to_string(many ? from.GetRepeatedInt64(message, field, element)
                                        : from.GetInt64(message, field)));
    case FieldDescriptor::TYPE_UINT32:
      return std::to_string(many ? from.GetRepeatedUInt32(message, field, element)
                                 : from.GetUInt32(message, field));
    case FieldDescriptor::TYPE_BOOL:
      return (many ? from.GetRepeatedBool(message, field, element) : from.GetBool(message, field))
                 ? "true"
                 : "false";
    case FieldDescriptor::TYPE_ENUM:
      return enum_text(*field, many ? from.GetRepeatedEnumValue(message, field, element)
                                    : from.GetEnumValue(message, field));
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
      return text_of(*field, many ? from.GetRepeatedString(message, field, element)
                                  : from.GetString(message, field));
    default:
      break;
  }
  ASTYQ_CHECK(false);  // the generators refuse every other type
  return {};
}

class Writer {
 public:
  std::string run(const Message& message) {
    open(message);
    while (!frames_.empty()) step();
    return std::move(out_);
  }

 private:
  void open(const Message& message) {
    out_ += '{';
    frames_.push_back({&message});
  }

  void step() {
    Frame& frame = frames_.back();
    if (frame.field == frame.message->GetDescriptor()->field_count()) {
      out_ += '}';
      frames_.pop_back();
      return;
    }
    const FieldDescriptor* field = frame.message->GetDescriptor()->field(frame.field);
    if (field->is_repeated())
      repeated(frame, field);
    else
      single(frame, field);
  }

  void name(Frame& frame, const FieldDescriptor* field) {
    if (frame.any) out_ += ',';
    frame.any = true;
    out_ += json_string(field->name()) + ":";
  }

  void single(Frame& frame, const FieldDescriptor* field) {
    ++frame.field;
    const auto* reflection = frame.message->GetReflection();
    if (field->has_presence() && !reflection->HasField(*frame.message, field)) return;
    name(frame, field);
    if (field->type() == FieldDescriptor::TYPE_MESSAGE)
      open(reflection->GetMessage(*frame.message, field));
    else
      out_ += scalar_text(*frame.message, field, 0);
  }

  // One element a step, so that the elements of a message may be messages of their own.
  void repeated(Frame& frame, const FieldDescriptor* field) {
    const auto* reflection = frame.message->GetReflection();
    if (frame.element == 0) {
      name(frame, field);
      out_ += '[';
    }
    if (frame.element == reflection->FieldSize(*frame.message, field)) {
      out_ += ']';
      ++frame.field;
      frame.element = 0;
      return;
    }
    if (frame.element > 0) out_ += ',';
    const int element = frame.element++;
    if (field->type() == FieldDescriptor::TYPE_MESSAGE)
      open(reflection->GetRepeatedMessage(*frame.message, field, element));
    else
      out_ += scalar_text(*frame.message, field, element);
  }

  std::string out_;
  std::vector<Frame> frames_;
};

}  // namespace

std::string to_json(const Message& message) {
  return Writer().run(message);
}

std::string json_string(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace astyq::wire
