// SPDX-License-Identifier: Apache-2.0
#include "query/pages.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>

#include "wire/json_scalar.h"
#include "wire/nearest.h"

namespace astyq::query {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kMostLookedAt = 20'000;
constexpr std::size_t kChunk = 1'000;

// cursor = direction ("n": on, "p": back) || hexadecimal of the key after its type
struct Cursor {
  bool back = false;
  std::optional<store::RowKey> key;
};

std::string cursor_text(bool back, const store::RowKey& key) {
  return (back ? "p" : "n") + to_hex(key.bytes().substr(1));
}

Result<Cursor> parse_cursor(const wire::TableEntry& table, const std::string& text) {
  if (text.empty()) return Cursor{};
  const auto bytes = from_hex(std::string_view(text).substr(1));
  if ((text[0] != 'n' && text[0] != 'p') || !bytes || bytes->size() + 1 != store::key_size(table))
    return Fault{"cursor_invalid", "The cursor was changed, or is another list's."};
  return Cursor{text[0] == 'p', store::RowKey(Bytes(1, static_cast<char>(table.type)) + *bytes)};
}

std::string scalar_text(const Message& message, const FieldDescriptor* field) {
  const auto& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT64:
      return std::to_string(reflection.GetUInt64(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(reflection.GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(reflection.GetUInt32(message, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.GetEnum(message, field)->name();
    default:
      break;
  }
  const std::string text = reflection.GetString(message, field);
  return field->type() == FieldDescriptor::TYPE_BYTES ? to_hex(text) : text;
}

using FieldPath = std::vector<const FieldDescriptor*>;

bool has_value(const Message& row, const FieldPath& path, const std::string& text) {
  const Message* message = &row;
  for (std::size_t i = 0; i + 1 < path.size(); ++i)
    message = &message->GetReflection()->GetMessage(*message, path[i]);
  return scalar_text(*message, path.back()) == text;
}

struct Condition {
  std::size_t key_offset = 0;  // of a part of the key
  Bytes key_part;
  FieldPath path;  // otherwise
  std::string text;
};

std::string value_names(const google::protobuf::EnumDescriptor& values) {
  std::string out;
  for (int i = 0; i < values.value_count(); ++i)
    out += (i == 0 ? "" : i + 1 < values.value_count() ? ", " : " and ") + values.value(i)->name();
  return out;
}

// What the values of a field look like, where the text is none; empty where it is one.
std::string wanted_instead(const FieldDescriptor& field, const std::string& text) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT64:
      return wire::read_uint64(text).ok() ? "" : "a whole number in decimal";
    case FieldDescriptor::CPPTYPE_UINT32:
      return wire::read_uint32(text).ok() ? "" : "a whole number in decimal, below 4294967296";
    case FieldDescriptor::CPPTYPE_INT64:
      return wire::read_int64(text).ok() ? "" : "a whole number in decimal";
    case FieldDescriptor::CPPTYPE_BOOL:
      return text == "true" || text == "false" ? "" : "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return field.enum_type()->FindValueByName(text) != nullptr
                 ? ""
                 : "one of " + value_names(*field.enum_type());
    default:
      break;
  }
  if (field.type() != FieldDescriptor::TYPE_BYTES || wire::read_hex(text).ok()) return "";
  return "bytes in lower-case hexadecimal";
}

// A value that no row can have is a mistake of the caller, not an empty list.
Status check_value(const FieldPath& path, const Filter& filter) {
  const std::string wanted = wanted_instead(*path.back(), filter.text);
  if (wanted.empty()) return Done{};
  return Fault{"filter_invalid", "'" + wire::printable(filter.text) + "' is no value of " +
                                     filter.name + ": it is " + wanted + "."};
}

// Parts of the key that lead it narrow the prefix; everything else becomes a condition.
struct Plan {
  Bytes prefix;
  std::vector<Condition> conditions;
};

Fault unknown_filter(const wire::TableEntry& table, const std::string& name) {
  const auto names = wire::filter_names(table);
  const std::string near(wire::nearest_name(name, {names.begin(), names.end()}));
  return {"filter_unknown", "Rows of " + table.name + " have no '" + wire::printable(name) +
                                "' to filter by." +
                                (near.empty() ? "" : " Did you mean '" + near + "'?")};
}

Result<Plan> plan_of(const PageRequest& request) {
  const wire::TableEntry& table = *request.table;
  Plan plan{Bytes(1, static_cast<char>(table.type)), {}};
  std::size_t offset = 1;
  for (const wire::KeyPart& part : table.key) {
    const auto filter = std::ranges::find(request.filters, part.name, &Filter::name);
    Bytes zero = part.kind == "u64" || part.kind == "u32" ? *store::parse_key_part(part, "0")
                                                          : Bytes(part.kind == "b16" ? 16 : 32, 0);
    if (filter != request.filters.end()) {
      const auto bytes = store::parse_key_part(part, filter->text);
      if (!bytes.ok()) return Fault{"filter_invalid", bytes.fault().text};
      if (plan.prefix.size() == offset)
        plan.prefix += *bytes;
      else
        plan.conditions.push_back({offset, *bytes, {}, {}});
    }
    offset += zero.size();
  }
  const auto names = wire::filter_names(table);
  for (const Filter& filter : request.filters) {
    if (std::ranges::find(table.key, filter.name, &wire::KeyPart::name) != table.key.end())
      continue;
    if (std::ranges::find(names, filter.name) == names.end())
      return unknown_filter(table, filter.name);
    FieldPath path = wire::filter_path(table, filter.name);
    if (const Status valid = check_value(path, filter); !valid.ok()) return valid.fault();
    plan.conditions.push_back({0, {}, std::move(path), filter.text});
  }
  return plan;
}

bool meets(const wire::TableEntry& table, const store::Entry& entry,
           const std::vector<Condition>& conditions) {
  if (conditions.empty()) return true;
  const auto message = store::row_message(table, entry.row, false);
  ASTYQ_CHECK(message != nullptr);
  return std::ranges::all_of(conditions, [&](const Condition& condition) {
    if (condition.path.empty())
      return entry.key.bytes().substr(condition.key_offset, condition.key_part.size()) ==
             condition.key_part;
    return has_value(*message, condition.path, condition.text);
  });
}

struct Gathered {
  std::vector<store::Entry> rows;
  std::optional<store::RowKey> last;  // that was looked at
  bool more = false;
};

Result<Gathered> gather(const PageRequest& request, const Plan& plan, Scan scan,
                        const Source& source) {
  Gathered out;
  std::size_t looked_at = 0;
  while (looked_at < kMostLookedAt) {
    scan.most = plan.conditions.empty() ? request.limit + 1 - out.rows.size() : kChunk;
    auto chunk = source(scan);
    if (!chunk.ok()) return chunk.fault();
    for (store::Entry& entry : *chunk) {
      if (out.rows.size() == request.limit) {
        out.more = true;
        return out;
      }
      out.last = entry.key;
      if (meets(*request.table, entry, plan.conditions)) out.rows.push_back(std::move(entry));
    }
    if (chunk->size() < scan.most) return out;
    looked_at += chunk->size();
    scan.after = out.last;
  }
  out.more = true;
  return out;
}

}  // namespace

Result<Page> read_page(const PageRequest& request, const Source& source) {
  ASTYQ_CHECK(request.table != nullptr && request.limit >= 1 && request.limit <= kMostRows);
  const auto cursor = parse_cursor(*request.table, request.cursor);
  if (!cursor.ok()) return cursor.fault();
  auto plan = plan_of(request);
  if (!plan.ok()) return plan.fault();
  const bool down = (request.order == Order::kDescending) != cursor->back;
  const Scan scan{*request.table, plan->prefix, cursor->key,
                  down ? Order::kDescending : Order::kAscending, 0};
  auto found = gather(request, *plan, scan, source);
  if (!found.ok()) return found.fault();
  Page page{std::move(found->rows), {}, {}};
  if (cursor->back) std::ranges::reverse(page.rows);
  // The far end in the direction of reading, and the near one.
  if (found->more && found->last)
    (cursor->back ? page.prev : page.next) = cursor_text(cursor->back, *found->last);
  if (cursor->key) {
    const store::RowKey near = page.rows.empty()
                                   ? *cursor->key
                                   : (cursor->back ? page.rows.back().key : page.rows.front().key);
    (cursor->back ? page.next : page.prev) = cursor_text(!cursor->back, near);
  }
  return page;
}

}  // namespace astyq::query
