// SPDX-License-Identifier: Apache-2.0
// /openapi.json tells the truth: its examples and the real answers are what its schemas say.
#include <boost/json/serialize.hpp>
#include <regex>

#include "astyq/base/v1/envelope.pb.h"
#include "http/served_test.h"
#include "wire/catalogue.h"
#include "wire/json.h"

namespace astyq::http {
namespace {

using boost::json::object;
using boost::json::value;
using test::get;
using test::post;
using test::Reply;

constexpr std::size_t kMostBytes = 1u << 20;

// As much of JSON Schema as the document uses. A name that the schema does not have is wrong too.
class Schemas {
 public:
  explicit Schemas(const value& document) : document_(document) {}

  // What is wrong with a value, with its place; empty when nothing is.
  std::string wrong(const object& schema, const value& given, const std::string& at) const {
    if (const auto* reference = schema.if_contains("$ref"))
      return wrong(document_.at_pointer(reference->as_string().subview(1)).as_object(), given, at);
    if (const auto* any = schema.if_contains("oneOf")) {
      for (const value& one : any->as_array())
        if (wrong(one.as_object(), given, at).empty()) return "";
      return at + " is none of oneOf";
    }
    const std::string_view type = schema.at("type").as_string();
    if (type == "object") return wrong_object(schema, given, at);
    if (type == "array") return wrong_array(schema, given, at);
    if (type == "boolean") return given.is_bool() ? "" : at + " is no boolean";
    if (type == "integer")
      return given.is_int64() || given.is_uint64() ? "" : at + " is no integer";
    return wrong_string(schema, given, at);
  }

 private:
  std::string wrong_object(const object& schema, const value& given, const std::string& at) const {
    if (!given.is_object()) return at + " is no object";
    const auto* properties = schema.if_contains("properties");
    if (properties == nullptr) return "";
    for (const auto& [name, field] : given.as_object()) {
      const auto* known = properties->as_object().if_contains(name);
      const std::string place = at + "/" + std::string(name);
      if (known == nullptr) return place + " is not in the schema";
      if (const std::string inner = wrong(known->as_object(), field, place); !inner.empty())
        return inner;
    }
    if (const auto* required = schema.if_contains("required"))
      for (const value& name : required->as_array())
        if (!given.as_object().contains(name.as_string()))
          return at + " lacks " + std::string(name.as_string());
    return "";
  }
  std::string wrong_array(const object& schema, const value& given, const std::string& at) const {
    if (!given.is_array()) return at + " is no array";
    for (const value& item : given.as_array())
      if (const std::string inner = wrong(schema.at("items").as_object(), item, at + "/0");
          !inner.empty())
        return inner;
    return "";
  }
  static std::string wrong_string(const object& schema, const value& given, const std::string& at) {
    if (!given.is_string()) return at + " is no string";
    const std::string text(given.as_string());
    const auto* pattern = schema.if_contains("pattern");
    if (pattern != nullptr &&
        !std::regex_search(text, std::regex(std::string(pattern->as_string()))))
      return at + " is not of its pattern: " + text;
    const auto* values = schema.if_contains("enum");
    if (values == nullptr) return "";
    for (const value& one : values->as_array())
      if (one == given) return "";
    return at + " is none of its values: " + text;
  }

  const value& document_;
};

class OpenApi : public ServerTest {
 protected:
  OpenApi() : document_(json_of(get(port_, "/openapi.json"))), schemas_(document_) {}

  const object& resolved(const value& response) const {
    const auto* reference = response.as_object().if_contains("$ref");
    if (reference == nullptr) return response.as_object();
    return document_.at_pointer(reference->as_string().subview(1)).as_object();
  }
  // Each media type of the content has an example, which is what its schema says.
  void expect_examples(const object& content, const std::string& at) const {
    for (const auto& [media_type, described] : content) {
      const std::string type(media_type);
      if (type == "application/octet-stream" || type == "application/x-astyq-stream") continue;
      if (type == "text/html" || type == "text/css" || type == "text/javascript") continue;
      const auto* example = described.as_object().if_contains("example");
      if (example == nullptr) {
        ADD_FAILURE() << at << " " << type << " has no example";
        continue;
      }
      EXPECT_EQ(schemas_.wrong(described.at("schema").as_object(), *example, at), "") << type;
    }
  }

  value document_;
  Schemas schemas_;
};

TEST_F(OpenApi, has_a_valid_example_of_every_body_and_answer) {
  for (const auto& [path, item] : document_.at("paths").as_object()) {
    if (path == "/openapi.json") continue;
    for (const auto& [method, operation] : item.as_object()) {
      const std::string at = std::string(method) + " " + std::string(path);
      if (const auto* body = operation.as_object().if_contains("requestBody"))
        expect_examples(body->at("content").as_object(), at);
      for (const auto& [status, response] : operation.at("responses").as_object())
        expect_examples(resolved(response).at("content").as_object(),
                        at + " " + std::string(status));
    }
  }
}

// By the very function that reads rows' JSON elsewhere.
TEST_F(OpenApi, has_examples_of_rows_that_are_rows) {
  for (const wire::TableEntry& table : wire::tables()) {
    const std::string pointer = "/paths/~1v1~1" + table.name +
                                "~1{key}/get/responses/200/content/application~1json/example/item";
    object row = document_.at_pointer(pointer).as_object();
    for (const wire::KeyPart& part : table.key) EXPECT_EQ(row.erase(part.name), 1u) << table.name;
    const std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(table.message)->New());
    const Status read = wire::from_json(boost::json::serialize(row), *message, kMostBytes);
    EXPECT_TRUE(read.ok()) << table.name << read.fault().text;
  }
}

TEST_F(OpenApi, has_a_transaction_that_a_fresh_demonstration_takes) {
  const std::string body = boost::json::serialize(document_.at_pointer(
      "/paths/~1v1~1transactions/post/requestBody/content/application~1json/example"));
  const Reply tried = post(port_, "/v1/transactions?dry_run=true", "application/json", body);
  EXPECT_EQ(tried.status, 200) << tried.body;
  const Reply sent = post(port_, "/v1/transactions", "application/json", body);
  EXPECT_EQ(sent.status, 201) << sent.body;
  EXPECT_EQ(text_at(sent, "/hash"),
            document_
                .at_pointer("/paths/~1v1~1transactions/post/responses/201/content/"
                            "application~1json/example/hash")
                .as_string());
}

TEST_F(OpenApi, describes_what_is_really_answered) {
  ASSERT_EQ(post(port_, "/v1/transactions", kOne, person(1)).status, 201);
  const Reply again = post(port_, "/v1/transactions", kOne, person(2).substr(0, 40));
  const object problem{{"$ref", "#/components/schemas/Problem"}};
  EXPECT_EQ(schemas_.wrong(problem, json_of(again), ""), "") << again.body;
  EXPECT_EQ(schemas_.wrong(problem, json_of(get(port_, "/v1/nowhere")), ""), "");
  const auto token = reader_token(config_.data_directory);
  ASSERT_TRUE(token.ok());
  std::map<std::string, std::string> real{
      {"/v1/blocks/{height}", "/v1/blocks/1"},
      {"/problems/{code}", "/problems/register_party.wrong_bin"},
      {"/v1/transactions/{party}/{id}", "/v1/transactions/1/" + to_hex(body(1).id())},
      {"/v1/parties/{key}", "/v1/parties/1"},
      {"/v1/proofs/{table}/{key}", "/v1/proofs/parties/1"}};
  for (const auto& [path, item] : document_.at("paths").as_object()) {
    const std::string template_path(path);
    const bool fixed = template_path.find('{') == std::string::npos;
    if (!item.as_object().contains("get") || (!fixed && !real.contains(template_path))) continue;
    const std::string pointer = "/get/responses/200/content/application~1json/schema";
    boost::json::error_code none;
    const value* schema = item.find_pointer(pointer, none);
    if (schema == nullptr) continue;
    const Reply reply = get(port_, fixed ? template_path : real.at(template_path),
                            "Authorization: Bearer " + *token + "\r\n");
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(schemas_.wrong(schema->as_object(), json_of(reply), template_path), "");
  }
}

TEST_F(OpenApi, describes_each_answer_of_a_stream) {
  stop();
  config_.pool_transactions = 4;
  config_.pool_party_transactions = 1;
  start();
  Bytes stream;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    const Bytes tx = i == 1 ? "garbage" : person(i);
    append_varint(stream, tx.size());
    stream += tx;
  }
  const Reply reply = post(port_, "/v1/transactions", kMany, stream);
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_NE(reply.body.find("not_canonical"), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find("party_quota"), std::string::npos) << reply.body;
  const value& schema = document_.at_pointer(
      "/paths/~1v1~1transactions/post/responses/200/content/application~1json/schema");
  EXPECT_EQ(schemas_.wrong(schema.as_object(), json_of(reply), ""), "") << reply.body;
}

}  // namespace
}  // namespace astyq::http
