// SPDX-License-Identifier: Apache-2.0
#include "http/catalogue_answers.h"

#include <algorithm>

#include "http/problem.h"
#include "wire/catalogue.h"
#include "wire/json.h"
#include "wire/nearest.h"

namespace astyq::http {
namespace {

std::string member(const char* name, const std::string& text) {
  return std::string(",\"") + name + "\":" + wire::json_string(text);
}

std::string verb_json(const wire::VerbEntry& verb) {
  std::string json = "{\"code\":" + std::to_string(verb.code) + member("name", verb.name) +
                     member("module", verb.module) + member("permission", verb.permission) +
                     member("doc", verb.doc) + member("creates", verb.creates) +
                     ",\"since\":" + std::to_string(verb.since) +
                     ",\"final\":" + (verb.final ? "true" : "false") + ",\"effects\":[";
  for (const std::string& effect : verb.effects) {
    if (json.back() != '[') json += ',';
    json += wire::json_string(effect);
  }
  return json + "]}";
}

std::string refusal_json(const wire::RefusalText& text) {
  return "{\"code\":" + wire::json_string(text.name) + ",\"number\":" + std::to_string(text.code) +
         ",\"text\":{\"en\":" + wire::json_string(text.en) + member("ru", text.ru) +
         member("kk", text.kk) + "}}";
}

template <typename Entries, typename ToJson>
std::string list_json(const char* name, const Entries& entries, ToJson to_json) {
  std::string json = std::string("{\"") + name + "\":[";
  for (const auto& entry : entries) {
    if (json.back() != '[') json += ',';
    json += to_json(entry);
  }
  return json + "]}";
}

}  // namespace

const std::string& verbs_json() {
  static const std::string kJson = list_json("verbs", wire::verbs(), verb_json);
  return kJson;
}

const std::string& refusals_json() {
  static const std::string kJson = list_json("refusals", wire::refusals(), refusal_json);
  return kJson;
}

std::string code_json(std::string_view code) {
  if (const auto number = wire::refusal_code(code))
    return refusal_json(wire::refusal_text(*number));
  const auto& kinds = problem_kinds();
  const auto kind = std::ranges::find(kinds, code, &ProblemKind::code);
  if (kind == kinds.end()) return {};
  return "{\"code\":" + wire::json_string(kind->code) +
         ",\"status\":" + std::to_string(kind->status) + member("title", kind->title) +
         member("hint", kind->hint) + "}";
}

std::string nearest_code(std::string_view code) {
  std::vector<std::string_view> known;
  for (const ProblemKind& kind : problem_kinds()) known.emplace_back(kind.code);
  for (const wire::RefusalText& refusal : wire::refusals()) known.emplace_back(refusal.name);
  return std::string(wire::nearest_name(code, known));
}

}  // namespace astyq::http
