// SPDX-License-Identifier: Apache-2.0
#include "node/durable_ledger.h"

#include <algorithm>
#include <utility>

#include "node/loading.h"
#include "node/record.h"
#include "wire/block_header.h"

namespace astyq::node {
namespace {

// The genesis rows: no block changes them, and the first checkpoint needs them.
store::Changes all_rows(const store::Tree& tree) {
  store::Changes rows;
  const store::RowKey first(BytesView("\0", 1));
  for (auto entry = tree.lower_bound(first); entry; entry = tree.upper_bound(entry->first))
    rows.push_back({entry->first, *entry->second});
  return rows;
}

// Whether the log's block of this height came to this root; also where the log does not hold it.
Result<bool> is_of_log(const store::BlockLog& log, std::uint64_t height, const Hash& root) {
  if (log.empty() || height < log.first_height() || height > log.last_height()) return true;
  const auto record = read_record(log, height);
  if (!record.ok()) return record.fault();
  return record->app_hash() == view(root);
}

Fault other_image(const std::string& path, std::uint64_t height) {
  return Fault{"image_corrupt",
               "The state image " + path + " has another root than the block of its height, " +
                   std::to_string(height) +
                   ", in the log: one of them is of another history. Nothing was changed. If the "
                   "log is this node's newest, move that directory away and start again: the image "
                   "is made anew from the newest kept copy and the log."};
}

}  // namespace

DurableLedger::DurableLedger(Disk disk, Identity identity, State state, Keeping keeping)
    : disk_(std::move(disk)),
      identity_(std::move(identity)),
      keeping_(keeping),
      history_(
          store::KeptImages(disk_.directory.kept(), {.network_id = identity_.genesis.network_id()}),
          identity_, [this](std::uint64_t height) { return read_block(height); }),
      engine_(std::move(state.engine)),
      undos_(std::move(state.undos)),
      last_time_ns_(engine_.head().time_ns) {}

Result<DurableLedger::State> DurableLedger::begin(store::Image& image,
                                                  const store::KeptImages& kept,
                                                  const store::BlockLog& log,
                                                  const Identity& identity) {
  auto loaded = load_state(image);
  if (!loaded.ok()) return loaded.fault();
  if (*loaded) {
    const auto same = is_of_log(log, (*loaded)->height, (*loaded)->tree.root());
    if (!same.ok()) return same.fault();
    if (!*same) return other_image(image.path(), (*loaded)->height);
  }
  if (!*loaded) {
    const auto newest = kept.newest_at(UINT64_MAX);
    if (!newest.ok()) return newest.fault();
    if (*newest) {
      auto state = kept.load(**newest);
      if (!state.ok()) return state.fault();
      const auto same = is_of_log(log, state->height, state->tree.root());
      if (!same.ok()) return same.fault();
      if (!*same)
        return kept.corrupt(state->height, "it has another root than the block of that height");
      if (const Status filled = image.fill(state->height, state->tree); !filled.ok())
        return filled.fault();
      *loaded = store::LoadedState{state->height, std::move(state->tree), store::UndoRing()};
    }
  }
  const bool in_image = loaded->has_value();
  auto engine = in_image
                    ? engine::Engine::from_tree(std::move((*loaded)->tree),
                                                identity.genesis.network_id(), identity.annex_key)
                    : engine::Engine::from_genesis(identity.genesis, identity.annex_key);
  if (!engine.ok()) return engine.fault();
  return State{std::move(*engine), in_image ? std::move((*loaded)->undos) : store::UndoRing(),
               in_image};
}

Result<std::unique_ptr<DurableLedger>> DurableLedger::open(store::FileSystem& files,
                                                           const std::string& path,
                                                           Identity identity, Keeping keeping) {
  const std::string network_id = identity.genesis.network_id();
  auto directory = store::DataDirectory::open(files, path, network_id);
  if (!directory.ok()) return directory.fault();
  auto image = store::Image::open(directory->image(), {.network_id = network_id});
  if (!image.ok()) return image.fault();
  const store::KeptImages kept(directory->kept(), {.network_id = network_id});
  // What the image holds was acknowledged: of that the log may have lost nothing.
  const auto acknowledged =
      (*image)->height() ? Result((*image)->height()) : kept.newest_at(UINT64_MAX);
  if (!acknowledged.ok()) return acknowledged.fault();
  // Behind a consensus engine nothing above the image was acknowledged on the log's word, and the
  // engine brings it again.
  const bool alone = !engine::is_consortium(identity.genesis);
  const std::uint64_t known = acknowledged->value_or(0);
  auto log = store::BlockLog::open(files, directory->log(),
                                   {.segment_bytes = keeping.segment_bytes,
                                    .durable_height = alone ? UINT64_MAX : known,
                                    .acknowledged_height = known});
  if (!log.ok()) return log.fault();
  if (!alone)
    if (const Status cut = log->truncate_above(known); !cut.ok()) return cut.fault();
  auto state = begin(**image, kept, *log, identity);
  if (!state.ok()) return state.fault();
  const bool in_image = state->in_image;
  std::unique_ptr<DurableLedger> ledger(
      new DurableLedger({std::move(*directory), std::move(*image), std::move(*log)},
                        std::move(identity), std::move(*state), keeping));
  if (!in_image) ledger->dirty_.add(all_rows(ledger->engine_.tree()));
  if (const Status replayed = ledger->replay_all(); !replayed.ok()) return replayed.fault();
  return ledger;
}

// The first header carries the root of the state that the genesis describes, or that of its origin,
// as long as the log still has it.
Status DurableLedger::check_genesis() const {
  const ledger::v1::Genesis& genesis = identity_.genesis;
  const std::uint64_t begins = genesis.origin().height() + 1;
  if (disk_.log.empty() || disk_.log.first_height() != begins || is_consortium()) return Done{};
  Bytes root = genesis.origin().app_hash();
  if (!genesis.has_origin()) {
    const auto begun = engine::Engine::from_genesis(genesis, identity_.annex_key);
    if (!begun.ok()) return begun.fault();
    root = view(begun->tree().root());
  }
  const auto record = read_block(begins);
  if (!record.ok()) return record.fault();
  if (record->signed_header().header().app_hash() == root) return Done{};
  return Fault{"genesis_differs",
               "The genesis document is not the one that this log began with. Put the original "
               "genesis.json back."};
}

// That the log goes on where the image ends.
Status DurableLedger::check_log() const {
  const std::uint64_t image_height = engine_.head().height;
  // A consortium's node may begin with a state that its peers gave it.
  const bool begins_here = is_consortium() || (identity_.genesis.has_origin() &&
                                               identity_.genesis.origin().height() == image_height);
  const std::uint64_t last = disk_.log.empty() ? 0 : disk_.log.last_height();
  if (last < image_height && !(begins_here && disk_.log.empty()))
    return Fault{"log_behind_image",
                 "The image stands at height " + std::to_string(image_height) +
                     " but the log ends at " + std::to_string(last) +
                     ": log files are missing. Put them back, or restore a backup with `astyqd "
                     "restore`."};
  if (!disk_.log.empty() && disk_.log.first_height() > image_height + 1)
    return Fault{"image_missing",
                 "The log begins at height " + std::to_string(disk_.log.first_height()) +
                     " and there is no image, nor a kept copy, of the state before it. Put one "
                     "back, or restore a backup with `astyqd restore`."};
  return Done{};
}

Status DurableLedger::replay_all() {
  const std::uint64_t last = disk_.log.empty() ? 0 : disk_.log.last_height();
  durable_height_ = last;
  if (const Status same = check_genesis(); !same.ok()) return same;
  if (const Status goes_on = check_log(); !goes_on.ok()) return goes_on;
  durable_height_ = std::max(last, engine_.head().height);
  if (const Status replayed = replay_up_to(last); !replayed.ok()) return replayed;
  const auto newest = history_.kept().newest_at(last);
  if (!newest.ok()) return newest.fault();
  if (*newest && **newest >= first_block()) {
    const auto kept = read_block(**newest);
    if (!kept.ok()) return kept.fault();
    kept_time_ns_ = kept->time_ns();
  }
  return read_last_block();
}

// The log may be far longer than what fits into memory.
Status DurableLedger::replay_up_to(std::uint64_t last) {
  for (std::uint64_t height = engine_.head().height + 1; height <= last; ++height) {
    const auto record = read_block(height);
    if (!record.ok()) return record.fault();
    auto result = replay(engine_, *record, height);
    if (!result.ok()) return result.fault();
    applied(*result);
    if (dirty_.size() <= keeping_.replay_rows) continue;
    auto pending = begin_checkpoint();
    const Status written = write_image(*pending);
    end_checkpoint(std::move(*pending), written);
    if (!written.ok()) return written;
  }
  return Done{};
}

Status DurableLedger::read_last_block() {
  last_header_.Clear();
  last_tx_count_ = 0;
  // A fork's first state is certified by its first block.
  last_is_news_ = disk_.log.empty() && engine_.head().height > 0;
  if (disk_.log.empty()) return Done{};
  const auto record = read_block(disk_.log.last_height());
  if (!record.ok()) return record.fault();
  last_header_ = record->signed_header();
  last_tx_count_ = static_cast<std::size_t>(record->signed_txs_size());
  last_is_news_ = !undos_.empty() && engine::Engine::is_news(undos_.undos().back().changes);
  return Done{};
}

void DurableLedger::applied(engine::BlockResult& result) {
  last_is_news_ = engine::Engine::is_news(result.changes);
  dirty_.add(std::move(result.changes));
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
  facts.last = last_header_.has_header() ? &last_header_ : nullptr;
  log::v1::BlockRecord record = record_of(head, result);
  *record.mutable_signed_header() = wire::sign_header(facts, identity_.key);
  for (Bytes& tx : admitted_txs) record.add_signed_txs(std::move(tx));
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

Result<log::v1::BlockRecord> DurableLedger::read_block(std::uint64_t height) const {
  const std::lock_guard guard(log_lock_);
  if (height > durable_height_)
    return Fault{"log_missing", "There is no block at height " + std::to_string(height) + " yet."};
  return read_record(disk_.log, height);
}

}  // namespace astyq::node
