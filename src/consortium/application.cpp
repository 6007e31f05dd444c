// SPDX-License-Identifier: Apache-2.0
#include "consortium/application.h"

#include <algorithm>

#include "consortium/comet_genesis.h"
#include "wire/block_header.h"

namespace astyq::consortium {
namespace {

using abci::v1::ResponseProcessProposal;

constexpr const char* kVersion = "0.1.0";
constexpr std::uint32_t kNotTaken = 1;
constexpr std::string_view kAbciVersions = "2.";

std::vector<engine::Misbehaviour> misbehaviour_of(
    const google::protobuf::RepeatedPtrField<abci::v1::Misbehavior>& reported) {
  std::vector<engine::Misbehaviour> out;
  for (const auto& each : reported)
    if (const auto address = to_array<20>(each.validator().address()))
      out.push_back({*address, static_cast<std::uint64_t>(each.height())});
  return out;
}

template <typename Request>
node::Consensus::Block block_of(const Request& request) {
  return {static_cast<std::uint64_t>(request.rest.height()), wire::time_ns_of(request.rest.time()),
          request.txs, misbehaviour_of(request.rest.misbehavior())};
}

void write_validators(const std::vector<authority::ValidatorUpdate>& updates,
                      google::protobuf::RepeatedPtrField<abci::v1::ValidatorUpdate>& out) {
  for (const auto& update : updates) {
    auto& each = *out.Add();
    each.mutable_pub_key()->set_ed25519(update.public_key);
    each.set_power(static_cast<std::int64_t>(update.power));
  }
}

}  // namespace

Result<abci::v1::ResponseInfo> Application::info(const abci::v1::RequestInfo& request) {
  if (!request.abci_version().starts_with(kAbciVersions))
    return Fault{"engine_version", "This CometBFT, " + request.version() + ", speaks ABCI " +
                                       request.abci_version() +
                                       "; this node speaks 2.0. Use CometBFT v0.38 to v0.40."};
  const auto standing = consensus_.standing();
  abci::v1::ResponseInfo response;
  response.set_data("astyq");
  response.set_version(kVersion);
  response.set_app_version(standing.protocol_version);
  response.set_last_block_height(static_cast<std::int64_t>(standing.height));
  if (standing.height > 0) response.set_last_block_app_hash(Bytes(view(standing.root)));
  return response;
}

// Rows and proofs are asked of the node's own API.
Result<abci::v1::ResponseQuery> Application::query(const abci::v1::RequestQuery& request) {
  abci::v1::ResponseQuery response;
  response.set_height(request.height());
  response.set_code(kNotTaken);
  response.set_log("query_elsewhere: ask the node's own API, GET /v1.");
  return response;
}

Result<abci::v1::ResponseCheckTx> Application::check_tx(const abci::CheckTx& request) {
  abci::v1::ResponseCheckTx response;
  Status taken = Done{};
  if (request.type != abci::v1::RequestCheckTx::RECHECK)
    taken = consensus_.check(request.tx);
  else if (!consensus_.is_in_time(request.tx))
    taken = Fault{"bundle_late", "No member of the bundle is in time any more."};
  if (taken.ok()) return response;
  response.set_code(kNotTaken);
  response.set_log(taken.fault().code + ": " + taken.fault().text);
  return response;
}

// The pool that the application keeps itself, of CometBFT v0.40, is not used: its configuration
// names another.
Result<abci::v1::ResponseInsertTx> Application::insert_tx(const abci::InsertTx&) {
  return Fault{"mempool_type",
               "This node uses CometBFT's own pool: set mempool.type to \"flood\"."};
}

Result<abci::v1::ResponseReapTxs> Application::reap_txs(const abci::v1::RequestReapTxs&) {
  return Fault{"mempool_type",
               "This node uses CometBFT's own pool: set mempool.type to \"flood\"."};
}

Result<abci::v1::ResponseInitChain> Application::init_chain(
    const abci::v1::RequestInitChain& request) {
  if (const Status same = check_same_genesis(request, identity_.genesis); !same.ok())
    return same.fault();
  const auto standing = consensus_.standing();
  abci::v1::ResponseInitChain response;
  response.set_app_hash(Bytes(view(standing.root)));
  return response;
}

Result<abci::v1::ResponsePrepareProposal> Application::prepare_proposal(
    const abci::PrepareProposal& request) {
  const auto most_bytes =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, request.rest.max_tx_bytes()));
  abci::v1::ResponsePrepareProposal response;
  for (const std::size_t chosen :
       consensus_.choose(request.txs, most_bytes, wire::time_ns_of(request.rest.time())))
    response.add_txs(Bytes(request.txs[chosen]));
  return response;
}

Result<abci::v1::ResponseProcessProposal> Application::process_proposal(
    const abci::ProcessProposal& request) {
  const Status judged = consensus_.judge(block_of(request));
  if (!judged.ok())
    tell_({judged.fault().code, "No vote for the block proposed at height " +
                                    std::to_string(request.rest.height()) + ": " +
                                    judged.fault().text});
  abci::v1::ResponseProcessProposal response;
  response.set_status(judged.ok() ? ResponseProcessProposal::ACCEPT
                                  : ResponseProcessProposal::REJECT);
  return response;
}

// Votes are extended by nothing.
Result<abci::v1::ResponseExtendVote> Application::extend_vote(const abci::ExtendVote&) {
  return abci::v1::ResponseExtendVote();
}

Result<abci::v1::ResponseVerifyVoteExtension> Application::verify_vote_extension(
    const abci::v1::RequestVerifyVoteExtension& request) {
  abci::v1::ResponseVerifyVoteExtension response;
  response.set_status(request.vote_extension().empty()
                          ? abci::v1::ResponseVerifyVoteExtension::ACCEPT
                          : abci::v1::ResponseVerifyVoteExtension::REJECT);
  return response;
}

Result<abci::v1::ResponseFinalizeBlock> Application::finalize_block(
    const abci::FinalizeBlock& request) {
  const auto decision = consensus_.decide(block_of(request));
  if (!decision.ok()) return decision.fault();
  abci::v1::ResponseFinalizeBlock response;
  for (std::size_t i = 0; i < request.txs.size(); ++i) response.add_tx_results();
  write_validators(decision->validators, *response.mutable_validator_updates());
  response.set_app_hash(Bytes(view(decision->root)));
  return response;
}

Result<abci::v1::ResponseCommit> Application::commit(const abci::v1::RequestCommit&) {
  const auto retained = consensus_.commit();
  if (!retained.ok()) return retained.fault();
  abci::v1::ResponseCommit response;
  response.set_retain_height(static_cast<std::int64_t>(*retained));
  return response;
}

Result<abci::v1::ResponseListSnapshots> Application::list_snapshots(
    const abci::v1::RequestListSnapshots&) {
  return state_sync_.list();
}

Result<abci::v1::ResponseLoadSnapshotChunk> Application::load_snapshot_chunk(
    const abci::v1::RequestLoadSnapshotChunk& request) {
  return state_sync_.load(request);
}

Result<abci::v1::ResponseOfferSnapshot> Application::offer_snapshot(
    const abci::v1::RequestOfferSnapshot& request) {
  return state_sync_.offer(request);
}

Result<abci::v1::ResponseApplySnapshotChunk> Application::apply_snapshot_chunk(
    const abci::v1::RequestApplySnapshotChunk& request) {
  return state_sync_.apply(request);
}

}  // namespace astyq::consortium
