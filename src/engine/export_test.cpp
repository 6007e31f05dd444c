// SPDX-License-Identifier: Apache-2.0
#include "engine/export.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/sha256.h"
#include "store/row_codec.h"
#include "support/chain.h"

namespace astyq::engine {
namespace {

using test::Chain;

constexpr AnnexKey kKey{1, 2, 3};
constexpr std::size_t kDigest = 32;

// An export of a state with several parties and keys and one id that is still remembered.
struct ExportTest : testing::Test {
  Chain chain;
  Engine engine = begin();
  Bytes settled;
  Bytes exported;

  ExportTest() {
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
    exported = export_state(engine);
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
  static void expect_corrupt(const Bytes& bytes, const std::string& what) {
    const auto imported = import_state(bytes, kKey);
    ASSERT_FALSE(imported.ok()) << what;
    EXPECT_EQ(imported.fault().code, "export_corrupt") << what;
  }
  // With the checksum that fits, so that what stands behind it is looked at.
  static Bytes sealed(BytesView content) {
    return Bytes(content) + Bytes(view(crypto::sha256(content)));
  }
  BytesView content() const { return BytesView(exported).substr(0, exported.size() - kDigest); }
};

TEST_F(ExportTest, imported_engine_goes_on_alike) {
  auto imported = import_state(exported, kKey);
  ASSERT_TRUE(imported.ok()) << imported.fault().text;
  EXPECT_EQ(imported->network_id(), engine.network_id());
  EXPECT_EQ(imported->head().height, engine.head().height);
  EXPECT_EQ(export_state(*imported), exported);
  // It remembers what is settled.
  EXPECT_EQ(apply(*imported, settled), base::v1::ALREADY_APPLIED);
  EXPECT_EQ(apply(engine, settled), base::v1::ALREADY_APPLIED);
  EXPECT_EQ(imported->tree().root(), engine.tree().root());
}

TEST_F(ExportTest, annex_key_must_be_the_states_own) {
  const auto imported = import_state(exported, AnnexKey{});
  ASSERT_FALSE(imported.ok());
  EXPECT_EQ(imported.fault().code, "annex_key_wrong");
}

TEST_F(ExportTest, property_no_bit_may_differ) {
  std::mt19937 random(37);
  for (int i = 0; i < 2'000; ++i) {
    Bytes damaged = exported;
    const std::size_t at = random() % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
    expect_corrupt(damaged, "byte " + std::to_string(at));
  }
}

TEST_F(ExportTest, property_nothing_left_off_or_added) {
  std::mt19937 random(41);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kDigest, exported.size() - 1})
    expect_corrupt(exported.substr(0, size), "size " + std::to_string(size));
  for (int i = 0; i < 300; ++i) {
    const std::size_t size = random() % exported.size();
    expect_corrupt(exported.substr(0, size), "size " + std::to_string(size));
    expect_corrupt(sealed(content().substr(0, size % content().size())),
                   "sealed at " + std::to_string(size));
  }
  expect_corrupt(exported + "x", "one byte more");
  expect_corrupt(sealed(Bytes(content()) + "x"), "one byte more, sealed");
}

// A checksum is no proof: whoever changes rows can make it fit. The root cannot be made to fit.
TEST_F(ExportTest, property_changed_rows_do_not_fit_the_root) {
  std::mt19937 random(43);
  const std::size_t after_network =
      Bytes("astyq/state/1\n").size() + 1 + engine.network_id().size();
  for (int i = 0; i < 2'000; ++i) {
    Bytes changed(content());
    const std::size_t at = after_network + random() % (changed.size() - after_network);
    changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
    expect_corrupt(sealed(changed), "byte " + std::to_string(at));
  }
}

// Rows that fit their checksum and their root, but that no node has written.
TEST_F(ExportTest, rows_of_no_table_are_told_not_stumbled_over) {
  const auto with = [&](const Bytes& key, const store::Row& row) {
    store::Tree tree;
    store::Changes changes;
    for (auto at = engine.tree().lower_bound(store::RowKey(Bytes(1, '\0'))); at;
         at = engine.tree().upper_bound(at->first))
      changes.push_back({at->first, *at->second});
    tree.apply(std::move(changes));
    const bool begins_another = key == Bytes("\1", 1);
    if (!begins_another) tree.apply({{store::RowKey(key), row}});
    Bytes out =
        exported.substr(0, Bytes("astyq/state/1\n").size() + 1 + engine.network_id().size());
    out += view(tree.root());
    append_u64(out, tree.size() + (begins_another ? 1 : 0));
    const auto add = [&](BytesView name, const store::Row& written) {
      const Bytes encoded = store::encode_row(written);
      out += static_cast<char>(name.size());
      out += name;
      append_u32(out, static_cast<std::uint32_t>(encoded.size()));
      out += encoded;
    };
    if (begins_another) add(key, row);
    for (auto at = tree.lower_bound(store::RowKey(Bytes(1, '\0'))); at;
         at = tree.upper_bound(at->first))
      add(at->first.bytes(), *at->second);
    return sealed(out);
  };
  const Bytes u64(8, '\7');
  const store::Row empty;
  store::Row restricted;
  restricted.blind.emplace();
  store::Row ids;
  ids.open = Bytes("\x12\x03one", 5);
  store::Row twice;
  twice.open = Bytes("\x12\x30", 2) + Bytes(48, 'i');
  expect_corrupt(with("\1", empty), "a key that begins another");
  expect_corrupt(with(Bytes("\xff") + u64, empty), "no table");
  expect_corrupt(with(Bytes("\x10") + u64 + "x", empty), "a longer key");
  expect_corrupt(with(Bytes("\x10") + u64, {"\xff", "", {}}), "no message");
  expect_corrupt(with(Bytes("\x10") + u64, restricted), "a restricted part where there is none");
  expect_corrupt(with(Bytes("\x03") + u64, ids), "half an id");
  expect_corrupt(with(Bytes("\x03") + u64, twice), "an id twice");
  EXPECT_TRUE(import_state(with(Bytes("\x10") + u64, empty), kKey).ok());
  const Bytes last_height(8, '\xff');
  EXPECT_TRUE(import_state(with(Bytes("\x03") + last_height, empty), kKey).ok());
}

}  // namespace
}  // namespace astyq::engine
