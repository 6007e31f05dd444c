// SPDX-License-Identifier: Apache-2.0
#include "wire/catalogue.h"

#include <algorithm>

#include "astyq/base/v1/operation.pb.h"
#include "astyq/base/v1/refusal.pb.h"
#include "astyq/options.pb.h"
#include "base/check.h"
#include "wire/grammar.h"

namespace astyq::wire {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

constexpr std::uint32_t kRefusalsOfVerb = 100;

struct Catalogue {
  std::vector<VerbEntry> verbs;
  std::vector<TableEntry> tables;
  std::vector<RefusalText> refusals;
};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// astyq.receipts.v1.SplitReceipt -> receipts
std::string module_of(const Descriptor& message) {
  const std::string& name = message.full_name();
  const std::size_t first = name.find('.') + 1;
  return name.substr(first, name.find('.', first) - first);
}

void add_refusals(const EnumDescriptor& values, const std::string& prefix, std::uint32_t base,
                  std::vector<RefusalText>& out) {
  for (int i = 0; i < values.value_count(); ++i) {
    const auto& value = *values.value(i);
    if (value.number() == 0) continue;
    const options::Text& text = value.options().GetExtension(options::text);
    out.push_back({base + static_cast<std::uint32_t>(value.number()), prefix + lower(value.name()),
                   text.en(), text.ru(), text.kk()});
  }
}

VerbEntry verb_of(const Descriptor& message) {
  const options::Tx& tx = message.options().GetExtension(options::tx);
  const auto* field =
      base::v1::Operation::descriptor()->FindFieldByNumber(static_cast<int>(tx.code()));
  ASTYQ_CHECK(field != nullptr && field->message_type() == &message);
  VerbEntry verb{tx.code(), field->name(), module_of(message), tx.permission(),
                 tx.doc(),  tx.since(),    tx.creates(),       tx.final(),
                 {},        &message};
  verb.effects.assign(tx.effects().begin(), tx.effects().end());
  return verb;
}

TableEntry table_of(const Descriptor& message) {
  const options::Table& option = message.options().GetExtension(options::table);
  TableEntry table{static_cast<std::uint8_t>(option.type()),
                   option.name(),
                   module_of(message),
                   {},
                   option.numbered(),
                   option.ledger_keeps(),
                   option.doc(),
                   option.opened_by(),
                   &message,
                   nullptr};
  for (const std::string& part : option.key()) {
    const std::size_t colon = part.find(':');
    ASTYQ_CHECK(colon != std::string::npos);
    table.key.push_back({part.substr(0, colon), part.substr(colon + 1)});
  }
  if (const auto* restricted = message.FindFieldByName("restricted"))
    table.restricted = restricted->message_type();
  return table;
}

Catalogue read() {
  Catalogue out;
  for (const MessageRule& rule : message_rules()) {
    const Descriptor* message =
        DescriptorPool::generated_pool()->FindMessageTypeByName(std::string(rule.name));
    ASTYQ_CHECK(message != nullptr);
    if (message->options().HasExtension(options::tx)) {
      out.verbs.push_back(verb_of(*message));
      const VerbEntry& verb = out.verbs.back();
      const EnumDescriptor* values = message->FindEnumTypeByName("Refusal");
      ASTYQ_CHECK(values != nullptr);
      add_refusals(*values, verb.name + ".", verb.code * kRefusalsOfVerb, out.refusals);
    }
    if (message->options().HasExtension(options::table)) out.tables.push_back(table_of(*message));
  }
  add_refusals(*base::v1::Common_descriptor(), "", 0, out.refusals);
  std::ranges::sort(out.verbs, {}, &VerbEntry::code);
  std::ranges::sort(out.tables, {}, &TableEntry::type);
  std::ranges::sort(out.refusals, {}, &RefusalText::code);
  return out;
}

const Catalogue& catalogue() {
  static const Catalogue kCatalogue = read();
  return kCatalogue;
}

bool is_shown(const FieldDescriptor& field) {
  return !field.is_repeated() && field.name() != "restricted";
}

template <typename Entry, typename Field, typename Value>
const Entry* find(const std::vector<Entry>& entries, Field field, const Value& value) {
  const auto found = std::ranges::find(entries, value, field);
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<VerbEntry>& verbs() {
  return catalogue().verbs;
}
const std::vector<TableEntry>& tables() {
  return catalogue().tables;
}
const std::vector<RefusalText>& refusals() {
  return catalogue().refusals;
}

const VerbEntry* find_verb(std::string_view name) {
  return find(verbs(), &VerbEntry::name, name);
}
const VerbEntry* find_verb(std::uint32_t code) {
  return find(verbs(), &VerbEntry::code, code);
}
const TableEntry* find_table(std::string_view name) {
  return find(tables(), &TableEntry::name, name);
}
const TableEntry* find_table(std::uint8_t type) {
  return find(tables(), &TableEntry::type, type);
}

std::vector<std::string> filter_names(const TableEntry& table) {
  std::vector<std::string> names;
  for (const KeyPart& part : table.key) names.push_back(part.name);
  for (int i = 0; i < table.message->field_count(); ++i) {
    const FieldDescriptor& field = *table.message->field(i);
    if (!is_shown(field)) continue;
    const Descriptor* inner = field.message_type();
    if (inner == nullptr) names.push_back(field.name());
    for (int k = 0; inner != nullptr && k < inner->field_count(); ++k)
      if (is_shown(*inner->field(k)) && inner->field(k)->message_type() == nullptr)
        names.push_back(field.name() + "." + inner->field(k)->name());
  }
  return names;
}

std::vector<const FieldDescriptor*> filter_path(const TableEntry& table, std::string_view name) {
  const std::string text(name);
  const std::size_t dot = text.find('.');
  const FieldDescriptor* field = table.message->FindFieldByName(text.substr(0, dot));
  ASTYQ_CHECK(field != nullptr);
  if (dot == std::string::npos) return {field};
  const FieldDescriptor* inner = field->message_type()->FindFieldByName(text.substr(dot + 1));
  ASTYQ_CHECK(inner != nullptr);
  return {field, inner};
}

RefusalText refusal_text(std::uint32_t code) {
  if (code == 0) return {0, "accepted", "Accepted.", "Принято.", "Қабылданды."};
  const auto found = std::ranges::lower_bound(refusals(), code, {}, &RefusalText::code);
  if (found != refusals().end() && found->code == code) return *found;
  return {code, "unknown_" + std::to_string(code),
          "This program is older than the ledger and does not know the refusal. Update it.",
          "Программа старше реестра и не знает этого отказа. Обновите её.",
          "Бағдарлама тізілімнен ескі және бұл бас тартуды білмейді. Оны жаңартыңыз."};
}

std::optional<std::uint32_t> refusal_code(std::string_view name) {
  const RefusalText* found = find(refusals(), &RefusalText::name, name);
  if (found == nullptr) return std::nullopt;
  return found->code;
}

}  // namespace astyq::wire
