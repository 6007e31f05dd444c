// SPDX-License-Identifier: Apache-2.0
#include "engine/admit.h"

#include <gtest/gtest.h>

#include "crypto/p256.h"
#include "support/identity_story.h"

namespace astyq::engine {
namespace {

using test::Chain;
using test::Keys;

constexpr std::int64_t kStep = kSecondNs;
constexpr const char* kOrigin = "https://astyq.example";
constexpr const char* kSite = "astyq.example";

// Refused by its own check, so that it changes nothing but is an outcome.
base::v1::Operation harmless() {
  return verbs::SetThreshold{.threshold = 0}.operation();
}

// What becomes of this body, signed by its actor, in a block one second later.
Refusal admission(Chain& chain, const test::Actor& actor, const base::v1::TxBody& body) {
  return chain.block({chain.sign(body, actor)}, kStep).members.at(0).admission;
}

base::v1::TxBody in_long_window(Chain& chain, const test::Actor& actor, std::uint64_t number,
                                const crypto::Ed25519Key& key) {
  auto body = chain.body(actor, {harmless()});
  body.mutable_sequence()->set_public_key(Bytes(view(key.public_key())));
  body.mutable_sequence()->set_number(number);
  body.set_valid_until(chain.now_ns() + 90 * kDayNs);
  return body;
}

TEST(Admission, window_in_block_time) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto at = [&](std::int64_t after_block_ns) {
    auto body = chain.body(farm, {harmless()});
    body.set_valid_until(chain.now_ns() + kStep + after_block_ns);
    return admission(chain, farm, body);
  };
  EXPECT_EQ(at(-1), base::v1::EXPIRED);
  EXPECT_EQ(at(-kDayNs), base::v1::EXPIRED);
  EXPECT_EQ(at(0), kAccepted);
  EXPECT_EQ(at(60 * kSecondNs), kAccepted);
  EXPECT_EQ(at(60 * kSecondNs + 1), base::v1::WINDOW_TOO_LONG);
  auto never = chain.body(farm, {harmless()});
  never.set_valid_until(INT64_MIN);
  EXPECT_EQ(admission(chain, farm, never), base::v1::EXPIRED);
  never.set_valid_until(INT64_MAX);
  EXPECT_EQ(admission(chain, farm, never), base::v1::WINDOW_TOO_LONG);
}

TEST(Admission, once_means_once) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  const auto body = chain.body(farm, {harmless()});
  const Bytes signed_tx = chain.sign(body, farm);
  const auto twice = chain.block({signed_tx, signed_tx}, kStep);
  EXPECT_EQ(twice.members[0].admission, kAccepted);
  EXPECT_EQ(twice.members[1].admission, base::v1::ALREADY_APPLIED);
  EXPECT_TRUE(twice.members[1].operations.empty());
  EXPECT_EQ(chain.apply_signed(signed_tx).admission, base::v1::ALREADY_APPLIED);
  // Another act under the same id is the same transaction sent wrongly.
  auto changed = chain.body(farm, {harmless(), harmless()});
  changed.set_id(body.id());
  EXPECT_EQ(admission(chain, farm, changed), base::v1::ALREADY_APPLIED);
  // Ids are a party's own: nobody can use up another's.
  auto others = chain.body(other, {harmless()});
  others.set_id(body.id());
  EXPECT_EQ(admission(chain, other, others), kAccepted);
  // After its time it is expired; it never comes back to life.
  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(chain.block({signed_tx}, 5 * kSecondNs).members[0].admission.refused());
}

TEST(Admission, what_fails_it_consumes_nothing) {
  Chain chain;
  const auto farm = test::officers(chain, 2, 2);
  const auto body = chain.body(farm.company, {harmless()});
  const auto by_one = chain.apply_signed(chain.sign(body, farm.company));
  EXPECT_EQ(by_one.admission, base::v1::TOO_FEW_KEYS);
  EXPECT_TRUE(by_one.operations.empty());
  const auto by_both = chain.apply_signed(chain.sign_with(body, farm.keys));
  EXPECT_EQ(by_both.admission, kAccepted);
  // A refused operation is an outcome: it has consumed the id.
  EXPECT_TRUE(by_both.operations.at(0).refusal.refused());
  EXPECT_EQ(chain.apply_signed(chain.sign_with(body, farm.keys)).admission,
            base::v1::ALREADY_APPLIED);
}

TEST(Admission, faults_of_form_come_first) {
  Chain chain;
  auto body = chain.body({999, nullptr}, {});
  EXPECT_EQ(admission(chain, chain.registrar(), body), base::v1::NO_OPERATIONS);
  body = chain.body({999, nullptr}, {harmless()});
  EXPECT_EQ(admission(chain, chain.registrar(), body), base::v1::NO_SUCH_PARTY);
}

TEST(Admission, too_many_operations) {
  Chain chain;
  const std::size_t most = chain.engine().rules().max_operations_per_transaction();
  const auto farm = chain.company("Agro");
  const std::vector<base::v1::Operation> operations(most, harmless());
  EXPECT_EQ(chain.apply_batch(farm, operations).admission, kAccepted);
  auto rules = chain.engine().rules();
  rules.set_max_operations_per_transaction(3);
  chain.ok(chain.registrar(), verbs::ChangeRules{.rules = rules});
  EXPECT_EQ(chain.apply_batch(farm, {harmless(), harmless(), harmless()}).admission, kAccepted);
  EXPECT_EQ(chain.apply_batch(farm, {harmless(), harmless(), harmless(), harmless()}).admission,
            base::v1::TOO_MANY_OPERATIONS);
}

TEST(Admission, keys_of_the_party_and_enough) {
  Chain chain;
  const auto farm = test::officers(chain, 3, 2);
  const auto other = chain.company("Other");
  const std::uint64_t id = farm.company.party;
  const auto& keys = farm.keys;
  EXPECT_EQ(test::admission_with(chain, id, {keys[0], keys[1]}), kAccepted);
  EXPECT_EQ(test::admission_with(chain, id, keys), kAccepted);
  EXPECT_EQ(test::admission_with(chain, id, {keys[2]}), base::v1::TOO_FEW_KEYS);
  EXPECT_EQ(test::admission_with(chain, id, {other.key}), base::v1::KEY_NOT_OF_PARTY);
  EXPECT_EQ(test::admission_with(chain, id, {chain.new_key()}), base::v1::KEY_NOT_OF_PARTY);
  // A stranger's signature beside enough of one's own is not passed over.
  EXPECT_EQ(test::admission_with(chain, id, {keys[0], keys[1], other.key}),
            base::v1::KEY_NOT_OF_PARTY);
}

TEST(Admission, key_revoked_earlier_in_the_block) {
  Chain chain;
  const auto farm = test::officers(chain, 2, 1);
  const auto& actor = farm.company;
  const verbs::RevokeKey revoke{.public_key = Bytes(view(farm.keys[1]->public_key()))};
  const auto first = chain.sign(chain.body(actor, {revoke.operation()}), actor);
  const auto second = chain.sign_with(chain.body(actor, {harmless()}), {farm.keys[1]});
  const auto result = chain.block({first, second}, kStep);
  EXPECT_EQ(result.members[0].operations.at(0).refusal, kAccepted);
  EXPECT_EQ(result.members[1].admission, base::v1::KEY_NOT_OF_PARTY);
}

// An Ed25519 key, a P-256 key and a passkey of one company, all of which must sign.
struct MixedKeys : testing::Test {
  Chain chain;
  test::Actor farm = chain.company("Agro");
  crypto::P256Key card = test::p256_key(1);
  crypto::P256Key telephone = test::p256_key(2);

  MixedKeys() {
    chain.ok(farm, verbs::AddKey{.key = test::p256_message(card)});
    chain.ok(farm, verbs::AddKey{.key = test::passkey_message(telephone, kOrigin, kSite)});
  }
  Refusal admitted(const std::vector<test::Signing>& signings) {
    return chain.apply_signed(test::signed_by(chain, chain.body(farm, {harmless()}), signings))
        .admission;
  }
};

using AdmissionOfKinds = MixedKeys;

TEST_F(AdmissionOfKinds, each_signs_alone) {
  EXPECT_EQ(admitted({test::by_ed25519(*farm.key)}), kAccepted);
  EXPECT_EQ(admitted({test::by_p256(card)}), kAccepted);
  EXPECT_EQ(admitted({test::by_passkey(telephone, kOrigin, kSite)}), kAccepted);
}

TEST_F(AdmissionOfKinds, passkey_only_where_it_was_registered) {
  EXPECT_EQ(admitted({test::by_passkey(telephone, "https://astyq.example.evil", kSite)}),
            base::v1::KEY_NOT_OF_PARTY);
  EXPECT_EQ(admitted({test::by_passkey(telephone, kOrigin, "evil.example")}),
            base::v1::KEY_NOT_OF_PARTY);
}

TEST_F(AdmissionOfKinds, key_signs_as_its_own_kind_only) {
  EXPECT_EQ(admitted({test::by_p256(telephone)}), base::v1::KEY_NOT_OF_PARTY);
  EXPECT_EQ(admitted({test::by_passkey(card, kOrigin, kSite)}), base::v1::KEY_NOT_OF_PARTY);
}

TEST_F(AdmissionOfKinds, all_together) {
  const auto one = test::by_ed25519(*farm.key);
  const auto two = test::by_p256(card);
  const auto three = test::by_passkey(telephone, kOrigin, kSite);
  chain.ok(farm, verbs::SetThreshold{.threshold = 3});
  EXPECT_EQ(admitted({one, two, three}), kAccepted);
  EXPECT_EQ(admitted({one, two}), base::v1::TOO_FEW_KEYS);
  EXPECT_EQ(admitted({three, one}), base::v1::TOO_FEW_KEYS);
  EXPECT_EQ(admitted({one, two, test::by_passkey(telephone, kOrigin, "evil.example")}),
            base::v1::KEY_NOT_OF_PARTY);
}

TEST(LongWindow, numbers_of_a_key) {
  Chain chain;
  const auto farm = test::officers(chain, 2, 1);
  const auto& actor = farm.company;
  const auto send = [&](std::uint64_t number, std::size_t key) {
    const auto body = in_long_window(chain, actor, number, *farm.keys[key]);
    return chain.apply_signed(chain.sign_with(body, {farm.keys[key]})).admission;
  };
  EXPECT_EQ(send(7, 0), kAccepted);
  EXPECT_EQ(send(7, 0), base::v1::SEQUENCE_TOO_OLD);
  EXPECT_EQ(send(7, 1), kAccepted);  // each key counts for itself
  EXPECT_EQ(send(3, 0), kAccepted);
  EXPECT_EQ(send(3, 0), base::v1::SEQUENCE_TOO_OLD);
  EXPECT_EQ(send(300, 0), kAccepted);
  EXPECT_EQ(send(43, 0), base::v1::SEQUENCE_TOO_OLD);
  EXPECT_EQ(send(44, 0), kAccepted);
  EXPECT_EQ(send(0, 0), base::v1::SEQUENCE_TOO_OLD);
}

TEST(LongWindow, once_means_once_within_a_block_and_for_ever) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto signed_tx = chain.sign(in_long_window(chain, farm, 1, *farm.key), farm);
  const auto result = chain.block({signed_tx, signed_tx}, kStep);
  EXPECT_EQ(result.members[0].admission, kAccepted);
  EXPECT_EQ(result.members[1].admission, base::v1::SEQUENCE_TOO_OLD);
  for (int i = 0; i < 5; ++i) {
    chain.block({}, 599 * kSecondNs);
    EXPECT_EQ(chain.apply_signed(signed_tx).admission, base::v1::SEQUENCE_TOO_OLD);
  }
}

TEST(LongWindow, ends_at_valid_until) {
  Chain chain;
  const auto farm = chain.company("Agro");
  auto body = in_long_window(chain, farm, 1, *farm.key);
  body.set_valid_until(chain.now_ns() + kStep - 1);
  EXPECT_EQ(admission(chain, farm, body), base::v1::EXPIRED);
  // Expired, it consumed nothing.
  EXPECT_EQ(admission(chain, farm, in_long_window(chain, farm, 1, *farm.key)), kAccepted);
}

TEST(LongWindow, its_key_must_sign_and_be_active) {
  Chain chain;
  const auto farm = test::officers(chain, 2, 1);
  const auto& actor = farm.company;
  const auto by_second = in_long_window(chain, actor, 1, *farm.keys[1]);
  EXPECT_EQ(admission(chain, actor, by_second), base::v1::KEY_NOT_OF_PARTY);
  const auto other = chain.company("Other");
  EXPECT_EQ(
      chain.apply_signed(chain.sign(in_long_window(chain, actor, 1, *other.key), other)).admission,
      base::v1::KEY_NOT_OF_PARTY);
  const verbs::RevokeKey revoke{.public_key = Bytes(view(farm.keys[1]->public_key()))};
  chain.ok(actor, revoke);
  EXPECT_EQ(chain.apply_signed(chain.sign_with(by_second, {farm.keys[1]})).admission,
            base::v1::KEY_NOT_OF_PARTY);
}

}  // namespace
}  // namespace astyq::engine
