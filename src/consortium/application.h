// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "abci/application.h"
#include "consortium/state_sync.h"
#include "node/consensus.h"
#include "node/setup.h"

namespace astyq::consortium {

// A node's ledger as CometBFT sees it: bundles in, roots out. To CometBFT every transaction answers
// code 0 without data and gas; what it came to stands in the ledger.
class Application final : public abci::Application {
 public:
  // Hears which blocks of others this node refused to vote for, and why; by any thread.
  using Teller = std::function<void(const Fault&)>;

  // `consensus` must outlive it.
  Application(node::Consensus& consensus, node::PublicIdentity identity, Teller tell)
      : consensus_(consensus),
        identity_(std::move(identity)),
        tell_(std::move(tell)),
        state_sync_(consensus, identity_.genesis.network_id(), identity_.annex_key) {}

  Result<abci::v1::ResponseInfo> info(const abci::v1::RequestInfo& request) override;
  Result<abci::v1::ResponseQuery> query(const abci::v1::RequestQuery& request) override;
  Result<abci::v1::ResponseCheckTx> check_tx(const abci::CheckTx& request) override;
  Result<abci::v1::ResponseInsertTx> insert_tx(const abci::InsertTx& request) override;
  Result<abci::v1::ResponseReapTxs> reap_txs(const abci::v1::RequestReapTxs& request) override;
  Result<abci::v1::ResponseInitChain> init_chain(
      const abci::v1::RequestInitChain& request) override;
  Result<abci::v1::ResponsePrepareProposal> prepare_proposal(
      const abci::PrepareProposal& request) override;
  Result<abci::v1::ResponseProcessProposal> process_proposal(
      const abci::ProcessProposal& request) override;
  Result<abci::v1::ResponseExtendVote> extend_vote(const abci::ExtendVote& request) override;
  Result<abci::v1::ResponseVerifyVoteExtension> verify_vote_extension(
      const abci::v1::RequestVerifyVoteExtension& request) override;
  Result<abci::v1::ResponseFinalizeBlock> finalize_block(
      const abci::FinalizeBlock& request) override;
  Result<abci::v1::ResponseCommit> commit(const abci::v1::RequestCommit& request) override;
  Result<abci::v1::ResponseListSnapshots> list_snapshots(
      const abci::v1::RequestListSnapshots& request) override;
  Result<abci::v1::ResponseLoadSnapshotChunk> load_snapshot_chunk(
      const abci::v1::RequestLoadSnapshotChunk& request) override;
  Result<abci::v1::ResponseOfferSnapshot> offer_snapshot(
      const abci::v1::RequestOfferSnapshot& request) override;
  Result<abci::v1::ResponseApplySnapshotChunk> apply_snapshot_chunk(
      const abci::v1::RequestApplySnapshotChunk& request) override;

 private:
  node::Consensus& consensus_;
  const node::PublicIdentity identity_;
  const Teller tell_;
  StateSync state_sync_;
};

}  // namespace astyq::consortium
