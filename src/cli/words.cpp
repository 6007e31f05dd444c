// SPDX-License-Identifier: Apache-2.0
#include "cli/words.h"

#include <algorithm>

#include "astyq/options.pb.h"

namespace astyq::cli {
namespace {

std::string hyphened(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string without_ending(const std::string& text, std::size_t letters, std::string_view ending) {
  return text.substr(0, text.size() - letters) + std::string(ending);
}

}  // namespace

std::string singular(std::string_view name) {
  std::string text = hyphened(name);
  if (text.ends_with("ysis") || text.ends_with("ss") || text.ends_with("us")) return text;
  if (text.ends_with("yses")) return without_ending(text, 2, "is");
  if (text.ends_with("ies")) return without_ending(text, 3, "y");
  if (text.ends_with("ches")) return without_ending(text, 2, "");
  return text.ends_with("s") ? without_ending(text, 1, "") : text;
}

CommandWords words_of(const wire::VerbEntry& verb) {
  const std::size_t end = verb.name.find('_');
  if (end == std::string::npos) return {singular(verb.module), verb.name};
  return {singular(std::string_view(verb.name).substr(end + 1)), verb.name.substr(0, end)};
}

std::string noun_of(const wire::TableEntry& table) {
  return table.name == "keys" ? "public-key" : singular(table.name);
}

bool is_asked(const wire::VerbEntry& verb) {
  for (int i = 0; i < verb.message->field_count(); ++i)
    if (verb.message->field(i)->options().GetExtension(options::field).names() == "acts")
      return true;
  return verb.final;
}

}  // namespace astyq::cli
