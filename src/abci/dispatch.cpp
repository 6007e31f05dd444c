// SPDX-License-Identifier: Apache-2.0
#include "abci/dispatch.h"

namespace astyq::abci {
namespace {

// The answer of one method, put where the oneof has it.
template <typename Answer, typename Place>
Result<v1::Response> put(Result<Answer> answered, Place place) {
  if (!answered.ok()) return answered.fault();
  v1::Response response;
  *(response.*place)() = std::move(*answered);
  return response;
}

struct Asked {
  Application& application;
  using R = v1::Response;

  Result<R> operator()(const v1::RequestEcho& request) const {
    R response;
    response.mutable_echo()->set_message(request.message());
    return response;
  }
  Result<R> operator()(const v1::RequestFlush&) const {
    R response;
    response.mutable_flush();
    return response;
  }
  Result<R> operator()(const v1::RequestInfo& request) const {
    // Empty in a tool's call; whoever drives the ledger names it.
    const std::string& version = request.abci_version();
    if (!version.empty() && !version.starts_with("2."))
      return Fault{"abci_version_unknown", "CometBFT " + request.version() + " speaks ABCI " +
                                               version +
                                               ", not 2. Install a version from v0.38 to v0.40."};
    return put(application.info(request), &R::mutable_info);
  }
  Result<R> operator()(const v1::RequestInitChain& request) const {
    return put(application.init_chain(request), &R::mutable_init_chain);
  }
  Result<R> operator()(const v1::RequestQuery& request) const {
    return put(application.query(request), &R::mutable_query);
  }
  Result<R> operator()(const CheckTx& request) const {
    return put(application.check_tx(request), &R::mutable_check_tx);
  }
  Result<R> operator()(const v1::RequestCommit& request) const {
    return put(application.commit(request), &R::mutable_commit);
  }
  Result<R> operator()(const v1::RequestListSnapshots& request) const {
    return put(application.list_snapshots(request), &R::mutable_list_snapshots);
  }
  Result<R> operator()(const v1::RequestOfferSnapshot& request) const {
    return put(application.offer_snapshot(request), &R::mutable_offer_snapshot);
  }
  Result<R> operator()(const v1::RequestLoadSnapshotChunk& request) const {
    return put(application.load_snapshot_chunk(request), &R::mutable_load_snapshot_chunk);
  }
  Result<R> operator()(const v1::RequestApplySnapshotChunk& request) const {
    return put(application.apply_snapshot_chunk(request), &R::mutable_apply_snapshot_chunk);
  }
  Result<R> operator()(const PrepareProposal& request) const {
    return put(application.prepare_proposal(request), &R::mutable_prepare_proposal);
  }
  Result<R> operator()(const ProcessProposal& request) const {
    return put(application.process_proposal(request), &R::mutable_process_proposal);
  }
  Result<R> operator()(const ExtendVote& request) const {
    return put(application.extend_vote(request), &R::mutable_extend_vote);
  }
  Result<R> operator()(const v1::RequestVerifyVoteExtension& request) const {
    return put(application.verify_vote_extension(request), &R::mutable_verify_vote_extension);
  }
  Result<R> operator()(const FinalizeBlock& request) const {
    return put(application.finalize_block(request), &R::mutable_finalize_block);
  }
  Result<R> operator()(const InsertTx& request) const {
    return put(application.insert_tx(request), &R::mutable_insert_tx);
  }
  Result<R> operator()(const v1::RequestReapTxs& request) const {
    return put(application.reap_txs(request), &R::mutable_reap_txs);
  }
};

struct HeightOf {
  std::int64_t operator()(const v1::RequestInitChain& request) const {
    return request.initial_height();
  }
  std::int64_t operator()(const v1::RequestVerifyVoteExtension& request) const {
    return request.height();
  }
  template <typename Message>
  std::int64_t operator()(const WithTxs<Message>& request) const {
    return request.rest.height();
  }
  template <typename Other>
  std::int64_t operator()(const Other&) const {
    return 0;
  }
};

bool goes_on(v1::ResponseApplySnapshotChunk::Result result) {
  return result == v1::ResponseApplySnapshotChunk::ACCEPT ||
         result == v1::ResponseApplySnapshotChunk::RETRY;
}

}  // namespace

Call call_of(const Request& request) {
  return {method_of(request), std::visit(HeightOf{}, request)};
}

Result<v1::Response> answer(Application& application, const Request& request) {
  return std::visit(Asked{application}, request);
}

Outcome outcome_of(const Result<v1::Response>& answered) {
  Outcome outcome;
  outcome.answered = answered.ok();
  if (!answered.ok()) return outcome;
  const v1::Response& response = *answered;
  if (response.has_info()) outcome.height = response.info().last_block_height();
  outcome.accepted =
      (response.has_offer_snapshot() &&
       response.offer_snapshot().result() == v1::ResponseOfferSnapshot::ACCEPT) ||
      (response.has_apply_snapshot_chunk() && goes_on(response.apply_snapshot_chunk().result()));
  return outcome;
}

}  // namespace astyq::abci
