// SPDX-License-Identifier: Apache-2.0
#include "node/durable_ledger.h"

#include <utility>

#include "wire/block_header.h"

namespace astyq::node {
namespace {

Bytes bytes_of(const Hash& hash) {
  return Bytes(view(hash));
}

std::vector<engine::Member> prepare_all(const std::vector<Bytes>& signed_txs,
                                        const engine::Form& form) {
  const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
  return engine::prepare(views, form);
}

// The genesis rows: no block changes them, and the first checkpoint needs them.
store::Changes all_rows(const store::Tree& tree) {
  store::Changes rows;
  const store::RowKey first(BytesView("\0", 1));
  for (auto entry = tree.lower_bound(first); entry; entry = tree.upper_bound(entry->first))
    rows.push_back({entry->first, *entry->second});
  return rows;
}

void add_results(const engine::BlockResult& result, v1::BlockRecord& record) {
  for (const engine::MemberResult& member : result.members) {
    if (member.admission.refused()) continue;
    v1::ResultRow& row = *record.add_results();
    for (const engine::OperationResult& operation : member.operations) {
      v1::OperationRow& out = *row.add_operations();
      out.set_code(operation.refusal.code());
      out.set_first_id(operation.first_id);
      out.set_count(operation.count);
    }
  }
}

Result<engine::Engine> begin_engine(const Identity& identity,
                                    std::optional<store::LoadedState>& loaded) {
  if (!loaded) return engine::Engine::from_genesis(identity.genesis, identity.annex_key);
  return engine::Engine::from_tree(std::move(loaded->tree), identity.genesis.network_id(),
                                   identity.annex_key);
}

}  // namespace

DurableLedger::DurableLedger(Disk disk, Identity identity, engine::Engine engine,
                             store::UndoRing undos)
    : disk_(std::move(disk)),
      identity_(std::move(identity)),
      engine_(std::move(engine)),
      undos_(std::move(undos)) {}

Result<std::unique_ptr<DurableLedger>> DurableLedger::open(store::FileSystem& files,
                                                           const std::string& path,
                                                           Identity identity) {
  const std::string network_id = identity.genesis.network_id();
  auto directory = store::DataDirectory::open(files, path, network_id);
  if (!directory.ok()) return directory.fault();
  auto image = store::Image::open(directory->image(), {.network_id = network_id});
  if (!image.ok()) return image.fault();
  auto loaded = (*image)->load();
  if (!loaded.ok()) return loaded.fault();
  const bool from_image = loaded->has_value();
  // What the image holds was acknowledged: of that the log may have lost nothing.
  auto log = store::BlockLog::open(files, directory->log(),
                                   {.acknowledged_height = from_image ? (*loaded)->height : 0});
  if (!log.ok()) return log.fault();
  store::UndoRing undos = *loaded ? std::move((*loaded)->undos) : store::UndoRing();
  auto engine = begin_engine(identity, *loaded);
  if (!engine.ok()) return engine.fault();
  std::unique_ptr<DurableLedger> ledger(
      new DurableLedger({std::move(*directory), std::move(*image), std::move(*log)},
                        std::move(identity), std::move(*engine), std::move(undos)));
  if (!from_image) ledger->dirty_.add(all_rows(ledger->engine_.tree()));
  if (const Status replayed = ledger->replay(); !replayed.ok()) return replayed.fault();
  return ledger;
}

// The first header carries the root of the state that the genesis describes, as long as the log
// still has it.
Status DurableLedger::check_genesis() const {
  if (disk_.log.empty() || disk_.log.first_height() != 1) return Done{};
  const auto begun = engine::Engine::from_genesis(identity_.genesis, identity_.annex_key);
  if (!begun.ok()) return begun.fault();
  const auto record = read_block(1);
  if (!record.ok()) return record.fault();
  if (record->signed_header().header().app_hash() == view(begun->tree().root())) return Done{};
  return Fault{"genesis_differs",
               "The genesis document is not the one that this log began with. Put the original "
               "genesis.json back."};
}

Status DurableLedger::replay() {
  const std::uint64_t last = disk_.log.empty() ? 0 : disk_.log.last_height();
  durable_height_ = last;
  if (const Status same = check_genesis(); !same.ok()) return same;
  const std::uint64_t image_height = engine_.head().height;
  if (last < image_height)
    return Fault{"log_behind_image",
                 "The image stands at height " + std::to_string(image_height) +
                     " but the log ends at " + std::to_string(last) +
                     ": log files are missing. Put them back, or restore a backup."};
  for (std::uint64_t height = image_height + 1; height <= last; ++height)
    if (const Status status = replay_block(height); !status.ok()) return status;
  if (last == 0) return Done{};
  auto record = read_block(last);
  if (!record.ok()) return record.fault();
  last_header_ = record->signed_header();
  last_tx_count_ = static_cast<std::size_t>(record->signed_txs_size());
  last_is_news_ = !undos_.empty() && engine::Engine::is_news(undos_.undos().back().changes);
  return Done{};
}

Status DurableLedger::replay_block(std::uint64_t height) {
  const auto record = read_block(height);
  if (!record.ok()) return record.fault();
  const std::vector<Bytes> txs(record->signed_txs().begin(), record->signed_txs().end());
  auto result = engine_.apply_block({height, record->time_ns(), prepare_all(txs, engine_.form())});
  if (!result.ok()) return result.fault();
  if (record->app_hash() != view(result->app_hash))
    return Fault{
        "replay_differs",
        "Replaying the block at height " + std::to_string(height) +
            " gives another root than it gave when it was made. This program or this disk is at "
            "fault: "
            "keep the directory, start with the release that wrote it, or restore a backup."};
  applied(*result);
  return Done{};
}

void DurableLedger::applied(engine::BlockResult& result) {
  dirty_.add(result.changes);
  last_is_news_ = engine::Engine::is_news(result.changes);
  undos_.push(engine_.head().height, std::move(result.undo));
}

Result<DurableLedger::Committed> DurableLedger::commit(std::vector<Bytes> signed_txs,
                                                       std::vector<engine::Member> members,
                                                       std::int64_t time_ns) {
  auto executed = engine_.execute_block({engine_.head().height + 1, time_ns, std::move(members)});
  if (!executed.ok()) return executed.fault();
  return commit(std::move(signed_txs), std::move(*executed));
}

Result<DurableLedger::Committed> DurableLedger::commit(std::vector<Bytes> signed_txs,
                                                       engine::ExecutedBlock executed) {
  const Before before{engine_.tree().root(), engine_.rules().protocol_version()};
  Committed committed{engine_.settle_block(std::move(executed)), {}};
  std::vector<Bytes> admitted_txs;
  for (std::size_t i = 0; i < signed_txs.size(); ++i) {
    if (committed.result.members[i].admission.refused()) continue;
    committed.admitted.push_back(i);
    admitted_txs.push_back(std::move(signed_txs[i]));
  }
  if (const Status logged = append_to_log(std::move(admitted_txs), committed.result, before);
      !logged.ok()) {
    engine_.revert(std::move(committed.result.undo));
    ASTYQ_CHECK(engine_.tree().root() == before.root);
    return logged.fault();
  }
  applied(committed.result);
  return committed;
}

Status DurableLedger::append_to_log(std::vector<Bytes> admitted_txs,
                                    const engine::BlockResult& result, const Before& before) {
  const engine::Head& head = engine_.head();
  wire::BlockFacts facts{};
  facts.chain_id = engine_.network_id();
  facts.app_version = before.protocol_version;  // as CometBFT: what changes holds from the next one
  facts.height = static_cast<std::int64_t>(head.height);
  facts.time_ns = head.time_ns;
  facts.txs = admitted_txs;
  facts.app_hash = before.root;
  facts.last_tx_count = last_tx_count_;
  facts.last = head.height > 1 ? &last_header_ : nullptr;
  v1::BlockRecord record;
  *record.mutable_signed_header() = wire::sign_header(facts, identity_.validator);
  record.set_time_ns(head.time_ns);
  record.set_app_hash(bytes_of(result.app_hash));
  for (Bytes& tx : admitted_txs) record.add_signed_txs(std::move(tx));
  add_results(result, record);
  const std::lock_guard guard(log_lock_);
  if (const Status appended = disk_.log.append(head.height, record.SerializeAsString());
      !appended.ok())
    return appended;
  if (const Status synced = disk_.log.sync(); !synced.ok()) return synced;
  durable_height_ = head.height;
  last_header_ = record.signed_header();
  last_tx_count_ = admitted_txs.size();
  return Done{};
}

Status DurableLedger::checkpoint() {
  const std::uint64_t height = engine_.head().height;
  if (height == 0 || dirty_.size() == 0) return Done{};
  const Status written =
      disk_.image->write(height, engine_.tree().root(), dirty_.rows(engine_.tree()), undos_);
  if (written.ok()) dirty_.clear();
  return written;
}

Result<v1::BlockRecord> DurableLedger::read_block(std::uint64_t height) const {
  const std::lock_guard guard(log_lock_);
  if (height > durable_height_)
    return Fault{"log_missing", "There is no block at height " + std::to_string(height) + " yet."};
  const auto payload = disk_.log.read(height);
  if (!payload.ok()) return payload.fault();
  v1::BlockRecord record;
  if (!record.ParseFromString(*payload))
    return Fault{"log_corrupt", "The record of height " + std::to_string(height) +
                                    " is not a block of this format. Restore a backup."};
  return record;
}

}  // namespace astyq::node
