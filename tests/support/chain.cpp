// SPDX-License-Identifier: Apache-2.0
#include "support/chain.h"

#include <gtest/gtest.h>

#include <set>

#include "crypto/sha256.h"
#include "engine/genesis.h"
#include "ledger/rules.h"
#include "ledger/state.gen.h"
#include "modules/identity/identity.h"
#include "support/snapshot.h"
#include "wire/catalogue.h"
#include "wire/signing.h"

namespace astyq::test {
namespace {

constexpr std::int64_t kStart = 1'787'000'000 * kSecondNs;  // August 2026
constexpr std::int64_t kBlockStep = 1'000'000;
const engine::AnnexKey kAnnexKey{0x61, 0x73, 0x74, 0x79, 0x71};

std::shared_ptr<const crypto::Ed25519Key> key_number(std::uint64_t number) {
  Bytes name("test key ");
  append_u64(name, number);
  return std::make_shared<crypto::Ed25519Key>(crypto::sha256(name));
}

std::string bin_number(std::uint64_t number) {
  for (;; ++number) {
    std::string bin = std::to_string(10'000'000'000 + number * 7).substr(0, 11) + "0";
    for (char digit = '0'; digit <= '9'; ++digit) {
      bin[11] = digit;
      if (identity::is_valid_bin(bin)) return bin;
    }
  }
}

ledger::v1::Genesis make_genesis(const crypto::Ed25519Key& registrar) {
  ledger::v1::Genesis genesis;
  genesis.set_network_id("astyq-test");
  genesis.set_time_ns(kStart);
  *genesis.mutable_rules() = engine::default_rules();
  genesis.set_annex_digest(Bytes(view(crypto::sha256(view(kAnnexKey)))));
  genesis.set_validator_key(Bytes(view(registrar.public_key())));
  auto& authority = *genesis.add_authorities();
  authority.set_name("Registrar");
  authority.set_bin(bin_number(0));
  authority.add_public_keys(Bytes(view(registrar.public_key())));
  authority.set_threshold(1);
  std::set<std::string> permissions;
  for (const wire::VerbEntry& verb : wire::verbs())
    if (!verb.permission.empty()) permissions.insert(verb.permission);
  for (const std::string& permission : permissions) authority.add_permissions(permission);
  return genesis;
}

// A chain goes over to versions that nobody has written, which bring nothing.
engine::Engine begin(const ledger::v1::Genesis& genesis) {
  auto engine = engine::Engine::from_genesis(genesis, kAnnexKey, kHighestProtocolVersion);
  EXPECT_TRUE(engine.ok()) << engine.fault().text;
  return std::move(*engine);
}

std::vector<engine::Member> members_of(const std::vector<Bytes>& signed_txs,
                                       const engine::Form& form) {
  const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
  return engine::prepare(views, form);
}

std::string name_of(Refusal refusal) {
  return wire::refusal_text(refusal.code()).name;
}

}  // namespace

Chain::Chain()
    : genesis_(make_genesis(*key_number(0))),
      registrar_{1, key_number(0)},
      engine_(begin(genesis_)) {}

Chain::~Chain() {
  EXPECT_EQ(first_difference(), "");
  if (!final_checks_) return;
  EXPECT_TRUE(snapshot_agrees());
  EXPECT_TRUE(replay_agrees());
}

const engine::AnnexKey& Chain::annex_key() {
  return kAnnexKey;
}

std::shared_ptr<const crypto::Ed25519Key> Chain::new_key() {
  return key_number(++counter_);
}
std::string Chain::new_bin() {
  return bin_number(100 * ++counter_);
}

Keys Chain::keys() const {
  Keys keys;
  for (std::uint64_t number = 0; number <= counter_; ++number) keys.push_back(key_number(number));
  return keys;
}

identity::v1::NewKey Chain::new_key_message(const crypto::Ed25519Key& key) const {
  identity::v1::NewKey message;
  message.set_kind(identity::v1::ED25519);
  message.set_public_key(Bytes(view(key.public_key())));
  return message;
}

Actor Chain::company(const std::string& name, Where where) {
  const auto key = new_key();
  const verbs::RegisterParty verb{.kind = identity::v1::LEGAL_ENTITY,
                                  .bin = new_bin(),
                                  .name = name,
                                  .key = new_key_message(*key)};
  return {ok(registrar_, verb, where), key};
}

Actor Chain::person(Where where) {
  const auto key = new_key();
  const Bytes tag(view(crypto::sha256(view(key->public_key()))));
  const verbs::RegisterParty verb{.kind = identity::v1::NATURAL_PERSON,
                                  .commitment = tag,
                                  .uniqueness_tag = tag,
                                  .key = new_key_message(*key)};
  return {ok(registrar_, verb, where), key};
}

base::v1::TxBody Chain::body(const Actor& actor, std::vector<base::v1::Operation> operations) {
  base::v1::TxBody body;
  body.set_party(actor.party);
  Bytes id(8, '\1');
  append_u64(id, ++counter_);
  body.set_id(id);
  body.set_valid_until(now_ns() + 30 * kSecondNs);
  for (auto& op : operations) *body.add_operations() = std::move(op);
  return body;
}

Bytes Chain::sign(const base::v1::TxBody& body, const Actor& actor) const {
  return wire::sign_transaction(body, genesis_.network_id(), {actor.key.get(), 1});
}

Bytes Chain::sign_with(const base::v1::TxBody& body, const Keys& keys) const {
  std::vector<crypto::Ed25519Key> copies;
  for (const auto& key : keys) copies.push_back(*key);
  return wire::sign_transaction(body, genesis_.network_id(), copies);
}

engine::OperationResult Chain::apply(const Actor& actor, const base::v1::Operation& op) {
  const auto result = apply_signed(sign(body(actor, {op}), actor));
  if (!result.admission.refused()) return result.operations.at(0);
  engine::OperationResult refused;
  refused.refusal = result.admission;
  return refused;
}

engine::MemberResult Chain::apply_batch(const Actor& actor,
                                        std::vector<base::v1::Operation> operations) {
  return apply_signed(sign(body(actor, std::move(operations)), actor));
}

engine::MemberResult Chain::apply_signed(const Bytes& signed_tx) {
  return block({signed_tx}, kBlockStep).members.at(0);
}

engine::BlockResult Chain::block(const std::vector<Bytes>& signed_txs, std::int64_t step_ns) {
  auto result = engine_.apply_block(
      {engine_.head().height + 1, now_ns() + step_ns, members_of(signed_txs, engine_.form())});
  EXPECT_TRUE(result.ok()) << result.fault().text;
  for (const auto& member : result->members)
    for (const auto& op : member.operations)
      EXPECT_FALSE(op.wrote_before_refusing) << name_of(op.refusal);
  blocks_.push_back({signed_txs, now_ns(), result->app_hash});
  audit(signed_txs, *result);
  return std::move(*result);
}

void Chain::audit(const std::vector<Bytes>& signed_txs, const engine::BlockResult& result) {
  std::vector<audit::Settled> settled;
  for (std::size_t i = 0; i < signed_txs.size(); ++i) {
    if (result.members[i].admission.refused()) continue;
    base::v1::SignedTx signed_tx;
    signed_tx.ParseFromString(signed_txs[i]);
    auto& [body, row] = settled.emplace_back();
    body.ParseFromString(signed_tx.body());
    for (const auto& operation : result.members[i].operations) {
      auto& out = *row.add_operations();
      out.set_code(operation.refusal.code());
      out.set_first_id(operation.first_id);
      out.set_count(operation.count);
    }
  }
  const auto found = auditor_.follow(settled, {result.undo, result.changes, engine_.tree()});
  EXPECT_FALSE(found) << "the auditor says: " << found->text;
}

std::string Chain::first_difference() const {
  const auto found = auditor_.add_up(engine_.tree());
  return found ? found->text : "";
}

void Chain::wait(std::int64_t duration_ns) {
  const std::int64_t end_ns = now_ns() + duration_ns;
  const std::int64_t step_ns = engine_.rules().outage_step_s() * kSecondNs;
  while (now_ns() < end_ns) block({}, std::min(step_ns, end_ns - now_ns()));
}

engine::OperationResult Chain::expect(const Actor& actor, const base::v1::Operation& op,
                                      Refusal refusal, Where where) {
  const testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()),
                                   op.ShortDebugString());
  const auto result = apply(actor, op);
  EXPECT_EQ(name_of(result.refusal), name_of(refusal));
  return result;
}

engine::Engine Chain::copy_engine() const {
  auto copy = Snapshot(engine_).read(kAnnexKey);
  ASTYQ_CHECK(copy.ok());
  return std::move(*copy);
}

bool Chain::snapshot_agrees() const {
  Snapshot snapshot(engine_);
  const auto read = snapshot.read(kAnnexKey);
  if (!read.ok()) ADD_FAILURE() << read.fault().text;
  return read.ok() && read->tree().root() == engine_.tree().root() &&
         snapshot_of(*read) == snapshot.bytes();
}

bool Chain::replay_agrees() const {
  engine::Engine replayed = begin(genesis_);
  for (const Block& block : blocks_) {
    const auto result = replayed.apply_block(
        {replayed.head().height + 1, block.time_ns, members_of(block.signed_txs, replayed.form())});
    if (!result.ok() || result->app_hash != block.root) return false;
  }
  return true;
}

}  // namespace astyq::test
