// SPDX-License-Identifier: Apache-2.0
#include "proof/statement.h"

#include "astyq/ics23/v1/proofs.pb.h"
#include "crypto/sha256.h"
#include "crypto/signatures.h"
#include "proof/opening.h"
#include "proof/paper_code.h"
#include "proof/proof_test.h"
#include "support/receipts_story.h"
#include "wire/block_header.h"

namespace astyq::proof {
namespace {

constexpr std::uint64_t kKg = 25'000;

crypto::Ed25519Key key_of(std::uint8_t number) {
  crypto::Ed25519Key::Seed seed{};
  seed[0] = number;
  return crypto::Ed25519Key(seed);
}

store::RowKey receipt_key(std::uint64_t receipt) {
  Bytes key(1, 96);
  append_u64(key, receipt);
  return store::RowKey(key);
}

// A chain with a receipt, and a validator that certifies its states.
class ProofStory : public testing::Test {
 protected:
  ProofStory() { receipt_ = receipts_.receipt(farmer(), kKg); }

  const astyq::test::Actor& farmer() const { return receipts_.farmer(); }
  const store::Row& row() const { return *chain_.engine().tree().find(receipt_key(receipt_)); }
  Anchor anchor() const {
    return {chain_.engine().network_id(), Bytes(view(validator_.public_key()))};
  }
  comet::v1::SignedHeader header(const crypto::Ed25519Key& validator,
                                 const std::string& network) const {
    return header(validator, network, chain_.engine().tree().root());
  }
  comet::v1::SignedHeader header(const crypto::Ed25519Key& validator, const std::string& network,
                                 const Hash& root) const {
    wire::BlockFacts facts{};
    facts.chain_id = network;
    facts.app_version = 1;
    facts.height = static_cast<std::int64_t>(chain_.engine().head().height) + 1;
    facts.time_ns = chain_.now_ns() + 1'000'000'000;
    facts.app_hash = root;
    return wire::sign_header(facts, validator);
  }
  v1::Proof prove(const store::RowKey& key) const {
    v1::Proof proof = prove_key(chain_.engine().tree(), key);
    *proof.mutable_signed_header() = header(validator_, chain_.engine().network_id());
    return proof;
  }
  std::string code(const v1::Proof& proof, const crypto::ReaderKey* reader = nullptr) const {
    return test::code_of(write_proof(proof), anchor(), reader);
  }

  astyq::test::Chain chain_;
  astyq::test::ReceiptStory receipts_{chain_};
  std::uint64_t receipt_ = 0;
  crypto::Ed25519Key validator_ = key_of(1);
};

TEST_F(ProofStory, tells_what_was_so_and_when) {
  const std::string file = write_proof(prove(receipt_key(receipt_)));
  const Anchor trusted = anchor();
  const auto statement = verify(*read_proof(file), &trusted, nullptr);
  ASSERT_TRUE(statement) << statement.fault().text;
  EXPECT_TRUE(statement->trusted);
  EXPECT_EQ(statement->kind, Kind::kPresent);
  EXPECT_EQ(statement->height, chain_.engine().head().height);
  EXPECT_EQ(statement->time_ns, chain_.now_ns() + 1'000'000'000);
  EXPECT_EQ(statement->table->name, "receipts");
  EXPECT_EQ(statement->row.open, row().open);
  EXPECT_EQ(statement->restricted, Restricted::kHidden);
  EXPECT_TRUE(statement->row.restricted.empty());
  test::expect_no_flip_tells_otherwise(file, trusted);

  const auto unanchored = verify(*read_proof(file), nullptr, nullptr);
  ASSERT_TRUE(unanchored);
  EXPECT_FALSE(unanchored->trusted);

  const std::string absent = write_proof(prove(receipt_key(receipt_ + 1)));
  const auto none = verify(*read_proof(absent), &trusted, nullptr);
  ASSERT_TRUE(none) << none.fault().text;
  EXPECT_EQ(none->kind, Kind::kAbsent);
  test::expect_no_flip_tells_otherwise(absent, trusted, nullptr, [&](const Statement& other) {
    return other.kind == Kind::kAbsent && chain_.engine().tree().find(other.key) == nullptr;
  });
}

TEST_F(ProofStory, a_validator_of_the_forgers_own_is_not_believed) {
  v1::Proof forged = prove(receipt_key(receipt_));
  EXPECT_EQ(code(forged), "");
  *forged.mutable_signed_header() = header(key_of(2), anchor().network_id);
  EXPECT_EQ(code(forged), "proof_wrong_signature");
  // Nor one that he puts in the place of the right one: its address is in the header.
  forged = prove(receipt_key(receipt_));
  auto& signature = *forged.mutable_signed_header()->mutable_commit()->mutable_signatures(0);
  signature = header(key_of(2), anchor().network_id).commit().signatures(0);
  EXPECT_EQ(code(forged), "proof_wrong_signature");
}

TEST_F(ProofStory, a_proof_of_another_network_is_told) {
  v1::Proof forged = prove(receipt_key(receipt_));
  *forged.mutable_signed_header() = header(validator_, "another-network");
  EXPECT_EQ(code(forged), "proof_other_network");
}

TEST_F(ProofStory, another_height_is_certified_by_no_header) {
  const v1::Proof honest = prove(receipt_key(receipt_));
  v1::Proof forged = honest;
  forged.mutable_signed_header()->mutable_header()->set_height(9'999);
  EXPECT_EQ(code(forged), "proof_malformed");  // its commit is another header's
  forged.mutable_signed_header()->mutable_commit()->set_height(9'999);
  forged.mutable_signed_header()->mutable_commit()->mutable_block_id()->set_hash(
      Bytes(view(wire::header_hash(forged.signed_header().header()))));
  EXPECT_EQ(code(forged), "proof_wrong_signature");
  chain_.wait(1'000'000'000);
  forged = honest;
  *forged.mutable_signed_header() = header(validator_, anchor().network_id);
  EXPECT_EQ(code(forged), "proof_other_root");  // an honest header, of another height
}

TEST_F(ProofStory, another_statement_than_the_proofs_ends_in_its_code) {
  const v1::Proof honest = prove(receipt_key(receipt_));
  v1::Proof forged = honest;
  forged.mutable_present()->set_value(forged.present().value() + "x");
  EXPECT_EQ(code(forged), "proof_other_value");
  forged = honest;
  forged.mutable_present()->set_key(Bytes(receipt_key(receipt_ + 1).bytes()));
  EXPECT_EQ(code(forged), "proof_other_key");
  forged = honest;
  forged.mutable_absent()->set_key(Bytes(receipt_key(receipt_).bytes()));
  forged.mutable_absent()->set_ics23(honest.present().ics23());
  EXPECT_EQ(code(forged), "proof_other_kind");
  forged = honest;
  forged.clear_statement();
  EXPECT_EQ(code(forged), "proof_malformed");
}

// What a newer release or nobody's ledger writes is not shown as if it were all.
TEST_F(ProofStory, a_row_that_this_release_does_not_know_whole_is_not_vouched_for) {
  const auto code_of_row = [&](const std::function<void(store::Row&)>& change, bool opened) {
    store::Row written = row();
    change(written);
    store::Tree tree;
    tree.apply({{receipt_key(receipt_), written}});
    v1::Proof proof = prove_key(tree, receipt_key(receipt_));
    *proof.mutable_signed_header() = header(validator_, anchor().network_id, tree.root());
    if (opened) *proof.mutable_opening() = opening_of(written);
    return code(proof);
  };
  const Bytes later_field = "\xa2\x06\x05later";  // field 100
  EXPECT_EQ(code_of_row([](auto&) {}, true), "");
  EXPECT_EQ(code_of_row([&](auto& row) { row.open += later_field; }, false), "proof_unknown_row");
  EXPECT_EQ(code_of_row([&](auto& row) { row.restricted += later_field; }, true),
            "proof_unknown_row");
  // The last of two would be shown.
  EXPECT_EQ(code_of_row([&](auto& row) { row.open += Bytes("\x20\x07", 2); }, false),
            "proof_unknown_row");
}

TEST_F(ProofStory, what_is_sealed_for_nobody_is_no_proof) {
  v1::Proof forged = prove(receipt_key(receipt_));
  forged.mutable_sealed()->set_reader(Bytes(32, 'r'));
  forged.mutable_sealed()->set_box(Bytes(49, 'b'));
  EXPECT_EQ(code(forged), "");  // only its reader could tell
  forged.mutable_sealed()->set_box("b");
  EXPECT_EQ(code(forged), "proof_malformed");
  forged.mutable_sealed()->set_box(Bytes(49, 'b'));
  forged.mutable_sealed()->clear_reader();
  EXPECT_EQ(code(forged), "proof_malformed");
}

// What stands inside the ICS-23 proof, changed while the header stays right.
class ForgedPath : public ProofStory {
 protected:
  std::string code_after(const std::function<void(ics23::v1::ExistenceProof&)>& forge) const {
    v1::Proof forged = prove(receipt_key(receipt_));
    ics23::v1::CommitmentProof path;
    EXPECT_TRUE(path.ParseFromString(forged.present().ics23()));
    forge(*path.mutable_exist());
    forged.mutable_present()->set_key(path.exist().key());
    forged.mutable_present()->set_value(path.exist().value());
    forged.mutable_present()->set_ics23(path.SerializeAsString());
    return code(forged);
  }
};

TEST_F(ForgedPath, an_empty_value_or_key_is_refused) {
  EXPECT_EQ(code_after([](auto&) {}), "");
  EXPECT_EQ(code_after([](auto& path) { path.clear_value(); }), "proof_empty_value");
  EXPECT_EQ(code_after([](auto& path) { path.clear_key(); }), "proof_empty_key");
}

TEST_F(ForgedPath, more_than_128_steps_are_refused) {
  const auto lengthened = [](int steps) {
    return [steps](auto& path) {
      while (path.path_size() < steps) *path.add_path() = path.path(0);
    };
  };
  EXPECT_EQ(code_after(lengthened(128)), "proof_other_root");
  EXPECT_EQ(code_after(lengthened(129)), "proof_too_deep");
}

TEST_F(ForgedPath, prefix_games_are_refused) {
  EXPECT_EQ(code_after([](auto& path) { path.mutable_leaf()->set_prefix(Bytes(2, '\0')); }),
            "proof_wrong_step");
  EXPECT_EQ(
      code_after([](auto& path) { path.mutable_path(0)->set_prefix(path.path(0).prefix() + "x"); }),
      "proof_wrong_step");
  // The same hashed bytes, cut elsewhere between the leaf's prefix and its key: another key, whose
  // leaf hashes to the same.
  EXPECT_EQ(
      code_after([](auto& path) {
        const auto size = static_cast<char>(path.key().size());
        path.mutable_leaf()->set_prefix(Bytes(1, '\0') + Bytes(1, size) + path.key().substr(0, 1));
        path.set_key(path.key().substr(1));
      }),
      "proof_wrong_step");
  // An inner node shown as a leaf.
  EXPECT_EQ(code_after([](auto& path) { path.mutable_leaf()->set_prefix(Bytes(1, '\x01')); }),
            "proof_wrong_step");
}

TEST_F(ProofStory, a_skipped_neighbour_hides_no_row) {
  const std::uint64_t hidden = receipts_.receipt(farmer(), kKg);
  receipts_.receipt(farmer(), kKg);
  const auto member = [&](std::uint64_t receipt) {
    ics23::v1::CommitmentProof path;
    EXPECT_TRUE(path.ParseFromString(prove(receipt_key(receipt)).present().ics23()));
    return path.exist();
  };
  ics23::v1::CommitmentProof path;
  *path.mutable_nonexist()->mutable_left() = member(hidden - 1);
  *path.mutable_nonexist()->mutable_right() = member(hidden + 1);
  v1::Proof forged = prove(receipt_key(hidden + 2));
  forged.mutable_absent()->set_key(Bytes(receipt_key(hidden).bytes()));
  forged.mutable_absent()->set_ics23(path.SerializeAsString());
  EXPECT_EQ(code(forged), "proof_not_neighbours");
  forged.mutable_absent()->set_key(Bytes(receipt_key(hidden + 1).bytes()));
  EXPECT_EQ(code(forged), "proof_not_between");
}

TEST_F(ProofStory, one_reader_sees_the_restricted_part) {
  const crypto::ReaderKey bank(key_of(7));
  const crypto::ReaderKey other(key_of(8));
  v1::Proof proof = prove(receipt_key(receipt_));
  *proof.mutable_sealed() = *sealed_for(bank.public_key(), opening_of(row()));
  const Anchor trusted = anchor();
  EXPECT_EQ(verify(proof, &trusted, nullptr)->restricted, Restricted::kSealed);
  const auto seen = verify(proof, &trusted, &bank);
  ASSERT_TRUE(seen) << seen.fault().text;
  EXPECT_EQ(seen->restricted, Restricted::kOpened);
  EXPECT_EQ(seen->row, row());
  EXPECT_EQ(code(proof, &other), "proof_not_for_you");
  EXPECT_EQ(write_proof(proof).find(to_hex(row().restricted)), std::string::npos);
  test::expect_no_flip_tells_otherwise(write_proof(proof), trusted, &bank);

  v1::Opening edited = opening_of(row());
  edited.mutable_restricted()->back() = static_cast<char>(edited.restricted().back() ^ 1);
  *proof.mutable_sealed() = *sealed_for(bank.public_key(), edited);
  EXPECT_EQ(code(proof, &bank), "proof_other_opening");
  proof.clear_sealed();
  *proof.mutable_opening() = edited;
  EXPECT_EQ(code(proof), "proof_other_opening");
  *proof.mutable_opening() = opening_of(row());
  EXPECT_EQ(code(proof), "");
  test::expect_no_flip_tells_otherwise(write_proof(proof), trusted);
  EXPECT_EQ(sealed_for({}, opening_of(row())).fault().code, "reader_key_invalid");
}

TEST_F(ProofStory, an_owner_asks_for_the_opening_and_nobody_else) {
  const std::string network = chain_.engine().network_id();
  const std::int64_t now_ns = 1'800'000'000'000'000'000;
  v1::OpeningBody body;
  body.set_party(farmer().party);
  body.set_key(Bytes(receipt_key(receipt_).bytes()));
  body.set_reader(Bytes(32, 'r'));
  body.set_valid_until_ns(now_ns + kRequestLastsNs);
  const auto ask = [&](const crypto::Ed25519Key& key) {
    return read_request(sign_request(body, network, key), network, now_ns);
  };
  const auto request = ask(*farmer().key);
  ASSERT_TRUE(request) << request.fault().text;
  EXPECT_TRUE(check_signers(*request, chain_.engine()).ok());
  EXPECT_EQ(check_signers(*ask(key_of(9)), chain_.engine()).fault().code, "opening_not_yours");
  EXPECT_EQ(store::opener_of(*wire::find_table("receipts"), receipt_key(receipt_), row()),
            farmer().party);

  const auto signed_request = sign_request(body, network, *farmer().key);
  EXPECT_EQ(read_request(signed_request, "another", now_ns).fault().code,
            "opening_wrong_signature");
  EXPECT_EQ(read_request(signed_request, network, now_ns - 1).fault().code, "opening_expired");
  EXPECT_EQ(read_request(signed_request, network, body.valid_until_ns() + 1).fault().code,
            "opening_expired");
  body.set_party(farmer().party + 1);
  EXPECT_EQ(check_signers(*ask(*farmer().key), chain_.engine()).fault().code, "opening_not_yours");
  body.set_party(9'999);
  EXPECT_EQ(check_signers(*ask(*farmer().key), chain_.engine()).fault().code, "opening_not_yours");
  body.set_reader("short");
  EXPECT_EQ(ask(*farmer().key).fault().code, "opening_malformed");
}

TEST_F(ProofStory, the_code_on_a_paper_is_checked_without_anything_else) {
  const Anchor trusted = anchor();
  const auto statement = verify(prove(receipt_key(receipt_)), &trusted, nullptr);
  const auto code = code_of(*statement);
  ASSERT_TRUE(code) << code.fault().text;
  EXPECT_EQ(code->receipt, receipt_);
  EXPECT_EQ(code->kg, kKg);
  EXPECT_EQ(code->state, receipts::v1::ACTIVE);
  const Bytes message = crypto::paper_message(trusted.network_id, crypto::sha256(encode(*code)));
  const Bytes stamp(view(validator_.sign(message)));
  const std::string text = *qr_text(*code, stamp);
  EXPECT_LE(text.size(), kMostQrBytes);
  EXPECT_EQ(*read_qr(text, &trusted), *code);
  EXPECT_EQ(*read_qr(text, nullptr), *code);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string forged = text;
    forged[at] = forged[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read_qr(forged, &trusted)) << at;
    EXPECT_FALSE(read_qr(text.substr(0, at), &trusted)) << at;
  }
  const Anchor stranger{trusted.network_id, Bytes(view(key_of(2).public_key()))};
  EXPECT_EQ(read_qr(text, &stranger).fault().code, "proof_wrong_stamp");
  PaperCode endless = *code;
  endless.seconds = std::uint64_t{1} << 62;
  EXPECT_EQ(read_qr(*qr_text(endless, stamp), nullptr).fault().code, "proof_malformed");
  const Anchor elsewhere{"another", trusted.validator_key};
  EXPECT_EQ(read_qr(text, &elsewhere).fault().code, "proof_other_network");

  v1::Proof proof = prove(receipt_key(receipt_));
  proof.set_stamp(stamp);
  EXPECT_EQ(test::code_of(write_proof(proof), trusted), "");
  proof.set_stamp(Bytes(64, 's'));
  EXPECT_EQ(test::code_of(write_proof(proof), trusted), "proof_wrong_stamp");
}

TEST(ProofFile, formats_of_other_releases_and_unknown_members_are_refused) {
  EXPECT_EQ(read_proof("").fault().code, "proof_malformed");
  EXPECT_EQ(read_proof("{}").fault().code, "proof_malformed");
  EXPECT_EQ(read_proof(R"({"format":"astyq-proof-2","new":1})").fault().code, "proof_version");
  EXPECT_EQ(read_proof(R"({"format":"astyq-proof-1","new":1})").fault().code, "proof_malformed");
  const auto empty = read_proof(R"({"format":"astyq-proof-1"})");
  ASSERT_TRUE(empty);
  EXPECT_EQ(verify(*empty, nullptr, nullptr).fault().code, "proof_malformed");
}

}  // namespace
}  // namespace astyq::proof
