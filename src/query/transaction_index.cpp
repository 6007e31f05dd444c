// SPDX-License-Identifier: Apache-2.0
#include "query/transaction_index.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/check.h"
#include "engine/results.h"
#include "query/result_range.h"
#include "store/rocks.h"

namespace astyq::query {
namespace {

using store::bytes_of;

constexpr std::uint64_t kMostBytesChecked = 256u << 20;  // at start: about a second
// What a crash takes away and the log gives back: some 150,000 transactions.
constexpr std::size_t kBufferBytes = 16u << 20;

constexpr char kBlock = 'b';
constexpr char kRangeNode = 'n';
constexpr char kTransaction = 't';
constexpr std::size_t kHeightSize = 8;

rocksdb::Options options() {
  rocksdb::Options options = store::rocks_options();
  options.write_buffer_size = kBufferBytes;
  return options;
}

// What is lost is added again from the log. There is one column family, so that what a crash leaves
// of the blocks has no gap: buffers reach the disk in the order in which they were filled.
rocksdb::WriteOptions write_options() {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return options;
}

Fault failed(const std::string& why) {
  return {"index_failed", "The index of transactions: " + why};
}

Fault failed(const rocksdb::Status& status) {
  Fault fault = failed(status.ToString());
  if (status.IsCorruption()) fault.code = "index_corrupt";
  return fault;
}

Bytes numbered_key(char kind, std::uint64_t number) {
  Bytes key(1, kind);
  append_u64(key, number);
  return key;
}

// What the entries of one name begin with, and of no other: the size of the id stands before it.
Bytes name_key(const TransactionName& name) {
  Bytes key = numbered_key(kTransaction, name.party);
  append_varint(key, name.id.size());
  key += name.id;
  return key;
}

// The newest height first.
Bytes transaction_key(const Settled& settled) {
  Bytes key = name_key(settled.name);
  append_u64(key, ~settled.height);
  return key;
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

// transaction = u32 position || body hash || (varint code || varint first id || varint count)*
Bytes encode(const Settled& settled) {
  Bytes out;
  append_u32(out, settled.position);
  out += view(settled.body_hash);
  for (const OperationOutcome& operation : settled.operations) {
    append_varint(out, operation.code);
    append_varint(out, operation.first_id);
    append_varint(out, operation.count);
  }
  return out;
}

std::optional<Settled> decode_transaction(BytesView bytes) {
  constexpr std::size_t kFixed = 4 + 32;
  if (bytes.size() < kFixed) return std::nullopt;
  Settled settled;
  settled.position = read_u32(bytes);
  settled.body_hash = *to_array<32>(bytes.substr(4, 32));
  for (bytes.remove_prefix(kFixed); !bytes.empty();) {
    OperationOutcome next;
    next.code = static_cast<std::uint32_t>(take_varint(bytes));
    next.first_id = take_varint(bytes);
    next.count = static_cast<std::uint32_t>(take_varint(bytes));
    settled.operations.push_back(next);
  }
  return settled;
}

// block = u64 time || u64 transactions || u64 refused || app hash
Bytes encode(const BlockSummary& block) {
  Bytes out;
  append_u64(out, static_cast<std::uint64_t>(block.time_ns));
  append_u64(out, block.transactions);
  append_u64(out, block.refused);
  out += view(block.app_hash);
  return out;
}

std::optional<BlockSummary> decode_block(std::uint64_t height, BytesView bytes) {
  if (bytes.size() != 24 + 32) return std::nullopt;
  return BlockSummary{height,
                      static_cast<std::int64_t>(read_u64(bytes)),
                      *to_array<32>(bytes.substr(24)),
                      read_u64(bytes.substr(8)),
                      read_u64(bytes.substr(16)),
                      {}};
}

void put_node(rocksdb::WriteBatch& batch, std::uint64_t number, const Hash& hash) {
  const BytesView value = view(hash);
  batch.Put(numbered_key(kRangeNode, number), {value.data(), value.size()});
}

// The height of the entry of a block; nothing for others.
std::optional<std::uint64_t> height_of(const rocksdb::Iterator& entry) {
  if (!entry.Valid()) return std::nullopt;
  const BytesView key = bytes_of(entry.key());
  if (key.size() != 1 + kHeightSize || key[0] != kBlock) return std::nullopt;
  return read_u64(key.substr(1));
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
  std::unique_ptr<rocksdb::Iterator> entries() const;
  Result<std::optional<Hash>> node(std::uint64_t number) const;
  Status check_whole() const;
  Status read_end();
  Status write(rocksdb::WriteBatch& batch);
  Status failure_so_far() const;

  std::string path;
  std::uint64_t least_free_bytes = 0;
  std::unique_ptr<rocksdb::DB> rocks;
  std::atomic<std::uint64_t> first = 0;
  std::atomic<std::uint64_t> last = 0;
  ResultRange range;  // add()'s
  mutable std::mutex failure_lock;
  Status failure = Done{};
};

std::unique_ptr<rocksdb::Iterator> TransactionIndex::State::entries() const {
  return std::unique_ptr<rocksdb::Iterator>(rocks->NewIterator(rocksdb::ReadOptions()));
}

Result<std::optional<Hash>> TransactionIndex::State::node(std::uint64_t number) const {
  std::string value;
  const auto got = rocks->Get(rocksdb::ReadOptions(), numbered_key(kRangeNode, number), &value);
  if (got.IsNotFound()) return std::optional<Hash>();
  if (!got.ok()) return failed(got);
  const auto hash = to_array<32>(value);
  if (!hash) return failed("an entry is of another form.");
  return hash;
}

// A file that a disk has damaged is made again from the log rather than answered from.
Status TransactionIndex::State::check_whole() const {
  std::uint64_t bytes = 0;
  rocks->GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &bytes);
  if (bytes > kMostBytesChecked) return Done{};
  const rocksdb::Status checked = rocks->VerifyChecksum();
  return checked.ok() ? Status(Done{}) : Status(failed(checked));
}

Status TransactionIndex::State::read_end() {
  const auto newest = entries();
  newest->SeekForPrev(numbered_key(kBlock, UINT64_MAX));
  if (!newest->status().ok()) return failed(newest->status());
  last = height_of(*newest).value_or(0);
  newest->Seek(numbered_key(kBlock, 0));
  first = height_of(*newest).value_or(0);
  std::vector<Hash> peaks;
  const std::vector<std::uint64_t> numbers = peak_nodes(last);
  for (const std::uint64_t number : numbers) {
    const auto peak = node(number);
    if (!peak.ok()) return peak.fault();
    if (*peak) peaks.push_back(**peak);
  }
  if (peaks.size() == numbers.size()) range = ResultRange(last, std::move(peaks));
  return Done{};
}

Status TransactionIndex::State::failure_so_far() const {
  const std::lock_guard guard(failure_lock);
  return failure;
}

// After a failure nothing more is written: the index must end before the first block it lacks, for
// that is where the next start goes on from.
Status TransactionIndex::State::write(rocksdb::WriteBatch& batch) {
  if (Status before = failure_so_far(); !before.ok()) return before;
  Status came_to = Done{};
  const auto free = store::free_bytes(path);
  if (!free || *free < least_free_bytes)
    came_to = failed("the disk of " + path + " is full. Make room, then start again.");
  else if (const rocksdb::Status written = rocks->Write(write_options(), &batch); !written.ok())
    came_to = failed(written);
  if (came_to.ok()) return came_to;
  const std::lock_guard guard(failure_lock);
  failure = came_to;
  return came_to;
}

TransactionIndex::TransactionIndex(std::unique_ptr<State> state) : state_(std::move(state)) {}
TransactionIndex::~TransactionIndex() = default;

Result<std::unique_ptr<TransactionIndex>> TransactionIndex::open(const std::string& path,
                                                                 std::uint64_t least_free_bytes) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->least_free_bytes = least_free_bytes;
  rocksdb::DB* rocks = nullptr;
  if (const auto opened = rocksdb::DB::Open(options(), path, &rocks); !opened.ok())
    return failed(opened);
  state->rocks.reset(rocks);
  if (Status whole = state->check_whole(); !whole.ok()) return whole.fault();
  if (Status end = state->read_end(); !end.ok()) return end.fault();
  return std::unique_ptr<TransactionIndex>(new TransactionIndex(std::move(state)));
}

std::uint64_t TransactionIndex::last_height() const {
  return state_->last;
}

void TransactionIndex::add(const BlockSummary& summary, std::span<const Settled> transactions) {
  ASTYQ_CHECK(state_->last == 0 || summary.height == state_->last + 1);
  rocksdb::WriteBatch batch;
  batch.Put(numbered_key(kBlock, summary.height), encode(summary));
  const Bytes leaf = engine::range_leaf(summary.height, summary.time_ns, summary.results_root);
  if (state_->range.leaves() + 1 == summary.height)
    for (const auto& [number, hash] : state_->range.append(leaf)) put_node(batch, number, hash);
  // In their order: from one to the next it is not far in RocksDB's buffer.
  std::vector<std::pair<Bytes, Bytes>> entries;
  entries.reserve(transactions.size());
  for (const Settled& settled : transactions)
    entries.emplace_back(transaction_key(settled), encode(settled));
  std::ranges::sort(entries);
  for (const auto& [key, value] : entries) batch.Put(key, value);
  (void)state_->write(batch);  // whoever asks is told
  if (state_->last == 0) state_->first = summary.height;
  state_->last = summary.height;
}

std::uint64_t TransactionIndex::first_height() const {
  return state_->first;
}

// Transactions first: as long as a block above stands, a next start cuts again.
Status TransactionIndex::cut_above(std::uint64_t height) {
  if (last_height() <= height) return Done{};
  const auto cut = [&](char kind, const auto& height_at) -> Status {
    rocksdb::WriteBatch batch;
    const auto entry = state_->entries();
    for (entry->Seek(Bytes(1, kind)); entry->Valid() && entry->key()[0] == kind; entry->Next()) {
      const BytesView key = bytes_of(entry->key());
      if (key.size() > kHeightSize && height_at(key.substr(key.size() - kHeightSize)) > height)
        batch.Delete(entry->key());
      if (batch.GetDataSize() < kBufferBytes / 4) continue;
      if (Status written = state_->write(batch); !written.ok()) return written;
      batch.Clear();
    }
    if (!entry->status().ok()) return failed(entry->status());
    return state_->write(batch);
  };
  const auto newest_first = [](BytesView bytes) { return ~read_u64(bytes); };
  if (Status done = cut(kTransaction, newest_first); !done.ok()) return done;
  if (Status done = flush(); !done.ok()) return done;
  if (Status done = cut(kBlock, read_u64); !done.ok()) return done;
  if (Status done = flush(); !done.ok()) return done;
  state_->range = ResultRange();
  return state_->read_end();
}

bool TransactionIndex::has_range(std::uint64_t blocks) const {
  return state_->range.leaves() == blocks;
}

void TransactionIndex::begin_range(std::uint64_t blocks, const std::vector<Hash>& peaks) {
  ASTYQ_CHECK(last_height() == 0 || last_height() == blocks);
  state_->range = ResultRange(blocks, peaks);
  rocksdb::WriteBatch batch;
  const std::vector<std::uint64_t> numbers = peak_nodes(blocks);
  for (std::size_t i = 0; i < numbers.size(); ++i) put_node(batch, numbers[i], peaks[i]);
  (void)state_->write(batch);
}

Result<std::optional<Settled>> TransactionIndex::find(const TransactionName& name) const {
  if (Status failure = state_->failure_so_far(); !failure.ok()) return failure.fault();
  const Bytes key = name_key(name);
  const auto entry = state_->entries();
  entry->Seek(key);
  if (!entry->status().ok()) return failed(entry->status());
  if (!entry->Valid() || !entry->key().starts_with(key)) return std::optional<Settled>();
  const BytesView height = bytes_of(entry->key()).substr(key.size());
  auto found = decode_transaction(bytes_of(entry->value()));
  if (!found || height.size() != kHeightSize) return failed("an entry is of another form.");
  found->name = name;
  found->height = ~read_u64(height);
  return found;
}

Result<std::vector<BlockSummary>> TransactionIndex::blocks_down_from(std::uint64_t height,
                                                                     std::size_t most) const {
  if (Status failure = state_->failure_so_far(); !failure.ok()) return failure.fault();
  std::vector<BlockSummary> out;
  const auto entry = state_->entries();
  for (entry->SeekForPrev(numbered_key(kBlock, height)); out.size() < most; entry->Prev()) {
    const auto at = height_of(*entry);
    if (!at) break;
    const auto block = decode_block(*at, bytes_of(entry->value()));
    if (!block) return failed("an entry is of another form.");
    out.push_back(*block);
  }
  if (!entry->status().ok()) return failed(entry->status());
  return out;
}

Result<std::vector<Hash>> TransactionIndex::beside_block(std::uint64_t height,
                                                         std::uint64_t last) const {
  ASTYQ_CHECK(height >= 1 && height <= last && last <= last_height());
  if (Status failure = state_->failure_so_far(); !failure.ok()) return failure.fault();
  std::vector<Hash> beside;
  for (const std::uint64_t number : nodes_beside(height - 1, last)) {
    const auto node = state_->node(number);
    if (!node.ok()) return node.fault();
    if (!*node)
      return Fault{"results_incomplete",
                   "This node has the nodes over the results of later blocks "
                   "alone: it was restored, or its network is a fork."};
    beside.push_back(**node);
  }
  return beside;
}

Status TransactionIndex::flush() {
  if (Status failure = state_->failure_so_far(); !failure.ok()) return failure;
  const rocksdb::Status flushed = state_->rocks->Flush(rocksdb::FlushOptions());
  return flushed.ok() ? Status(Done{}) : Status(failed(flushed));
}

}  // namespace astyq::query
