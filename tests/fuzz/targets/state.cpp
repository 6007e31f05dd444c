// SPDX-License-Identifier: Apache-2.0
// An export that is taken is the export of what it became. The first byte chooses how far the
// damage is covered up: not at all, by the checksum that fits, or by the root that fits as well.
#include "crypto/sha256.h"
#include "engine/demo.h"
#include "engine/export.h"
#include "fuzz/targets/targets.h"
#include "store/row_codec.h"
#include "support/byte_dice.h"

namespace astyq::fuzz {
namespace {

constexpr engine::AnnexKey kKey{1, 2, 3};
constexpr std::size_t kDigest = 32;
constexpr std::size_t kMagicSize = BytesView("astyq/state/1\n").size();

Bytes sealed(const Bytes& content) {
  return content + Bytes(view(crypto::sha256(content)));
}

// The tree of the rows as they stand, as far as there can be one.
store::Tree tree_of(store::ByteReader& reader) {
  store::Tree::Builder builder;
  Bytes last;
  for (std::uint64_t count = reader.take_u64(); count > 0 && reader.ok(); --count) {
    const Bytes key(reader.take(reader.take_u8()));
    auto row = store::decode_row(reader.take(reader.take_u32()));
    const bool follows = last.empty() || (last < key && !key.starts_with(last));
    if (!row || key.empty() || key.size() > store::RowKey::kMaxSize || !follows) break;
    last = key;
    builder.add({store::RowKey(key), std::move(*row)});
  }
  return builder.finish();
}

Bytes with_right_root(Bytes content) {
  store::ByteReader reader(content);
  reader.take(kMagicSize);
  const std::size_t at = kMagicSize + 1 + reader.take(reader.take_u8()).size();
  reader.take(kDigest);
  if (!reader.ok()) return content;
  const Hash root = tree_of(reader).root();
  return content.replace(at, kDigest, view(root));
}

void attempt(BytesView input) {
  test::ByteDice dice(input);
  const std::size_t covered = dice.below(3);
  Bytes document(dice.rest());
  if (covered == 2) document = with_right_root(document);
  if (covered > 0) document = sealed(document);
  const auto imported = engine::import_state(document, kKey);
  if (imported.ok()) {
    ASTYQ_CHECK(engine::export_state(*imported) == document);
  } else {
    const std::string& code = imported.fault().code;
    ASTYQ_CHECK(code == "export_corrupt" || code == "annex_key_wrong" || code == "state_empty");
    ASTYQ_CHECK(!imported.fault().text.empty());
  }
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

  const Bytes exported = engine::export_state(*engine);
  const Bytes content = exported.substr(0, exported.size() - kDigest);
  return {Bytes(1, '\0') + exported, Bytes(1, '\1') + content, Bytes(1, '\2') + content};
}

}  // namespace

Target state() {
  return {"state", attempt, seeds};
}

}  // namespace astyq::fuzz
