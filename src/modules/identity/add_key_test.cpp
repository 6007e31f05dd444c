// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "crypto/sha256.h"
#include "identity/state.gen.h"
#include "sim/key_ways.h"
#include "support/identity_story.h"

namespace astyq::identity {
namespace {

using test::Chain;
using test::Keys;
using v1::AddKey;

TEST(AddKey, story) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto spare = chain.new_key();
  EXPECT_EQ(test::admission_with(chain, farm.party, {spare}), base::v1::KEY_NOT_OF_PARTY);
  chain.ok(farm, verbs::AddKey{.key = chain.new_key_message(*spare)});
  EXPECT_EQ(chain.get(kParties(farm.party))->active_keys(), 2u);
  EXPECT_EQ(chain.get(kParties(farm.party))->threshold(), 1u);
  const auto row = chain.get(kKeys(crypto::sha256(view(spare->public_key()))));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->party(), farm.party);
  EXPECT_EQ(row->revoked_at_ns(), 0);
  EXPECT_EQ(test::admission_with(chain, farm.party, {spare}), kAccepted);
  EXPECT_EQ(test::admission_with(chain, farm.party, {farm.key}), kAccepted);
}

// A natural person may keep a spare passkey for the day the telephone is lost.
TEST(AddKey, story_of_a_persons_passkey) {
  Chain chain;
  const auto farmer = chain.person();
  const auto passkey = test::p256_key(1);
  chain.ok(farmer, verbs::AddKey{.key = test::passkey_message(passkey, "https://astyq.example",
                                                              "astyq.example")});
  const auto row = chain.get(kKeys(crypto::sha256(view(passkey.public_key()))));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->kind(), v1::PASSKEY);
  EXPECT_EQ(row->origin(), "https://astyq.example");
  EXPECT_EQ(row->relying_party_digest(), view(crypto::sha256("astyq.example")));
}

TEST(AddKey, refusals_in_order) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  const auto full = test::officers(chain, chain.engine().rules().max_keys_per_party(), 1);
  const auto used = chain.new_key_message(*other.key);

  chain.refuse(full.company, verbs::AddKey{}, AddKey::WRONG_KEY);
  auto malformed = used;
  malformed.mutable_public_key()->pop_back();
  chain.refuse(full.company, verbs::AddKey{.key = malformed}, AddKey::WRONG_KEY);
  auto with_origin = chain.new_key_message(*chain.new_key());
  with_origin.set_origin("https://astyq.example");
  chain.refuse(farm, verbs::AddKey{.key = with_origin}, AddKey::WRONG_KEY);
  auto passkey = test::passkey_message(test::p256_key(1), "", "astyq.example");
  chain.refuse(farm, verbs::AddKey{.key = passkey}, AddKey::WRONG_KEY);

  chain.refuse(full.company, verbs::AddKey{.key = used}, AddKey::TOO_MANY_KEYS);
  chain.refuse(farm, verbs::AddKey{.key = used}, AddKey::KEY_IN_USE);
  chain.refuse(farm, verbs::AddKey{.key = chain.new_key_message(*farm.key)}, AddKey::KEY_IN_USE);
}

// Whatever the bound is, a party reaches it and never passes it, and each of its keys signs.
TEST(AddKey, property_bound_of_the_rules) {
  for (const std::uint32_t bound : {1u, 2u, 7u}) {
    Chain chain;
    auto rules = chain.engine().rules();
    rules.set_max_keys_per_party(bound);
    chain.ok(chain.registrar(), verbs::ChangeRules{.rules = rules});
    const auto party = test::officers(chain, bound, 1);
    const auto one_more = chain.new_key_message(*chain.new_key());
    chain.refuse(party.company, verbs::AddKey{.key = one_more}, AddKey::TOO_MANY_KEYS);
    EXPECT_EQ(chain.get(kParties(party.company.party))->active_keys(), bound);
    for (const auto& key : party.keys)
      EXPECT_EQ(test::admission_with(chain, party.company.party, {key}), kAccepted);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::AddKey>([](sim::World& world, auto& draft) {
      draft.verb.key = world.new_key();
      return sim::fiddler_with(world, draft.party, [&](const auto& row) {
        return row.active_keys() < world.rules().max_keys_per_party();
      });
    })
        .refuses(AddKey::WRONG_KEY,
                 [](sim::World&, auto& draft) { draft.verb.key.set_origin("https://example.kz"); })
        .refuses_instead(AddKey::TOO_MANY_KEYS,
                         [](sim::World& world, auto& draft) {
                           draft.verb.key = world.new_key();
                           return sim::fiddler_with(world, draft.party, [&](const auto& row) {
                             return row.active_keys() >= world.rules().max_keys_per_party();
                           });
                         })
        .refuses(AddKey::KEY_IN_USE,
                 [](sim::World& world, auto& draft) { draft.verb.key = sim::key_in_use(world); });

}  // namespace
}  // namespace astyq::identity
