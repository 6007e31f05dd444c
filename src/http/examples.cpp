// SPDX-License-Identifier: Apache-2.0
#include "http/examples.h"

#include <google/protobuf/descriptor.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <memory>

#include "astyq/base/v1/operation.pb.h"
#include "astyq/comet/v1/types.pb.h"
#include "astyq/identity/v1/register_party.pb.h"
#include "astyq/options.pb.h"
#include "base/check.h"
#include "crypto/sha256.h"
#include "engine/demo.h"
#include "http/answers.h"
#include "http/catalogue_answers.h"
#include "http/problem.h"
#include "proof/proof_file.h"
#include "wire/json.h"
#include "wire/signing.h"

namespace astyq::http {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::int64_t kTimeNs = 1'790'000'000'000'000'000;  // a moment of block time
constexpr std::uint64_t kHeight = 27;
constexpr const char* kHeightText = "27";

Hash digest(std::string_view of) {
  return crypto::sha256(of);
}

std::string hex_digest(std::string_view of) {
  return to_hex(view(digest(of)));
}

std::size_t size_of(const FieldDescriptor& field) {
  const auto& options = field.options().GetExtension(options::field);
  return options.size() == 0 ? 32 : options.size();
}

void fill(Message& message);

void fill_scalar(Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  const auto set = [&](auto setter, auto adder, auto sample) {
    if (field.is_repeated())
      (reflection.*adder)(&message, &field, sample);
    else
      (reflection.*setter)(&message, &field, sample);
  };
  using R = google::protobuf::Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT64:
      return set(&R::SetUInt64, &R::AddUInt64,
                 field.name().ends_with("_ns") ? static_cast<std::uint64_t>(kTimeNs) : 1u);
    case FieldDescriptor::CPPTYPE_INT64:
      return set(&R::SetInt64, &R::AddInt64, field.name().ends_with("_ns") ? kTimeNs : 1);
    case FieldDescriptor::CPPTYPE_UINT32:
      return set(&R::SetUInt32, &R::AddUInt32, 1u);
    case FieldDescriptor::CPPTYPE_BOOL:
      return set(&R::SetBool, &R::AddBool, true);
    case FieldDescriptor::CPPTYPE_ENUM:
      return set(&R::SetEnum, &R::AddEnum, field.enum_type()->FindValueByNumber(1));
    case FieldDescriptor::CPPTYPE_STRING:
      break;
    default:
      ASTYQ_CHECK(false);  // proto/ has no other scalars
  }
  std::string text = field.name();
  if (field.type() == FieldDescriptor::TYPE_BYTES) {
    text = Bytes(view(digest(field.name())));
    text.resize(size_of(field), '\0');
  }
  if (field.is_repeated())
    reflection.AddString(&message, &field, text);
  else
    reflection.SetString(&message, &field, text);
}

// Every field but restricted ones has a value; of a oneof the first.
void fill(Message& message) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    const auto* oneof = field.real_containing_oneof();
    if (field.name() == "restricted" || (oneof != nullptr && reflection.HasOneof(message, oneof)))
      continue;
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
      fill_scalar(message, field);
    else
      fill(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                               : *reflection.MutableMessage(&message, &field));
  }
}

value key_part_example(const wire::KeyPart& part) {
  if (part.kind == "u64") return "1";
  if (part.kind == "u32") return 1;
  return value(hex_digest(part.name).substr(0, part.kind == "b16" ? 32 : 64));
}

base::v1::TxBody body_example() {
  identity::v1::RegisterParty verb;
  verb.set_kind(identity::v1::NATURAL_PERSON);
  verb.set_commitment(Bytes(view(digest("commitment"))));
  verb.set_uniqueness_tag(Bytes(view(digest("uniqueness tag"))));
  verb.mutable_key()->set_kind(identity::v1::ED25519);
  verb.mutable_key()->set_public_key(Bytes(view(engine::demo_key("example").public_key())));
  const auto registrar = engine::demo_key(engine::kDemoRegistrar);
  base::v1::TxBody body;
  body.set_party(1);
  body.mutable_sequence()->set_public_key(Bytes(view(registrar.public_key())));
  body.mutable_sequence()->set_number(1);
  body.set_valid_until(4'102'444'800'000'000'000);  // 2100
  *body.add_operations()->mutable_register_party() = verb;
  return body;
}

query::Settled settled(std::vector<query::OperationOutcome> operations) {
  const Bytes bytes = body_example().SerializeAsString();
  return {{}, crypto::sha256(bytes), kHeight, 0, std::move(operations)};
}

query::OperationOutcome accepted() {
  return {0, 3, 1};
}

query::OperationOutcome refused() {
  return {*wire::refusal_code("register_party.already_registered"), 0, 0};
}

object block_example() {
  return {{"height", kHeightText},
          {"time_ns", std::to_string(kTimeNs)},
          {"app_hash", hex_digest("app hash")},
          {"transactions", 1},
          {"refused", 0}};
}

value header_example() {
  comet::v1::SignedHeader header;
  fill(header);
  return boost::json::parse(wire::to_json(header));
}

object block_detail_example() {
  object block = block_example();
  block["signed_header"] = header_example();
  const value outcome = settled_example();
  block["outcomes"] =
      array{object{{"hash", outcome.at("hash")}, {"operations", outcome.at("operations")}}};
  return block;
}

// The first of a list that the program makes of its own vocabulary.
object first_of(const std::string& list, const char* name) {
  const value whole = boost::json::parse(list);
  return {{name, array{whole.at(name).at(0)}}};
}

Request example_request() {
  Request request;
  request.trace_id = "4bf92f3577b34da6";
  return request;
}

}  // namespace

value answer_example(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::kProblem:
      return boost::json::parse(code_json("row_unknown"));
    case Endpoint::kLive:
      return object{{"status", "live"}};
    case Endpoint::kReady:
      return object{{"status", "ready"}};
    case Endpoint::kMetrics:
      return "# TYPE astyq_height gauge\nastyq_height 27\n";
    case Endpoint::kStatus:
      return object{
          {"network_id", engine::kDemoNetwork},
          {"protocol_version", 1},
          {"height", kHeightText},
          {"time_ns", std::to_string(kTimeNs)},
          {"app_hash", hex_digest("app hash")},
          {"ready", true},
          {"pool_transactions", 0},
          {"first_height", "0"},
          {"disk_free_bytes", "68719476736"},
          {"disk_reserve_bytes", "536870912"},
          {"scrubbed_ns", std::to_string(kTimeNs)},
          {"upgrade", object{{"protocol_version", 2}, {"height", "1209627"}, {"known", false}}},
          {"signed_header", header_example()}};
    case Endpoint::kVerbs:
      return first_of(verbs_json(), "verbs");
    case Endpoint::kRefusals:
      return first_of(refusals_json(), "refusals");
    case Endpoint::kBlocks:
      return object{{"height", kHeightText}, {"items", array{block_example()}}, {"next", "26"}};
    case Endpoint::kBlock:
      return block_detail_example();
    case Endpoint::kEvents:
      return "id: 27\nevent: block\ndata: {\"height\":\"27\"}\n\n";
    case Endpoint::kKeyProof:
    case Endpoint::kOpenRow:
    case Endpoint::kResultProof:
      return proof_example();
    case Endpoint::kTransaction:
    case Endpoint::kSubmit:
      return settled_example();
    default:
      return {};
  }
}

object row_example(const wire::TableEntry& table) {
  object row;
  for (const wire::KeyPart& part : table.key) row[part.name] = key_part_example(part);
  const std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(table.message)->New());
  fill(*message);
  const value fields = boost::json::parse(wire::to_json(*message));
  for (const auto& [name, field] : fields.as_object()) row[name] = field;
  return row;
}

value signed_example() {
  const auto registrar = engine::demo_key(engine::kDemoRegistrar);
  base::v1::SignedTx signed_tx;
  const Bytes bytes = wire::sign_transaction(body_example(), engine::kDemoNetwork, {&registrar, 1});
  ASTYQ_CHECK(signed_tx.ParseFromString(bytes));
  return boost::json::parse(wire::to_json(signed_tx));
}

value proof_example() {
  proof::v1::Proof proof;
  fill(proof);
  proof.set_format(proof::kFormat);
  return boost::json::parse(wire::to_json(proof));
}

value opening_example() {
  proof::v1::OpeningRequest request;
  fill(request);
  return boost::json::parse(wire::to_json(request));
}

value settled_example() {
  return boost::json::parse(settled_json(settled({accepted()})));
}

value settled_in_part_example() {
  return boost::json::parse(settled_json(settled({accepted(), refused()})));
}

value problem_example(std::string_view code) {
  return boost::json::parse(problem(code, "", example_request()).body);
}

value refused_example() {
  const query::OperationOutcome outcome = refused();
  return boost::json::parse(refusal_problem(outcome.code, example_request(),
                                            ",\"transaction\":" + settled_json(settled({outcome})))
                                .body);
}

value reused_example() {
  return boost::json::parse(problem("id_reused", "", example_request(),
                                    ",\"field\":\"valid_until\",\"transaction\":" +
                                        settled_json(settled({accepted()}), "already_applied"))
                                .body);
}

}  // namespace astyq::http
