// SPDX-License-Identifier: Apache-2.0
// What a verifier accepts is true of the tree. The first byte chooses between bytes as a proof and
// honest proofs that are taken apart and put together otherwise.
#include "store/proof.h"

#include "astyq/ics23/v1/proofs.pb.h"
#include "fuzz/targets/targets.h"
#include "support/byte_dice.h"
#include "support/store_rows.h"

namespace astyq::fuzz {
namespace {

using ics23::v1::CommitmentProof;
using ics23::v1::ExistenceProof;
using store::RowKey;
using test::ByteDice;

constexpr std::uint64_t kRows = 24;
constexpr std::size_t kMostEdits = 8;

// Every other key is in the tree.
struct Ledger {
  store::Tree tree;
  std::vector<RowKey> present;
  std::vector<RowKey> absent;

  Ledger() {
    store::Changes changes;
    for (std::uint8_t type = 2; type <= 3; ++type) {
      for (std::uint64_t i = 0; i <= 2 * kRows; ++i) {
        const RowKey key = store::test::key_of(type, i);
        (i % 2 == 1 ? present : absent).push_back(key);
        if (i % 2 == 1) changes.push_back({key, store::test::row_of("row " + std::to_string(i))});
      }
    }
    tree.apply(changes);
  }
  const store::Row* find(BytesView key) const {
    const bool fits = !key.empty() && key.size() <= RowKey::kMaxSize;
    return fits ? tree.find(RowKey(key)) : nullptr;
  }
};

const Ledger& ledger() {
  static const Ledger kLedger;
  return kLedger;
}

ExistenceProof existence(const RowKey& key) {
  CommitmentProof proof;
  ASTYQ_CHECK(proof.ParseFromString(*store::Prover(ledger().tree).membership(key)));
  return proof.exist();
}

void check_claim(BytesView proof, BytesView key, BytesView value) {
  const Hash root = ledger().tree.root();
  const store::Row* row = ledger().find(key);
  if (store::verify_membership(root, proof, key, value).ok())
    ASTYQ_CHECK(row != nullptr && row->committed_value() == value);
  if (store::verify_absence(root, proof, key).ok()) ASTYQ_CHECK(row == nullptr);
}

// Asks of the proof whatever it might be taken for.
void check_proof(BytesView bytes, ByteDice& dice) {
  CommitmentProof proof;
  if (proof.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    for (const ExistenceProof* one :
         {&proof.exist(), &proof.nonexist().left(), &proof.nonexist().right()})
      check_claim(bytes, one->key(), one->value());
  }
  for (int i = 0; i < 4; ++i) {
    const RowKey& present = dice.pick(ledger().present);
    check_claim(bytes, present.bytes(), ledger().tree.find(present)->committed_value());
    check_claim(bytes, dice.pick(ledger().absent).bytes(), "row");
  }
}

void check_honest(ByteDice& dice) {
  const Hash root = ledger().tree.root();
  const store::Prover prover(ledger().tree);
  const RowKey& present = dice.pick(ledger().present);
  const Bytes value = ledger().tree.find(present)->committed_value();
  ASTYQ_CHECK(
      store::verify_membership(root, *prover.membership(present), present.bytes(), value).ok());
  ASTYQ_CHECK(!prover.absence(present));
  const RowKey& absent = dice.pick(ledger().absent);
  ASTYQ_CHECK(store::verify_absence(root, *prover.absence(absent), absent.bytes()).ok());
  ASTYQ_CHECK(!prover.membership(absent));
}

void edit_step(ics23::v1::InnerOp& step, ByteDice& dice) {
  switch (dice.below(4)) {
    case 0:
      step.mutable_prefix()->swap(*step.mutable_suffix());
      return;
    case 1: {  // the same bytes, cut elsewhere
      const Bytes all = step.prefix() + step.suffix();
      const std::size_t cut = dice.below(all.size() + 1);
      step.set_prefix(all.substr(0, cut));
      step.set_suffix(all.substr(cut));
      return;
    }
    case 2:
      step.mutable_prefix()->append(dice.bytes(dice.below(40)));
      return;
    default:
      step.mutable_suffix()->append(dice.bytes(dice.below(40)));
  }
}

void edit(ExistenceProof& proof, ByteDice& dice) {
  const ExistenceProof other = existence(dice.pick(ledger().present));
  const int steps = proof.path_size();
  const int at = steps == 0 ? 0 : static_cast<int>(dice.below(static_cast<std::size_t>(steps)));
  switch (dice.below(8)) {
    case 0:
      return proof.mutable_path()->DeleteSubrange(0, at);
    case 1:
      return proof.mutable_path()->DeleteSubrange(at, steps - at);
    case 2:
      return proof.mutable_path()->MergeFrom(other.path());
    case 3:
      if (steps > 0) edit_step(*proof.mutable_path(at), dice);
      return;
    case 4:  // an inner node as a leaf, or a leaf that begins elsewhere
      proof.mutable_leaf()->set_prefix(dice.bytes(dice.below(4)));
      return proof.set_key(proof.key().substr(std::min<std::size_t>(proof.key().size(), 1)));
    case 5:
      return proof.set_key(other.key());
    case 6:
      return proof.set_value(other.value());
    default:
      proof = other;
  }
}

Bytes put_together(ByteDice& dice) {
  CommitmentProof proof;
  if (dice.one_in(2)) {
    *proof.mutable_exist() = existence(dice.pick(ledger().present));
  } else {
    auto& absent = *proof.mutable_nonexist();
    if (!dice.one_in(4)) *absent.mutable_left() = existence(dice.pick(ledger().present));
    if (!dice.one_in(4)) *absent.mutable_right() = existence(dice.pick(ledger().present));
  }
  for (std::size_t edits = dice.below(kMostEdits); edits > 0; --edits) {
    if (proof.has_exist())
      edit(*proof.mutable_exist(), dice);
    else if (dice.one_in(2))
      edit(*proof.mutable_nonexist()->mutable_left(), dice);
    else
      edit(*proof.mutable_nonexist()->mutable_right(), dice);
  }
  return proof.SerializeAsString();
}

void attempt(BytesView input) {
  ByteDice dice(input);
  if (dice.one_in(2)) {
    const Bytes proof = put_together(dice);
    check_proof(proof, dice);
  } else {
    // The keys that are asked for come first, so that the rest is a proof.
    const Bytes asked = dice.bytes(8);
    ByteDice keys(asked);
    check_proof(dice.rest(), keys);
  }
  check_honest(dice);
}

std::vector<Bytes> seeds() {
  const store::Prover prover(ledger().tree);
  std::vector<Bytes> made;
  for (std::size_t i = 0; i < ledger().present.size(); i += 7) {
    const Bytes asked(8, static_cast<char>(i));
    made.push_back(Bytes(1, '\0') + asked + *prover.membership(ledger().present[i]));
    made.push_back(Bytes(1, '\0') + asked + *prover.absence(ledger().absent[i]));
  }
  made.push_back(Bytes("\x01\x01\x05\x07\x03\x02\x03\x04\x01\x09\x00\x20\x06\x05", 14));
  made.push_back(Bytes("\x01\x00\x00\x05\x00\x06\x02\x01\x03\x01\x02\x07\x03\x00", 14));
  return made;
}

}  // namespace

Target proof() {
  return {"proof", attempt, seeds};
}

}  // namespace astyq::fuzz
