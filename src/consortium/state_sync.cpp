// SPDX-License-Identifier: Apache-2.0
#include "consortium/state_sync.h"

namespace astyq::consortium {
namespace {

using abci::v1::ResponseApplySnapshotChunk;
using abci::v1::ResponseOfferSnapshot;

ResponseOfferSnapshot answer(ResponseOfferSnapshot::Result result) {
  ResponseOfferSnapshot response;
  response.set_result(result);
  return response;
}

}  // namespace

StateSync::StateSync(node::Consensus& consensus, std::string network_id,
                     const engine::AnnexKey& annex_key)
    : consensus_(consensus),
      network_id_(std::move(network_id)),
      annex_key_(annex_key),
      manifests_(view(annex_key), "astyq/snapshot/manifest/1"),
      chunks_(view(annex_key), "astyq/snapshot/chunk/1") {}

Result<abci::v1::ResponseListSnapshots> StateSync::list() {
  const auto states = consensus_.offered_states();
  if (!states.ok()) return states.fault();
  abci::v1::ResponseListSnapshots response;
  for (const store::SnapshotManifest& manifest : *states) {
    auto& snapshot = *response.add_snapshots();
    snapshot.set_height(manifest.height);
    snapshot.set_format(kFormat);
    snapshot.set_chunks(static_cast<std::uint32_t>(manifest.chunks().size()));
    snapshot.set_hash(Bytes(view(manifest.root)));
    snapshot.set_metadata(manifests_.seal(manifest.encode()));
  }
  return response;
}

Result<abci::v1::ResponseLoadSnapshotChunk> StateSync::load(
    const abci::v1::RequestLoadSnapshotChunk& asked) {
  abci::v1::ResponseLoadSnapshotChunk response;
  if (asked.format() != kFormat) return response;
  const auto chunk = consensus_.offered_chunk(asked.height(), asked.chunk());
  if (!chunk.ok()) return chunk.fault();
  if (*chunk) response.set_chunk(chunks_.seal(**chunk));
  return response;
}

ResponseOfferSnapshot StateSync::offer(const abci::v1::RequestOfferSnapshot& offered) {
  builder_.reset();
  const auto& snapshot = offered.snapshot();
  if (snapshot.format() != kFormat) return answer(ResponseOfferSnapshot::REJECT_FORMAT);
  // Whoever could not seal it has not the annex key, or changed what another had sealed.
  const auto opened = manifests_.open(snapshot.metadata());
  if (!opened) return answer(ResponseOfferSnapshot::REJECT_SENDER);
  auto manifest = store::SnapshotManifest::decode(*opened);
  if (!manifest.ok() || manifest->network_id != network_id_ ||
      manifest->height != snapshot.height() || manifest->chunks().size() != snapshot.chunks() ||
      manifest->rows == 0)
    return answer(ResponseOfferSnapshot::REJECT_SENDER);
  if (view(manifest->root) != offered.app_hash()) return answer(ResponseOfferSnapshot::REJECT);
  builder_.emplace(std::move(*manifest), judge_);
  return answer(ResponseOfferSnapshot::ACCEPT);
}

Result<ResponseApplySnapshotChunk> StateSync::apply(
    const abci::v1::RequestApplySnapshotChunk& chunk) {
  ResponseApplySnapshotChunk response;
  if (!builder_ || chunk.index() != builder_->added()) {
    response.set_result(ResponseApplySnapshotChunk::RETRY_SNAPSHOT);
    return response;
  }
  const auto opened = chunks_.open(chunk.chunk());
  if (!opened || !builder_->add(*opened).ok()) {
    response.set_result(ResponseApplySnapshotChunk::RETRY);
    response.add_refetch_chunks(chunk.index());
    response.add_reject_senders(chunk.sender());
    return response;
  }
  response.set_result(ResponseApplySnapshotChunk::ACCEPT);
  if (builder_->added() < builder_->wanted()) return response;
  if (const Status restored = restore(); !restored.ok()) return restored.fault();
  return response;
}

Status StateSync::restore() {
  auto manifest = builder_->manifest();
  auto tree = builder_->finish();
  builder_.reset();
  if (!tree.ok()) return tree.fault();
  auto engine = engine::engine_of({std::move(manifest), std::move(*tree)}, annex_key_);
  if (!engine.ok()) return engine.fault();
  return consensus_.adopt(std::move(*engine));
}

}  // namespace astyq::consortium
