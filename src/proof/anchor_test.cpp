// SPDX-License-Identifier: Apache-2.0
#include "proof/anchor.h"

#include "proof/consortium_test.h"
#include "proof/proof_test.h"
#include "wire/json.h"

namespace astyq::proof {
namespace {

using test::kDayNs;

constexpr std::int64_t kStartNs = 1'787'000'000'000'000'000;

class ConsortiumProof : public testing::Test {
 protected:
  Anchor on_day(std::int64_t day) const { return network_.anchor(network_.time_of(day)); }
  // "" for one that is trusted, else the code of its fault or doubt.
  static std::string code(const v1::Proof& proof, const Anchor& anchor) {
    const auto read = read_proof(write_proof(proof));
    if (!read) return read.fault().code;
    const auto statement = verify(*read, &anchor, nullptr);
    if (!statement) return statement.fault().code;
    EXPECT_NE(statement->trusted, statement->doubt.has_value());
    return statement->doubt ? statement->doubt->code : "";
  }

  test::Consortium network_{kStartNs};
};

TEST_F(ConsortiumProof, leads_from_the_genesis_over_changes_of_validators) {
  const Anchor anchor = on_day(99);
  const v1::Proof near = network_.proof(9, anchor);
  EXPECT_EQ(near.path_size(), 0);
  EXPECT_EQ(code(near, anchor), "");
  const v1::Proof far = network_.proof(95, anchor);
  EXPECT_GE(far.path_size(), 3);
  EXPECT_LE(far.path_size(), 9);
  EXPECT_EQ(code(far, anchor), "");
  const auto statement = verify(far, &anchor, nullptr);
  EXPECT_EQ(statement->height, 94u);
  EXPECT_EQ(statement->kind, Kind::kAbsent);
  EXPECT_FALSE(verify(far, nullptr, nullptr)->trusted);
}

TEST_F(ConsortiumProof, flipped_bits_tell_nothing_else) {
  const Anchor anchor = on_day(99);
  const std::string file = write_proof(network_.proof(9, anchor));
  // Of an absence a flip may show another key between the same neighbours, which is absent too.
  test::expect_no_flip_tells_otherwise(file, anchor, nullptr, [](const Statement& other) {
    return other.kind == Kind::kAbsent && other.height == 8;
  });
}

TEST_F(ConsortiumProof, a_broken_path_is_refused) {
  const Anchor anchor = on_day(99);
  const v1::Proof honest = network_.proof(95, anchor);
  const auto after = [&](const auto& change) {
    v1::Proof forged = honest;
    change(forged);
    return code(forged, anchor);
  };
  EXPECT_EQ(after([](auto&) {}), "");
  EXPECT_EQ(after([](auto& proof) { proof.clear_path(); }), "light_not_enough_trust");
  EXPECT_EQ(after([](auto& proof) { proof.clear_validators(); }), "light_no_validators");
  EXPECT_EQ(after([](auto& proof) { proof.mutable_path()->SwapElements(0, 1); }),
            "light_not_enough_trust");
  EXPECT_EQ(after([](auto& proof) { *proof.add_path() = proof.path(0); }), "light_not_later");
  EXPECT_EQ(after([](auto& proof) { proof.mutable_path(1)->Clear(); }), "light_malformed");
  const auto votes = [](v1::Proof& proof) {
    return proof.mutable_path(1)->mutable_signed_header()->mutable_commit()->mutable_signatures();
  };
  EXPECT_EQ(after([&](auto& proof) { votes(proof)->Mutable(2)->mutable_signature()->at(9) ^= 1; }),
            "light_wrong_signature");
  EXPECT_EQ(after([&](auto& proof) {
              auto& time = *proof.mutable_path(0)->mutable_signed_header()->mutable_header();
              time.mutable_time()->set_seconds(INT64_MIN);
            }),
            "light_malformed");
}

TEST_F(ConsortiumProof, validators_of_the_forgers_own_are_not_believed) {
  const Anchor anchor = on_day(99);
  const auto forged_by = [&](const light::test::Seats& seats, std::vector<int> signers) {
    light::test::Plan plan = network_.plan(9);
    plan.seats = seats;
    plan.next = seats;
    plan.signers = std::move(signers);
    const auto block = light::test::make_block(plan);
    v1::Proof forged = network_.proof(9);
    *forged.mutable_signed_header() = block.signed_header();
    *forged.mutable_validators() = block.validator_set();
    return code(forged, anchor);
  };
  EXPECT_EQ(forged_by(network_.seats(9), {}), "");
  EXPECT_EQ(forged_by({{100, 10}, {101, 10}, {102, 10}}, {}), "light_not_enough_trust");
  // One of four that has gone over, and strangers with more power than the others together.
  EXPECT_EQ(forged_by({{3, 10}, {101, 100}, {102, 100}}, {}), "light_not_enough_trust");
  EXPECT_EQ(forged_by(network_.seats(9), {2, 3}), "light_too_little_power");
}

TEST_F(ConsortiumProof, other_networks_and_other_times_are_told) {
  Anchor other = on_day(99);
  other.network_id = "another";
  EXPECT_EQ(code(network_.proof(9, on_day(99)), other), "proof_other_network");
  EXPECT_EQ(code(network_.proof(9, on_day(99)), on_day(8)), "proof_from_future");
  const Anchor embedded{light::test::kChain, Bytes(32, 'k')};
  EXPECT_EQ(code(network_.proof(9, on_day(99)), embedded), "proof_wrong_signature");
}

// docs/adr/0014: the October proof, checked in July against a genesis that is two years old.
TEST_F(ConsortiumProof, an_old_start_is_a_doubt_and_not_a_fault) {
  const v1::Proof proof = network_.proof(60, on_day(99));
  EXPECT_EQ(code(proof, network_.anchor(network_.time_of(100) - 1)), "");
  EXPECT_EQ(code(proof, on_day(100)), "proof_anchor_stale");
  EXPECT_EQ(code(proof, on_day(4'000)), "proof_anchor_stale");
  EXPECT_EQ(code(network_.proof(1'500, on_day(1'600)), on_day(1'600)), "proof_anchor_stale");
  v1::Proof forged = proof;
  forged.mutable_validators()->mutable_validators(0)->set_voting_power(9);
  EXPECT_EQ(code(forged, on_day(4'000)), "light_other_set");
  const Anchor stale_anchor = on_day(4'000);
  EXPECT_NE(stale(stale_anchor).text.find("100 days"), std::string::npos);
}

TEST_F(ConsortiumProof, no_step_takes_longer_than_validators_answer_for_their_keys) {
  test::Consortium short_lived(kStartNs, 7);
  const Anchor anchor = short_lived.anchor(short_lived.time_of(99));
  v1::Proof proof = short_lived.proof(9);
  EXPECT_EQ(code(proof, anchor), "light_expired");
  *proof.add_path() = short_lived.block(3);
  EXPECT_EQ(code(proof, anchor), "proof_anchor_stale");
}

class TrustFile : public ConsortiumProof {
 protected:
  // What `astyq trust` writes on a day, read on another.
  Result<Anchor> trusted(const v1::Proof& proof, std::int64_t day, std::int64_t read_on) const {
    const auto block = trusted_block(proof, on_day(day));
    if (!block.ok()) return block.fault();
    const std::string file = write_trust(*block);
    EXPECT_TRUE(is_trust_text(file));
    return read_trust(file, network_.time_of(read_on));
  }
};

TEST_F(TrustFile, vouches_for_its_own_block_for_ever_and_for_later_ones_for_a_while) {
  const v1::Proof october = network_.proof(60, on_day(61));
  const auto start = trusted(october, 61, 4'000);
  ASSERT_TRUE(start.ok()) << start.fault().text;
  EXPECT_EQ(code(october, *start), "");
  const auto fresh = trusted(october, 61, 150);
  const v1::Proof later = network_.proof(149, *fresh);
  EXPECT_EQ(code(later, *fresh), "");
  EXPECT_EQ(code(later, *trusted(october, 61, 160)), "proof_anchor_stale");
  // The way from the genesis begins before the start.
  EXPECT_EQ(code(network_.proof(149, on_day(150)), *fresh), "light_not_later");
  EXPECT_EQ(code(network_.proof(59, on_day(61)), *fresh), "proof_before_trust");
  // Another block of the same height is not the one that was found right.
  light::test::Plan plan = network_.plan(60);
  plan.app_hash = Bytes(32, 'x');
  v1::Proof twin = october;
  *twin.mutable_signed_header() = light::test::make_block(plan).signed_header();
  EXPECT_EQ(code(twin, *fresh), "proof_before_trust");
}

TEST_F(TrustFile, is_not_written_of_what_is_stale_or_wrong) {
  const v1::Proof proof = network_.proof(60, on_day(61));
  EXPECT_EQ(trusted(proof, 100, 100).fault().code, "proof_anchor_stale");
  v1::Proof forged = proof;
  forged.clear_path();
  EXPECT_EQ(trusted(forged, 61, 61).fault().code, "light_not_enough_trust");
  const auto start = trusted(proof, 61, 61);
  EXPECT_EQ(trusted_block(proof, *start).fault().code, "trust_not_newer");
  const Anchor embedded{light::test::kChain, Bytes(32, 'k')};
  EXPECT_EQ(trusted_block(proof, embedded).fault().code, "trust_not_needed");
}

TEST_F(TrustFile, is_refused_when_it_was_changed) {
  const auto block = trusted_block(network_.proof(9, on_day(10)), on_day(10));
  ASSERT_TRUE(block.ok());
  const auto after = [&](const auto& change) {
    v1::TrustedBlock changed = *block;
    change(changed);
    const auto read = read_trust(wire::to_json(changed), kStartNs);
    return read.ok() ? "" : read.fault().code;
  };
  EXPECT_EQ(after([](auto&) {}), "");
  EXPECT_EQ(after([](auto& file) { file.set_format("astyq-trust-2"); }), "trust_malformed");
  EXPECT_EQ(after([](auto& file) { file.clear_trusting_days(); }), "trust_malformed");
  EXPECT_EQ(after([](auto& file) { file.set_trusting_days(3'661); }), "trust_malformed");
  EXPECT_EQ(after([](auto& file) { file.clear_block(); }), "light_malformed");
  EXPECT_EQ(after([](auto& file) { file.mutable_block()->clear_validator_set(); }),
            "light_no_validators");
  EXPECT_EQ(after([](auto& file) {
              auto& commit = *file.mutable_block()->mutable_signed_header()->mutable_commit();
              commit.mutable_signatures(0)->mutable_signature()->at(3) ^= 1;
            }),
            "light_wrong_signature");
  EXPECT_EQ(read_trust("{", kStartNs).fault().code, "trust_malformed");
  EXPECT_FALSE(is_trust_text("{\"network_id\":\"x\"}"));
}

}  // namespace
}  // namespace astyq::proof
