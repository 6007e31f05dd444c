// SPDX-License-Identifier: Apache-2.0
#include "abci/request.h"

#include <array>

#include "abci/records.h"
#include "wire/utf8.h"

namespace astyq::abci {
namespace {

using Number = v1::Request::ValueCase;
using google::protobuf::Descriptor;
using Field = google::protobuf::FieldDescriptor;

struct Kind {
  Number number;
  std::string_view name;
};
constexpr std::array<Kind, kMethods> kKinds{{
    {Number::kEcho, "Echo"},
    {Number::kFlush, "Flush"},
    {Number::kInfo, "Info"},
    {Number::kInitChain, "InitChain"},
    {Number::kQuery, "Query"},
    {Number::kCheckTx, "CheckTx"},
    {Number::kCommit, "Commit"},
    {Number::kListSnapshots, "ListSnapshots"},
    {Number::kOfferSnapshot, "OfferSnapshot"},
    {Number::kLoadSnapshotChunk, "LoadSnapshotChunk"},
    {Number::kApplySnapshotChunk, "ApplySnapshotChunk"},
    {Number::kPrepareProposal, "PrepareProposal"},
    {Number::kProcessProposal, "ProcessProposal"},
    {Number::kExtendVote, "ExtendVote"},
    {Number::kVerifyVoteExtension, "VerifyVoteExtension"},
    {Number::kFinalizeBlock, "FinalizeBlock"},
    {Number::kInsertTx, "InsertTx"},
    {Number::kReapTxs, "ReapTxs"},
}};

// What comes after a fault of this kind is always the same advice.
constexpr std::string_view kAdvice =
    " Let only CometBFT v0.38 to v0.40 connect here, and check which version it is.";

Fault malformed(std::string_view name) {
  return {"request_malformed",
          "A request " + std::string(name) + " is not what protobuf says." + std::string(kAdvice)};
}

Fault twice(std::string_view name, std::uint32_t number) {
  return {"request_ambiguous",
          "A request " + std::string(name) + " has field " + std::to_string(number) +
              " twice, which two readers could read in two ways." + std::string(kAdvice)};
}

// A request's fields, sorted out on the wire.
struct Sorted {
  std::vector<BytesView> taken;  // values of the field that is not to be copied
  Bytes rest;                    // all other records, in order; unused where nothing is to be taken
};

// `taken`: the number of that field, 0 for none.
Result<Sorted> sort_out(std::string_view name, BytesView bytes, const Descriptor& message,
                        std::uint32_t taken) {
  Sorted sorted;
  std::uint64_t seen = 0;
  Records records(bytes);
  for (Record record; records.next(record);) {
    const auto* field = message.FindFieldByNumber(static_cast<int>(record.number));
    if (field != nullptr && !field->is_repeated() && record.number < 64) {
      const std::uint64_t bit = std::uint64_t{1} << record.number;
      if ((seen & bit) != 0) return twice(name, record.number);
      seen |= bit;
    }
    // Protobuf refuses it too, and writes a line to stderr each time.
    const bool text = field != nullptr && field->type() == Field::TYPE_STRING;
    if (text && record.delimited && !wire::is_utf8(record.value)) return malformed(name);
    if (taken == 0) continue;
    if (record.number != taken)
      sorted.rest += record.whole;
    else if (record.delimited)
      sorted.taken.push_back(record.value);
    else
      return malformed(name);
  }
  if (records.malformed()) return malformed(name);
  return sorted;
}

template <typename Message>
bool parse(BytesView bytes, Message& message) {
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

template <typename Message>
Result<Request> plain(std::string_view name, BytesView bytes) {
  const auto sorted = sort_out(name, bytes, *Message::descriptor(), 0);
  if (!sorted.ok()) return sorted.fault();
  Message message;
  if (!parse(bytes, message)) return malformed(name);
  return Request(std::move(message));
}

template <typename Message>
Result<Request> with_txs(std::string_view name, BytesView bytes) {
  auto sorted = sort_out(name, bytes, *Message::descriptor(), Message::kTxsFieldNumber);
  if (!sorted.ok()) return sorted.fault();
  WithTxs<Message> request;
  if (!parse(sorted->rest, request.rest)) return malformed(name);
  request.txs = std::move(sorted->taken);
  return Request(std::move(request));
}

// Of a request with one transaction; `rest` is what else there is.
template <typename Message>
Result<BytesView> with_tx(std::string_view name, BytesView bytes, Message& rest) {
  auto sorted = sort_out(name, bytes, *Message::descriptor(), Message::kTxFieldNumber);
  if (!sorted.ok()) return sorted.fault();
  if (!parse(sorted->rest, rest)) return malformed(name);
  return sorted->taken.empty() ? BytesView{} : sorted->taken[0];
}

Result<Request> check_tx(std::string_view name, BytesView bytes) {
  v1::RequestCheckTx rest;
  const auto tx = with_tx(name, bytes, rest);
  if (!tx.ok()) return tx.fault();
  return Request(CheckTx{*tx, rest.type()});
}

Result<Request> insert_tx(std::string_view name, BytesView bytes) {
  v1::RequestInsertTx rest;
  const auto tx = with_tx(name, bytes, rest);
  if (!tx.ok()) return tx.fault();
  return Request(InsertTx{*tx});
}

using Decode = Result<Request> (*)(std::string_view name, BytesView bytes);
constexpr std::array<Decode, kMethods> kDecoders{
    plain<v1::RequestEcho>,
    plain<v1::RequestFlush>,
    plain<v1::RequestInfo>,
    plain<v1::RequestInitChain>,
    plain<v1::RequestQuery>,
    check_tx,
    plain<v1::RequestCommit>,
    plain<v1::RequestListSnapshots>,
    plain<v1::RequestOfferSnapshot>,
    plain<v1::RequestLoadSnapshotChunk>,
    plain<v1::RequestApplySnapshotChunk>,
    with_txs<v1::RequestPrepareProposal>,
    with_txs<v1::RequestProcessProposal>,
    with_txs<v1::RequestExtendVote>,
    plain<v1::RequestVerifyVoteExtension>,
    with_txs<v1::RequestFinalizeBlock>,
    insert_tx,
    plain<v1::RequestReapTxs>,
};

}  // namespace

std::string_view method_name(Method method) {
  const auto kind = static_cast<std::size_t>(method);
  ASTYQ_CHECK(kind < kMethods);
  return kKinds[kind].name;
}

Result<Request> decode_request(BytesView frame) {
  if (frame.empty())
    return Fault{"request_empty", "A frame holds no request." + std::string(kAdvice)};
  Records records(frame);
  Record record;
  if (!records.next(record)) return malformed("frame");
  std::size_t kind = 0;
  while (kind < kMethods && static_cast<std::uint32_t>(kKinds[kind].number) != record.number)
    ++kind;
  if (kind == kMethods)
    return Fault{"request_unknown", "Request " + std::to_string(record.number) +
                                        " is none of ABCI 2.0." + std::string(kAdvice)};
  if (!record.delimited) return malformed(kKinds[kind].name);
  if (Record second; records.next(second))
    return Fault{"request_ambiguous", "A frame holds two requests." + std::string(kAdvice)};
  if (records.malformed()) return malformed("frame");
  auto request = kDecoders[kind](kKinds[kind].name, record.value);
  ASTYQ_CHECK(!request.ok() || request->index() == kind);
  return request;
}

}  // namespace astyq::abci
