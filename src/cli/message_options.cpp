// SPDX-License-Identifier: Apache-2.0
#include "cli/message_options.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "astyq/options.pb.h"
#include "cli/words.h"
#include "wire/json.h"
#include "wire/utf8.h"

namespace astyq::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::size_t kMaxJsonBytes = 1u << 20;
constexpr int kMaxDepth = 4;

std::string option_name(const std::string& prefix, const FieldDescriptor& field) {
  std::string name = prefix + field.name();
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// What the value looks like, for --help.
std::string help_of(const FieldDescriptor& field) {
  const auto& options = field.options().GetExtension(options::field);
  std::string help;
  if (!options.names().empty())
    help = "number of a row of " + options.names() + ", or result_of(k) in a batch";
  else if (field.type() == FieldDescriptor::TYPE_ENUM)
    help = "one of " + joined(values_of(field));
  else if (field.type() == FieldDescriptor::TYPE_BYTES && options.size() != 0)
    help = std::to_string(options.size()) + " bytes in hexadecimal";
  else if (field.type() == FieldDescriptor::TYPE_BYTES)
    help = "bytes in hexadecimal";
  else if (field.type() == FieldDescriptor::TYPE_STRING)
    help = "text";
  else if (field.type() == FieldDescriptor::TYPE_BOOL)
    help = "true or false";
  else
    help = "whole number";
  return field.is_repeated() ? help + "; may be repeated" : help;
}

bool is_plain(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_UINT32 || field.type() == FieldDescriptor::TYPE_BOOL;
}

// A u32 or a truth value stands bare in JSON, so that whatever else was typed must not reach it.
bool is_bare(std::string_view text) {
  return text == "true" || text == "false" ||
         (!text.empty() &&
          std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

std::string json_value(const FieldDescriptor& field, const std::string& text) {
  return is_plain(field) && is_bare(text) ? text : wire::json_string(text);
}

// A fault of JSON begins with a pointer to the place: /grade/crop is the option --grade.crop.
std::string with_option(const std::string& text) {
  if (!text.starts_with('/')) return text;
  const std::size_t end = std::min(text.find_first_of(": "), text.size());
  std::string option = text.substr(1, end - 1);
  std::replace(option.begin(), option.end(), '/', '.');
  std::replace(option.begin(), option.end(), '_', '-');
  return "--" + option + text.substr(end);
}

}  // namespace

std::vector<std::string> values_of(const FieldDescriptor& field) {
  if (field.type() == FieldDescriptor::TYPE_BOOL) return {"true", "false"};
  std::vector<std::string> names;
  if (field.type() != FieldDescriptor::TYPE_ENUM) return names;
  for (int i = 0; i < field.enum_type()->value_count(); ++i)
    if (const auto& value = *field.enum_type()->value(i); value.number() != 0)
      names.push_back(value.name());
  return names;
}

void MessageOptions::add_to(CLI::App& app, const Descriptor& message, OptionValues& known) {
  add_fields(app, message, "", known);
}

// proto/ nests a few levels; the bound keeps a message that held itself from going on for ever.
void MessageOptions::add_fields(CLI::App& app, const Descriptor& message, const std::string& prefix,
                                OptionValues& known) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string name = option_name(prefix, field);
    if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
      const bool deep = std::count(name.begin(), name.end(), '.') >= kMaxDepth;
      if (field.is_repeated() || deep)
        unreachable_ = true;
      else
        add_fields(app, *field.message_type(), name + ".", known);
      continue;
    }
    auto value = std::make_unique<Value>();
    value->field = &field;
    CLI::Option* option = app.add_option("--" + name, value->texts, help_of(field));
    option->type_name("VALUE")->group("Fields");
    if (field.is_repeated())
      option->expected(1, -1)->allow_extra_args(false)->multi_option_policy(
          CLI::MultiOptionPolicy::TakeAll);
    else
      option->expected(1);
    known.emplace(option, [&field] { return values_of(field); });
    values_.emplace(name, std::move(value));
  }
}

std::string MessageOptions::json_of(const Descriptor& message, const std::string& prefix) const {
  std::string json;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string name = option_name(prefix, field);
    std::string value;
    if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
      if (!field.is_repeated()) value = json_of(*field.message_type(), name + ".");
      if (value == "{}") value.clear();
    } else if (const auto found = values_.find(name);
               found != values_.end() && !found->second->texts.empty()) {
      for (const std::string& text : found->second->texts)
        value += (value.empty() ? "" : ",") + json_value(field, text);
      if (field.is_repeated()) value.insert(0, "[").push_back(']');
    }
    if (value.empty()) continue;
    json += (json.empty() ? "" : ",") + wire::json_string(field.name()) + ":" + value;
  }
  return "{" + json + "}";
}

Status MessageOptions::fill(google::protobuf::Message& message) const {
  for (const auto& [name, value] : values_)
    for (const std::string& text : value->texts)
      if (!wire::is_utf8(text)) return Fault{"option_wrong", "--" + name + " is not UTF-8 text."};
  const Status read =
      wire::from_json(json_of(*message.GetDescriptor(), ""), message, kMaxJsonBytes);
  if (read) return Done{};
  std::string text = with_option(read.fault().text);
  const auto option = values_.find(text.substr(2, text.find(':') - 2));
  const bool told = text.find("did you mean") != std::string::npos;
  if (read.fault().code == "json_unknown_value" && option != values_.end() && !told)
    text += "; it is one of " + joined(values_of(*option->second->field));
  return Fault{"option_wrong", text};
}

}  // namespace astyq::cli
