// SPDX-License-Identifier: Apache-2.0
#include "query/transaction_index.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/check.h"
#include "engine/results.h"
#include "query/result_range.h"
#include "query/sqlite.h"

namespace astyq::query {
namespace {

constexpr std::uint64_t kMostBytesChecked = 256u << 20;  // at start: about a second
constexpr std::size_t kFlushAt = 5'000;                  // transactions
constexpr std::size_t kMostWaiting = 500'000;            // transactions; add() waits beyond
constexpr std::chrono::milliseconds kFlushEvery{250};

// synchronous=OFF: what a loss of power takes away is added again from the log.
constexpr const char* kSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;";
constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS transactions ("
    " party INTEGER NOT NULL, id BLOB NOT NULL, height INTEGER NOT NULL,"
    " position INTEGER NOT NULL, body_hash BLOB NOT NULL, outcomes BLOB NOT NULL,"
    " PRIMARY KEY (party, id, height)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS blocks ("
    " height INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, app_hash BLOB NOT NULL,"
    " transactions INTEGER NOT NULL, refused INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS range_nodes (number INTEGER PRIMARY KEY, hash BLOB NOT NULL);";

// outcomes = (varint code, varint first id, varint count)*
Bytes encode(const std::vector<OperationOutcome>& operations) {
  Bytes out;
  for (const OperationOutcome& operation : operations) {
    append_varint(out, operation.code);
    append_varint(out, operation.first_id);
    append_varint(out, operation.count);
  }
  return out;
}

std::uint64_t take_varint(BytesView& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

std::vector<OperationOutcome> decode(BytesView bytes) {
  std::vector<OperationOutcome> out;
  while (!bytes.empty()) {
    OperationOutcome next;
    next.code = static_cast<std::uint32_t>(take_varint(bytes));
    next.first_id = take_varint(bytes);
    next.count = static_cast<std::uint32_t>(take_varint(bytes));
    out.push_back(next);
  }
  return out;
}

struct Batch {
  std::vector<BlockSummary> blocks;
  std::map<TransactionName, Settled> transactions;
  std::map<std::uint64_t, Hash> nodes;  // of the range of results

  bool empty() const { return blocks.empty(); }
};

Status write_block(Statement& insert, const BlockSummary& block) {
  insert.reset();
  insert.bind(1, block.height).bind(2, static_cast<std::uint64_t>(block.time_ns));
  insert.bind(3, view(block.app_hash)).bind(4, block.transactions).bind(5, block.refused);
  const auto stepped = insert.step();
  return stepped.ok() ? Status(Done{}) : Status(stepped.fault());
}

Status write_transaction(Statement& insert, const Settled& settled) {
  insert.reset();
  insert.bind(1, settled.name.party).bind(2, settled.name.id).bind(3, settled.height);
  insert.bind(4, std::uint64_t{settled.position}).bind(5, view(settled.body_hash));
  insert.bind(6, encode(settled.operations));
  const auto stepped = insert.step();
  return stepped.ok() ? Status(Done{}) : Status(stepped.fault());
}

Status write_nodes(Database& database, const std::map<std::uint64_t, Hash>& nodes) {
  auto insert = database.prepare("INSERT OR REPLACE INTO range_nodes VALUES (?,?)");
  if (!insert.ok()) return insert.fault();
  for (const auto& [number, hash] : nodes) {
    insert->reset();
    insert->bind(1, number).bind(2, view(hash));
    if (const auto stepped = insert->step(); !stepped.ok()) return stepped.fault();
  }
  return Done{};
}

Status write_batch(Database& database, const Batch& batch) {
  auto block = database.prepare("INSERT OR REPLACE INTO blocks VALUES (?,?,?,?,?)");
  if (!block.ok()) return block.fault();
  auto transaction = database.prepare("INSERT OR REPLACE INTO transactions VALUES (?,?,?,?,?,?)");
  if (!transaction.ok()) return transaction.fault();
  if (Status begun = database.execute("BEGIN"); !begun.ok()) return begun;
  for (const BlockSummary& summary : batch.blocks)
    if (Status written = write_block(*block, summary); !written.ok()) return written;
  for (const auto& [name, settled] : batch.transactions)
    if (Status written = write_transaction(*transaction, settled); !written.ok()) return written;
  if (Status written = write_nodes(database, batch.nodes); !written.ok()) return written;
  return database.execute("COMMIT");
}

// A file that a disk has damaged is made again from the log rather than answered from.
Status check_whole(Database& database) {
  auto size =
      database.prepare("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
  if (!size.ok()) return size.fault();
  if (const auto row = size->step(); !row.ok()) return row.fault();
  if (size->number(0) > kMostBytesChecked) return Done{};
  auto check = database.prepare("SELECT quick_check <> 'ok' FROM pragma_quick_check(1)");
  if (!check.ok()) return check.fault();
  if (const auto row = check->step(); !row.ok()) return row.fault();
  if (check->number(0) == 0) return Done{};
  return Fault{"index_failed", "The index of transactions is damaged."};
}

Result<std::uint64_t> stored_height(Database& database) {
  auto newest = database.prepare("SELECT coalesce(max(height), 0) FROM blocks");
  if (!newest.ok()) return newest.fault();
  if (const auto row = newest->step(); !row.ok()) return row.fault();
  return newest->number(0);
}

Result<Hash> stored_node(Database& database, std::uint64_t number) {
  auto select = database.prepare("SELECT hash FROM range_nodes WHERE number=?");
  if (!select.ok()) return select.fault();
  select->bind(1, number);
  const auto row = select->step();
  if (!row.ok()) return row.fault();
  const auto hash = *row ? to_array<32>(select->bytes(0)) : std::nullopt;
  if (!hash) return Fault{"index_failed", "The index of transactions lacks nodes of the results."};
  return *hash;
}

Result<ResultRange> stored_range(Database& database, std::uint64_t leaves) {
  std::vector<Hash> peaks;
  for (const std::uint64_t number : peak_nodes(leaves)) {
    const auto peak = stored_node(database, number);
    if (!peak.ok()) return peak.fault();
    peaks.push_back(*peak);
  }
  return ResultRange(leaves, std::move(peaks));
}

}  // namespace

TransactionName name_of(std::uint64_t party, BytesView random_id, BytesView public_key,
                        std::uint64_t number) {
  if (public_key.empty()) return {party, Bytes(random_id)};
  TransactionName name{party, Bytes(public_key)};
  append_u64(name.id, number);
  return name;
}

TransactionName name_of(const base::v1::TxBody& body) {
  return name_of(body.party(), body.id(), body.sequence().public_key(), body.sequence().number());
}

struct TransactionIndex::State {
  State(Database to_write, Database to_read)
      : writer(std::move(to_write)), reader(std::move(to_read)) {}

  void run();
  void write_waiting(std::unique_lock<std::mutex>& guard);

  Database writer;
  mutable Database reader;
  mutable std::mutex reader_lock;
  mutable std::mutex lock;
  std::condition_variable changed;
  std::uint64_t last = 0;
  ResultRange range;
  Batch waiting;
  Batch writing;
  Status failure = Done{};
  bool hurry = false;
  bool stop = false;
  std::thread thread;
};

void TransactionIndex::State::write_waiting(std::unique_lock<std::mutex>& guard) {
  writing = std::exchange(waiting, {});
  // After a failure nothing more is written: the file must end before the first block it lacks, for
  // that is where the next start goes on from.
  if (failure.ok()) {
    guard.unlock();
    Status written = write_batch(writer, writing);
    if (!written.ok()) (void)writer.execute("ROLLBACK");
    guard.lock();
    if (!written.ok()) failure = std::move(written);
  }
  writing = {};
  changed.notify_all();
}

void TransactionIndex::State::run() {
  std::unique_lock guard(lock);
  while (true) {
    changed.wait_for(guard, kFlushEvery,
                     [this] { return stop || hurry || waiting.transactions.size() >= kFlushAt; });
    if (!waiting.empty()) write_waiting(guard);
    if (waiting.empty()) {
      hurry = false;
      changed.notify_all();
      if (stop) return;
    }
  }
}

TransactionIndex::TransactionIndex(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

TransactionIndex::~TransactionIndex() {
  {
    const std::lock_guard guard(state_->lock);
    state_->stop = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
}

Result<std::unique_ptr<TransactionIndex>> TransactionIndex::open(const std::string& path) {
  auto writer = Database::open(path);
  if (!writer.ok()) return writer.fault();
  if (Status set = writer->execute(kSettings); !set.ok()) return set.fault();
  if (Status made = writer->execute(kTables); !made.ok()) return made.fault();
  if (Status whole = check_whole(*writer); !whole.ok()) return whole.fault();
  const auto height = stored_height(*writer);
  if (!height.ok()) return height.fault();
  auto range = stored_range(*writer, *height);
  if (!range.ok()) return range.fault();
  auto reader = Database::open(path);
  if (!reader.ok()) return reader.fault();
  auto state = std::make_unique<State>(std::move(*writer), std::move(*reader));
  state->last = *height;
  state->range = std::move(*range);
  return std::unique_ptr<TransactionIndex>(new TransactionIndex(std::move(state)));
}

std::uint64_t TransactionIndex::last_height() const {
  const std::lock_guard guard(state_->lock);
  return state_->last;
}

void TransactionIndex::add(const BlockSummary& summary, std::vector<Settled> transactions) {
  std::unique_lock guard(state_->lock);
  ASTYQ_CHECK(state_->last == 0 || summary.height == state_->last + 1);
  state_->changed.wait(guard, [this] {
    return state_->waiting.transactions.size() < kMostWaiting || !state_->failure.ok();
  });
  state_->last = summary.height;
  state_->waiting.blocks.push_back(summary);
  const Bytes leaf = engine::range_leaf(summary.height, summary.time_ns, summary.results_root);
  for (const auto& [number, hash] : state_->range.append(leaf))
    state_->waiting.nodes.emplace(number, hash);
  for (Settled& settled : transactions) {
    TransactionName name = settled.name;
    state_->waiting.transactions.insert_or_assign(std::move(name), std::move(settled));
  }
  if (state_->waiting.transactions.size() < kFlushAt) return;
  guard.unlock();
  state_->changed.notify_all();
}

Result<std::optional<Settled>> TransactionIndex::find(const TransactionName& name) const {
  {
    const std::lock_guard guard(state_->lock);
    if (!state_->failure.ok()) return state_->failure.fault();
    for (const Batch* batch : {&state_->waiting, &state_->writing})
      if (const auto found = batch->transactions.find(name); found != batch->transactions.end())
        return std::optional(found->second);
  }
  const std::lock_guard guard(state_->reader_lock);
  auto select = state_->reader.prepare(
      "SELECT height, position, body_hash, outcomes FROM transactions WHERE party=? AND id=?"
      " ORDER BY height DESC LIMIT 1");
  if (!select.ok()) return select.fault();
  select->bind(1, name.party).bind(2, name.id);
  const auto row = select->step();
  if (!row.ok()) return row.fault();
  if (!*row) return std::optional<Settled>();
  const auto hash = to_array<32>(select->bytes(2));
  if (!hash)
    return Fault{"index_failed", "The index of transactions holds a hash of another size."};
  return std::optional(Settled{name, *hash, select->number(0),
                               static_cast<std::uint32_t>(select->number(1)),
                               decode(select->bytes(3))});
}

Result<std::vector<BlockSummary>> TransactionIndex::blocks_down_from(std::uint64_t height,
                                                                     std::size_t most) const {
  std::vector<BlockSummary> out;
  {
    const std::lock_guard guard(state_->lock);
    if (!state_->failure.ok()) return state_->failure.fault();
    for (const Batch* batch : {&state_->waiting, &state_->writing})
      for (auto it = batch->blocks.rbegin(); it != batch->blocks.rend() && out.size() < most; ++it)
        if (it->height <= height) out.push_back(*it);
  }
  if (!out.empty()) height = out.back().height - 1;
  const std::lock_guard guard(state_->reader_lock);
  auto select = state_->reader.prepare(
      "SELECT height, time_ns, app_hash, transactions, refused FROM blocks WHERE height<=?"
      " ORDER BY height DESC LIMIT ?");
  if (!select.ok()) return select.fault();
  select->bind(1, height).bind(2, most - out.size());
  for (auto row = select->step();; row = select->step()) {
    if (!row.ok()) return row.fault();
    if (!*row) return out;
    const auto hash = to_array<32>(select->bytes(2));
    out.push_back({select->number(0),
                   static_cast<std::int64_t>(select->number(1)),
                   hash.value_or(Hash{}),
                   select->number(3),
                   select->number(4),
                   {}});
  }
}

Result<std::vector<Hash>> TransactionIndex::beside_block(std::uint64_t height,
                                                         std::uint64_t last) const {
  ASTYQ_CHECK(height >= 1 && height <= last);
  const std::vector<std::uint64_t> numbers = nodes_beside(height - 1, last);
  std::vector<std::optional<Hash>> nodes(numbers.size());
  {
    const std::lock_guard guard(state_->lock);
    ASTYQ_CHECK(last <= state_->last);
    if (!state_->failure.ok()) return state_->failure.fault();
    for (const Batch* batch : {&state_->waiting, &state_->writing})
      for (std::size_t i = 0; i < numbers.size(); ++i)
        if (const auto found = batch->nodes.find(numbers[i]); found != batch->nodes.end())
          nodes[i] = found->second;
  }
  std::vector<Hash> out;
  const std::lock_guard guard(state_->reader_lock);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto node = nodes[i] ? Result<Hash>(*nodes[i]) : stored_node(state_->reader, numbers[i]);
    if (!node.ok()) return node.fault();
    out.push_back(*node);
  }
  return out;
}

Status TransactionIndex::flush() {
  std::unique_lock guard(state_->lock);
  state_->hurry = true;
  state_->changed.notify_all();
  state_->changed.wait(guard, [this] { return !state_->hurry || !state_->failure.ok(); });
  return state_->failure;
}

}  // namespace astyq::query
