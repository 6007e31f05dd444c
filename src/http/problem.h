// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/exchange.h"

// RFC 9457, application/problem+json: every refused request says what, why and what next.
namespace astyq::http {

// What may go wrong before the ledger is asked; the ledger's refusals stand in wire/catalogue.h.
struct ProblemKind {
  const char* code;  // stable
  unsigned status;
  const char* title;
  const char* hint;
};

// Ascending by code.
const std::vector<ProblemKind>& problem_kinds();
// The kind of that code; an unknown one is `internal_error`.
const ProblemKind& problem_kind(std::string_view code);

// `extra`: more members, each as `,"name":json`.
Response problem(std::string_view code, const std::string& detail, const Request& request,
                 const std::string& extra = "");
Response problem(const Fault& fault, const Request& request);

// Of a ledger's refusal, which has its own code and texts in three languages.
Response refusal_problem(std::uint32_t code, const Request& request, const std::string& extra);

}  // namespace astyq::http
