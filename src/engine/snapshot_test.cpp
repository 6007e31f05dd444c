// SPDX-License-Identifier: Apache-2.0
#include "engine/snapshot.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/sha256.h"
#include "store/row_codec.h"
#include "support/chain.h"
#include "support/snapshot.h"

namespace astyq::engine {
namespace {

using test::Chain;
using test::Snapshot;

constexpr AnnexKey kKey{1, 2, 3};

// All of it: small enough for one chunk and one bough.
Bytes chunk_of(const store::Tree& tree) {
  store::TreeRows source(tree);
  store::Rows rows(source);
  return *store::cut_chunk(rows, tree.size());
}

// A snapshot of a state with several parties and keys and one id that is still remembered.
struct SnapshotTest : testing::Test {
  Chain chain;
  Engine engine = begin();
  Bytes settled;

  SnapshotTest() {
    const auto& registrar = chain.registrar();
    std::vector<base::v1::Operation> operations;
    for (int i = 0; i < 5; ++i)
      operations.push_back(verbs::RegisterParty{.kind = identity::v1::LEGAL_ENTITY,
                                                .bin = chain.new_bin(),
                                                .name = "Agro",
                                                .key = chain.new_key_message(*chain.new_key())}
                               .operation());
    settled = chain.sign(chain.body(registrar, operations), registrar);
    EXPECT_EQ(apply(engine, settled), kAccepted);
  }

  Engine begin() const {
    auto genesis = chain.genesis();
    genesis.set_annex_digest(Bytes(view(crypto::sha256(view(kKey)))));
    auto begun = Engine::from_genesis(genesis, kKey);
    return std::move(*begun);
  }
  static Refusal apply(Engine& engine, const Bytes& signed_tx) {
    const BytesView views[] = {signed_tx};
    auto result = engine.apply_block({engine.head().height + 1, engine.head().time_ns + kSecondNs,
                                      prepare(views, engine.form())});
    return result->members.at(0).admission;
  }
  static void expect_corrupt(Snapshot& snapshot, const std::string& what) {
    const auto read = snapshot.read(kKey);
    ASSERT_FALSE(read.ok()) << what;
    EXPECT_EQ(read.fault().code, "snapshot_corrupt") << what;
  }
  // One chunk with a manifest that names this root, so that what stands behind the checksums is
  // looked at.
  Result<Engine> read_sealed(const Bytes& chunk, const Hash& root, std::uint32_t rows) const {
    Snapshot snapshot(engine);
    snapshot.chunk(0) = chunk;
    const store::Crown crown{{{rows, static_cast<std::uint32_t>(chunk.size()), root}},
                             Bytes(1, '\0')};
    snapshot.manifest() =
        store::SnapshotManifest{engine.network_id(), engine.head().height, root, rows, crown}
            .encode();
    return snapshot.read(kKey);
  }
  static std::uint32_t rows_of(const store::Tree& tree) {
    return static_cast<std::uint32_t>(tree.size());
  }
  Result<Engine> read_with(const Bytes& key, const store::Row& row) const {
    store::Tree tree;
    store::Changes changes;
    for (auto at = engine.tree().lower_bound(store::RowKey(Bytes(1, '\0'))); at;
         at = engine.tree().upper_bound(at->first))
      changes.push_back({at->first, *at->second});
    tree.apply(std::move(changes));
    tree.apply({{store::RowKey(key), row}});
    return read_sealed(chunk_of(tree), tree.root(), rows_of(tree));
  }
};

TEST_F(SnapshotTest, an_engine_read_from_it_goes_on_alike) {
  Snapshot snapshot(engine);
  auto read = snapshot.read(kKey);
  ASSERT_TRUE(read.ok()) << read.fault().text;
  EXPECT_EQ(read->network_id(), engine.network_id());
  EXPECT_EQ(read->head().height, engine.head().height);
  EXPECT_EQ(test::snapshot_of(*read), snapshot.bytes());
  // It remembers what is settled.
  EXPECT_EQ(apply(*read, settled), base::v1::ALREADY_APPLIED);
  EXPECT_EQ(apply(engine, settled), base::v1::ALREADY_APPLIED);
  EXPECT_EQ(read->tree().root(), engine.tree().root());
}

TEST_F(SnapshotTest, annex_key_must_be_the_states_own) {
  const auto read = Snapshot(engine).read(AnnexKey{});
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.fault().code, "annex_key_wrong");
}

TEST_F(SnapshotTest, is_of_the_height_that_its_manifest_tells) {
  Snapshot snapshot(engine);
  auto manifest = *store::SnapshotManifest::decode(snapshot.manifest());
  ++manifest.height;
  snapshot.manifest() = manifest.encode();
  expect_corrupt(snapshot, "another height");
}

TEST_F(SnapshotTest, property_no_bit_may_differ) {
  std::mt19937 random(37);
  Snapshot snapshot(engine);
  for (int i = 0; i < 2'000; ++i) {
    Bytes& file = i % 2 == 0 ? snapshot.manifest() : snapshot.chunk(0);
    const std::size_t at = random() % file.size();
    const char bit = static_cast<char>(1 << (random() % 8));
    file[at] = static_cast<char>(file[at] ^ bit);
    expect_corrupt(snapshot, "byte " + std::to_string(at));
    file[at] = static_cast<char>(file[at] ^ bit);
  }
  EXPECT_TRUE(snapshot.read(kKey).ok());
}

// A checksum is no proof: whoever changes rows can make it fit. The root cannot be made to fit.
TEST_F(SnapshotTest, property_changed_rows_do_not_fit_the_root) {
  std::mt19937 random(43);
  const Bytes chunk = chunk_of(engine.tree());
  const Hash root = engine.tree().root();
  for (int i = 0; i < 2'000; ++i) {
    Bytes changed = chunk;
    const std::size_t at = random() % changed.size();
    changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
    const auto read = read_sealed(changed, root, rows_of(engine.tree()));
    ASSERT_FALSE(read.ok()) << at;
    EXPECT_EQ(read.fault().code, "snapshot_corrupt") << at;
  }
  EXPECT_TRUE(read_sealed(chunk, root, rows_of(engine.tree())).ok());
  EXPECT_FALSE(read_sealed(chunk, root, rows_of(engine.tree()) + 1).ok());
}

// Rows that fit their checksum and their root, but that no node has written.
TEST_F(SnapshotTest, rows_of_no_table_are_told_not_stumbled_over) {
  const auto expect_none = [&](const Bytes& key, const store::Row& row, const char* what) {
    const auto read = read_with(key, row);
    ASSERT_FALSE(read.ok()) << what;
    EXPECT_EQ(read.fault().code, "snapshot_corrupt") << what;
  };
  const Bytes u64(8, '\7');
  const store::Row empty;
  store::Row restricted;
  restricted.blind.emplace();
  store::Row ids;
  ids.open = Bytes("\x12\x03one", 5);
  store::Row twice;
  twice.open = Bytes("\x12\x30", 2) + Bytes(48, 'i');
  expect_none(Bytes("\xff") + u64, empty, "no table");
  expect_none(Bytes("\x10") + u64 + "x", empty, "a longer key");
  expect_none(Bytes("\x10") + u64, {"\xff", "", {}}, "no message");
  expect_none(Bytes("\x10") + u64, restricted, "a restricted part where there is none");
  expect_none(Bytes("\x03") + u64, ids, "half an id");
  expect_none(Bytes("\x03") + u64, twice, "an id twice");
  EXPECT_TRUE(read_with(Bytes("\x10") + u64, empty).ok());
  EXPECT_TRUE(read_with(Bytes("\x03") + Bytes(8, '\xff'), empty).ok());
  // A key that begins another would stop the tree.
  Bytes begins("\1\1\0\0\0\1\0", 7);
  const auto read = read_sealed(begins + chunk_of(engine.tree()), engine.tree().root(),
                                rows_of(engine.tree()) + 1);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.fault().code, "snapshot_corrupt");
}

}  // namespace
}  // namespace astyq::engine
