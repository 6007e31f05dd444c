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
using v1::RotateKey;

Bytes public_key(const crypto::Ed25519Key& key) {
  return Bytes(view(key.public_key()));
}

TEST(RotateKey, story) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto fresh = chain.new_key();
  chain.ok(farm, verbs::RotateKey{.old_public_key = public_key(*farm.key),
                                  .new_key = chain.new_key_message(*fresh)});
  EXPECT_EQ(chain.get(kParties(farm.party))->active_keys(), 1u);
  EXPECT_EQ(chain.get(kKeys(crypto::sha256(public_key(*farm.key))))->revoked_at_ns(),
            chain.now_ns());
  EXPECT_EQ(test::admission_with(chain, farm.party, {farm.key}), base::v1::KEY_NOT_OF_PARTY);
  EXPECT_EQ(test::admission_with(chain, farm.party, {fresh}), kAccepted);
}

TEST(RotateKey, refusals_in_order) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  const Bytes mine = public_key(*farm.key);
  const Bytes others = public_key(*other.key);
  const auto used = chain.new_key_message(*other.key);

  chain.refuse(farm, verbs::RotateKey{.old_public_key = others}, RotateKey::WRONG_KEY);
  chain.refuse(farm, verbs::RotateKey{.old_public_key = others, .new_key = used},
               RotateKey::NO_SUCH_KEY);
  chain.refuse(farm, verbs::RotateKey{.old_public_key = "", .new_key = used},
               RotateKey::NO_SUCH_KEY);
  chain.refuse(farm, verbs::RotateKey{.old_public_key = mine, .new_key = used},
               RotateKey::KEY_IN_USE);
  chain.refuse(
      farm, verbs::RotateKey{.old_public_key = mine, .new_key = chain.new_key_message(*farm.key)},
      RotateKey::KEY_IN_USE);

  const test::Actor renewed{farm.party, chain.new_key()};
  const auto renewed_key = chain.new_key_message(*renewed.key);
  chain.ok(farm, verbs::RotateKey{.old_public_key = mine, .new_key = renewed_key});
  const auto fresh = chain.new_key_message(*chain.new_key());
  chain.refuse(renewed, verbs::RotateKey{.old_public_key = mine, .new_key = fresh},
               RotateKey::NO_SUCH_KEY);
}

// After any number of rotations just as many keys are active, those last put in, and no former one
// returns.
TEST(RotateKey, property_count_stays_and_nothing_returns) {
  Chain chain;
  const auto party = test::officers(chain, 3, 2);
  const std::uint64_t id = party.company.party;
  Keys active = party.keys;
  Keys former;
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) {
    auto& chosen = active[random() % active.size()];
    const auto fresh = chain.new_key();
    const auto op = verbs::RotateKey{.old_public_key = public_key(*chosen),
                                     .new_key = chain.new_key_message(*fresh)}
                        .operation();
    ASSERT_EQ(test::apply_with(chain, id, {active[0], active[1]}, op), kAccepted);
    former.push_back(chosen);
    chosen = fresh;
    EXPECT_EQ(chain.get(kParties(id))->active_keys(), 3u);
    EXPECT_EQ(test::admission_with(chain, id, active), kAccepted);

    const auto& old = former[random() % former.size()];
    EXPECT_EQ(test::admission_with(chain, id, {active[0], active[1], old}),
              base::v1::KEY_NOT_OF_PARTY);
    const auto back = verbs::RotateKey{.old_public_key = public_key(*active[0]),
                                       .new_key = chain.new_key_message(*old)}
                          .operation();
    EXPECT_EQ(test::apply_with(chain, id, active, back), Refusal(RotateKey::KEY_IN_USE));
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RotateKey>([](sim::World& world, auto& draft) {
      if (!sim::fiddler_with(world, draft.party, [](const auto&) { return true; })) return false;
      draft.verb = {world.dice.pick(world.keys_of(draft.party)), world.new_key()};
      return true;
    })
        .refuses(
            RotateKey::WRONG_KEY,
            [](sim::World&, auto& draft) { draft.verb.new_key.mutable_public_key()->pop_back(); })
        .refuses(RotateKey::NO_SUCH_KEY,
                 [](sim::World& world, auto& draft) {
                   draft.verb.old_public_key = world.keys_of(sim::kRegistrar).front();
                 })
        .refuses(RotateKey::KEY_IN_USE, [](sim::World& world, auto& draft) {
          draft.verb.new_key = sim::key_in_use(world);
        });

}  // namespace
}  // namespace astyq::identity
