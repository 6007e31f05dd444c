// SPDX-License-Identifier: Apache-2.0
#include "wire/json.h"

#include <gtest/gtest.h>

#include <string>

#include "astyq/base/v1/envelope.pb.h"
#include "astyq/identity/v1/register_party.pb.h"
#include "astyq/ledger/v1/genesis.pb.h"
#include "astyq/ledger/v1/state.pb.h"
#include "support/random_message.h"
#include "wire/grammar.h"
#include "wire/ids.h"
#include "wire/json_scalar.h"
#include "wire/nearest.h"

namespace astyq::wire {
namespace {

constexpr std::size_t kLimit = 1 << 20;

// The fault's code, or "" when the document is taken.
template <typename Message>
std::string code_of(std::string_view text) {
  Message message;
  const Status status = from_json(text, message, kLimit);
  if (status.ok()) return "";
  EXPECT_EQ(message.ByteSizeLong(), 0U) << "something is left behind by " << text;
  return status.fault().code;
}

template <typename Message>
std::string text_of(std::string_view text) {
  Message message;
  const Status status = from_json(text, message, kLimit);
  return status.ok() ? "" : status.fault().text;
}

using Body = base::v1::TxBody;
using Rules = ledger::v1::Rules;
using RegisterParty = identity::v1::RegisterParty;

std::string quoted(std::string_view text) {
  return std::string("\"").append(text).append("\"");
}
std::string member(std::string_view name, std::string_view value) {
  return std::string("{").append(quoted(name)).append(":").append(value).append("}");
}
std::string body(std::string_view party) {
  return member("party", party);
}
std::string time(std::string_view value) {
  return member("valid_until", value);
}
std::string rules(std::string_view value) {
  return member("protocol_version", value);
}

TEST(Json, reads_a_transaction) {
  Body message;
  const Status status = from_json(R"({
    "party": "7", "id": "000102030405060708090a0b0c0d0e0f", "valid_until": "-1",
    "operations": [{"linked": true, "register_party": {"kind": "LEGAL_ENTITY",
      "bin": "010140000005", "name": "\u049aара \ud83c\udf3e",
      "key": {"kind": "ED25519", "public_key": "00ff"}}}, {}]})",
                                  message, kLimit);
  ASSERT_TRUE(status.ok()) << status.fault().text;
  EXPECT_EQ(message.party(), 7U);
  EXPECT_EQ(to_hex(message.id()), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(message.valid_until(), -1);
  ASSERT_EQ(message.operations_size(), 2);
  EXPECT_TRUE(message.operations(0).linked());
  const auto& verb = message.operations(0).register_party();
  EXPECT_EQ(verb.kind(), identity::v1::LEGAL_ENTITY);
  EXPECT_EQ(verb.name(), "Қара 🌾");
  EXPECT_EQ(to_hex(verb.key().public_key()), "00ff");
}

TEST(Json, writes_zeros_and_leaves_out_what_is_absent) {
  EXPECT_EQ(to_json(Body()), R"({"party":"0","valid_until":"0","operations":[]})");
  Body message;
  message.set_id("");
  message.add_operations();
  message.add_operations()->set_linked(true);
  EXPECT_EQ(
      to_json(message),
      R"({"party":"0","id":"","valid_until":"0","operations":[{"linked":false},{"linked":true}]})");
  ledger::v1::DueJob job;
  job.set_job(ledger::v1::EXPIRE_TRANSFER_OFFER);
  EXPECT_EQ(to_json(job), R"({"job":"EXPIRE_TRANSFER_OFFER"})");
}

TEST(Json, strings_are_escaped) {
  EXPECT_EQ(json_string("a\"\\\n\t\r\x01/қ"), "\"a\\\"\\\\\\n\\t\\r\\u0001/қ\"");
}

TEST(Json, integers_of_64_bits_are_canonical_strings) {
  EXPECT_EQ(code_of<Body>(body(R"("0")")), "");
  EXPECT_EQ(code_of<Body>(body(R"("18446744073709551615")")), "");
  EXPECT_EQ(code_of<Body>(body(R"("18446744073709551616")")), "json_number_out_of_range");
  EXPECT_EQ(code_of<Body>(body(R"("999999999999999999999999999999")")), "json_number_out_of_range");
  EXPECT_EQ(code_of<Body>(body(R"("-1")")), "json_number_out_of_range");
  EXPECT_EQ(code_of<Body>(time(R"("-9223372036854775808")")), "");
  EXPECT_EQ(code_of<Body>(time(R"("-9223372036854775809")")), "json_number_out_of_range");
  EXPECT_EQ(code_of<Body>(time(R"("9223372036854775808")")), "json_number_out_of_range");
  for (const char* text : {"007", "+5", "1e3", "1.0", "-0", "", " 1", "1 ", "0x1", "NaN", "1,0",
                           "-", "--1", "1_000", "Infinity"}) {
    EXPECT_EQ(code_of<Body>(body(quoted(text))), "json_not_integer") << text;
    EXPECT_EQ(code_of<Body>(time(quoted(text))), "json_not_integer") << text;
  }
  EXPECT_EQ(code_of<Body>(body("7")), "json_wrong_type");
  EXPECT_EQ(code_of<Body>(body("NaN")), "json_malformed");
}

TEST(Json, integers_of_32_bits_are_plain_numbers) {
  EXPECT_EQ(code_of<Rules>(rules("0")), "");
  EXPECT_EQ(code_of<Rules>(rules("4294967295")), "");
  EXPECT_EQ(code_of<Rules>(rules("4294967296")), "json_number_out_of_range");
  EXPECT_EQ(code_of<Rules>(rules("18446744073709551616")), "json_number_out_of_range");
  EXPECT_EQ(code_of<Rules>(rules("-1")), "json_number_out_of_range");
  for (const char* text : {"1e3", "1.0", "1.5", "-0", "0.0", "1E0", "-0.0", "1e-1", "1e400"})
    EXPECT_EQ(code_of<Rules>(rules(text)), "json_not_integer") << text;
  EXPECT_EQ(code_of<Rules>(rules("1e99999999999999999999")), "json_number_out_of_range");
  for (const char* text : {"01", "+1", ".5", "1.", "NaN", "Infinity", "-", "0x1"})
    EXPECT_EQ(code_of<Rules>(rules(text)), "json_malformed") << text;
  EXPECT_EQ(code_of<Rules>(rules("\"1\"")), "json_wrong_type");
}

TEST(Json, an_id_may_be_a_result) {
  Body message;
  ASSERT_TRUE(from_json(body(quoted("result_of(2)")), message, kLimit).ok());
  EXPECT_EQ(message.party(), make_result_of(2));
  EXPECT_EQ(to_json(message).substr(0, 24), "{\"party\":\"result_of(2)\",");
  ASSERT_TRUE(from_json(body(quoted("result_of(4294967295,65535)")), message, kLimit).ok());
  EXPECT_EQ(message.party(), make_result_of(0xFFFFFFFF, 0xFFFF));
  EXPECT_EQ(result_operation(message.party()), 0xFFFFFFFFU);
  EXPECT_EQ(result_index(message.party()), 0xFFFF);
  for (const char* text :
       {"result_of()", "result_of(", "result_of(1", "result_of(01)", "result_of(1,)",
        "result_of(1, 2)", "result_of(1,2,3)", "Result_of(1)", "result_of(-0)"})
    EXPECT_EQ(code_of<Body>(body(quoted(text))), "json_not_integer") << text;
  EXPECT_EQ(code_of<Body>(body(quoted("result_of(-1)"))), "json_number_out_of_range");
  EXPECT_EQ(code_of<Body>(body(quoted("result_of(4294967296)"))), "json_number_out_of_range");
  EXPECT_EQ(code_of<Body>(body(quoted("result_of(1,65536)"))), "json_number_out_of_range");
  // A number that is no id of a row has no results.
  EXPECT_EQ(code_of<ledger::v1::Counter>(member("last_id", quoted("result_of(1)"))),
            "json_not_integer");
  // Beyond what result_of can say, the number itself stands.
  EXPECT_EQ(write_id(~std::uint64_t{0}), "18446744073709551615");
  EXPECT_EQ(write_id(make_result_of(3, 1)), "result_of(3,1)");
  EXPECT_EQ(write_id(kResultOf - 1), "9223372036854775807");
}

TEST(Json, other_kinds_are_exact) {
  const auto verb = [](std::string_view field) {
    return code_of<RegisterParty>(std::string("{").append(field).append("}"));
  };
  EXPECT_EQ(verb(R"("commitment":"00ff")"), "");
  EXPECT_EQ(verb(R"("commitment":"")"), "");
  EXPECT_EQ(verb(R"("commitment":"00FF")"), "json_not_hex");
  EXPECT_EQ(verb(R"("commitment":"00f")"), "json_not_hex");
  EXPECT_EQ(verb(R"("commitment":"0x00")"), "json_not_hex");
  EXPECT_EQ(verb(R"("commitment":[0])"), "json_wrong_type");
  EXPECT_EQ(verb(R"("kind":"LEGAL_ENTITY")"), "");
  EXPECT_EQ(verb(R"("kind":"legal_entity")"), "json_unknown_value");
  EXPECT_EQ(verb(R"("kind":2)"), "json_wrong_type");
  EXPECT_EQ(verb(R"("name":7)"), "json_wrong_type");
  EXPECT_EQ(verb(R"("name":null)"), "json_null");
  EXPECT_EQ(verb(R"("name":true)"), "json_wrong_type");
  EXPECT_EQ(verb(R"("key":"x")"), "json_wrong_type");
  EXPECT_EQ(verb(R"("key":[])"), "json_wrong_type");
  EXPECT_EQ(verb(R"("key":{})"), "");
  EXPECT_EQ(code_of<Body>(R"({"operations":{}})"), "json_wrong_type");
  EXPECT_EQ(code_of<Body>(R"({"operations":[[]]})"), "json_wrong_type");
  EXPECT_EQ(code_of<Body>(R"({"operations":[1]})"), "json_wrong_type");
  EXPECT_EQ(code_of<Body>(R"({"operations":[{"linked":1}]})"), "json_wrong_type");
  for (const char* text : {"[]", "1", "\"x\"", "true"})
    EXPECT_EQ(code_of<Body>(text), "json_wrong_type");
  EXPECT_EQ(code_of<Body>("null"), "json_null");
}

TEST(Json, names_once_and_known) {
  EXPECT_EQ(code_of<Body>(R"({"party":"1","party":"1"})"), "json_duplicate_name");
  EXPECT_EQ(code_of<Body>(R"({"party":"1","p\u0061rty":"2"})"), "json_duplicate_name");
  EXPECT_EQ(code_of<Body>(R"({"Party":"1"})"), "json_unknown_field");
  EXPECT_EQ(code_of<Body>(R"({"validUntil":"1"})"), "json_unknown_field");
  EXPECT_EQ(code_of<Body>(R"({"@type":"1"})"), "json_unknown_field");
  EXPECT_EQ(code_of<Body>(R"({"":"1"})"), "json_unknown_field");
  EXPECT_EQ(code_of<Body>(R"({"id":"","sequence":{}})"), "json_two_of_oneof");
  EXPECT_EQ(code_of<Body>(R"({"sequence":{},"id":"00"})"), "json_two_of_oneof");
}

TEST(Json, faults_say_where_and_what_instead) {
  EXPECT_EQ(
      text_of<Body>(R"({"operations":[{},{"register_party":{"key":{"orgin":"x"}}}]})"),
      "/operations/1/register_party/key/orgin: astyq.identity.v1.NewKey has no field 'orgin'; "
      "did you mean 'origin'?");
  EXPECT_EQ(text_of<Body>(R"({"operations":[{"register_party":{"kind":"LEGAL_ENTITI"}}]})"),
            "/operations/0/register_party/kind: astyq.identity.v1.PartyKind has no value "
            "'LEGAL_ENTITI'; did you mean 'LEGAL_ENTITY'?");
  EXPECT_EQ(text_of<Body>(R"({"a/b~c":1})"), "/a~1b~0c: astyq.base.v1.TxBody has no field 'a/b~c'");
  EXPECT_EQ(text_of<Body>(R"({"party":7})"),
            "/party: expected a string of decimal digits, such as \"17\", found a number");
  EXPECT_EQ(text_of<Body>("{} x"), "document: byte 3: bytes follow the end of the document");
  const std::string noise = text_of<Body>(member("\\u0000\\n" + std::string(5000, 'x'), "1"));
  EXPECT_LT(noise.size(), 300U);
  EXPECT_EQ(noise.find('\n'), std::string::npos);
}

TEST(Json, documents_that_are_no_document) {
  EXPECT_EQ(code_of<Body>(""), "json_malformed");
  EXPECT_EQ(code_of<Body>("{"), "json_malformed");
  EXPECT_EQ(code_of<Body>("{} {}"), "json_trailing_bytes");
  EXPECT_EQ(code_of<Body>(std::string("{}\0", 3)), "json_trailing_bytes");
  EXPECT_EQ(code_of<Body>(" {}\n"), "");
  EXPECT_EQ(code_of<Body>("\xEF\xBB\xBF{}"), "json_malformed");
  EXPECT_EQ(code_of<Body>("{} // comment"), "json_trailing_bytes");
  EXPECT_EQ(code_of<Body>(R"({"party":"1",})"), "json_malformed");
  EXPECT_EQ(code_of<Body>("{\"party\":\"\xFF\"}"), "json_invalid_utf8");
  EXPECT_EQ(code_of<Body>("{\"party\":\"\xED\xA0\x80\"}"), "json_invalid_utf8");
  EXPECT_EQ(code_of<RegisterParty>(R"({"name":"\ud800"})"), "json_malformed");
  EXPECT_EQ(code_of<RegisterParty>(R"({"name":"\udc00"})"), "json_invalid_utf8");
  EXPECT_EQ(code_of<RegisterParty>(R"({"name":"\ud800\ud800"})"), "json_invalid_utf8");
  EXPECT_EQ(code_of<RegisterParty>(R"({"name":"\x"})"), "json_malformed");
  EXPECT_EQ(code_of<RegisterParty>("{\"name\":\"\n\"}"), "json_malformed");
}

TEST(Json, depth_and_size_are_limited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(validate_json(nested(kMaxJsonDepth), kLimit).ok());
  EXPECT_EQ(validate_json(nested(kMaxJsonDepth + 1), kLimit).fault().code, "json_too_deep");
  EXPECT_EQ(validate_json(std::string(kLimit, '['), kLimit).fault().code, "json_too_deep");
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  EXPECT_EQ(validate_json(objects, kLimit).fault().code, "json_too_deep");
  EXPECT_TRUE(validate_json("[1,2]", 5).ok());
  EXPECT_EQ(validate_json("[1,2]", 4).fault().code, "json_too_large");
  EXPECT_EQ(validate_json(R"([{"a":1},{"a":1,"b":{"a":1}}])", kLimit).ok(), true);
  EXPECT_EQ(validate_json(R"({"b":{"a":1,"a":1}})", kLimit).fault().code, "json_duplicate_name");
}

TEST(Json, every_message_survives_the_way_there_and_back) {
  test::Random random(11);
  for (const MessageRule& rule : message_rules()) {
    const auto message = test::new_message(rule.name);
    const auto again = test::new_message(rule.name);
    for (int n = 0; n < 30; ++n) {
      message->Clear();
      test::fill(random, *message);
      const std::string text = to_json(*message);
      const Status status = from_json(text, *again, text.size());
      ASSERT_TRUE(status.ok()) << status.fault().text << "\n" << text;
      ASSERT_EQ(again->SerializeAsString(), message->SerializeAsString()) << text;
      ASSERT_EQ(to_json(*again), text);
    }
  }
}

TEST(Json, mutilated_documents_do_no_harm) {
  test::Random random(12);
  const auto message = test::new_message("astyq.base.v1.TxBody");
  std::size_t taken = 0;
  for (int n = 0; n < 3000; ++n) {
    message->Clear();
    test::fill(random, *message);
    std::string text = to_json(*message);
    for (std::uint64_t i = 1 + random.below(2); i > 0; --i)
      text[random.below(text.size())] = R"({}[]",:0129eE+-.\ atrufls)"[random.below(25)];
    if (!from_json(text, *message, kLimit).ok()) continue;
    ++taken;
    const std::string once = to_json(*message);
    ASSERT_TRUE(from_json(once, *message, once.size()).ok()) << once;
    ASSERT_EQ(to_json(*message), once);
  }
  EXPECT_GT(taken, 0U);
}

TEST(Nearest, finds_what_was_meant_or_nothing) {
  const std::vector<std::string_view> names{"weight_kg", "receipt", "owner", "id"};
  EXPECT_EQ(nearest_name("wieght_kg", names), "weight_kg");
  EXPECT_EQ(nearest_name("weightkg", names), "weight_kg");
  EXPECT_EQ(nearest_name("reciept", names), "receipt");
  EXPECT_EQ(nearest_name("price_tiyn", names), "");
  EXPECT_EQ(nearest_name(std::string(1000, 'x'), names), "");
  EXPECT_EQ(nearest_name("owner", {}), "");
  const std::string longest(63, 'a');
  EXPECT_EQ(printable(std::string(longest).append("қ")), std::string(longest).append("..."));
}

}  // namespace
}  // namespace astyq::wire
