// SPDX-License-Identifier: Apache-2.0
#include "http/openapi.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "astyq/base/v1/envelope.pb.h"
#include "astyq/comet/v1/types.pb.h"
#include "astyq/proof/v1/proof.pb.h"
#include "http/examples.h"
#include "http/openapi_parts.h"
#include "http/router.h"
#include "http/schema.h"
#include "wire/catalogue.h"

namespace astyq::http {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr const char* kAbout =
    "Read the ledger and send it signed transactions.\n\n"
    "Every answer carries `Latest-Height`, the newest block. A read with `Min-Height` waits up to "
    "5 s "
    "for that block; `at_height` reads one of the last 100 states. 64-bit numbers are decimal "
    "strings, bytes lower-case hexadecimal. Lists come in pages: follow `next` until it is "
    "absent.\n\n"
    "A transaction has at most one result, for ever: send the same bytes again whenever in doubt. "
    "Restricted parts of rows and the bytes of logged transactions are shown to whoever sends the "
    "node's reader token.\n\n"
    "What fails is `application/problem+json` (RFC 9457) with a stable `code`; `GET "
    "/problems/{code}` explains it.";

struct Text {
  const char* id;
  const char* tag;
  const char* summary;
  const char* schema;  // of 200; null: not JSON
};

Text text_of(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::kPage:
      return {"getPage", "node", "The live page.", nullptr};
    case Endpoint::kPageScript:
      return {"getPageScript", "node", "The live page's script.", nullptr};
    case Endpoint::kPageStyle:
      return {"getPageStyle", "node", "The live page's style.", nullptr};
    case Endpoint::kOpenApi:
      return {"getOpenApi", "node", "This document.", "AnyObject"};
    case Endpoint::kProblem:
      return {"getProblem", "node", "What a code means, and what to do.", "Explanation"};
    case Endpoint::kLive:
      return {"getLive", "node", "The process serves requests.", "Health"};
    case Endpoint::kReady:
      return {"getReady", "node", "The node takes transactions.", "Health"};
    case Endpoint::kMetrics:
      return {"getMetrics", "node", "Counters in Prometheus' text format.", nullptr};
    case Endpoint::kStatus:
      return {"getStatus", "node", "Where the ledger stands.", "Status"};
    case Endpoint::kVerbs:
      return {"listVerbs", "vocabulary", "Every operation that a transaction may hold.", "Verbs"};
    case Endpoint::kRefusals:
      return {"listRefusals", "vocabulary", "Every refusal, in three languages.", "Refusals"};
    case Endpoint::kBlocks:
      return {"listBlocks", "blocks", "Blocks, newest first.", "BlockPage"};
    case Endpoint::kBlock:
      return {"getBlock", "blocks", "One block with its signed header and outcomes.",
              "BlockDetail"};
    case Endpoint::kEvents:
      return {"streamEvents", "blocks",
              "A server-sent event for every block; its id is the height. Resumes after "
              "Last-Event-ID without gaps or duplicates, from any height of the log.",
              nullptr};
    case Endpoint::kSubmit:
      return {"submitTransactions", "transactions",
              "Sends one signed transaction, or a stream of them, and waits until each is settled.",
              "Settled"};
    case Endpoint::kTransaction:
      return {"getTransaction", "transactions", "What became of a transaction, for ever.",
              "Settled"};
    case Endpoint::kKeyProof:
      return {
          "getProof", "proofs",
          "That a row was there as it is, or that there was none with this key: an ICS-23 proof "
          "and the signed header that certifies it.",
          "ProofProof"};
    case Endpoint::kOpenRow:
      return {
          "openRow", "proofs",
          "The same with the row's restricted part, sealed for one reader at its owner's signed "
          "request.",
          "ProofProof"};
    case Endpoint::kResultProof:
      return {"getResultProof", "proofs",
              "That a transaction had its results, against a recent state however old it is.",
              "ProofProof"};
    case Endpoint::kRows:
    case Endpoint::kRow:
      break;
  }
  return {"", "rows", "", "AnyObject"};
}

std::string media_type(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::kPage:
      return "text/html";
    case Endpoint::kPageScript:
      return "text/javascript";
    case Endpoint::kPageStyle:
      return "text/css";
    case Endpoint::kEvents:
      return "text/event-stream";
    default:
      return "text/plain";
  }
}

std::string camel(const std::string& words) {
  std::string out;
  bool upper = true;
  for (const char c : words) {
    if (c != '_') out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return out;
}

// What a table's two routes say.
object row_operation(const Route& route, const wire::TableEntry& table) {
  const bool one = route.endpoint == Endpoint::kRow;
  object properties{{"height", schema_reference("Number")}};
  properties[one ? "item" : "items"] =
      one ? schema_reference("row_" + table.name)
          : object{{"type", "array"}, {"items", schema_reference("row_" + table.name)}};
  if (!one) {
    properties["next"] = schema_reference("Cursor");
    properties["prev"] = schema_reference("Cursor");
  }
  array required{"height", one ? "item" : "items"};
  object example{{"height", "27"}};
  example[one ? "item" : "items"] = one ? value(row_example(table)) : array{row_example(table)};
  const object schema{
      {"type", "object"}, {"properties", properties}, {"required", std::move(required)}};
  return {{"operationId", (one ? "get" : "list") + camel(table.name)},
          {"tags", array{"rows"}},
          {"summary", one ? "One row of " + table.name + "." : "Rows of " + table.name + "."},
          {"description", table.doc},
          {"parameters", row_parameters(table, one)},
          {"responses", read_responses(schema, example)}};
}

object row_schema(const wire::TableEntry& table) {
  object schema = message_schema(*table.message);
  object properties;
  array required;
  for (const wire::KeyPart& part : table.key) {
    properties[part.name] = key_schema(part);
    required.emplace_back(part.name);
  }
  for (const auto& [name, property] : schema["properties"].as_object()) properties[name] = property;
  return {{"type", "object"},
          {"description", table.doc},
          {"properties", std::move(properties)},
          {"required", std::move(required)}};
}

object operation(const Route& route) {
  const Text text = text_of(route.endpoint);
  object out{{"operationId", text.id},
             {"tags", array{text.tag}},
             {"summary", text.summary},
             {"parameters", route_parameters(route)}};
  if (route.endpoint == Endpoint::kSubmit) {
    out["requestBody"] = submit_body();
    out["responses"] = submit_responses();
  } else if (route.endpoint == Endpoint::kOpenRow) {
    out["requestBody"] = opening_body();
    out["responses"] = opening_responses();
  } else if (text.schema != nullptr) {
    out["responses"] =
        read_responses(schema_reference(text.schema), answer_example(route.endpoint));
  } else {
    out["responses"] = text_responses(media_type(route.endpoint), answer_example(route.endpoint));
  }
  return out;
}

object make_paths() {
  object paths;
  for (const Route& route : routes()) {
    const bool rows = route.endpoint == Endpoint::kRows || route.endpoint == Endpoint::kRow;
    const std::string method = std::string(route.method) == "GET" ? "get" : "post";
    const std::size_t begin = std::string("/v1/").size();
    object described =
        rows ? row_operation(
                   route,
                   *wire::find_table(std::string_view(route.path)
                                         .substr(begin, route.path.find("/{") == std::string::npos
                                                            ? std::string::npos
                                                            : route.path.find("/{") - begin)))
             : operation(route);
    if (!paths.contains(route.path)) paths[route.path] = object();
    paths[route.path].as_object()[method] = std::move(described);
  }
  return paths;
}

object make_schemas() {
  object schemas = plain_schemas();
  add_schemas(*base::v1::SignedTx::descriptor(), schemas);
  add_schemas(*comet::v1::SignedHeader::descriptor(), schemas);
  add_schemas(*proof::v1::Proof::descriptor(), schemas);
  add_schemas(*proof::v1::OpeningRequest::descriptor(), schemas);
  for (const wire::TableEntry& table : wire::tables()) {
    for (int i = 0; i < table.message->field_count(); ++i)
      if (const auto* inner = table.message->field(i)->message_type()) add_schemas(*inner, schemas);
    schemas["row_" + table.name] = row_schema(table);
  }
  return schemas;
}

}  // namespace

std::string openapi_json() {
  const object info{{"title", "Astyq"},
                    {"version", "0.1.0"},
                    {"description", kAbout},
                    {"license", object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}};
  array tags;
  for (const auto& [name, about] :
       {std::pair{"node", "The node itself."}, std::pair{"vocabulary", "Operations and refusals."},
        std::pair{"blocks", "The chain."}, std::pair{"transactions", "What changes the ledger."},
        std::pair{"rows", "The state, table by table."},
        std::pair{"proofs", "What others can check without trusting this node."}})
    tags.push_back(object{{"name", name}, {"description", about}});
  const object reader{{"type", "http"},
                      {"scheme", "bearer"},
                      {"description",
                       "The contents of reader.token in the node's data directory. It "
                       "opens restricted parts; everything else needs no token."}};
  const object document{{"openapi", "3.1.0"},
                        {"info", info},
                        {"servers", array{object{{"url", "/"}, {"description", "This node."}}}},
                        {"security", array{object(), object{{"reader", array()}}}},
                        {"tags", std::move(tags)},
                        {"paths", make_paths()},
                        {"components", object{{"schemas", make_schemas()},
                                              {"responses", shared_responses()},
                                              {"headers", shared_headers()},
                                              {"securitySchemes", object{{"reader", reader}}}}}};
  return boost::json::serialize(document);
}

}  // namespace astyq::http
