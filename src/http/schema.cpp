// SPDX-License-Identifier: Apache-2.0
#include "http/schema.h"

#include <boost/json/array.hpp>

namespace astyq::http {
namespace {

using boost::json::array;
using boost::json::object;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr const char* kUnsigned = "^(0|[1-9][0-9]{0,19})$";
constexpr const char* kSigned = "^(0|-?[1-9][0-9]{0,18})$";

object enum_schema(const FieldDescriptor& field) {
  array values;
  for (int i = 0; i < field.enum_type()->value_count(); ++i)
    values.emplace_back(field.enum_type()->value(i)->name());
  return {{"type", "string"}, {"enum", std::move(values)}};
}

object value_schema(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_UINT64:
      return {{"type", "string"}, {"pattern", kUnsigned}};
    case FieldDescriptor::TYPE_INT64:
      return {{"type", "string"}, {"pattern", kSigned}};
    case FieldDescriptor::TYPE_BOOL:
      return {{"type", "boolean"}};
    case FieldDescriptor::TYPE_STRING:
      return {{"type", "string"}};
    case FieldDescriptor::TYPE_BYTES:
      return {{"type", "string"}, {"pattern", "^([0-9a-f]{2})*$"}};
    case FieldDescriptor::TYPE_ENUM:
      return enum_schema(field);
    case FieldDescriptor::TYPE_MESSAGE:
      return schema_reference(schema_name(*field.message_type()));
    default:
      return {{"type", "integer"}};
  }
}

}  // namespace

std::string schema_name(const Descriptor& message) {
  // astyq.receipts.v1.Receipt -> ReceiptsReceipt
  const std::string& full = message.full_name();
  const std::size_t module = full.find('.') + 1;
  const std::size_t end = full.find('.', module);
  std::string name = full.substr(module, end - module);
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name + message.name();
}

object schema_reference(const std::string& name) {
  return {{"$ref", "#/components/schemas/" + name}};
}

object message_schema(const Descriptor& message) {
  object properties;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    object schema = value_schema(field);
    if (field.is_repeated()) schema = object{{"type", "array"}, {"items", std::move(schema)}};
    properties[field.name()] = std::move(schema);
  }
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

void add_schemas(const Descriptor& message, object& schemas) {
  const std::string name = schema_name(message);
  if (schemas.contains(name)) return;
  schemas[name] = message_schema(message);
  for (int i = 0; i < message.field_count(); ++i)
    if (const Descriptor* inner = message.field(i)->message_type()) add_schemas(*inner, schemas);
}

}  // namespace astyq::http
