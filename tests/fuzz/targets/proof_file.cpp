// SPDX-License-Identifier: Apache-2.0
// A proof file that is verified states what is so in the one state that the validator signed. The
// first byte chooses between bytes as a file and honest proofs that are changed and mixed.
#include "proof/proof_file.h"

#include <map>

#include "crypto/sha256.h"
#include "engine/demo.h"
#include "engine/results.h"
#include "fuzz/targets/targets.h"
#include "ledger/state.gen.h"
#include "proof/merkle_run.h"
#include "proof/opening.h"
#include "proof/statement.h"
#include "query/result_range.h"
#include "store/row_text.h"
#include "support/byte_dice.h"
#include "tests/verbs.gen.h"
#include "wire/block_header.h"

namespace astyq::fuzz {
namespace {

using proof::Statement;
using proof::v1::Proof;
using test::ByteDice;

constexpr engine::AnnexKey kKey{1, 2, 3};
constexpr std::uint64_t kBlocks = 5;
constexpr std::size_t kMostEdits = 5;
constexpr std::uint64_t kRegistrar = 1;
constexpr std::uint64_t kAkimat = 2;

struct SettledTx {
  Bytes body;
  Hash body_hash{};
  std::vector<proof::v1::OperationResult> operations;
};

struct Block {
  std::int64_t time_ns = 0;
  std::vector<SettledTx> transactions;
  std::vector<Bytes> leaves;
};

verbs::RegisterParty person(std::uint64_t number) {
  const Bytes tag(view(crypto::sha256("person " + std::to_string(number))));
  verbs::RegisterParty verb{
      .kind = identity::v1::NATURAL_PERSON, .commitment = tag, .uniqueness_tag = tag};
  verb.key.set_kind(identity::v1::ED25519);
  verb.key.set_public_key(Bytes(view(engine::demo_key(std::to_string(number)).public_key())));
  return verb;
}

engine::Member member_of(std::uint64_t party, std::vector<base::v1::Operation> operations,
                         std::uint64_t number) {
  engine::Member member;
  member.body.set_party(party);
  member.body.set_id(Bytes(16, static_cast<char>(number)));
  member.body.set_valid_until(2'000'000'000);
  for (base::v1::Operation& operation : operations)
    *member.body.add_operations() = std::move(operation);
  member.body_hash = crypto::sha256(member.body.SerializeAsString());
  const auto name = party == kRegistrar ? engine::kDemoRegistrar : engine::kDemoAkimat;
  member.signers.emplace_back().public_key = view(engine::demo_key(name).public_key());
  return member;
}

// Some blocks of the demonstration: persons, one of them twice, and acts, which have restricted
// parts; and what the validator signs of the state after them.
class Ledger {
 public:
  Ledger() : engine_(begin()) {
    for (std::uint64_t height = 1; height <= kBlocks; ++height) add_block(height);
    signed_header_ = header(validator(), 9'000);
    forged_header_ = header(engine::demo_key("somebody"), 9'999);  // as if it were so later
    for (const auto& table : {"parties", "acts", "keys"}) add_rows(*wire::find_table(table));
    for (std::uint64_t height = 1; height <= kBlocks; ++height)
      for (std::size_t i = 0; i < blocks_[height].transactions.size(); ++i) add_result(height, i);
  }

  proof::Anchor anchor() const {
    return {engine_.network_id(), Bytes(view(validator().public_key()))};
  }
  const std::vector<Proof>& honest() const { return honest_; }
  const comet::v1::SignedHeader& forged_header() const { return forged_header_; }
  // Nothing but this may ever be stated.
  void check(const Statement& statement) const {
    ASTYQ_CHECK(statement.trusted && statement.network_id == engine_.network_id());
    ASTYQ_CHECK(statement.height == kBlocks);
    ASTYQ_CHECK(statement.time_ns == wire::time_ns_of(signed_header_.header().time()));
    if (statement.kind == proof::Kind::kResult) return check_result(statement);
    const store::Row* row = engine_.tree().find(statement.key);
    ASTYQ_CHECK((row != nullptr) == (statement.kind == proof::Kind::kPresent));
    if (row == nullptr) return;
    ASTYQ_CHECK(statement.committed_value == row->committed_value());
    ASTYQ_CHECK(statement.row.open == row->open);
    if (statement.restricted == proof::Restricted::kOpened)
      ASTYQ_CHECK(statement.row == *row);
    else
      ASTYQ_CHECK(statement.row.restricted.empty());
  }

 private:
  static crypto::Ed25519Key validator() { return engine::demo_key("validator"); }
  static engine::Engine begin() {
    auto genesis = engine::demo_genesis();
    genesis.set_time_ns(1);
    genesis.set_annex_digest(Bytes(view(crypto::sha256(view(kKey)))));
    genesis.set_validator_key(Bytes(view(validator().public_key())));
    return engine::Engine::from_genesis(genesis, kKey).value();
  }

  void add_block(std::uint64_t height) {
    const verbs::RecordAct act{.number = "act " + std::to_string(height),
                               .document_digest = Bytes(32, 'd'),
                               .subject = 3,
                               .scopes = {authority::v1::BLOCK_RECEIPT}};
    std::vector<engine::Member> members{
        member_of(kRegistrar, {person(height).operation(), person(1).operation()}, height),
        member_of(kAkimat, {act.operation()}, height)};
    Block& block = blocks_[height];
    block.time_ns = static_cast<std::int64_t>(height) * 1'000 + 1;
    for (const engine::Member& member : members)
      block.transactions.push_back({member.body.SerializeAsString(), member.body_hash, {}});
    const auto result = engine_.apply_block({height, block.time_ns, std::move(members)});
    ASTYQ_CHECK(result.ok());
    for (std::size_t i = 0; i < block.transactions.size(); ++i) {
      ASTYQ_CHECK(!result->members[i].operations.empty());
      for (const auto& operation : result->members[i].operations) {
        auto& out = block.transactions[i].operations.emplace_back();
        out.set_code(operation.refusal.code());
        out.set_first_id(operation.first_id);
        out.set_count(operation.count);
        block.leaves.push_back(engine::result_leaf(
            block.transactions[i].body_hash,
            {block.transactions[i].operations.size() - 1, result->members[i].operations.size()},
            operation.refusal.code(), operation.first_id, operation.count));
      }
    }
    for (const auto& [number, hash] :
         range_.append(engine::range_leaf(height, block.time_ns, result->results_root)))
      nodes_[number] = hash;
  }

  comet::v1::SignedHeader header(const crypto::Ed25519Key& key, std::int64_t time_ns) const {
    wire::BlockFacts facts{};
    facts.chain_id = engine_.network_id();
    facts.app_version = 1;
    facts.height = kBlocks + 1;
    facts.time_ns = time_ns;
    facts.app_hash = engine_.tree().root();
    return wire::sign_header(facts, key);
  }

  void add(Proof made) {
    *made.mutable_signed_header() = signed_header_;
    const proof::Anchor trusted = anchor();
    const auto statement = proof::verify(made, &trusted, nullptr);
    ASTYQ_CHECK(statement.ok());
    check(*statement);
    honest_.push_back(std::move(made));
  }
  // Some rows of a table and the key behind its last.
  void add_rows(const wire::TableEntry& table) {
    const Bytes first(1, static_cast<char>(table.type));
    int rows = 0;
    for (auto at = engine_.tree().lower_bound(store::RowKey(first));
         at && at->first.type() == table.type && rows < 3;
         at = engine_.tree().upper_bound(at->first), ++rows) {
      add(proof::prove_key(engine_.tree(), at->first));
      if (!at->second->blind) continue;
      Proof opened = proof::prove_key(engine_.tree(), at->first);
      *opened.mutable_opening() = proof::opening_of(*at->second);
      add(std::move(opened));
    }
    ASTYQ_CHECK(rows > 0);
    add(proof::prove_key(engine_.tree(),
                         store::RowKey(first + Bytes(store::key_size(table) - 1, '\x7f'))));
  }
  void add_result(std::uint64_t height, std::size_t position) {
    const Block& block = blocks_[height];
    const SettledTx& settled = block.transactions[position];
    Proof made;
    made.set_format(proof::kFormat);
    auto& out = *made.mutable_result();
    std::uint64_t first = 0;
    for (std::size_t i = 0; i < position; ++i) first += block.transactions[i].operations.size();
    out.set_body_hash(Bytes(view(settled.body_hash)));
    out.set_body(settled.body);
    out.mutable_operations()->Assign(settled.operations.begin(), settled.operations.end());
    out.set_first_outcome(first);
    out.set_block_outcomes(block.leaves.size());
    for (const Hash& hash : proof::hashes_beside(block.leaves, first, settled.operations.size()))
      out.add_outcomes(Bytes(view(hash)));
    out.set_height(height);
    out.set_time_ns(block.time_ns);
    for (const std::uint64_t node : query::nodes_beside(height - 1, kBlocks))
      out.add_blocks(Bytes(view(nodes_.at(node))));
    *out.mutable_range() = proof::prove_key(engine_.tree(), ledger::kResultRange(0).key).present();
    add(std::move(made));
  }
  void check_result(const Statement& statement) const {
    const auto block = blocks_.find(statement.block_height);
    ASTYQ_CHECK(block != blocks_.end() && block->second.time_ns == statement.block_time_ns);
    for (const SettledTx& settled : block->second.transactions) {
      if (settled.body_hash != statement.body_hash) continue;
      ASTYQ_CHECK(statement.operations.size() <= settled.operations.size());
      for (std::size_t i = 0; i < statement.operations.size(); ++i)
        ASTYQ_CHECK(statement.operations[i].SerializeAsString() ==
                    settled.operations[i].SerializeAsString());
      if (!statement.body) return;
      ASTYQ_CHECK(statement.body->SerializeAsString() == settled.body);
      ASTYQ_CHECK(statement.operations.size() == settled.operations.size());
      return;
    }
    ASTYQ_CHECK(false);  // a transaction that there never was
  }

  engine::Engine engine_;
  std::map<std::uint64_t, Block> blocks_;
  query::ResultRange range_;
  std::map<std::uint64_t, Hash> nodes_;
  comet::v1::SignedHeader signed_header_, forged_header_;
  std::vector<Proof> honest_;
};

const Ledger& ledger_of_blocks() {
  static const Ledger kLedger;
  return kLedger;
}

void check_fault(const Fault& fault) {
  ASTYQ_CHECK(fault.code.starts_with("proof_"));
  ASTYQ_CHECK(!fault.text.empty());
}

void attempt_file(BytesView text) {
  const auto read = proof::read_proof(text);
  if (!read.ok()) return check_fault(read.fault());
  const std::string written = proof::write_proof(*read);
  const auto again = proof::read_proof(written);
  ASTYQ_CHECK(again.ok() && again->SerializeAsString() == read->SerializeAsString());
  ASTYQ_CHECK(proof::write_proof(*again) == written);
  const proof::Anchor anchor = ledger_of_blocks().anchor();
  const auto statement = proof::verify(*read, &anchor, nullptr);
  const auto untrusted = proof::verify(*read, nullptr, nullptr);
  if (!statement.ok()) return check_fault(statement.fault());
  ledger_of_blocks().check(*statement);
  ASTYQ_CHECK(untrusted.ok() && !untrusted->trusted);
}

void flip(std::string& bytes, ByteDice& dice) {
  if (bytes.empty()) return;
  const std::size_t at = dice.below(std::min<std::size_t>(bytes.size(), 65'536));
  bytes[at] = static_cast<char>(bytes[at] ^ (1 + dice.below(255)));
}

void edit_result(proof::v1::TransactionResult& result, ByteDice& dice) {
  switch (dice.below(8)) {
    case 0:
      return result.set_height(result.height() + dice.below(5) - 2);
    case 1:
      return result.set_first_outcome(result.first_outcome() + dice.below(5) - 2);
    case 2:
      return result.set_block_outcomes(dice.below(9));
    case 3:
      if (result.operations_size() > 0) result.mutable_operations()->RemoveLast();
      return;
    case 4:
      return result.clear_body();
    case 5:
      if (result.outcomes_size() > 0) result.mutable_outcomes()->RemoveLast();
      return;
    case 6:
      *result.add_blocks() = dice.bytes(32);
      return;
    default:
      if (result.operations_size() > 0)
        result.mutable_operations(0)->set_code(static_cast<std::uint32_t>(dice.below(3)));
  }
}

void edit(Proof& made, ByteDice& dice) {
  const Proof& other = dice.pick(ledger_of_blocks().honest());
  switch (dice.below(8)) {
    case 0:
      *made.mutable_opening() = other.opening();
      return;
    case 1:
      *made.mutable_signed_header() = ledger_of_blocks().forged_header();
      return;
    case 2:
      return flip(*made.mutable_signed_header()->mutable_header()->mutable_app_hash(), dice);
    case 3:
      if (made.has_present()) return flip(*made.mutable_present()->mutable_key(), dice);
      if (made.has_absent()) return flip(*made.mutable_absent()->mutable_key(), dice);
      return flip(*made.mutable_result()->mutable_body_hash(), dice);
    case 4:  // one statement's proof under another statement
      if (made.has_absent()) return made.mutable_absent()->set_ics23(other.present().ics23());
      if (made.has_present()) return made.mutable_present()->set_ics23(other.absent().ics23());
      *made.mutable_result()->mutable_range() = other.present();
      return;
    case 5:
      if (made.has_result()) edit_result(*made.mutable_result(), dice);
      return;
    case 6:
      return made.set_stamp(dice.bytes(64));
    default: {
      std::string bytes = made.SerializeAsString();
      flip(bytes, dice);
      Proof parsed;
      if (parsed.ParseFromString(bytes)) made = parsed;
    }
  }
}

void attempt(BytesView input) {
  ByteDice dice(input);
  if (!dice.one_in(2)) return attempt_file(dice.rest());
  Proof made = dice.pick(ledger_of_blocks().honest());
  for (std::size_t edits = dice.below(kMostEdits); edits > 0; --edits) edit(made, dice);
  made.set_format(proof::kFormat);
  attempt_file(proof::write_proof(made));
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> made;
  const auto& honest = ledger_of_blocks().honest();
  for (std::size_t i = 0; i < honest.size(); i += 3)
    made.push_back(Bytes(1, '\0') + proof::write_proof(honest[i]));
  for (std::size_t i = 0; i < honest.size(); i += 2)
    made.push_back(Bytes(1, '\1') + Bytes(1, static_cast<char>(i)) +
                   Bytes("\x02\x03\x05\x01\x07\x11\x05", 7));
  return made;
}

}  // namespace

Target proof_file() {
  return {"proof_file", attempt, seeds};
}

}  // namespace astyq::fuzz
