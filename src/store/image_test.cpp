// SPDX-License-Identifier: Apache-2.0
#include "store/image.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <fstream>

#include "support/memory_checkpoint.h"
#include "support/store_rows.h"
#include "support/temporary_directory.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

constexpr std::size_t kUndoHeights = 10;

std::unique_ptr<Image> open_image(const std::string& path) {
  auto image = Image::open(path, {"net", kUndoHeights});
  if (!image) ADD_FAILURE() << image.fault().text;
  return std::move(image).value();
}

// A node's use of a checkpoint, with every state remembered.
struct Chain {
  explicit Chain(std::uint64_t seed) : ring(kUndoHeights), random(seed) { states.emplace_back(); }
  void block() {
    Model next = states.back();
    const Changes changes = random_changes(random, next, 15);
    apply_to(next, changes);
    dirty.add(changes);
    ring.push(states.size(), tree.apply(changes));
    states.push_back(next);
  }
  std::uint64_t height() const { return states.size() - 1; }
  Status write(Checkpoint& checkpoint) {
    const Status status = checkpoint.write(height(), tree.root(), dirty.newest(), ring.hold());
    ring.release();
    if (status.ok()) dirty.take();
    return status;
  }
  void rollback(std::uint64_t height) {
    dirty.add(ring.rollback(tree, height));
    states.resize(height + 1);
  }
  void expect_loaded(Checkpoint& checkpoint) const {
    auto loaded = checkpoint.load();
    ASSERT_TRUE(loaded.ok()) << loaded.fault().text;
    ASSERT_TRUE(loaded->has_value());
    LoadedState& state = **loaded;
    EXPECT_EQ(state.height, height());
    EXPECT_EQ(state.tree.root(), tree.root());
    EXPECT_EQ(model_of(state.tree), states.back());
    ASSERT_EQ(state.undos.undos().size(), ring.undos().size());
    if (ring.empty()) return;
    const std::uint64_t oldest = ring.undos().front().height - 1;
    state.undos.rollback(state.tree, oldest);
    EXPECT_EQ(model_of(state.tree), states[oldest]);
  }

  Tree tree;
  UndoRing ring;
  DirtyRows dirty;
  std::mt19937_64 random;
  std::vector<Model> states;
};

void exercise(Chain& chain, const std::function<std::unique_ptr<Checkpoint>()>& reopen) {
  auto checkpoint = reopen();
  const auto empty = checkpoint->load();
  ASSERT_TRUE(empty.ok() && !empty->has_value());
  for (int round = 0; round < 12; ++round) {
    // Fewer and more blocks than the ring keeps, and now and then some taken back.
    for (int i = 0; i < (round % 4 == 3 ? 14 : round % 4 + 1); ++i) chain.block();
    if (round % 5 == 4) {
      chain.rollback(chain.height() - 3);
      ASSERT_TRUE(chain.write(*checkpoint).ok());
      chain.block();
    }
    ASSERT_TRUE(chain.write(*checkpoint).ok());
    checkpoint.reset();
    checkpoint = reopen();
    chain.expect_loaded(*checkpoint);
  }
}

TEST(Image, GivesBackTheLastCheckpointWithItsUndos) {
  const astyq::test::TemporaryDirectory directory;
  Chain chain(1);
  exercise(chain, [&] { return open_image(directory / "image"); });
}

TEST(MemoryCheckpoint, BehavesAsTheImageDoes) {
  MemoryImage image;
  Chain chain(1);
  exercise(chain, [&] { return std::make_unique<MemoryCheckpoint>(image, kUndoHeights); });
}

TEST(Image, KeepsAnEmptyStateToo) {
  const astyq::test::TemporaryDirectory directory;
  Chain chain(2);
  ASSERT_TRUE(chain.write(*open_image(directory / "image")).ok());
  chain.expect_loaded(*open_image(directory / "image"));
  EXPECT_EQ(open_image(directory / "image")->height(), 0u);
}

TEST(Image, RefusesAnotherNetworkAndASecondProcess) {
  const astyq::test::TemporaryDirectory directory;
  Chain chain(3);
  auto image = open_image(directory / "image");
  EXPECT_EQ(Image::open(directory / "image", {"net", 10}).fault().code, "image_failed");
  ASSERT_TRUE(chain.write(*image).ok());
  image.reset();
  EXPECT_EQ(Image::open(directory / "image", {"other", 10}).fault().code, "image_foreign");
}

TEST(Image, ACopyIsWholeAndIndependent) {
  const astyq::test::TemporaryDirectory directory;
  Chain chain(4);
  chain.block();
  auto image = open_image(directory / "image");
  ASSERT_TRUE(chain.write(*image).ok());
  ASSERT_TRUE(image->copy_to(directory / "kept").ok());
  chain.expect_loaded(*open_image(directory / "kept"));
  EXPECT_EQ(image->copy_to(directory / "kept").fault().code, "image_failed");
  Chain later = std::move(chain);
  later.block();
  ASSERT_TRUE(later.write(*image).ok());
  later.expect_loaded(*image);
  EXPECT_EQ(open_image(directory / "kept")->height(), 1u);
}

using Entries = std::vector<std::pair<std::string, std::string>>;

// Opens RocksDB beneath the image.
void beneath(const std::string& path, const std::function<void(rocksdb::DB&)>& act) {
  rocksdb::DB* database = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open({}, path, &database).ok());
  act(*database);
  delete database;
}

Entries entries_of(rocksdb::DB& database) {
  Entries entries;
  const std::unique_ptr<rocksdb::Iterator> entry(database.NewIterator({}));
  for (entry->SeekToFirst(); entry->Valid(); entry->Next())
    entries.emplace_back(entry->key().ToString(), entry->value().ToString());
  return entries;
}

std::string fault_of_loading(const std::string& path, std::string* text = nullptr) {
  auto image = Image::open(path, {"net", kUndoHeights});
  if (!image) {
    if (text != nullptr) *text = image.fault().text;
    return image.fault().code;
  }
  const auto loaded = (*image)->load();
  if (loaded.ok()) return "none";
  if (text != nullptr) *text = loaded.fault().text;
  return loaded.fault().code;
}

TEST(Image, RefusesChangedMissingAndMisplacedEntries) {
  const astyq::test::TemporaryDirectory directory;
  const std::string path = directory / "image";
  Chain chain(5);
  for (int i = 0; i < 4; ++i) chain.block();
  ASSERT_TRUE(chain.write(*open_image(path)).ok());
  Entries entries;
  beneath(path, [&](rocksdb::DB& database) { entries = entries_of(database); });
  ASSERT_GT(entries.size(), 20u);
  EXPECT_EQ(fault_of_loading(path), "none");
  for (std::size_t i = 0; i < entries.size(); i += 7) {
    const auto& [key, value] = entries[i];
    std::string changed = value;
    changed[i % value.size()] ^= 0x04;
    beneath(path, [&](rocksdb::DB& database) { database.Put({}, key, changed); });
    std::string text;
    EXPECT_EQ(fault_of_loading(path, &text), "image_corrupt");
    EXPECT_NE(text.find(to_hex(key)), std::string::npos) << text;
    EXPECT_NE(text.find("Move that directory away"), std::string::npos) << text;
    // A good value of another key is none for this one.
    beneath(path, [&](rocksdb::DB& database) {
      database.Put({}, key, entries[(i + 1) % entries.size()].second);
    });
    EXPECT_EQ(fault_of_loading(path), "image_corrupt");
    beneath(path, [&](rocksdb::DB& database) { database.Put({}, key, value); });
  }
  const std::size_t last = entries.size() - 1;
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}, last / 2, last - 3, last - 1, last}) {
    const auto& [key, value] = entries[i];
    beneath(path, [&](rocksdb::DB& database) { database.Delete({}, key); });
    EXPECT_EQ(fault_of_loading(path), "image_corrupt") << key[0];
    beneath(path, [&](rocksdb::DB& database) { database.Put({}, key, value); });
  }
  EXPECT_EQ(fault_of_loading(path), "none");
}

TEST(Image, RefusesADamagedFile) {
  const astyq::test::TemporaryDirectory directory;
  const std::string path = directory / "image";
  Chain chain(6);
  for (int i = 0; i < 30; ++i) chain.block();
  ASSERT_TRUE(chain.write(*open_image(path)).ok());
  beneath(path, [](rocksdb::DB& database) { ASSERT_TRUE(database.Flush({}).ok()); });
  std::string table;
  for (const auto& file : std::filesystem::directory_iterator(path))
    if (file.path().extension() == ".sst") table = file.path();
  ASSERT_FALSE(table.empty());
  {
    std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(200);
    file.write("damage", 6);
  }
  EXPECT_EQ(fault_of_loading(path), "image_corrupt");
}

// A process was ended while it made a lost image anew: some rows, the mark of it and no head.
TEST(Image, IsFilledAgainWhereFillingItWasInterrupted) {
  const astyq::test::TemporaryDirectory directory;
  const std::string path = directory / "image";
  Chain chain(8);
  for (int i = 0; i < 9; ++i) chain.block();
  ASSERT_TRUE(open_image(path)->fill(chain.height(), chain.tree).ok());
  Entries entries;
  beneath(path, [&](rocksdb::DB& database) { entries = entries_of(database); });
  for (const auto& [key, value] : entries) EXPECT_TRUE(key == "h" || key[0] == 'r') << key;
  const Bytes mark(view(checksum_of("f", {})));
  beneath(path, [&](rocksdb::DB& database) {
    ASSERT_TRUE(database.Delete({}, "h").ok());
    ASSERT_TRUE(database.Put({}, "f", mark).ok());
  });
  chain.rollback(chain.height() - 2);
  {
    const auto image = open_image(path);
    EXPECT_FALSE(image->height().has_value());
    ASSERT_TRUE(image->fill(chain.height(), chain.tree).ok());
  }
  const auto loaded = open_image(path)->load();
  ASSERT_TRUE(loaded.ok() && loaded->has_value());
  EXPECT_EQ((*loaded)->tree.root(), chain.tree.root());
  beneath(path, [&](rocksdb::DB& database) { entries = entries_of(database); });
  for (const auto& [key, value] : entries) EXPECT_TRUE(key == "h" || key[0] == 'r') << key;
  // Without the mark they are rows that lost their head.
  beneath(path, [&](rocksdb::DB& database) { ASSERT_TRUE(database.Delete({}, "h").ok()); });
  EXPECT_EQ(fault_of_loading(path), "image_corrupt");
}

// Rightly sealed and yet no state: the tree could not order them.
TEST(Image, RefusesAKeyThatBeginsAnother) {
  const astyq::test::TemporaryDirectory directory;
  const std::string path = directory / "image";
  const Changes changes{{RowKey("\x02key"), row_of("a")}, {RowKey("\x02keys"), row_of("b")}};
  ASSERT_TRUE(open_image(path)->write(1, Hash{}, changes, {}).ok());
  EXPECT_EQ(fault_of_loading(path), "image_corrupt");
}

// What it takes of a process's descriptors is nothing to connections.
TEST(Image, HoldsFewFilesOpenHoweverManyThereAre) {
  const astyq::test::TemporaryDirectory directory;
  const std::string path = directory / "image";
  Changes changes;
  for (std::uint64_t i = 0; i < 12'000; ++i)
    changes.push_back({key_of(2, i), row_of(Bytes(60, static_cast<char>(i)))});
  Tree tree;
  tree.apply(changes);
  ASSERT_TRUE(open_image(path)->write(1, tree.root(), changes, {}).ok());
  rocksdb::Options small_files;
  small_files.target_file_size_base = 1'024;
  rocksdb::DB* database = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(small_files, path, &database).ok());
  rocksdb::CompactRangeOptions all;
  all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  EXPECT_TRUE(database->CompactRange(all, nullptr, nullptr).ok());
  delete database;
  const auto count = [](const std::string& folder) {
    const std::filesystem::directory_iterator files(folder);
    return std::distance(begin(files), end(files));
  };
  ASSERT_GT(count(path), 150);
  const auto before = count("/proc/self/fd");
  const auto image = open_image(path);
  const auto loaded = image->load();
  ASSERT_TRUE(loaded.ok() && loaded->has_value());
  EXPECT_EQ((*loaded)->tree.root(), tree.root());
  EXPECT_LE(count("/proc/self/fd"), before + 60);
}

// RocksDB would abort when a write fails for want of space.
TEST(Image, IsNotOpenedOnADiskThatIsAsGoodAsFull) {
  const astyq::test::TemporaryDirectory directory;
  const std::string path = directory / "image";
  Chain chain(7);
  chain.block();
  ASSERT_TRUE(chain.write(*open_image(path)).ok());
  for (const std::string& image : {path, directory / "new"}) {
    const auto opened = Image::open(image, {"net", kUndoHeights, UINT64_MAX});
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.fault().code, "disk_full");
  }
  EXPECT_FALSE(std::filesystem::exists(directory / "new"));
  chain.expect_loaded(*open_image(path));
}

}  // namespace
}  // namespace astyq::store
