// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "crypto/sha256.h"
#include "identity/state.gen.h"
#include "sim/key_ways.h"
#include "support/identity_story.h"

namespace astyq::identity {
namespace {

using test::Chain;
using test::Keys;
using v1::RevokeKey;

verbs::RevokeKey revoke(const crypto::Ed25519Key& key) {
  return {.public_key = Bytes(view(key.public_key()))};
}

TEST(RevokeKey, story) {
  Chain chain;
  const auto farm = test::officers(chain, 3, 2);
  const std::uint64_t id = farm.company.party;
  // The lost key may help to revoke itself, as long as it is active.
  ASSERT_EQ(
      test::apply_with(chain, id, {farm.keys[1], farm.keys[2]}, revoke(*farm.keys[2]).operation()),
      kAccepted);
  EXPECT_EQ(chain.get(kParties(id))->active_keys(), 2u);
  EXPECT_EQ(chain.get(kKeys(crypto::sha256(view(farm.keys[2]->public_key()))))->revoked_at_ns(),
            chain.now_ns());
  EXPECT_EQ(test::admission_with(chain, id, {farm.keys[0], farm.keys[1]}), kAccepted);
  EXPECT_EQ(test::admission_with(chain, id, farm.keys), base::v1::KEY_NOT_OF_PARTY);
}

TEST(RevokeKey, refusals_in_order) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  chain.refuse(farm, revoke(*other.key), RevokeKey::NO_SUCH_KEY);
  chain.refuse(farm, verbs::RevokeKey{}, RevokeKey::NO_SUCH_KEY);
  chain.refuse(farm, revoke(*farm.key), RevokeKey::TOO_FEW_LEFT);

  const auto two = test::officers(chain, 2, 1);
  chain.ok(two.company, revoke(*two.keys[1]));
  chain.refuse(two.company, revoke(*two.keys[1]), RevokeKey::NO_SUCH_KEY);
  chain.refuse(two.company, revoke(*two.keys[0]), RevokeKey::TOO_FEW_LEFT);
  // What is revoked never returns, to nobody.
  const auto back = chain.new_key_message(*two.keys[1]);
  chain.refuse(two.company, verbs::AddKey{.key = back}, v1::AddKey::KEY_IN_USE);
  chain.refuse(other, verbs::AddKey{.key = back}, v1::AddKey::KEY_IN_USE);
}

// Whatever is revoked in whatever order, as many keys stay as must sign together, and they suffice.
TEST(RevokeKey, property_party_can_always_sign) {
  std::mt19937 random(11);
  Chain chain;
  for (std::uint32_t round = 0; round < 8; ++round) {
    const std::uint32_t count = 1 + random() % 6;
    const std::uint32_t threshold = 1 + random() % count;
    const auto party = test::officers(chain, count, threshold);
    const std::uint64_t id = party.company.party;
    Keys active = party.keys;
    while (active.size() > threshold) {
      const auto victim = active.begin() + static_cast<std::ptrdiff_t>(random() % active.size());
      ASSERT_EQ(test::apply_with(chain, id, active, revoke(**victim).operation()), kAccepted);
      active.erase(victim);
      EXPECT_EQ(chain.get(kParties(id))->active_keys(), active.size());
    }
    for (const auto& key : active)
      EXPECT_EQ(test::apply_with(chain, id, active, revoke(*key).operation()),
                Refusal(RevokeKey::TOO_FEW_LEFT));
    EXPECT_EQ(test::admission_with(chain, id, active), kAccepted);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RevokeKey>([](sim::World& world, auto& draft) {
      if (!sim::fiddler_with(world, draft.party,
                             [](const auto& row) { return row.active_keys() > row.threshold(); }))
        return false;
      draft.verb.public_key = world.dice.pick(world.keys_of(draft.party));
      return true;
    })
        .refuses(
            RevokeKey::NO_SUCH_KEY,
            [](sim::World& world, auto& draft) { draft.verb.public_key = world.dice.bytes(32); })
        .refuses_instead(RevokeKey::TOO_FEW_LEFT, [](sim::World& world, auto& draft) {
          if (!sim::fiddler_with(world, draft.party, [](const auto& row) {
                return row.active_keys() == row.threshold();
              }))
            return false;
          draft.verb.public_key = world.dice.pick(world.keys_of(draft.party));
          return true;
        });

}  // namespace
}  // namespace astyq::identity
