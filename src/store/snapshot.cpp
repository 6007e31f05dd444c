// SPDX-License-Identifier: Apache-2.0
#include "store/snapshot.h"

#include <utility>

#include "base/check.h"
#include "store/row_codec.h"

namespace astyq::store {
namespace {

constexpr BytesView kMagic = "AQSM";
constexpr std::uint32_t kFormatVersion = 2;
constexpr std::size_t kMostManifestBytes = 64u << 20;
constexpr std::size_t kRowsAtOnce = 512;
constexpr std::size_t kChunkDigits = 6;
const std::string kManifestFile = "MANIFEST";

Fault corrupt(const std::string& what) {
  return Fault{"snapshot_corrupt", "The snapshot is damaged: " + what +
                                       ". Nothing was taken from it. Copy it again from the node "
                                       "that made it, or let another node of this network make "
                                       "one of this height: it has the same bytes."};
}

std::string chunk_file(std::size_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, kChunkDigits - std::min(kChunkDigits, digits.size()), '0');
  return digits + ".rows";
}

void append_row(Bytes& out, const RowKey& key, const Row& row) {
  const BytesView bytes = key.bytes();
  out.push_back(static_cast<char>(bytes.size()));
  out += bytes;
  const Bytes encoded = encode_row(row);
  append_u32(out, static_cast<std::uint32_t>(encoded.size()));
  out += encoded;
}

std::string numbered(std::size_t chunk) {
  return "chunk " + std::to_string(chunk);
}

// All of a file that is no longer than a good one.
Result<Bytes> read_part(FileSystem& files, const std::string& path, std::size_t most_bytes) {
  const auto there = files.exists(path);
  if (!there) return there.fault();
  if (!*there) return corrupt("there is no " + path);
  const auto file = files.open(path, FileSystem::Mode::kRead);
  if (!file) return file.fault();
  const auto size = (*file)->size();
  if (!size) return size.fault();
  if (*size > most_bytes) return corrupt(path + " is larger than it can be");
  return (*file)->read(0, *size);
}

}  // namespace

Bytes SnapshotManifest::encode() const {
  ASTYQ_CHECK(network_id.size() < 256 && crown.boughs.size() <= UINT32_MAX);
  Bytes out(kMagic);
  append_u32(out, kFormatVersion);
  append_u64(out, height);
  out += view(root);
  append_u64(out, rows);
  out.push_back(static_cast<char>(network_id.size()));
  out += network_id;
  append_u32(out, static_cast<std::uint32_t>(crown.boughs.size()));
  for (const Bough& bough : crown.boughs) {
    append_u32(out, bough.rows);
    append_u32(out, bough.bytes);
    out += view(bough.hash);
  }
  append_u32(out, static_cast<std::uint32_t>(crown.shape.size()));
  out += crown.shape;
  out += view(checksum_of(out, {}));
  return out;
}

Result<SnapshotManifest> SnapshotManifest::decode(BytesView bytes) {
  if (bytes.size() < sizeof(Checksum)) return corrupt("its manifest ends too early");
  const BytesView content = bytes.substr(0, bytes.size() - sizeof(Checksum));
  if (view(checksum_of(content, {})) != bytes.substr(content.size()))
    return corrupt("the checksum of its manifest differs");
  ByteReader reader(content);
  if (reader.take(kMagic.size()) != kMagic) return corrupt("its manifest is none");
  if (reader.take_u32() != kFormatVersion)
    return Fault{"snapshot_newer",
                 "The snapshot is of another format version. Use the program that wrote it."};
  SnapshotManifest manifest;
  manifest.height = reader.take_u64();
  const auto root = to_array<32>(reader.take(32));
  manifest.rows = reader.take_u64();
  manifest.network_id = reader.take(reader.take_u8());
  const std::uint32_t boughs = reader.take_u32();
  std::uint64_t rows = 0;
  for (std::uint32_t i = 0; i < boughs && reader.ok(); ++i) {
    Bough bough{reader.take_u32(), reader.take_u32(), {}};
    const auto hash = to_array<32>(reader.take(32));
    if (!hash || bough.rows == 0 || bough.bytes > kMostChunkBytes)
      return corrupt("its manifest is malformed");
    bough.hash = *hash;
    rows += bough.rows;
    manifest.crown.boughs.push_back(bough);
  }
  manifest.crown.shape = reader.take(reader.take_u32());
  if (!reader.finished() || !root) return corrupt("its manifest is malformed");
  manifest.root = *root;
  if (rows != manifest.rows || manifest.crown.root() != root)
    return corrupt("its parts do not make up its root");
  return manifest;
}

std::vector<SnapshotManifest::Chunk> SnapshotManifest::chunks() const {
  std::vector<Chunk> out;
  std::uint64_t bytes = 0;
  std::uint64_t first_row = 0;
  for (std::size_t i = 0; i < crown.boughs.size(); ++i) {
    const Bough& bough = crown.boughs[i];
    if (out.empty() || bytes + bough.bytes > kMostChunkBytes) {
      out.push_back({i, 0, first_row, 0});
      bytes = 0;
    }
    bytes += bough.bytes;
    first_row += bough.rows;
    out.back().rows += bough.rows;
    ++out.back().boughs;
  }
  return out;
}

Result<SurveyedState> survey(SnapshotName name, RowSource& source) {
  SurveyedState out;
  out.manifest.network_id = std::move(name.network_id);
  out.manifest.height = name.height;
  CrownBuilder crown(kMostBoughBytes);
  Rows rows(source);
  while (true) {
    const auto entry = rows.next();
    if (!entry) return entry.fault();
    if (*entry == nullptr) break;
    const auto& [key, row] = **entry;
    if (out.manifest.rows++ % SurveyedState::kRowsAKey == 0) out.keys.push_back(key);
    Bytes handed_on;
    append_row(handed_on, key, row);
    ASTYQ_CHECK(handed_on.size() <= kMostChunkBytes);  // no row is as large as a chunk
    crown.add(key, row, static_cast<std::uint32_t>(handed_on.size()));
  }
  out.manifest.crown = crown.finish();
  const auto root = out.manifest.crown.root();
  ASTYQ_CHECK(root.has_value());
  out.manifest.root = *root;
  return out;
}

Result<const Entry*> Rows::next() {
  if (at_ == some_.size()) {
    auto more = source_.next();
    if (!more) return more.fault();
    some_ = std::move(*more);
    at_ = 0;
    if (some_.empty()) return nullptr;
  }
  return &some_[at_++];
}

Result<Bytes> cut_chunk(Rows& rows, std::uint64_t count) {
  Bytes chunk;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto entry = rows.next();
    if (!entry) return entry.fault();
    if (*entry == nullptr) return corrupt("it has fewer rows than it says");
    append_row(chunk, (*entry)->key, (*entry)->row);
  }
  return chunk;
}

TreeRows::TreeRows(const Tree& tree)
    : tree_(tree), entry_(tree.lower_bound(RowKey(BytesView("\0", 1)))) {}

Result<std::vector<Entry>> TreeRows::next() {
  std::vector<Entry> rows;
  for (; entry_ && rows.size() < kRowsAtOnce; entry_ = tree_.upper_bound(entry_->first))
    rows.push_back({entry_->first, *entry_->second});
  return rows;
}

Result<std::vector<Entry>> SnapshotBuilder::rows_of(BytesView chunk) const {
  std::vector<Entry> rows;
  std::optional<RowKey> last = last_;
  ByteReader reader(chunk);
  while (!reader.finished()) {
    const BytesView key_bytes = reader.take(reader.take_u8());
    auto row = decode_row(reader.take(reader.take_u32()));
    if (!reader.ok() || !row || key_bytes.empty() || key_bytes.size() > RowKey::kMaxSize)
      return corrupt("a row of " + numbered(added_) + " is malformed");
    const RowKey key(key_bytes);
    if (last && !(*last < key)) return corrupt("the keys of " + numbered(added_) + " do not rise");
    if (!check_.admits(key, *row))
      return corrupt("the row " + to_hex(key_bytes) + " is none of its table");
    last = key;
    rows.push_back({key, std::move(*row)});
  }
  return rows;
}

bool SnapshotBuilder::are_of_boughs(const std::vector<Entry>& rows,
                                    const SnapshotManifest::Chunk& chunk) const {
  if (rows.size() != chunk.rows) return false;
  RowsHasher hasher;
  std::size_t at = 0;
  for (std::size_t i = 0; i < chunk.boughs; ++i) {
    const Bough& bough = manifest_.crown.boughs[chunk.first_bough + i];
    for (std::uint32_t row = 0; row < bough.rows; ++row, ++at)
      hasher.add(rows[at].key, rows[at].row);
    if (hasher.finish() != bough.hash) return false;
  }
  return true;
}

Status SnapshotBuilder::add(BytesView chunk) {
  if (added_ >= chunks_.size()) return corrupt("there are more chunks than it names");
  if (chunk.empty() || chunk.size() > kMostChunkBytes)
    return corrupt("the size of " + numbered(added_) + " is none");
  auto rows = rows_of(chunk);
  if (!rows) return rows.fault();
  if (!are_of_boughs(*rows, chunks_[added_]))
    return corrupt("the rows of " + numbered(added_) + " are not those of its root");
  last_ = rows->back().key;
  ++added_;
  for (Entry& entry : *rows) builder_.add(std::move(entry));
  return Done{};
}

Result<Tree> SnapshotBuilder::finish() {
  if (added_ != chunks_.size()) return corrupt(numbered(added_) + " is missing");
  Tree tree = builder_.finish();
  // Of a root that nobody vouches for, its parts may go together as no tree's do.
  if (tree.root() != manifest_.root)
    return corrupt("its rows give root " + to_hex(view(tree.root())) + " instead of " +
                   to_hex(view(manifest_.root)));
  return tree;
}

Status write_snapshot(FileSystem& files, const std::string& directory, SnapshotName name,
                      const Tree& tree) {
  if (Status made = files.create_directory(directory); !made) return made;
  const auto there = files.list(directory);
  if (!there) return there.fault();
  if (!there->empty())
    return Fault{"snapshot_exists",
                 directory + " holds something already. Name a directory that does not exist."};
  TreeRows once(tree);
  const auto surveyed = survey(std::move(name), once);
  if (!surveyed) return surveyed.fault();
  TreeRows again(tree);
  Rows rows(again);
  std::size_t number = 0;
  for (const auto& each : surveyed->manifest.chunks()) {
    const auto chunk = cut_chunk(rows, each.rows);
    if (!chunk) return chunk.fault();
    const std::string path = directory + "/" + chunk_file(number++);
    if (Status room = check_room(files, directory, chunk->size()); !room) return room;
    auto file = files.open(path, FileSystem::Mode::kAppend);
    if (!file) return file.fault();
    if (Status written = (*file)->append(*chunk); !written) return written;
    if (Status synced = (*file)->sync(); !synced) return synced;
  }
  return replace_file(files, directory, kManifestFile, surveyed->manifest.encode());
}

Result<Snapshot> read_snapshot(FileSystem& files, const std::string& directory, RowCheck& check) {
  const auto bytes = read_part(files, directory + "/" + kManifestFile, kMostManifestBytes);
  if (!bytes) return bytes.fault();
  auto manifest = SnapshotManifest::decode(*bytes);
  if (!manifest) return manifest.fault();
  SnapshotBuilder builder(*manifest, check);
  while (builder.added() < builder.wanted()) {
    const std::string path = directory + "/" + chunk_file(builder.added());
    const auto chunk = read_part(files, path, kMostChunkBytes);
    if (!chunk) return chunk.fault();
    if (Status added = builder.add(*chunk); !added) return added.fault();
  }
  auto tree = builder.finish();
  if (!tree) return tree.fault();
  return Snapshot{std::move(*manifest), std::move(*tree)};
}

}  // namespace astyq::store
