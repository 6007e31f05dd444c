// SPDX-License-Identifier: Apache-2.0
#include "store/snapshot.h"

#include <utility>

#include "base/check.h"
#include "crypto/sha256.h"

namespace astyq::store {
namespace {

constexpr BytesView kMagic = "AQSM";
constexpr std::uint32_t kFormatVersion = 1;
constexpr std::size_t kMostManifestBytes = 16u << 20;
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
  ASTYQ_CHECK(network_id.size() < 256 && chunks.size() <= UINT32_MAX);
  Bytes out(kMagic);
  append_u32(out, kFormatVersion);
  append_u64(out, height);
  out += view(root);
  append_u64(out, rows);
  out.push_back(static_cast<char>(network_id.size()));
  out += network_id;
  append_u32(out, static_cast<std::uint32_t>(chunks.size()));
  for (const Hash& chunk : chunks) out += view(chunk);
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
  const std::uint32_t chunks = reader.take_u32();
  for (std::uint32_t i = 0; i < chunks && reader.ok(); ++i)
    if (const auto hash = to_array<32>(reader.take(32))) manifest.chunks.push_back(*hash);
  if (!reader.finished() || !root) return corrupt("its manifest is malformed");
  manifest.root = *root;
  return manifest;
}

SnapshotCutter::SnapshotCutter(const Tree& tree)
    : tree_(tree), entry_(tree.lower_bound(RowKey(BytesView("\0", 1)))) {}

std::optional<Bytes> SnapshotCutter::next() {
  if (!entry_) return std::nullopt;
  Bytes chunk;
  for (; entry_; entry_ = tree_.upper_bound(entry_->first)) {
    const std::size_t before = chunk.size();
    append_row(chunk, entry_->first, *entry_->second);
    if (chunk.size() <= kMostChunkBytes) continue;
    ASTYQ_CHECK(before > 0);  // no row is as large as a chunk
    chunk.resize(before);
    break;
  }
  return chunk;
}

Result<std::vector<Entry>> SnapshotBuilder::rows_of(BytesView chunk) const {
  std::vector<Entry> rows;
  std::optional<RowKey> last = last_;
  ByteReader reader(chunk);
  while (!reader.finished()) {
    const BytesView key_bytes = reader.take(reader.take_u8());
    auto row = decode_row(reader.take(reader.take_u32()));
    if (!reader.ok() || !row || key_bytes.empty() || key_bytes.size() > RowKey::kMaxSize)
      return corrupt("a row of " + numbered(chunks_) + " is malformed");
    const RowKey key(key_bytes);
    if (last && !(*last < key)) return corrupt("the keys of " + numbered(chunks_) + " do not rise");
    if (!check_.admits(key, *row))
      return corrupt("the row " + to_hex(key_bytes) + " is none of its table");
    last = key;
    rows.push_back({key, std::move(*row)});
  }
  return rows;
}

Status SnapshotBuilder::add(BytesView chunk) {
  if (chunks_ >= manifest_.chunks.size()) return corrupt("there are more chunks than it names");
  if (chunk.empty() || chunk.size() > kMostChunkBytes ||
      crypto::sha256(chunk) != manifest_.chunks[chunks_])
    return corrupt("the checksum of " + numbered(chunks_) + " differs");
  auto rows = rows_of(chunk);
  if (!rows) return rows.fault();
  last_ = rows->back().key;
  rows_ += rows->size();
  ++chunks_;
  for (Entry& entry : *rows) builder_.add(std::move(entry));
  return Done{};
}

Result<Tree> SnapshotBuilder::finish() {
  if (chunks_ != manifest_.chunks.size()) return corrupt(numbered(chunks_) + " is missing");
  if (rows_ != manifest_.rows) return corrupt("it holds another number of rows than it says");
  Tree tree = builder_.finish();
  if (tree.root() != manifest_.root)
    return corrupt("its rows give root " + to_hex(view(tree.root())) + " instead of " +
                   to_hex(view(manifest_.root)));
  return tree;
}

Status write_snapshot(FileSystem& files, const std::string& directory, const SnapshotName& name,
                      const Tree& tree) {
  if (Status made = files.create_directory(directory); !made) return made;
  const auto there = files.list(directory);
  if (!there) return there.fault();
  if (!there->empty())
    return Fault{"snapshot_exists",
                 directory + " holds something already. Name a directory that does not exist."};
  SnapshotManifest manifest{name.network_id, name.height, tree.root(), tree.size(), {}};
  SnapshotCutter cutter(tree);
  while (const auto chunk = cutter.next()) {
    const std::string path = directory + "/" + chunk_file(manifest.chunks.size());
    if (Status room = check_room(files, directory, chunk->size()); !room) return room;
    auto file = files.open(path, FileSystem::Mode::kAppend);
    if (!file) return file.fault();
    if (Status written = (*file)->append(*chunk); !written) return written;
    if (Status synced = (*file)->sync(); !synced) return synced;
    manifest.chunks.push_back(crypto::sha256(*chunk));
  }
  return replace_file(files, directory, kManifestFile, manifest.encode());
}

Result<Snapshot> read_snapshot(FileSystem& files, const std::string& directory, RowCheck& check) {
  const auto bytes = read_part(files, directory + "/" + kManifestFile, kMostManifestBytes);
  if (!bytes) return bytes.fault();
  auto manifest = SnapshotManifest::decode(*bytes);
  if (!manifest) return manifest.fault();
  SnapshotBuilder builder(*manifest, check);
  for (std::size_t i = 0; i < manifest->chunks.size(); ++i) {
    const std::string path = directory + "/" + chunk_file(i);
    const auto chunk = read_part(files, path, kMostChunkBytes);
    if (!chunk) return chunk.fault();
    if (Status added = builder.add(*chunk); !added) return added.fault();
  }
  auto tree = builder.finish();
  if (!tree) return tree.fault();
  return Snapshot{std::move(*manifest), std::move(*tree)};
}

}  // namespace astyq::store
