// SPDX-License-Identifier: Apache-2.0
// A snapshot that is taken is the snapshot of what it became. The first byte chooses what the input
// is: a manifest; a chunk that its manifest names; a chunk whose root fits as well.
#include "crypto/sha256.h"
#include "engine/demo.h"
#include "engine/snapshot.h"
#include "fuzz/targets/targets.h"
#include "store/row_codec.h"
#include "support/byte_dice.h"

namespace astyq::fuzz {
namespace {

constexpr engine::AnnexKey kKey{1, 2, 3};
const char* const kNetwork = "astyq-demo";

// The tree of the rows as they stand, as far as there can be one.
store::Tree tree_of(BytesView chunk) {
  store::ByteReader reader(chunk);
  store::Tree::Builder builder;
  Bytes last;
  while (!reader.finished()) {
    const Bytes key(reader.take(reader.take_u8()));
    auto row = store::decode_row(reader.take(reader.take_u32()));
    const bool follows = last.empty() || (last < key && !key.starts_with(last));
    if (!reader.ok() || !row || key.empty() || key.size() > store::RowKey::kMaxSize || !follows)
      break;
    last = key;
    builder.add({store::RowKey(key), std::move(*row)});
  }
  return builder.finish();
}

void expect_known(const Fault& fault) {
  ASTYQ_CHECK(fault.code == "snapshot_corrupt" || fault.code == "snapshot_newer" ||
              fault.code == "annex_key_wrong" || fault.code == "state_empty");
  ASTYQ_CHECK(!fault.text.empty());
}

void attempt_manifest(BytesView bytes) {
  const auto manifest = store::SnapshotManifest::decode(bytes);
  if (!manifest.ok()) return expect_known(manifest.fault());
  ASTYQ_CHECK(manifest->encode() == bytes);
}

// Of a state in one chunk.
store::SnapshotManifest manifest_of(const store::Tree& tree, std::size_t chunk_size) {
  const auto rows = static_cast<std::uint32_t>(tree.size());
  return {kNetwork,
          1,
          tree.root(),
          rows,
          {{{rows, static_cast<std::uint32_t>(chunk_size), tree.root()}}, Bytes(1, '\0')}};
}

Bytes chunk_of(const store::Tree& tree) {
  store::TreeRows source(tree);
  store::Rows rows(source);
  return *store::cut_chunk(rows, tree.size());
}

void attempt_chunk(BytesView chunk, bool with_root) {
  const store::Tree named = with_root ? tree_of(chunk) : store::Tree();
  engine::RowJudge judge;
  store::SnapshotBuilder builder(manifest_of(named, chunk.size()), judge);
  if (const Status added = builder.add(chunk); !added.ok()) return expect_known(added.fault());
  auto tree = builder.finish();
  if (!tree.ok()) return expect_known(tree.fault());
  const auto engine = engine::engine_of({builder.manifest(), std::move(*tree)}, kKey);
  if (!engine.ok()) return expect_known(engine.fault());
  ASTYQ_CHECK(chunk_of(engine->tree()) == chunk);
}

void attempt(BytesView input) {
  test::ByteDice dice(input);
  const std::size_t kind = dice.below(3);
  if (kind == 0) return attempt_manifest(dice.rest());
  attempt_chunk(dice.rest(), kind == 2);
}

std::vector<Bytes> seeds() {
  auto genesis = engine::demo_genesis();
  genesis.set_time_ns(1);
  genesis.set_annex_digest(Bytes(view(crypto::sha256(view(kKey)))));
  genesis.set_validator_key(Bytes(32, 'v'));
  auto engine = engine::Engine::from_genesis(genesis, kKey);
  ASTYQ_CHECK(engine.ok());
  // A transaction whose id is remembered.
  const auto registrar = engine::demo_key(engine::kDemoRegistrar);
  engine::Member member;
  member.body.set_party(1);
  member.body.set_id(Bytes(16, 'i'));
  member.body.set_valid_until(2'000'000'000);
  auto& verb = *member.body.add_operations()->mutable_register_party();
  verb.set_kind(identity::v1::NATURAL_PERSON);
  verb.set_commitment(Bytes(32, 'c'));
  verb.set_uniqueness_tag(Bytes(32, 'u'));
  verb.mutable_key()->set_kind(identity::v1::ED25519);
  verb.mutable_key()->set_public_key(Bytes(view(engine::demo_key("farm").public_key())));
  member.signers.emplace_back().public_key = view(registrar.public_key());
  const auto block = engine->apply_block({1, 2, {member}});
  ASTYQ_CHECK(block.ok() && !block->members[0].operations.at(0).refusal.refused());

  const Bytes chunk = chunk_of(engine->tree());
  const auto manifest = manifest_of(engine->tree(), chunk.size());
  return {Bytes(1, '\0') + manifest.encode(), Bytes(1, '\1') + chunk, Bytes(1, '\2') + chunk};
}

}  // namespace

Target state() {
  return {"state", attempt, seeds};
}

}  // namespace astyq::fuzz
