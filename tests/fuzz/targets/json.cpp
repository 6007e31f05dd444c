// SPDX-License-Identifier: Apache-2.0
// A document that a message takes says the same when it is written again, and both parsers agree
// about what is a document at all.
#include "wire/json.h"

#include <algorithm>
#include <array>

#include "astyq/base/v1/envelope.pb.h"
#include "astyq/ledger/v1/genesis.pb.h"
#include "engine/demo.h"
#include "fuzz/targets/targets.h"
#include "support/random_message.h"

namespace astyq::fuzz {
namespace {

constexpr std::size_t kMostBytes = 1u << 16;
// What only a parser that knows a message can find.
constexpr std::array<std::string_view, 8> kOfTheMessage{
    "json_unknown_field", "json_two_of_oneof",        "json_null",    "json_wrong_type",
    "json_not_integer",   "json_number_out_of_range", "json_not_hex", "json_unknown_value"};

void try_as(google::protobuf::Message& message, BytesView text) {
  const Status valid = wire::validate_json(text, kMostBytes);
  const Status read = wire::from_json(text, message, kMostBytes);
  if (!read) {
    ASTYQ_CHECK(message.ByteSizeLong() == 0);
    ASTYQ_CHECK(!read.fault().text.empty());
    ASTYQ_CHECK(!valid || std::ranges::count(kOfTheMessage, read.fault().code) == 1);
    return;
  }
  ASTYQ_CHECK(valid.ok());
  const Bytes bytes = message.SerializeAsString();
  const std::string written = wire::to_json(message);
  constexpr std::size_t kAnySize = SIZE_MAX;
  ASTYQ_CHECK(wire::validate_json(written, kAnySize).ok());
  ASTYQ_CHECK(wire::from_json(written, message, kAnySize).ok());
  ASTYQ_CHECK(message.SerializeAsString() == bytes);
  ASTYQ_CHECK(wire::to_json(message) == written);
}

void attempt(BytesView input) {
  base::v1::TxBody body;
  try_as(body, input);
  base::v1::SignedTx signed_tx;
  try_as(signed_tx, input);
  ledger::v1::Genesis genesis;
  try_as(genesis, input);
}

std::vector<Bytes> seeds() {
  test::Random random(1);
  std::vector<Bytes> made{
      wire::to_json(engine::demo_genesis()),
      R"json({"party":"result_of(0)","id":"00","operations":[{"linked":true}]})json",
      R"json([1e400,-0.5E+7,"\ud83c\udf3e\u0000\/",null,true,{"":{}}])json",
  };
  while (made.size() < 12) {
    base::v1::TxBody body;
    test::fill(random, body);
    made.push_back(wire::to_json(body));
    base::v1::SignedTx signed_tx;
    test::fill(random, signed_tx);
    made.push_back(wire::to_json(signed_tx));
  }
  return made;
}

}  // namespace

Target json() {
  return {"json", attempt, seeds};
}

}  // namespace astyq::fuzz
