// SPDX-License-Identifier: Apache-2.0
// A frame from an ABCI socket: what is read from it is what protobuf reads, and every transaction
// lies in the frame.
#include "abci/request.h"

#include "abci/samples_test.h"
#include "fuzz/targets/targets.h"

namespace astyq::fuzz {
namespace {

using abci::WithTxs;

bool lies_in(BytesView part, BytesView whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

// What protobuf alone has read, and the frame.
struct Same {
  const abci::v1::Request& expected;
  BytesView frame;

  template <typename Message>
  void operator()(const WithTxs<Message>& request) const {
    Message whole = request.rest;
    for (const BytesView tx : request.txs) {
      ASTYQ_CHECK(lies_in(tx, frame));
      whole.add_txs(Bytes(tx));
    }
    same(whole);
  }
  void operator()(const abci::CheckTx& request) const {
    ASTYQ_CHECK(lies_in(request.tx, frame) && request.tx == expected.check_tx().tx());
    ASTYQ_CHECK(request.type == expected.check_tx().type());
  }
  void operator()(const abci::InsertTx& request) const {
    ASTYQ_CHECK(lies_in(request.tx, frame) && request.tx == expected.insert_tx().tx());
  }
  template <typename Message>
  void operator()(const Message& request) const {
    same(request);
  }

 private:
  // The one member that is set is of this type.
  template <typename Message>
  void same(const Message& request) const {
    const auto* reflection = abci::v1::Request::GetReflection();
    const auto* oneof = abci::v1::Request::descriptor()->oneof_decl(0);
    const auto* member = reflection->GetOneofFieldDescriptor(expected, oneof);
    ASTYQ_CHECK(member != nullptr && member->message_type() == Message::descriptor());
    const auto& other = reflection->GetMessage(expected, member);
    ASTYQ_CHECK(request.SerializeAsString() == other.SerializeAsString());
  }
};

void attempt(BytesView input) {
  const auto request = abci::decode_request(input);
  if (!request.ok()) {
    ASTYQ_CHECK(request.fault().code.starts_with("request_"));
    return;
  }
  abci::v1::Request expected;
  ASTYQ_CHECK(expected.ParseFromArray(input.data(), static_cast<int>(input.size())));
  std::visit(Same{expected, input}, *request);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> made;
  for (const auto& request : abci::test::one_of_each()) made.push_back(request.SerializeAsString());
  return made;
}

}  // namespace

Target abci_request() {
  return {"abci_request", attempt, seeds};
}

}  // namespace astyq::fuzz
