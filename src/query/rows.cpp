// SPDX-License-Identifier: Apache-2.0
#include "query/rows.h"

#include <charconv>
#include <memory>

#include "base/check.h"
#include "wire/json.h"

namespace astyq::query {
namespace {

using Found = std::optional<std::pair<store::RowKey, const store::Row*>>;

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

Found bound(const State& state, const store::RowKey& key, bool or_equal) {
  if (state.undos == nullptr)
    return or_equal ? state.tree.lower_bound(key) : state.tree.upper_bound(key);
  return or_equal ? state.undos->lower_bound_at(state.tree, key, state.height)
                  : state.undos->upper_bound_at(state.tree, key, state.height);
}

store::RowKey padded(const wire::TableEntry& table, Bytes prefix, char with) {
  ASTYQ_CHECK(prefix.size() <= key_size(table));
  prefix.resize(key_size(table), with);
  return store::RowKey(prefix);
}

// Half way between two keys of the same length, low < high.
store::RowKey middle(BytesView low, BytesView high) {
  Bytes sum(low.size(), '\0');
  unsigned carry = 0;
  for (std::size_t i = low.size(); i-- > 0;) {
    const unsigned digit =
        static_cast<unsigned char>(low[i]) + static_cast<unsigned char>(high[i]) + carry;
    sum[i] = static_cast<char>(digit & 0xff);
    carry = digit >> 8;
  }
  for (char& digit : sum) {
    const unsigned whole = (carry << 8) | static_cast<unsigned char>(digit);
    digit = static_cast<char>(whole >> 1);
    carry = whole & 1;
  }
  return store::RowKey(sum);
}

// The greatest key in [first, below). The tree knows successors only: halving the gap needs about
// as many steps as the number of rows has bits, and one where keys are consecutive.
Found last_below(const State& state, const store::RowKey& first, store::RowKey below) {
  Found low = bound(state, first, true);
  if (!low || low->first >= below) return std::nullopt;
  Bytes before(below.bytes());
  std::size_t i = before.size();
  while (i > 0 && before[--i] == '\0') before[i] = '\xff';
  before[i] = static_cast<char>(before[i] - 1);
  if (Found direct = bound(state, store::RowKey(before), true); direct && direct->first < below)
    return direct;
  for (;;) {
    const Found next = bound(state, low->first, false);
    if (!next || next->first >= below) return low;
    const store::RowKey half = middle(low->first.bytes(), below.bytes());
    const Found above = bound(state, half, true);
    if (above && above->first < below)
      low = above->first == low->first ? next : above;
    else
      below = half;
  }
}

void scan_up(const State& state, const Scan& scan, std::vector<store::Entry>& out) {
  const store::RowKey last = padded(scan.table, scan.prefix, '\xff');
  Found next = scan.after ? bound(state, *scan.after, false)
                          : bound(state, padded(scan.table, scan.prefix, '\0'), true);
  while (next && next->first <= last && out.size() < scan.most) {
    out.push_back({next->first, *next->second});
    next = bound(state, next->first, false);
  }
}

void scan_down(const State& state, const Scan& scan, std::vector<store::Entry>& out) {
  const store::RowKey first = padded(scan.table, scan.prefix, '\0');
  const store::RowKey last = padded(scan.table, scan.prefix, '\xff');
  store::RowKey below = scan.after ? *scan.after : last;
  if (!scan.after)
    if (auto row = find_row(state, last)) out.push_back({last, std::move(*row)});
  while (out.size() < scan.most) {
    const Found found = last_below(state, first, below);
    if (!found) return;
    out.push_back({found->first, *found->second});
    below = found->first;
  }
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

Result<store::RowKey> parse_key(const wire::TableEntry& table, std::string_view text) {
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
  return store::RowKey(key);
}

std::string key_text(const wire::TableEntry& table, const store::RowKey& key) {
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

std::optional<store::Row> find_row(const State& state, const store::RowKey& key) {
  const store::Row* row = state.undos == nullptr
                              ? state.tree.find(key)
                              : state.undos->find_at(state.tree, key, state.height);
  return row == nullptr ? std::nullopt : std::optional(*row);
}

std::vector<store::Entry> scan_rows(const State& state, const Scan& scan) {
  std::vector<store::Entry> out;
  if (scan.order == Order::kAscending)
    scan_up(state, scan, out);
  else
    scan_down(state, scan, out);
  return out;
}

std::unique_ptr<google::protobuf::Message> row_message(const wire::TableEntry& table,
                                                       const store::Row& row, bool opened) {
  std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(table.message)->New());
  ASTYQ_CHECK(message->ParseFromString(row.open));
  if (opened && table.restricted != nullptr) {
    const auto* field = table.message->FindFieldByName("restricted");
    ASTYQ_CHECK(message->GetReflection()
                    ->MutableMessage(message.get(), field)
                    ->ParseFromString(row.restricted));
  }
  return message;
}

std::string row_json(const wire::TableEntry& table, const store::Entry& entry, bool opened) {
  std::string json = "{";
  BytesView rest = entry.key.bytes().substr(1);
  for (const wire::KeyPart& part : table.key) {
    const std::string text = part_text(part, rest.substr(0, part_size(part)));
    rest.remove_prefix(part_size(part));
    json += wire::json_string(part.name) + ":";
    json += part.kind == "u32" ? text : wire::json_string(text);
    json += ',';
  }
  const std::string fields = wire::to_json(*row_message(table, entry.row, opened));
  if (fields == "{}")
    json.back() = '}';
  else
    json += fields.substr(1);
  return json;
}

}  // namespace astyq::query
