// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/exchange.h"

namespace astyq::http {

// Everything that the API serves; each is one entry of /openapi.json.
enum class Endpoint {
  kPage,
  kPageScript,
  kPageStyle,
  kOpenApi,
  kProblem,
  kLive,
  kReady,
  kMetrics,
  kStatus,
  kVerbs,
  kRefusals,
  kBlocks,
  kBlock,
  kEvents,
  kSubmit,
  kTransaction,
  kKeyProof,
  kOpenRow,
  kResultProof,
  kRows,
  kRow,
};

struct Route {
  Endpoint endpoint;
  const char* method;
  std::string path;                     // "/v1/blocks/{height}"
  std::vector<const char*> parameters;  // of the query
  bool any_filter = false;              // names of other parameters are filters of rows
};

// Each table has its two routes, /v1/<table> and /v1/<table>/{key}.
const std::vector<Route>& routes();

struct Match {
  const Route* route = nullptr;  // null: nothing at this address, or not with this method
  std::string allow;             // methods that the address knows; empty: nothing is there
  std::string nearest;           // an address that was perhaps meant; empty: none
};
// HEAD matches where GET does.
Match match(const Request& request);

// Splits "/v1/receipts/7?x=y" into path and query. Faults: `target_malformed`.
Status parse_target(std::string_view target, Request& request);

}  // namespace astyq::http
