// SPDX-License-Identifier: Apache-2.0
#include "engine/member.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/sha256.h"
#include "support/identity_story.h"
#include "wire/signing.h"

namespace astyq::engine {
namespace {

using test::Chain;

// Refused by its own check, so that it changes nothing but is an outcome.
base::v1::Operation harmless() {
  return verbs::SetThreshold{.threshold = 0}.operation();
}

Member prepare_one(const Chain& chain, const Bytes& signed_tx) {
  const BytesView views[] = {signed_tx};
  return prepare(views, chain.engine().form()).at(0);
}

Refusal fault_of(const Chain& chain, const Bytes& signed_tx) {
  return prepare_one(chain, signed_tx).fault;
}

base::v1::SignedTx parsed(const Bytes& signed_tx) {
  base::v1::SignedTx message;
  EXPECT_TRUE(message.ParseFromString(signed_tx));
  return message;
}

TEST(Member, good_one) {
  Chain chain;
  const auto body = chain.body(chain.registrar(), {harmless()});
  const Member member = prepare_one(chain, chain.sign(body, chain.registrar()));
  EXPECT_EQ(member.fault, kAccepted);
  EXPECT_EQ(member.body_hash, crypto::sha256(wire::encode_body(body)));
  ASSERT_EQ(member.signers.size(), 1u);
  EXPECT_EQ(member.signers[0].kind, SignatureKind::kEd25519);
  EXPECT_EQ(member.signers[0].public_key, view(chain.registrar().key->public_key()));
}

TEST(Member, too_large) {
  Chain chain;
  const std::size_t most = chain.engine().rules().max_transaction_bytes();
  EXPECT_EQ(fault_of(chain, Bytes(most, '\0')), base::v1::NOT_CANONICAL);
  EXPECT_EQ(fault_of(chain, Bytes(most + 1, '\0')), base::v1::TOO_LARGE);
}

TEST(Member, not_canonical) {
  Chain chain;
  EXPECT_EQ(fault_of(chain, ""), base::v1::NOT_CANONICAL);
  EXPECT_EQ(fault_of(chain, "not a transaction"), base::v1::NOT_CANONICAL);
  const Bytes good = chain.sign(chain.body(chain.registrar(), {harmless()}), chain.registrar());
  EXPECT_EQ(fault_of(chain, good + good), base::v1::NOT_CANONICAL);
  // A body whose own bytes are not canonical, truly signed: an explicit default, party = 0.
  auto message = parsed(good);
  message.set_body(Bytes("\x08\0", 2) + message.body().substr(2));
  EXPECT_EQ(fault_of(chain, message.SerializeAsString()), base::v1::NOT_CANONICAL);
}

TEST(Member, no_operations) {
  Chain chain;
  const auto body = chain.body(chain.registrar(), {});
  EXPECT_EQ(fault_of(chain, chain.sign(body, chain.registrar())), base::v1::NO_OPERATIONS);
}

TEST(Member, link_open) {
  Chain chain;
  auto linked = harmless();
  linked.set_linked(true);
  const auto open = chain.body(chain.registrar(), {linked, linked});
  EXPECT_EQ(fault_of(chain, chain.sign(open, chain.registrar())), base::v1::LINK_OPEN);
  const auto closed = chain.body(chain.registrar(), {linked, harmless()});
  EXPECT_EQ(fault_of(chain, chain.sign(closed, chain.registrar())), kAccepted);
}

TEST(Member, not_signed) {
  Chain chain;
  auto message = parsed(chain.sign(chain.body(chain.registrar(), {harmless()}), chain.registrar()));
  message.clear_auth();
  EXPECT_EQ(fault_of(chain, message.SerializeAsString()), base::v1::NOT_SIGNED);
}

TEST(Member, keys_not_sorted) {
  Chain chain;
  const auto body = chain.body(chain.registrar(), {harmless()});
  const Bytes good = chain.sign_with(body, {chain.new_key(), chain.new_key(), chain.new_key()});
  EXPECT_EQ(fault_of(chain, good), kAccepted);
  auto swapped = parsed(good);
  swapped.mutable_auth()->SwapElements(0, 2);
  EXPECT_EQ(fault_of(chain, swapped.SerializeAsString()), base::v1::KEYS_NOT_SORTED);
  auto repeated = parsed(good);
  *repeated.mutable_auth(1) = repeated.auth(0);
  EXPECT_EQ(fault_of(chain, repeated.SerializeAsString()), base::v1::KEYS_NOT_SORTED);
}

TEST(Member, wrong_signature) {
  Chain chain;
  const auto body = chain.body(chain.registrar(), {harmless()});
  const auto& key = *chain.registrar().key;
  // The same act, signed for another network.
  EXPECT_EQ(fault_of(chain, wire::sign_transaction(body, "astyq-other", {&key, 1})),
            base::v1::WRONG_SIGNATURE);
  // Of two signatures one is another message's.
  auto two = parsed(chain.sign_with(body, {chain.new_key(), chain.new_key()}));
  two.mutable_auth(1)->mutable_ed25519()->set_signature(two.auth(0).ed25519().signature());
  EXPECT_EQ(fault_of(chain, two.SerializeAsString()), base::v1::WRONG_SIGNATURE);
  // Another body under these signatures.
  auto other = parsed(chain.sign(body, chain.registrar()));
  other.set_body(wire::encode_body(chain.body(chain.registrar(), {harmless()})));
  EXPECT_EQ(fault_of(chain, other.SerializeAsString()), base::v1::WRONG_SIGNATURE);
}

TEST(Member, wrong_signature_of_each_kind) {
  Chain chain;
  const auto key = test::p256_key(1);
  const auto body = chain.body(chain.registrar(), {harmless()});
  const std::vector<test::Signing> kinds{
      test::by_ed25519(*chain.new_key()), test::by_p256(key),
      test::by_passkey(key, "https://astyq.example", "astyq.example")};
  for (const test::Signing& sign : kinds) {
    EXPECT_EQ(fault_of(chain, test::signed_by(chain, body, {sign})), kAccepted);
    const test::Signing other_message = [&](BytesView message) {
      return sign(Bytes(message) + "?");
    };
    EXPECT_EQ(fault_of(chain, test::signed_by(chain, body, {other_message})),
              base::v1::WRONG_SIGNATURE);
  }
}

// What a passkey's browser says of itself reaches the signer, for the state to judge.
TEST(Member, passkey_facts) {
  Chain chain;
  const auto body = chain.body(chain.registrar(), {harmless()});
  const auto sign = test::by_passkey(test::p256_key(1), "https://astyq.example", "astyq.example");
  const Member member = prepare_one(chain, test::signed_by(chain, body, {sign}));
  ASSERT_EQ(member.signers.size(), 1u);
  EXPECT_EQ(member.signers[0].kind, SignatureKind::kPasskey);
  EXPECT_EQ(member.signers[0].origin, "https://astyq.example");
  EXPECT_EQ(member.signers[0].relying_party_digest, crypto::sha256("astyq.example"));
}

// No bit of a signed transaction can change, and none be left off or added, without a fault.
TEST(Member, property_every_bit_is_bound) {
  Chain chain;
  const Bytes good = chain.sign(chain.body(chain.registrar(), {harmless()}), chain.registrar());
  ASSERT_EQ(fault_of(chain, good), kAccepted);
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    Bytes changed = good;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_TRUE(fault_of(chain, changed).refused()) << "bit " << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_TRUE(fault_of(chain, good.substr(0, size)).refused()) << "size " << size;
  for (int byte = 0; byte < 256; ++byte)
    EXPECT_TRUE(fault_of(chain, good + static_cast<char>(byte)).refused()) << "byte " << byte;
}

// A batch judges each of its transactions as it would alone.
TEST(Member, property_batch_equals_singles) {
  Chain chain;
  std::mt19937 random(23);
  std::vector<Bytes> signed_txs;
  for (int i = 0; i < 60; ++i) {
    signed_txs.push_back(
        chain.sign(chain.body(chain.registrar(), {harmless()}), chain.registrar()));
    if (random() % 3 == 0) signed_txs.back()[random() % signed_txs.back().size()] ^= 1;
  }
  const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
  const auto members = prepare(views, chain.engine().form());
  ASSERT_EQ(members.size(), signed_txs.size());
  for (std::size_t i = 0; i < members.size(); ++i)
    EXPECT_EQ(members[i].fault, fault_of(chain, signed_txs[i])) << i;
}

}  // namespace
}  // namespace astyq::engine
