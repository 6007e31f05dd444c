// SPDX-License-Identifier: Apache-2.0
#include "store/image.h"

#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include "store/rocks.h"
#include "store/row_codec.h"

namespace astyq::store {
namespace {

constexpr std::uint32_t kFormatVersion = 1;
constexpr std::size_t kChecksumSize = sizeof(Checksum);
const std::string kHeadKey = "h";
const std::string kFillingKey = "f";
constexpr std::size_t kRowsAtOnce = 16'384;
constexpr std::size_t kFillBytes = 4u << 20;  // in a batch
constexpr char kRowPrefix = 'r';
constexpr char kUndoPrefix = 'u';

struct Head {
  std::uint64_t height = 0;
  Hash root{};
  std::uint64_t first_undo = 0;  // height + 1 when there is none
};

Bytes row_entry_key(const RowKey& key) {
  return kRowPrefix + Bytes(key.bytes());
}

Bytes undo_entry_key(std::uint64_t height) {
  Bytes key(1, kUndoPrefix);
  append_u64(key, height);
  return key;
}

Bytes sealed(BytesView key, BytesView content) {
  Bytes value(view(checksum_of(key, content)));
  value += content;
  return value;
}

// The content of an entry; nothing when its bytes have changed since they were written.
std::optional<BytesView> opened(BytesView key, BytesView value) {
  if (value.size() < kChecksumSize) return std::nullopt;
  const BytesView content = value.substr(kChecksumSize);
  if (value.substr(0, kChecksumSize) != view(checksum_of(key, content))) return std::nullopt;
  return content;
}

Fault corrupt(const std::string& path, const std::string& what) {
  return Fault{"image_corrupt",
               "The state image " + path + " is damaged: " + what +
                   ". Nothing was changed. Move that directory away and start again: the image is "
                   "made anew from the newest kept copy and the log. Where there is neither a copy "
                   "nor a log from height 1, restore a backup with `astyqd restore BACKUP --data "
                   "DIR --log-tail LOG`, LOG being this node's log."};
}

Fault corrupt_entry(const std::string& path, BytesView key) {
  return corrupt(path, "the entry with key " + to_hex(key));
}

Fault failed(const std::string& path, const rocksdb::Status& status) {
  if (status.IsCorruption()) return corrupt(path, status.ToString());
  if (status.IsNoSpace())
    return Fault{"disk_full", "The disk of " + path +
                                  " is full. No block is lost: the log holds them all. Make room, "
                                  "then start again."};
  return Fault{"image_failed", "The state image " + path + " failed: " + status.ToString() +
                                   ". Check the disk, its space and the rights; start again."};
}

rocksdb::WriteOptions durable() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

rocksdb::ReadOptions read_options() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  return options;
}

}  // namespace

struct Image::Database {
  std::string path;
  Options options;
  std::unique_ptr<rocksdb::DB> rocks;
  std::optional<Head> head;

  Status check_space(std::uint64_t added_bytes) const;
  Status empty_unfinished() const;
  Status read_head();
  Status load_rows(RowSource& source, Tree& tree) const;
  Status load_undos(UndoRing& undos) const;
  // Calls `visit(key without prefix, content)` for every entry of one kind, in order.
  template <typename Visit>
  Status each(char prefix, const Visit& visit) const;
  Bytes head_entry(const Head& next) const;
};

template <typename Visit>
Status Image::Database::each(char prefix, const Visit& visit) const {
  const std::unique_ptr<rocksdb::Iterator> entry(rocks->NewIterator(read_options()));
  for (entry->Seek(rocksdb::Slice(&prefix, 1)); entry->Valid(); entry->Next()) {
    const BytesView key = bytes_of(entry->key());
    if (key.empty() || key[0] != prefix) break;
    const auto content = opened(key, bytes_of(entry->value()));
    if (!content || !visit(key.substr(1), *content)) return corrupt_entry(path, key);
  }
  if (!entry->status().ok()) return failed(path, entry->status());
  return Done{};
}

Status Image::Database::check_space(std::uint64_t added_bytes) const {
  const auto measured = free_bytes(path);
  if (!measured)
    return Fault{"image_failed",
                 "Cannot measure the disk of " + path + ". Check the disk and the rights."};
  const std::uint64_t free = *measured;
  if (free / 2 >= added_bytes && free - 2 * added_bytes >= options.least_free_bytes) return Done{};
  const auto mib = [](std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; };
  return Fault{"disk_full", "The disk of " + path + " has " + mib(free) +
                                " left; the state image needs " +
                                mib(options.least_free_bytes + 2 * added_bytes) +
                                " to spare. No block is lost: the log holds them all. Make room, "
                                "then start again."};
}

// Rows that were filled in without ever getting a head are those of no state.
Status Image::Database::empty_unfinished() const {
  std::string value;
  const rocksdb::Status marked = rocks->Get(read_options(), kFillingKey, &value);
  if (marked.IsNotFound() || options.read_only) return Done{};
  if (!marked.ok()) return failed(path, marked);
  if (!opened(kFillingKey, value)) return corrupt_entry(path, kFillingKey);
  const std::string after(1, kRowPrefix + 1);
  const rocksdb::Status emptied = rocks->DeleteRange(durable(), rocks->DefaultColumnFamily(),
                                                     rocksdb::Slice(&kRowPrefix, 1), after);
  return emptied.ok() ? Status(Done{}) : Status(failed(path, emptied));
}

Status Image::Database::read_head() {
  std::string value;
  const rocksdb::Status status = rocks->Get(read_options(), kHeadKey, &value);
  if (status.IsNotFound()) {
    if (Status emptied = empty_unfinished(); !emptied) return emptied;
    // A first checkpoint is one batch, or was marked: without a head there can be nothing.
    const auto nothing = [](BytesView, BytesView) { return false; };
    if (Status rows = each(kRowPrefix, nothing); !rows) return rows;
    return each(kUndoPrefix, nothing);
  }
  if (!status.ok()) return failed(path, status);
  const auto content = opened(kHeadKey, value);
  if (!content) return corrupt_entry(path, kHeadKey);
  ByteReader reader(*content);
  if (reader.take_u32() != kFormatVersion)
    return Fault{"image_newer", "The state image " + path +
                                    " is of another format version. Use the program that wrote it, "
                                    "or move that directory away: it is made anew from the log."};
  Head found;
  found.height = reader.take_u64();
  const auto root = to_array<32>(reader.take(32));
  found.first_undo = reader.take_u64();
  if (!reader.ok()) return corrupt_entry(path, kHeadKey);
  found.root = *root;
  if (reader.rest() != options.network_id)
    return Fault{"image_foreign", "The state image " + path + " belongs to network " +
                                      Bytes(reader.rest()) + ", not to " + options.network_id +
                                      ". Give the directory of this network."};
  head = found;
  return Done{};
}

Bytes Image::Database::head_entry(const Head& next) const {
  Bytes content;
  append_u32(content, kFormatVersion);
  append_u64(content, next.height);
  content += view(next.root);
  append_u64(content, next.first_undo);
  content += options.network_id;
  return sealed(kHeadKey, content);
}

Status Image::Database::load_rows(RowSource& source, Tree& tree) const {
  Tree::Builder builder;
  while (true) {
    auto rows = source.next();
    if (!rows) return rows.fault();
    if (rows->empty()) break;
    for (Entry& entry : *rows) builder.add(std::move(entry));
  }
  tree = builder.finish();
  if (tree.root() != head->root)
    return corrupt(path, "its rows give root " + to_hex(view(tree.root())) + " instead of " +
                             to_hex(view(head->root)));
  return Done{};
}

Status Image::Database::load_undos(UndoRing& undos) const {
  std::uint64_t next = head->first_undo;
  Status status = each(kUndoPrefix, [&undos, &next](BytesView key, BytesView content) {
    auto changes = decode_changes(content);
    if (!changes || key.size() != 8 || next == 0 || read_u64(key) != next) return false;
    undos.push(next++, std::move(*changes));
    return true;
  });
  if (!status) return status;
  if (next != head->height + 1)
    return corrupt(path, "the undo of height " + std::to_string(next) + " is missing");
  return Done{};
}

Image::Image(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Image::~Image() = default;

Result<std::unique_ptr<Image>> Image::open(const std::string& path, Options options) {
  auto database = std::make_unique<Database>();
  database->path = path;
  database->options = std::move(options);
  if (!database->options.read_only)
    if (Status space = database->check_space(0); !space) return space.fault();
  rocksdb::DB* rocks = nullptr;
  const rocksdb::Status status =
      database->options.read_only
          ? rocksdb::DB::OpenForReadOnly(rocks_read_only_options(), path, &rocks)
          : rocksdb::DB::Open(rocks_options(), path, &rocks);
  if (!status.ok()) return failed(path, status);
  database->rocks.reset(rocks);
  if (Status head = database->read_head(); !head) return head.fault();
  return std::unique_ptr<Image>(new Image(std::move(database)));
}

const std::string& Image::path() const {
  return database_->path;
}

std::optional<std::uint64_t> Image::height() const {
  return database_->head ? std::optional(database_->head->height) : std::nullopt;
}

// The entries of rows, from RocksDB.
class Image::RowReader final : public RowSource {
 public:
  // From the first entry that is not less than `begin`.
  RowReader(const Database& database, BytesView begin)
      : path_(database.path), entry_(database.rocks->NewIterator(read_options())) {
    entry_->Seek(rocksdb::Slice(begin.data(), begin.size()));
  }

  Result<std::vector<Entry>> next() override {
    std::vector<Entry> rows;
    rows.reserve(kRowsAtOnce);
    for (; entry_->Valid() && rows.size() < kRowsAtOnce; entry_->Next()) {
      const BytesView key = bytes_of(entry_->key());
      if (key.empty() || key[0] != kRowPrefix) break;
      const auto content = opened(key, bytes_of(entry_->value()));
      auto row = content ? decode_row(*content) : std::nullopt;
      // No key begins another: what does would stand right behind it.
      if (!row || key.size() < 2 || key.size() > 1 + RowKey::kMaxSize ||
          (!last_.empty() && key.starts_with(last_)))
        return corrupt_entry(path_, key);
      last_ = key;
      rows.push_back({RowKey(key.substr(1)), std::move(*row)});
    }
    if (!entry_->status().ok()) return failed(path_, entry_->status());
    return rows;
  }

 private:
  const std::string path_;
  const std::unique_ptr<rocksdb::Iterator> entry_;
  Bytes last_;  // key
};

std::unique_ptr<RowSource> Image::rows() const {
  return std::make_unique<RowReader>(*database_, BytesView(&kRowPrefix, 1));
}

std::unique_ptr<RowSource> Image::rows(const RowKey& from) const {
  return std::make_unique<RowReader>(*database_, row_entry_key(from));
}

Result<std::optional<LoadedState>> Image::load() {
  const auto source = rows();
  return load(*source);
}

Result<std::optional<LoadedState>> Image::load(RowSource& source) {
  if (!database_->head) return std::optional<LoadedState>();
  LoadedState state{database_->head->height, Tree(), UndoRing(database_->options.undo_heights)};
  if (Status status = database_->load_rows(source, state.tree); !status) return status.fault();
  if (Status status = database_->load_undos(state.undos); !status) return status.fault();
  return std::optional(std::move(state));
}

Status Image::write(std::uint64_t height, const Hash& root, const Changes& rows,
                    const UndoList& undos) {
  ASTYQ_CHECK(undos.empty() || undos.back()->height == height);
  rocksdb::WriteBatch batch;
  for (const Change& change : rows) {
    const Bytes key = row_entry_key(change.key);
    if (change.row)
      batch.Put(key, sealed(key, encode_row(*change.row)));
    else
      batch.Delete(key);
  }
  const std::uint64_t first = undos.empty() ? height + 1 : undos.front()->height;
  const Head next{height, root, first};
  const std::optional<Head>& former = database_->head;
  if (former)
    for (std::uint64_t old = former->first_undo; old <= former->height; ++old)
      if (old < first || old > height) batch.Delete(undo_entry_key(old));
  for (const Undo* undo : undos) {
    if (former && undo->height >= former->first_undo && undo->height <= former->height) continue;
    const Bytes key = undo_entry_key(undo->height);
    batch.Put(key, sealed(key, encode_changes(undo->changes)));
  }
  batch.Put(kHeadKey, database_->head_entry(next));
  if (Status space = database_->check_space(batch.GetDataSize()); !space) return space;
  if (!former) batch.Delete(kFillingKey);
  const rocksdb::Status status = database_->rocks->Write(durable(), &batch);
  if (!status.ok()) return failed(database_->path, status);
  database_->head = next;
  return Done{};
}

Status Image::fill(std::uint64_t height, const Tree& tree) {
  ASTYQ_CHECK(!database_->head);
  if (Status space = database_->check_space(0); !space) return space;
  const rocksdb::Status marked =
      database_->rocks->Put(durable(), kFillingKey, sealed(kFillingKey, {}));
  if (!marked.ok()) return failed(database_->path, marked);
  // Without the head, which comes last, it is no image: until then nothing more need last.
  rocksdb::WriteOptions passing;
  passing.disableWAL = true;
  const RowKey first(BytesView("\0", 1));
  for (auto entry = tree.lower_bound(first); entry;) {
    rocksdb::WriteBatch batch;
    for (; entry && batch.GetDataSize() < kFillBytes; entry = tree.upper_bound(entry->first)) {
      const Bytes key = row_entry_key(entry->first);
      batch.Put(key, sealed(key, encode_row(*entry->second)));
    }
    if (Status space = database_->check_space(batch.GetDataSize()); !space) return space;
    const rocksdb::Status status = database_->rocks->Write(passing, &batch);
    if (!status.ok()) return failed(database_->path, status);
  }
  const rocksdb::Status flushed = database_->rocks->Flush({});
  if (!flushed.ok()) return failed(database_->path, flushed);
  return write(height, tree.root(), {}, UndoList());
}

Status Image::verify(const std::function<bool(std::size_t)>& pace) const {
  const std::unique_ptr<rocksdb::Iterator> entry(database_->rocks->NewIterator(read_options()));
  for (entry->SeekToFirst(); entry->Valid(); entry->Next()) {
    const BytesView key = bytes_of(entry->key());
    const BytesView value = bytes_of(entry->value());
    if (!opened(key, value)) return corrupt_entry(database_->path, key);
    if (!pace(key.size() + value.size())) return Done{};
  }
  if (!entry->status().ok()) return failed(database_->path, entry->status());
  return Done{};
}

Status Image::copy_to(const std::string& path) {
  if (Status space = database_->check_space(0); !space) return space;
  rocksdb::Checkpoint* made = nullptr;
  const rocksdb::Status status = rocksdb::Checkpoint::Create(database_->rocks.get(), &made);
  if (!status.ok()) return failed(database_->path, status);
  const std::unique_ptr<rocksdb::Checkpoint> copier(made);
  const rocksdb::Status copied = copier->CreateCheckpoint(path);
  if (!copied.ok()) return failed(path, copied);
  return Done{};
}

}  // namespace astyq::store
