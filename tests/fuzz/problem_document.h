// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/check.h"
#include "http/problem.h"
#include "wire/catalogue.h"

namespace astyq::fuzz {

// What a request that was refused is told: a problem document with a known code.
inline void check_problem_document(BytesView body, unsigned status) {
  boost::json::error_code error;
  const auto document = boost::json::parse(body, error);
  ASTYQ_CHECK(!error && document.is_object());
  const auto text = [&](const char* name) {
    const auto* member = document.get_object().if_contains(name);
    ASTYQ_CHECK(member != nullptr && member->is_string() && !member->get_string().empty());
    return std::string(member->get_string());
  };
  const std::string code = text("code");
  const auto& kinds = http::problem_kinds();
  ASTYQ_CHECK(std::ranges::any_of(kinds, [&](const auto& kind) { return kind.code == code; }) ||
              wire::refusal_code(code).has_value());
  ASTYQ_CHECK(text("type") == "/problems/" + code);
  ASTYQ_CHECK(document.at("status") == status);
  for (const char* name : {"title", "detail", "hint", "trace_id"}) text(name);
}

}  // namespace astyq::fuzz
