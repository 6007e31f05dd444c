// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abci/request.h"
#include "astyq/abci/v1/request.pb.h"
#include "astyq/abci/v1/response.pb.h"
#include "base/result.h"

namespace astyq::abci {

// What stands behind a Server: one method for each request of ABCI 2.0 but Echo and Flush, which
// the server answers. It has no threads of its own to give; the server calls it from one for each
// connection.
//
// Calls that the grammar orders (InitChain, the restoring of a snapshot, and all of a block from
// PrepareProposal to Commit) come one at a time and only where grammar.h allows them. All others
// may come at any time, beside those and beside each other: Info, Query, CheckTx, InsertTx,
// ReapTxs, ListSnapshots, LoadSnapshotChunk.
//
// Every method may fail with a Fault: CometBFT is told its code and text and stops. A fault that
// leaves the state unknown is no fault but ASTYQ_CHECK. What the rules forbid is not a fault but an
// answer, with a code or a status.
class Application {
 public:
  virtual ~Application() = default;

  // Pure. `last_block_height` is the block that the next FinalizeBlock continues. After a start
  // that is the last durable one: what was not durable is brought again by CometBFT, block by
  // block.
  virtual Result<v1::ResponseInfo> info(const v1::RequestInfo& request) = 0;
  // Pure. Of committed states only. May come before there is one.
  virtual Result<v1::ResponseQuery> query(const v1::RequestQuery& request) = 0;

  // These change a pool at most, never the state. May come before there is a state.
  virtual Result<v1::ResponseCheckTx> check_tx(const CheckTx& request) = 0;
  virtual Result<v1::ResponseInsertTx> insert_tx(const InsertTx& request) = 0;
  virtual Result<v1::ResponseReapTxs> reap_txs(const v1::RequestReapTxs& request) = 0;

  // Makes the first state. May come again, in a later session, while there is no block: the same
  // request gives the same answer then.
  virtual Result<v1::ResponseInitChain> init_chain(const v1::RequestInitChain& request) = 0;
  // No effect on the state. The answer's transactions have at most `max_tx_bytes` together, and an
  // honest node's process_proposal accepts them.
  virtual Result<v1::ResponsePrepareProposal> prepare_proposal(const PrepareProposal& request) = 0;
  // A pure function of the block and the committed state.
  virtual Result<v1::ResponseProcessProposal> process_proposal(const ProcessProposal& request) = 0;
  // No effect on the state.
  virtual Result<v1::ResponseExtendVote> extend_vote(const ExtendVote& request) = 0;
  // A pure function of the request and the committed state.
  virtual Result<v1::ResponseVerifyVoteExtension> verify_vote_extension(
      const v1::RequestVerifyVoteExtension& request) = 0;
  // Executes the block on the committed state and keeps what came of it for commit(). It was not
  // necessarily seen by process_proposal: it is checked in full here. One result a transaction. May
  // come again for the same height, in a later session: the block before it, not committed, is
  // void.
  virtual Result<v1::ResponseFinalizeBlock> finalize_block(const FinalizeBlock& request) = 0;
  // The block of the last finalize_block() is the state from now on. `retain_height` is never above
  // the height that is durable.
  virtual Result<v1::ResponseCommit> commit(const v1::RequestCommit& request) = 0;

  // Pure. Of the snapshots that this node has; may come before it has any.
  virtual Result<v1::ResponseListSnapshots> list_snapshots(
      const v1::RequestListSnapshots& request) = 0;
  virtual Result<v1::ResponseLoadSnapshotChunk> load_snapshot_chunk(
      const v1::RequestLoadSnapshotChunk& request) = 0;
  // Begins to restore, and gives up what a former offer had begun.
  virtual Result<v1::ResponseOfferSnapshot> offer_snapshot(
      const v1::RequestOfferSnapshot& request) = 0;
  // After the last chunk info() tells the snapshot's height, and 0 before.
  virtual Result<v1::ResponseApplySnapshotChunk> apply_snapshot_chunk(
      const v1::RequestApplySnapshotChunk& request) = 0;
};

}  // namespace astyq::abci
