// SPDX-License-Identifier: Apache-2.0
// An image, the node's or a kept copy, gives back a state that was written into it, or says that it
// is damaged. The first byte chooses between files that a disk has changed and entries that are
// changed under checksums that are right.
#include "store/image.h"

#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "crypto/sha256.h"
#include "fuzz/targets/targets.h"
#include "store/row_codec.h"
#include "support/byte_dice.h"
#include "support/store_rows.h"
#include "support/temporary_directory.h"

namespace astyq::fuzz {
namespace {

using store::Image;
using store::LoadedState;
using test::ByteDice;
using test::TemporaryDirectory;

constexpr const char* kNetwork = "astyq-demo";
constexpr std::uint64_t kHeights = 3;
constexpr std::size_t kMostEdits = 4;
constexpr std::size_t kChecksumSize = 16;
constexpr std::size_t kHeadWithoutNetwork = 4 + 8 + 32 + 8;

using Files = std::map<std::string, Bytes>;
using Entries = std::map<Bytes, Bytes>;  // without the checksums

Bytes text_of(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_files(const std::string& directory, const Files& files) {
  std::filesystem::create_directory(directory);
  for (const auto& [name, bytes] : files)
    std::ofstream(directory + "/" + name, std::ios::binary) << bytes;
}

Image::Options options() {
  return {.network_id = kNetwork, .undo_heights = 8, .read_only = true};
}

// An image of three checkpoints, as files and as entries.
struct Honest {
  Files files;
  Entries entries;
  std::vector<Hash> roots;  // by height; 0: of no rows

  Honest() {
    const TemporaryDirectory directory;
    const std::string path = directory / "image";
    {
      auto image = Image::open(path, {.network_id = kNetwork, .undo_heights = 8});
      ASTYQ_CHECK(image.ok());
      std::mt19937_64 random(1);
      store::Tree tree;
      store::UndoRing undos(8);
      roots.push_back(tree.root());
      for (std::uint64_t height = 1; height <= kHeights; ++height) {
        store::Changes changes;
        for (std::uint64_t i = height; i <= height + 3; ++i)
          changes.push_back(
              {store::test::key_of(2, i),
               store::test::row_of(std::to_string(height) + " of " + std::to_string(i))});
        undos.push(height, tree.apply(changes));
        roots.push_back(tree.root());
        const auto held = undos.hold();
        ASTYQ_CHECK((*image)->write(height, tree.root(), changes, held).ok());
        undos.release();
      }
      // Of its own files, with all of it in them.
      ASTYQ_CHECK((*image)->copy_to(directory / "copy").ok());
    }
    for (const auto& file : std::filesystem::directory_iterator(directory / "copy"))
      files[file.path().filename()] = text_of(file.path());
    read_entries(directory / "copy");
  }

  void read_entries(const std::string& path) {
    rocksdb::DB* opened = nullptr;
    ASTYQ_CHECK(rocksdb::DB::OpenForReadOnly({}, path, &opened).ok());
    const std::unique_ptr<rocksdb::DB> database(opened);
    const std::unique_ptr<rocksdb::Iterator> at(database->NewIterator({}));
    for (at->SeekToFirst(); at->Valid(); at->Next())
      entries[at->key().ToString()] = at->value().ToString().substr(kChecksumSize);
  }
};

const Honest& honest() {
  static const Honest kHonest;
  return kHonest;
}

void expect_known(const Fault& fault) {
  ASTYQ_CHECK(fault.code == "image_corrupt" || fault.code == "image_failed" ||
              fault.code == "image_foreign" || fault.code == "image_newer");
  ASTYQ_CHECK(!fault.text.empty());
}

std::optional<LoadedState> load(const std::string& path) {
  const auto image = Image::open(path, options());
  if (!image.ok()) {
    expect_known(image.fault());
    return std::nullopt;
  }
  auto loaded = (*image)->load();
  if (!loaded.ok()) {
    expect_known(loaded.fault());
    return std::nullopt;
  }
  if (!*loaded) return std::nullopt;
  // The scrubber reads no less than a start does.
  ASTYQ_CHECK((*loaded)->height == (*image)->height());
  return std::move(**loaded);
}

// Only states that were written, however much the disk has lost. RocksDB may give back an earlier
// one, whose log the node then replays.
void attempt_damage(ByteDice& dice) {
  Files files = honest().files;
  bool changed = false;
  for (std::size_t edits = dice.below(kMostEdits); edits > 0; --edits) {
    auto file = files.begin();
    std::advance(file, static_cast<std::ptrdiff_t>(dice.below(files.size())));
    Bytes& bytes = file->second;
    const std::size_t at = dice.below(std::min<std::size_t>(bytes.size(), 65'535) + 1);
    changed = true;
    switch (dice.below(4)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.insert(at, dice.bytes(dice.below(8)));
        break;
      case 2:
        if (files.size() > 1) files.erase(file);
        break;
      default:
        if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 + dice.below(255)));
    }
  }
  const TemporaryDirectory directory;
  write_files(directory / "image", files);
  const auto state = load(directory / "image");
  ASTYQ_CHECK(changed || state);
  if (!state) return;
  ASTYQ_CHECK(state->height <= kHeights && state->tree.root() == honest().roots[state->height]);
}

void edit(Entries& entries, ByteDice& dice) {
  auto entry = entries.begin();
  std::advance(entry, static_cast<std::ptrdiff_t>(dice.below(entries.size())));
  Bytes& content = entry->second;
  const std::size_t at = dice.below(content.size() + 1);
  switch (dice.below(5)) {
    case 0:
      content.resize(at);
      return;
    case 1:
      content.insert(at, dice.bytes(dice.below(8)));
      return;
    case 2:
      if (entries.size() > 1) entries.erase(entry);
      return;
    case 3: {  // under another key
      Bytes key = entry->first.substr(0, 1) + dice.bytes(dice.below(12));
      Bytes moved = content;
      entries[key] = moved;
      return;
    }
    default:
      if (at < content.size()) content[at] = static_cast<char>(content[at] ^ (1 + dice.below(255)));
  }
}

// Whoever writes right checksums under wrong entries: a state is loaded that is the one which the
// head names, or none.
void attempt_entries(ByteDice& dice) {
  Entries entries = honest().entries;
  for (std::size_t edits = dice.below(kMostEdits); edits > 0; --edits) edit(entries, dice);
  const TemporaryDirectory directory;
  const std::string path = directory / "image";
  {
    rocksdb::DB* opened = nullptr;
    rocksdb::Options making;
    making.create_if_missing = true;
    ASTYQ_CHECK(rocksdb::DB::Open(making, path, &opened).ok());
    const std::unique_ptr<rocksdb::DB> database(opened);
    rocksdb::WriteBatch batch;
    for (const auto& [key, content] : entries) {
      const Hash sum = crypto::sha256(key + content);
      batch.Put(key, Bytes(view(sum).substr(0, kChecksumSize)) + content);
    }
    ASTYQ_CHECK(database->Write({}, &batch).ok());
  }
  const auto state = load(path);
  if (!state) return;
  const Bytes& head = entries.at("h");
  ASTYQ_CHECK(head.substr(kHeadWithoutNetwork) == kNetwork);
  ASTYQ_CHECK(read_u64(BytesView(head).substr(4)) == state->height);
  ASTYQ_CHECK(BytesView(head).substr(12, 32) == view(state->tree.root()));
  std::size_t rows = 0;
  for (const auto& [key, content] : entries) rows += key.starts_with("r") ? 1 : 0;
  ASTYQ_CHECK(state->tree.size() == rows);
}

void attempt(BytesView input) {
  ByteDice dice(input);
  if (dice.one_in(2))
    attempt_entries(dice);
  else
    attempt_damage(dice);
}

std::vector<Bytes> seeds() {
  return {Bytes(1, '\0'),
          Bytes(1, '\1'),
          Bytes("\x00\x01\x00\x00\x40\x03\x07", 7),
          Bytes("\x00\x01\x02\x01\x40\x03\x10", 7),
          Bytes("\x00\x02\x03\x00\x80\x00\x01\x00\x10\x02", 10),
          Bytes("\x01\x01\x00\x05\x04\x01", 6),
          Bytes("\x01\x01\x02\x03\x04\x01", 6),
          Bytes("\x01\x01\x03\x00\x03\x05", 6),
          Bytes("\x01\x02\x01\x02\x02\x05\x08\x04\x20", 9)};
}

}  // namespace

Target image() {
  return {"image", attempt, seeds};
}

}  // namespace astyq::fuzz
