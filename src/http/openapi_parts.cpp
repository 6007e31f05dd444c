// SPDX-License-Identifier: Apache-2.0
#include "http/openapi_parts.h"

#include "http/examples.h"
#include "http/schema.h"
#include "query/pages.h"

namespace astyq::http {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object text(const char* pattern = nullptr) {
  object schema{{"type", "string"}};
  if (pattern != nullptr) schema["pattern"] = pattern;
  return schema;
}

object list(object items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

object record(object properties, array required) {
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

object reference(const char* kind, const std::string& name) {
  return {{"$ref", std::string("#/components/") + kind + "/" + name}};
}

object content(const std::string& media_type, object schema, const value& example) {
  object described{{"schema", std::move(schema)}};
  if (!example.is_null()) described["example"] = example;
  return {{media_type, std::move(described)}};
}

object json_content(object schema, const value& example) {
  return content("application/json", std::move(schema), example);
}

object headers(bool submitted = false) {
  object out{{"Latest-Height", reference("headers", "LatestHeight")}};
  if (submitted) {
    out["Idempotency-Hit"] = reference("headers", "IdempotencyHit");
    out["Dry-Run"] = reference("headers", "DryRun");
  }
  return out;
}

object response(const char* description, object content, bool submitted = false) {
  return {{"description", description},
          {"headers", headers(submitted)},
          {"content", std::move(content)}};
}

object problem_response(const char* description, const value& example) {
  return response(description,
                  content("application/problem+json", schema_reference("Problem"), example));
}

object parameter(const std::string& name, const char* in, const std::string& about, object schema) {
  return {{"name", name},
          {"in", in},
          {"required", std::string(in) == "path"},
          {"description", about},
          {"schema", std::move(schema)}};
}

object integer(int least, int most, int usual) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}, {"default", usual}};
}

object min_height() {
  return parameter("Min-Height", "header", "Waits up to 5 s for this block.",
                   schema_reference("Number"));
}

object query_parameter(const std::string& name) {
  if (name == "limit")
    return parameter(
        name, "query", "Items of a page, at most.",
        integer(1, static_cast<int>(query::kMostRows), static_cast<int>(query::kUsualRows)));
  if (name == "cursor")
    return parameter(name, "query", "`next` or `prev` of an earlier page, unchanged.", text());
  if (name == "order")
    return parameter(name, "query", "By key.",
                     {{"type", "string"}, {"enum", array{"asc", "desc"}}, {"default", "asc"}});
  if (name == "at_height")
    return parameter(name, "query",
                     "Reads the state after this block: one of the last 100, or for the reader "
                     "token any from `first_height` of GET /v1/status on.",
                     schema_reference("Number"));
  if (name == "opened")
    return parameter(name, "query", "With the restricted part, for the reader token alone.",
                     {{"type", "boolean"}, {"default", false}});
  if (name == "paper")
    return parameter(name, "query",
                     "With the validator's signature under the code on a receipt's paper.",
                     {{"type", "boolean"}, {"default", false}});
  if (name == "dry_run")
    return parameter(name, "query",
                     "Answers what a next block would, and changes nothing. For a single "
                     "transaction; what would be 201 is 200.",
                     {{"type", "boolean"}, {"default", false}});
  return parameter(name, "query", "Blocks without the outcomes of their transactions.",
                   {{"type", "string"}, {"enum", array{"blocks"}}});
}

void add_block_schemas(object& schemas) {
  const auto number = [] { return schema_reference("Number"); };
  const auto hash = [] { return schema_reference("Hash"); };
  const object whole{{"type", "integer"}};
  object block{{"height", number()},
               {"time_ns", text()},
               {"app_hash", hash()},
               {"transactions", whole},
               {"refused", whole}};
  const array block_required{"height", "time_ns", "app_hash", "transactions", "refused"};
  object detail = block;
  detail["signed_header"] = schema_reference("CometSignedHeader");
  detail["outcomes"] = list(schema_reference("Outcome"));
  schemas["Block"] = record(block, block_required);
  schemas["BlockDetail"] = record(detail, block_required);
  schemas["BlockPage"] = record({{"height", number()},
                                 {"items", list(schema_reference("Block"))},
                                 {"next", schema_reference("Cursor")},
                                 {"prev", schema_reference("Cursor")}},
                                array{"height", "items"});
}

}  // namespace

object key_schema(const wire::KeyPart& part) {
  if (part.kind == "u64") return schema_reference("Number");
  if (part.kind == "u32") return {{"type", "integer"}, {"minimum", 0}};
  return text(part.kind == "b16" ? "^[0-9a-f]{32}$" : "^[0-9a-f]{64}$");
}

namespace {

object number() {
  return schema_reference("Number");
}

object hash() {
  return schema_reference("Hash");
}

object whole_number() {
  return {{"type", "integer"}};
}

void add_outcome_schemas(object& schemas) {
  const object whole = whole_number();
  schemas["Number"] = text("^(0|[1-9][0-9]{0,19})$");
  schemas["Hash"] = text("^[0-9a-f]{64}$");
  schemas["Cursor"] = object{{"type", "string"}, {"description", "Opaque."}};
  schemas["AnyObject"] = object{{"type", "object"}};
  schemas["Texts"] =
      record({{"en", text()}, {"ru", text()}, {"kk", text()}}, array{"en", "ru", "kk"});
  schemas["OperationOutcome"] = record({{"code", text()},
                                        {"number", whole},
                                        {"first_id", number()},
                                        {"count", whole},
                                        {"text", schema_reference("Texts")}},
                                       array{"code", "number", "first_id", "count"});
  schemas["Settled"] = record(
      {{"status", object{{"type", "string"},
                         {"enum", array{"applied", "refused", "already_applied", "not_admitted",
                                        "unknown"}}}},
       {"height", number()},
       {"hash", hash()},
       {"operations", list(schema_reference("OperationOutcome"))},
       {"code", text()},
       {"number", whole},
       {"text", schema_reference("Texts")},
       {"field", object{{"type", "string"},
                        {"description", "Where the earlier transaction with this id differs."}}}},
      array{"status"});
  schemas["Outcome"] =
      record({{"hash", hash()},
              {"operations", list(schema_reference("OperationOutcome"))},
              {"signed_tx", object{{"type", "string"}, {"description", "With the reader token."}}}},
             array{"hash", "operations"});
}

void add_catalogue_schemas(object& schemas) {
  const object flag{{"type", "boolean"}};
  const object whole = whole_number();
  schemas["Health"] = record({{"status", text()}}, array{"status"});
  schemas["Status"] = record({{"network_id", text()},
                              {"protocol_version", whole},
                              {"height", number()},
                              {"time_ns", text()},
                              {"app_hash", hash()},
                              {"ready", flag},
                              {"not_ready", text()},
                              {"pool_transactions", whole},
                              {"first_height", number()},
                              {"disk_free_bytes", number()},
                              {"disk_reserve_bytes", number()},
                              {"scrubbed_ns", text()},
                              {"alarm", text()},
                              {"upgrade", schema_reference("ScheduledUpgrade")},
                              {"signed_header", schema_reference("CometSignedHeader")}},
                             array{"network_id", "height", "time_ns", "app_hash", "ready"});
  schemas["ScheduledUpgrade"] =
      record({{"protocol_version", whole}, {"height", number()}, {"known", flag}},
             array{"protocol_version", "height", "known"});
  schemas["Verb"] = record({{"code", whole},
                            {"name", text()},
                            {"module", text()},
                            {"permission", text()},
                            {"doc", text()},
                            {"creates", text()},
                            {"since", whole},
                            {"final", flag},
                            {"effects", list(text())}},
                           array{"code", "name", "module", "effects"});
  schemas["Verbs"] = record({{"verbs", list(schema_reference("Verb"))}}, array{"verbs"});
  schemas["Explanation"] = record({{"code", text()},
                                   {"number", whole},
                                   {"text", schema_reference("Texts")},
                                   {"status", whole},
                                   {"title", text()},
                                   {"hint", text()}},
                                  array{"code"});
  schemas["Refusals"] =
      record({{"refusals", list(schema_reference("Explanation"))}}, array{"refusals"});
  schemas["Problem"] =
      record({{"type", text()},
              {"title", text()},
              {"status", whole},
              {"detail", text()},
              {"code", text()},
              {"hint", text()},
              {"trace_id", text()},
              {"number", whole},
              {"text", schema_reference("Texts")},
              {"field", text()},
              {"transaction", schema_reference("Settled")}},
             array{"type", "title", "status", "detail", "code", "hint", "trace_id"});
}

}  // namespace

object plain_schemas() {
  object schemas;
  add_block_schemas(schemas);
  add_outcome_schemas(schemas);
  add_catalogue_schemas(schemas);
  return schemas;
}

object shared_headers() {
  return {
      {"LatestHeight", object{{"description", "The newest block that this node knows."},
                              {"schema", schema_reference("Number")}}},
      {"IdempotencyHit", object{{"description",
                                 "`true` when the same bytes were settled before; the answer is "
                                 "the one that they had then."},
                                {"schema", object{{"type", "string"}, {"enum", array{"true"}}}}}},
      {"DryRun", object{{"description", "`true` when nothing was changed."},
                        {"schema", object{{"type", "string"}, {"enum", array{"true"}}}}}}};
}

object shared_responses() {
  return {{"BadRequest", problem_response("A parameter or the address is wrong.",
                                          problem_example("parameter_invalid"))},
          {"Unauthorized",
           problem_response("The token is not this node's.", problem_example("token_wrong"))},
          {"NotFound",
           problem_response("There is no such thing, or not yet.", problem_example("row_unknown"))},
          {"Gone", problem_response("It is no longer kept.", problem_example("height_gone"))},
          {"Unavailable", problem_response("Not now; Retry-After tells when to try again.",
                                           problem_example("pool_full"))}};
}

array route_parameters(const Route& route) {
  array out;
  for (std::size_t at = route.path.find('{'); at != std::string::npos;
       at = route.path.find('{', at + 1)) {
    const std::string name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
    const bool number = name == "height" || name == "party";
    const char* about = name == "table" ? "As /v1/{table} has it: receipts, parties, ..."
                        : name == "id"
                            ? "32 hexadecimal digits, or a public key in hexadecimal, ':' "
                              "and its number."
                            : "As the answers show it.";
    out.push_back(parameter(name, "path", about, number ? schema_reference("Number") : text()));
  }
  for (const char* name : route.parameters) out.push_back(query_parameter(name));
  if (route.endpoint == Endpoint::kEvents)
    out.push_back(parameter("Last-Event-ID", "header",
                            "The stream begins after this height; without it, with the next block.",
                            schema_reference("Number")));
  if (route.path.starts_with("/v1/") && std::string(route.method) == "GET")
    out.push_back(min_height());
  return out;
}

array row_parameters(const wire::TableEntry& table, bool one) {
  array out;
  if (one) {
    std::string shape;
    for (const wire::KeyPart& part : table.key) shape += (shape.empty() ? "" : ":") + part.name;
    out.push_back(parameter("key", "path", shape, text()));
  } else {
    for (const char* name : {"limit", "cursor", "order"}) out.push_back(query_parameter(name));
    for (const std::string& name : wire::filter_names(table))
      out.push_back(parameter(name, "query", "Only rows with this value.", text()));
  }
  out.push_back(query_parameter("at_height"));
  out.push_back(min_height());
  return out;
}

object read_responses(const object& schema, const value& example) {
  return {{"200", response("What was asked for.", json_content(schema, example))},
          {"400", reference("responses", "BadRequest")},
          {"401", reference("responses", "Unauthorized")},
          {"404", reference("responses", "NotFound")},
          {"410", reference("responses", "Gone")},
          {"503", reference("responses", "Unavailable")}};
}

object text_responses(const std::string& media_type, const value& example) {
  return {{"200", response("What was asked for.",
                           content(media_type, object{{"type", "string"}}, example))},
          {"400", reference("responses", "BadRequest")},
          {"401", reference("responses", "Unauthorized")},
          {"404", reference("responses", "NotFound")},
          {"503", reference("responses", "Unavailable")}};
}

object opening_body() {
  return {
      {"required", true},
      {"description",
       "The canonical body (party, key of the row, the reader's X25519 key, valid_until_ns) and "
       "the signatures under \"astyq/open/1\", the network and its SHA-256."},
      {"content", json_content(schema_reference("ProofOpeningRequest"), opening_example())}};
}

object opening_responses() {
  object out = read_responses(schema_reference("ProofProof"), proof_example());
  out["403"] = problem_response("The row is not this party's to open, or a signature is wrong.",
                                problem_example("opening_not_yours"));
  return out;
}

object submit_body() {
  const object bytes{{"schema", object{{"type", "string"}, {"format", "binary"}}}};
  return {
      {"required", true},
      {"description",
       "application/json: one signed transaction, its canonical body and signatures in "
       "hexadecimal. application/octet-stream: the bytes of one. application/x-astyq-stream: "
       "many, each as its length (a varint) and its bytes; answered by an array in the same "
       "order. The example registers a person on a fresh demonstration network."},
      {"content", object{{"application/json", object{{"schema", schema_reference("BaseSignedTx")},
                                                     {"example", signed_example()}}},
                         {"application/octet-stream", bytes},
                         {"application/x-astyq-stream", bytes}}}};
}

object submit_responses() {
  const object one = schema_reference("Settled");
  const object any{{"oneOf", array{one, list(one)}}};
  return {{"201", response("Applied; every operation was accepted.",
                           json_content(one, settled_example()), true)},
          {"200",
           response("Of one transaction: applied, with some operations refused; or what a dry run "
                    "would apply. Of a stream: what became of each.",
                    json_content(any, settled_in_part_example()), true)},
          {"400", problem_response("The body cannot be read.", problem_example("json_malformed"))},
          {"401", reference("responses", "Unauthorized")},
          {"409",
           problem_response("A transaction with this id and another body is settled; `field` names "
                            "the first difference.",
                            reused_example())},
          {"413", problem_response("The body is larger than the limit.",
                                   problem_example("body_too_large"))},
          {"415", problem_response("The body's type is none that is understood.",
                                   problem_example("content_type_unknown"))},
          {"422",
           problem_response("Not admitted, which consumes nothing; or every operation was refused, "
                            "which is recorded: then `transaction` holds the result.",
                            refused_example())},
          {"503", reference("responses", "Unavailable")}};
}

}  // namespace astyq::http
