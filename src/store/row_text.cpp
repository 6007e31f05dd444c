// SPDX-License-Identifier: Apache-2.0
#include "store/row_text.h"

#include <charconv>

#include "base/check.h"
#include "wire/json.h"

namespace astyq::store {
namespace {

std::size_t part_size(const wire::KeyPart& part) {
  if (part.kind == "u64") return 8;
  if (part.kind == "u32") return 4;
  return part.kind == "b16" ? 16 : 32;
}

bool is_number(const wire::KeyPart& part) {
  return part.kind == "u64" || part.kind == "u32";
}

std::string part_text(const wire::KeyPart& part, BytesView bytes) {
  if (part.kind == "u64") return std::to_string(read_u64(bytes));
  if (part.kind == "u32") return std::to_string(read_u32(bytes));
  return to_hex(bytes);
}

std::string shape_of(const wire::TableEntry& table) {
  std::string shape;
  for (const wire::KeyPart& part : table.key) {
    if (!shape.empty()) shape += ':';
    shape += part.name;
  }
  return shape;
}

Fault wrong_key(const wire::TableEntry& table, std::string_view why) {
  return {"key_invalid",
          "The key of " + table.name + " is " + shape_of(table) + ": " + std::string(why)};
}

}  // namespace

std::size_t key_size(const wire::TableEntry& table) {
  std::size_t size = 1;
  for (const wire::KeyPart& part : table.key) size += part_size(part);
  return size;
}

Result<Bytes> parse_key_part(const wire::KeyPart& part, std::string_view text) {
  Bytes out;
  if (!is_number(part)) {
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != part_size(part))
      return Fault{"key_invalid",
                   part.name + " is " + std::to_string(part_size(part)) + " bytes in hexadecimal."};
    return *bytes;
  }
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  const bool canonical = whole && std::to_string(number) == text;
  if (!canonical || (part.kind == "u32" && number > UINT32_MAX))
    return Fault{"key_invalid",
                 part.name + " is a whole number in decimal, without leading zeros."};
  if (part.kind == "u32")
    append_u32(out, static_cast<std::uint32_t>(number));
  else
    append_u64(out, number);
  return out;
}

Result<RowKey> parse_key(const wire::TableEntry& table, std::string_view text) {
  Bytes key(1, static_cast<char>(table.type));
  for (std::size_t i = 0; i < table.key.size(); ++i) {
    const bool last = i + 1 == table.key.size();
    const std::size_t colon = text.find(':');
    if (last != (colon == std::string_view::npos))
      return wrong_key(table, std::to_string(table.key.size()) + " parts joined by ':'.");
    const auto part = parse_key_part(table.key[i], text.substr(0, colon));
    if (!part.ok()) return wrong_key(table, part.fault().text);
    key += *part;
    text.remove_prefix(last ? text.size() : colon + 1);
  }
  return RowKey(key);
}

std::string key_text(const wire::TableEntry& table, const RowKey& key) {
  ASTYQ_CHECK(key.type() == table.type && key.bytes().size() == key_size(table));
  std::string text;
  BytesView rest = key.bytes().substr(1);
  for (const wire::KeyPart& part : table.key) {
    if (!text.empty()) text += ':';
    text += part_text(part, rest.substr(0, part_size(part)));
    rest.remove_prefix(part_size(part));
  }
  return text;
}

std::unique_ptr<google::protobuf::Message> row_message(const wire::TableEntry& table,
                                                       const Row& row, bool opened) {
  std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(table.message)->New());
  if (!message->ParseFromString(row.open)) return nullptr;
  if (opened && table.restricted != nullptr) {
    const auto* field = table.message->FindFieldByName("restricted");
    auto* restricted = message->GetReflection()->MutableMessage(message.get(), field);
    if (!restricted->ParseFromString(row.restricted)) return nullptr;
  }
  return message;
}

std::string row_json(const wire::TableEntry& table, const RowKey& key, const Row& row,
                     bool opened) {
  std::string json = "{";
  BytesView rest = key.bytes().substr(1);
  for (const wire::KeyPart& part : table.key) {
    const std::string text = part_text(part, rest.substr(0, part_size(part)));
    rest.remove_prefix(part_size(part));
    json += wire::json_string(part.name) + ":";
    json += part.kind == "u32" ? text : wire::json_string(text);
    json += ',';
  }
  const auto message = row_message(table, row, opened);
  ASTYQ_CHECK(message != nullptr);
  const std::string fields = wire::to_json(*message);
  if (fields == "{}")
    json.back() = '}';
  else
    json += fields.substr(1);
  return json;
}

std::uint64_t opener_of(const wire::TableEntry& table, const RowKey& key, const Row& row) {
  if (table.restricted == nullptr || table.opened_by.empty()) return 0;
  BytesView rest = key.bytes().substr(1);
  for (const wire::KeyPart& part : table.key) {
    if (part.name == table.opened_by) return read_u64(rest);
    rest.remove_prefix(part_size(part));
  }
  const auto message = row_message(table, row, true);
  ASTYQ_CHECK(message != nullptr);
  const auto& restricted =
      message->GetReflection()->GetMessage(*message, table.message->FindFieldByName("restricted"));
  const auto* field = table.restricted->FindFieldByName(table.opened_by);
  ASTYQ_CHECK(field != nullptr);
  return restricted.GetReflection()->GetUInt64(restricted, field);
}

}  // namespace astyq::store
