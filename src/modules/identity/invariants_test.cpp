// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "crypto/sha256.h"
#include "identity/handlers.gen.h"
#include "identity/state.gen.h"
#include "modules/identity/identity.h"
#include "support/identity_story.h"

namespace astyq::identity {
namespace {

using test::Chain;

Slot<v1::Key> slot_of(const crypto::Ed25519Key& key) {
  return kKeys(crypto::sha256(view(key.public_key())));
}

// A company with two keys of which both must sign, and a key that it revoked.
struct Company : testing::Test {
  Chain chain;
  test::Officers farm = test::officers(chain, 3, 1);
  std::uint64_t id = farm.company.party;

  Company() {
    chain.ok(farm.company, verbs::RevokeKey{.public_key = Bytes(view(farm.keys[2]->public_key()))});
    chain.ok(farm.company, verbs::SetThreshold{.threshold = 2});
  }

  template <typename Mend>
  Refusal party_changed(Mend mend) const {
    return chain.after_writing(check_invariants, [&](View& view) {
      v1::Party row = view.require(kParties(id));
      mend(row);
      view.put(kParties(id), row);
    });
  }
  template <typename Mend>
  Refusal key_changed(int which, Mend mend) const {
    return chain.after_writing(check_invariants, [&](View& view) {
      const auto slot = slot_of(*farm.keys[static_cast<std::size_t>(which)]);
      v1::Key row = view.require(slot);
      mend(row);
      view.put(slot, row);
    });
  }
};

using IdentityInvariants = Company;

TEST_F(IdentityInvariants, party_keeps_as_many_keys_as_must_sign) {
  EXPECT_EQ(party_changed([](v1::Party& row) { row.set_name("Other name"); }), kAccepted);
  EXPECT_EQ(party_changed([](v1::Party& row) { row.set_threshold(0); }),
            base::v1::INVARIANT_PARTY_KEYS);
  EXPECT_EQ(party_changed([](v1::Party& row) { row.set_threshold(3); }),
            base::v1::INVARIANT_PARTY_KEYS);
  EXPECT_EQ(party_changed([](v1::Party& row) { row.set_active_keys(1); }),
            base::v1::INVARIANT_PARTY_KEYS);
  EXPECT_EQ(chain.after_writing(check_invariants, [&](View& view) { view.erase(kParties(id)); }),
            base::v1::INVARIANT_PARTY_KEYS);
}

TEST_F(IdentityInvariants, count_moves_as_the_keys_do) {
  EXPECT_EQ(party_changed([](v1::Party& row) { row.set_active_keys(3); }),
            base::v1::INVARIANT_KEY_HISTORY);
  const auto fresh = chain.new_key_message(*chain.new_key());
  EXPECT_EQ(chain.after_writing(check_invariants, [&](View& view) { add_key(view, id, fresh); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(chain.after_writing(check_invariants,
                                [&](View& view) {
                                  add_key(view, id, fresh);
                                  v1::Party row = view.require(kParties(id));
                                  row.set_active_keys(3);
                                  view.put(kParties(id), row);
                                }),
            kAccepted);
  EXPECT_EQ(key_changed(0, [](v1::Key& row) { row.set_revoked_at_ns(1); }),
            base::v1::INVARIANT_KEY_HISTORY);
}

TEST_F(IdentityInvariants, generations_follow_one_another) {
  const auto fresh = chain.new_key_message(*chain.new_key());
  const auto after_recovery = [&](auto then) {
    return chain.after_writing(check_invariants, [&](View& view) {
      replace_keys(view, id, {&fresh, 1}, 1, 7);
      v1::Party row = view.require(kParties(id));
      then(view, row);
      view.put(kParties(id), row);
    });
  };
  EXPECT_EQ(after_recovery([](View&, v1::Party&) {}), kAccepted);
  EXPECT_EQ(after_recovery([](View&, v1::Party& row) { row.set_active_keys(2); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(after_recovery([](View&, v1::Party& row) { row.set_recovered_by_act(0); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(after_recovery([](View&, v1::Party& row) { row.set_key_generation(2); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(after_recovery([&](View& view, v1::Party&) {
              v1::Key lost = view.require(slot_of(*farm.keys[0]));
              lost.set_revoked_at_ns(1);
              view.put(slot_of(*farm.keys[0]), lost);
            }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(party_changed([](v1::Party& row) { row.set_key_generation(1); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(party_changed([](v1::Party& row) { row.set_recovered_by_act(7); }),
            base::v1::INVARIANT_KEY_HISTORY);
}

// Else a key could lie ready for the day of a recovery.
TEST_F(IdentityInvariants, new_key_is_of_the_present_generation) {
  const auto fresh = chain.new_key_message(*chain.new_key());
  EXPECT_EQ(chain.after_writing(check_invariants,
                                [&](View& view) {
                                  add_key(view, id, fresh);
                                  const auto slot = kKeys(crypto::sha256(fresh.public_key()));
                                  v1::Key row = view.require(slot);
                                  row.set_generation(1);
                                  view.put(slot, row);
                                }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(key_changed(0, [](v1::Key& row) { row.set_generation(1); }),
            base::v1::INVARIANT_KEY_HISTORY);
}

TEST_F(IdentityInvariants, keys_have_one_history) {
  EXPECT_EQ(key_changed(0, [](v1::Key& row) { row.set_highest_sequence(9); }), kAccepted);
  EXPECT_EQ(key_changed(0, [](v1::Key& row) { row.set_party(1); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(key_changed(0, [](v1::Key& row) { row.set_kind(v1::P256); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(key_changed(0, [](v1::Key& row) { row.set_public_key(Bytes(32, 'x')); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(key_changed(2, [](v1::Key& row) { row.set_revoked_at_ns(0); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(key_changed(2, [](v1::Key& row) { row.set_revoked_at_ns(5); }),
            base::v1::INVARIANT_KEY_HISTORY);
  EXPECT_EQ(chain.after_writing(check_invariants,
                                [&](View& view) { view.erase(slot_of(*farm.keys[2])); }),
            base::v1::INVARIANT_KEY_HISTORY);
}

}  // namespace
}  // namespace astyq::identity
