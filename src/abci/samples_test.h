// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "abci/request.h"
#include "astyq/abci/v1/request.pb.h"

namespace astyq::abci::test {

inline void fill(v1::CommitInfo& commit) {
  auto& vote = *commit.add_votes();
  vote.mutable_validator()->set_address("validator");
  vote.mutable_validator()->set_power(10);
  vote.set_block_id_flag(v1::BLOCK_ID_FLAG_COMMIT);
}

inline void fill(v1::Misbehavior& misbehavior) {
  misbehavior.set_type(v1::Misbehavior::DUPLICATE_VOTE);
  misbehavior.mutable_validator()->set_address("validator");
  misbehavior.set_height(3);
}

// What the four requests that bring a block have in common.
template <typename Message>
void fill_block(Message& message, std::int64_t height) {
  message.set_height(height);
  message.mutable_time()->set_seconds(1'790'000'000);
  message.add_txs("first");
  message.add_txs("");
  message.add_txs(Bytes(300, 't'));
  message.set_next_validators_hash("next");
  message.set_proposer_address("proposer");
  fill(*message.add_misbehavior());
}

inline v1::Request init_chain(std::int64_t first = 1) {
  v1::Request request;
  auto& chain = *request.mutable_init_chain();
  chain.set_chain_id("astyq-test");
  chain.set_initial_height(first);
  chain.mutable_time()->set_seconds(1'790'000'000);
  chain.mutable_consensus_params()->mutable_block()->set_max_bytes(-1);
  chain.add_validators()->mutable_pub_key()->set_ed25519("key");
  return request;
}

inline v1::Request finalize_block(std::int64_t height) {
  v1::Request request;
  fill_block(*request.mutable_finalize_block(), height);
  fill(*request.mutable_finalize_block()->mutable_decided_last_commit());
  return request;
}

inline v1::Request commit() {
  v1::Request request;
  request.mutable_commit();
  return request;
}

inline v1::Request info() {
  v1::Request request;
  request.mutable_info()->set_version("0.38.25");
  request.mutable_info()->set_abci_version("2.0.0");
  return request;
}

inline v1::Request query() {
  v1::Request request;
  request.mutable_query()->set_data("count");
  request.mutable_query()->set_path("/count");
  return request;
}

inline v1::Request offer_snapshot(std::uint64_t height) {
  v1::Request request;
  request.mutable_offer_snapshot()->mutable_snapshot()->set_height(height);
  request.mutable_offer_snapshot()->mutable_snapshot()->set_chunks(1);
  return request;
}

inline v1::Request apply_chunk(const Bytes& chunk) {
  v1::Request request;
  request.mutable_apply_snapshot_chunk()->set_chunk(chunk);
  request.mutable_apply_snapshot_chunk()->set_sender("peer");
  return request;
}

inline v1::Request check_tx(const Bytes& tx) {
  v1::Request request;
  request.mutable_check_tx()->set_tx(tx);
  request.mutable_check_tx()->set_type(v1::RequestCheckTx::RECHECK);
  return request;
}

inline v1::Request insert_tx(const Bytes& tx) {
  v1::Request request;
  request.mutable_insert_tx()->set_tx(tx);
  return request;
}

inline v1::Request prepare_proposal(std::int64_t height) {
  v1::Request request;
  auto& proposal = *request.mutable_prepare_proposal();
  fill_block(proposal, height);
  proposal.set_max_tx_bytes(1'000);
  proposal.mutable_local_last_commit()->add_votes()->set_vote_extension("extension");
  return request;
}

inline v1::Request process_proposal(std::int64_t height) {
  v1::Request request;
  fill_block(*request.mutable_process_proposal(), height);
  request.mutable_process_proposal()->set_hash("block");
  return request;
}

inline v1::Request extend_vote(std::int64_t height) {
  v1::Request request;
  fill_block(*request.mutable_extend_vote(), height);
  return request;
}

inline v1::Request verify_vote_extension(std::int64_t height) {
  v1::Request request;
  request.mutable_verify_vote_extension()->set_height(height);
  request.mutable_verify_vote_extension()->set_vote_extension("3");
  return request;
}

// One of each of the 18, in the order of Method, with every field that a reader must sort out.
// Asked in this order of an empty application they are not all allowed.
inline std::vector<v1::Request> one_of_each() {
  v1::Request echo, flush, list, load, reap;
  echo.mutable_echo()->set_message("дән");
  flush.mutable_flush();
  list.mutable_list_snapshots();
  load.mutable_load_snapshot_chunk()->set_height(5);
  load.mutable_load_snapshot_chunk()->set_chunk(2);
  reap.mutable_reap_txs()->set_max_bytes(1'000);
  return {echo,
          flush,
          info(),
          init_chain(),
          query(),
          check_tx("tx"),
          commit(),
          list,
          offer_snapshot(5),
          load,
          apply_chunk("7"),
          prepare_proposal(1),
          process_proposal(1),
          extend_vote(1),
          verify_vote_extension(1),
          finalize_block(1),
          insert_tx("tx"),
          reap};
}

}  // namespace astyq::abci::test
