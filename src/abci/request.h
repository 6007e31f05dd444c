// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "astyq/abci/v1/request.pb.h"
#include "base/bytes.h"
#include "base/result.h"

namespace astyq::abci {

// A request that brings a block: `rest` is all of it but the transactions, whose field is empty
// there. `txs` are views into the frame, so that a block is not copied; they last for the call.
template <typename Message>
struct WithTxs {
  Message rest;
  std::vector<BytesView> txs;
};
using PrepareProposal = WithTxs<v1::RequestPrepareProposal>;
using ProcessProposal = WithTxs<v1::RequestProcessProposal>;
using ExtendVote = WithTxs<v1::RequestExtendVote>;
using FinalizeBlock = WithTxs<v1::RequestFinalizeBlock>;

// One transaction, a view that lasts for the call.
struct CheckTx {
  BytesView tx;
  v1::RequestCheckTx::Type type = v1::RequestCheckTx::NEW;
};
struct InsertTx {
  BytesView tx;
};

using Request =
    std::variant<v1::RequestEcho, v1::RequestFlush, v1::RequestInfo, v1::RequestInitChain,
                 v1::RequestQuery, CheckTx, v1::RequestCommit, v1::RequestListSnapshots,
                 v1::RequestOfferSnapshot, v1::RequestLoadSnapshotChunk,
                 v1::RequestApplySnapshotChunk, PrepareProposal, ProcessProposal, ExtendVote,
                 v1::RequestVerifyVoteExtension, FinalizeBlock, InsertTx, v1::RequestReapTxs>;

// In the order of Request: Method(request.index()).
enum class Method : std::uint8_t {
  kEcho,
  kFlush,
  kInfo,
  kInitChain,
  kQuery,
  kCheckTx,
  kCommit,
  kListSnapshots,
  kOfferSnapshot,
  kLoadSnapshotChunk,
  kApplySnapshotChunk,
  kPrepareProposal,
  kProcessProposal,
  kExtendVote,
  kVerifyVoteExtension,
  kFinalizeBlock,
  kInsertTx,
  kReapTxs,
};
inline constexpr std::size_t kMethods = std::variant_size_v<Request>;

inline Method method_of(const Request& request) {
  return static_cast<Method>(request.index());
}
// As the specification writes it, e.g. "FinalizeBlock".
std::string_view method_name(Method method);

// Reads one frame. Requires: the frame outlives what is returned.
// Fields that are not known are passed over, as newer versions may add some. Enum values too are
// the application's to judge.
// Faults: `request_empty`; `request_unknown`, not one of the 18; `request_ambiguous`, two in one
// frame or a field twice in a request; `request_malformed`, anything else that protobuf refuses,
// text that is not UTF-8 and messages within messages too deep among it.
Result<Request> decode_request(BytesView frame);

}  // namespace astyq::abci
