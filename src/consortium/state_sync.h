// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/abci/v1/request.pb.h"
#include "astyq/abci/v1/response.pb.h"
#include "crypto/secret_box.h"
#include "engine/snapshot.h"
#include "node/consensus.h"

namespace astyq::consortium {

// States for peers that join, and one of a peer's for this node. What goes over the wire is sealed
// with the annex key, which full nodes have: a snapshot holds restricted parts, and whoever reaches
// a node's port may ask for one.
//   snapshot: format kFormat; hash = the root; metadata = the sealed manifest
//   chunk:    the sealed chunk, see store/snapshot.h
class StateSync {
 public:
  static constexpr std::uint32_t kFormat = 2;

  // `consensus` must outlive it.
  StateSync(node::Consensus& consensus, std::string network_id, const engine::AnnexKey& annex_key);

  Result<abci::v1::ResponseListSnapshots> list();
  Result<abci::v1::ResponseLoadSnapshotChunk> load(const abci::v1::RequestLoadSnapshotChunk& asked);
  // The root is that of the header that CometBFT's light client found for the height.
  abci::v1::ResponseOfferSnapshot offer(const abci::v1::RequestOfferSnapshot& offered);
  // A chunk is checked against that root when it comes; one that is not right is asked for again,
  // of another peer. Faults: those of the disk, once all chunks are there.
  Result<abci::v1::ResponseApplySnapshotChunk> apply(
      const abci::v1::RequestApplySnapshotChunk& chunk);

 private:
  Status restore();

  node::Consensus& consensus_;
  const std::string network_id_;
  const engine::AnnexKey annex_key_;
  const crypto::SecretBox manifests_;
  const crypto::SecretBox chunks_;
  engine::RowJudge judge_;
  std::optional<store::SnapshotBuilder> builder_;  // while one is restored
};

}  // namespace astyq::consortium
