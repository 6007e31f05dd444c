// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string_view>

#include "http/router.h"
#include "wire/catalogue.h"

// What bodies and answers look like, for /openapi.json; made by what makes the real ones wherever
// that needs no ledger.
namespace astyq::http {

// What an address answers with 200. Requires: neither rows nor /openapi.json.
boost::json::value answer_example(Endpoint endpoint);

// A row as everybody sees it.
boost::json::object row_example(const wire::TableEntry& table);

// A signed transaction that a fresh demonstration network takes, in JSON.
boost::json::value signed_example();
boost::json::value proof_example();
boost::json::value opening_example();

// What became of it: applied, with some operations refused, or sent in a stream.
boost::json::value settled_example();
boost::json::value settled_in_part_example();

// A problem of that code, or the ledger's refusal of all that was sent.
boost::json::value problem_example(std::string_view code);
boost::json::value refused_example();
boost::json::value reused_example();

}  // namespace astyq::http
