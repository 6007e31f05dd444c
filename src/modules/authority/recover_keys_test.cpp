// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "authority/handlers.gen.h"
#include "modules/authority/authority.h"
#include "modules/identity/identity.h"
#include "sim/key_ways.h"
#include "support/authority_story.h"
#include "support/identity_story.h"

namespace astyq::authority {
namespace {

using test::Actor;
using test::Chain;
using test::Keys;
using v1::RecoverKeys;

std::uint64_t recovery_of(Chain& chain, const Actor& party) {
  return test::act_about(chain, party, {v1::RECOVER_KEYS});
}

verbs::RecoverKeys recover(const Chain& chain, const Actor& party, std::uint64_t act,
                           const Keys& keys, std::uint32_t threshold = 1) {
  verbs::RecoverKeys verb{.party = party.party, .act = act, .threshold = threshold};
  for (const auto& key : keys) verb.keys.push_back(chain.new_key_message(*key));
  return verb;
}

bool is_active(const Chain& chain, const Actor& party, const crypto::Ed25519Key& key) {
  return chain.read([&](const View& view) {
    return identity::is_active_key(view, party.party, astyq::view(key.public_key()));
  });
}

TEST(RecoverKeys, story) {
  Chain chain;
  const auto lost = test::officers(chain, 3, 2);
  const Actor& farm = lost.company;
  const Keys fresh{chain.new_key(), chain.new_key()};
  const std::uint64_t act = recovery_of(chain, farm);
  chain.ok(chain.registrar(), recover(chain, farm, act, fresh, 2));
  EXPECT_EQ(
      chain.read([&](const View& view) { return identity::recovering_act(view, farm.party); }),
      act);
  for (const auto& key : lost.keys) EXPECT_FALSE(is_active(chain, farm, *key));
  for (const auto& key : fresh) EXPECT_TRUE(is_active(chain, farm, *key));
  EXPECT_EQ(test::admission_with(chain, farm.party, lost.keys), base::v1::KEY_NOT_OF_PARTY);
  EXPECT_EQ(test::admission_with(chain, farm.party, {fresh[0], lost.keys[0]}),
            base::v1::KEY_NOT_OF_PARTY);
  EXPECT_EQ(test::admission_with(chain, farm.party, {fresh[0]}), base::v1::TOO_FEW_KEYS);
  EXPECT_EQ(test::admission_with(chain, farm.party, fresh), kAccepted);
}

// The party goes on with its new keys as with any; the old ones are nobody's.
TEST(RecoverKeys, story_of_the_keys_afterwards) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const Actor again{farm.party, chain.new_key()};
  chain.ok(chain.registrar(), recover(chain, farm, recovery_of(chain, farm), {again.key}));
  const auto lost = chain.new_key_message(*farm.key);
  const auto spare = chain.new_key();
  chain.refuse(again, verbs::AddKey{.key = lost}, identity::v1::AddKey::KEY_IN_USE);
  chain.refuse(again, verbs::RevokeKey{.public_key = lost.public_key()},
               identity::v1::RevokeKey::NO_SUCH_KEY);
  chain.refuse(again,
               verbs::RotateKey{.old_public_key = lost.public_key(),
                                .new_key = chain.new_key_message(*spare)},
               identity::v1::RotateKey::NO_SUCH_KEY);
  chain.ok(again, verbs::AddKey{.key = chain.new_key_message(*spare)});
  chain.ok(again, verbs::SetThreshold{.threshold = 2});
  EXPECT_EQ(test::admission_with(chain, farm.party, {again.key, spare}), kAccepted);
}

TEST(RecoverKeys, frozen_stays_frozen) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const Actor again{farm.party, chain.new_key()};
  const std::uint64_t act = test::act_about(chain, farm);
  chain.ok(chain.registrar(), verbs::FreezeParty{.party = farm.party, .act = act});
  chain.ok(chain.registrar(), recover(chain, farm, act, {again.key}));
  chain.refuse(again, verbs::SetThreshold{.threshold = 1}, base::v1::PARTY_FROZEN);
  chain.ok(chain.registrar(), verbs::ReleaseParty{.party = farm.party, .act = act});
  chain.ok(again, verbs::SetThreshold{.threshold = 1});
}

// What lost keys signed and was not yet settled is refused from the recovery on, as with a revoked
// key, and before it consumes anything; in the long window too.
TEST(RecoverKeys, transactions_in_flight) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto harmless = verbs::SetThreshold{.threshold = 1}.operation();
  auto sequenced = chain.body(farm, {harmless});
  sequenced.clear_id();
  sequenced.mutable_sequence()->set_public_key(Bytes(view(farm.key->public_key())));
  sequenced.mutable_sequence()->set_number(7);
  const Bytes before = chain.sign(chain.body(farm, {harmless}), farm);
  const Bytes after = chain.sign(chain.body(farm, {harmless}), farm);
  const auto verb = recover(chain, farm, recovery_of(chain, farm), {chain.new_key()});
  const Bytes recovery =
      chain.sign(chain.body(chain.registrar(), {verb.operation()}), chain.registrar());
  const auto result =
      chain.block({before, recovery, after, chain.sign(sequenced, farm)}, kSecondNs);
  EXPECT_EQ(result.members[0].admission, kAccepted);
  EXPECT_EQ(result.members[1].operations.at(0).refusal, kAccepted);
  EXPECT_EQ(result.members[2].admission, base::v1::KEY_NOT_OF_PARTY);
  EXPECT_EQ(result.members[3].admission, base::v1::KEY_NOT_OF_PARTY);
  EXPECT_TRUE(result.members[2].operations.empty());
}

TEST(RecoverKeys, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto farm = chain.company("Agro");
  const auto person = chain.person();
  auto rules = chain.engine().rules();
  rules.set_max_keys_per_party(2);
  chain.ok(registrar, verbs::ChangeRules{.rules = rules});

  verbs::RecoverKeys verb{.party = 999};
  chain.refuse(farm, verb, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verb, base::v1::NAMED_PARTY_MISSING);
  verb.party = 0;
  chain.refuse(registrar, verb, RecoverKeys::NO_PARTY);
  verb.party = registrar.party;
  chain.refuse(registrar, verb, RecoverKeys::NO_KEYS);
  const auto used = chain.new_key_message(*farm.key);
  verb.keys = {used, used, chain.new_key_message(*chain.new_key()), used};
  verb.keys[3].mutable_public_key()->pop_back();
  chain.refuse(registrar, verb, RecoverKeys::WRONG_KEY);
  verb.keys.pop_back();
  chain.refuse(registrar, verb, RecoverKeys::SAME_KEY_TWICE);
  verb.keys[1] = chain.new_key_message(*chain.new_key());
  chain.refuse(registrar, verb, RecoverKeys::WRONG_THRESHOLD);
  verb.threshold = 4;
  chain.refuse(registrar, verb, RecoverKeys::WRONG_THRESHOLD);
  verb.threshold = 2;
  chain.refuse(registrar, verb, RecoverKeys::TOO_MANY_KEYS);
  verb.keys.pop_back();
  chain.refuse(registrar, verb, RecoverKeys::OWN_PARTY);
  verb.party = person.party;
  chain.refuse(registrar, verb, RecoverKeys::PERSON_SIGNS_ALONE);
  verb.party = farm.party;
  const std::uint64_t early = recovery_of(chain, farm), act = recovery_of(chain, farm);
  for (const std::uint64_t wrong :
       {std::uint64_t{0}, recovery_of(chain, person),
        test::act_about(chain, farm, {v1::FREEZE_PARTY}), std::uint64_t{999}}) {
    verb.act = wrong;
    chain.refuse(registrar, verb, RecoverKeys::ACT_DOES_NOT_COVER);
  }
  chain.ok(registrar, recover(chain, farm, act, {chain.new_key()}));
  for (const std::uint64_t spent : {early, act}) {
    verb.act = spent;
    chain.refuse(registrar, verb, RecoverKeys::ACT_USED);
  }
  verb.act = recovery_of(chain, farm);
  chain.refuse(registrar, verb, RecoverKeys::KEY_IN_USE);
}

// Whatever is recovered in whatever order, just the keys that a party got last sign for it, and for
// nobody else.
TEST(RecoverKeys, property_only_the_last_keys_sign) {
  Chain chain;
  std::mt19937 random(207);
  std::vector<Actor> parties;
  std::map<std::uint64_t, Keys> present, former;
  for (int i = 0; i < 3; ++i) {
    parties.push_back(chain.company("Agro " + std::to_string(i)));
    present[parties.back().party] = {parties.back().key};
  }
  for (int round = 0; round < 20; ++round) {
    const Actor& party = parties[random() % parties.size()];
    Keys fresh;
    while (fresh.empty() || random() % 3 != 0) fresh.push_back(chain.new_key());
    const auto threshold = static_cast<std::uint32_t>(1 + random() % fresh.size());
    chain.ok(chain.registrar(), recover(chain, party, recovery_of(chain, party), fresh, threshold));
    auto& lost = former[party.party];
    lost.insert(lost.end(), present[party.party].begin(), present[party.party].end());
    present[party.party] = fresh;
    for (const Actor& each : parties) {
      EXPECT_EQ(test::admission_with(chain, each.party, present[each.party]), kAccepted);
      for (const auto& key : former[each.party]) EXPECT_FALSE(is_active(chain, each, *key));
      const Refusal by_fresh = test::admission_with(chain, each.party, fresh);
      EXPECT_EQ(by_fresh.refused(), each.party != party.party);
    }
    for (const auto& key : lost)
      EXPECT_EQ(test::admission_with(chain, party.party, {key}), base::v1::KEY_NOT_OF_PARTY);
  }
}

// An act that orders new keys for somebody who keeps changing them, so that nobody waits for a
// signature; one that was used, or one that was not.
bool find_recovery(sim::World& world, verbs::RecoverKeys& verb, bool used) {
  const auto* entry = world.acts.pick_entry(world.dice, [&](const auto& found) {
    const std::uint64_t subject = found.second.restricted().subject();
    return subject > world.traders.back() &&
           (found.first.first <= world.parties.find(subject)->recovered_by_act()) == used &&
           world.is_citable(found.second, v1::RECOVER_KEYS);
  });
  if (entry == nullptr) return false;
  verb.party = entry->second.restricted().subject();
  verb.act = entry->first.first;
  return true;
}

void fill_keys(sim::World& world, verbs::RecoverKeys& verb) {
  const bool alone = world.parties.find(verb.party)->kind() == identity::v1::NATURAL_PERSON;
  const auto most = std::min<std::uint64_t>(3, world.rules().max_keys_per_party());
  for (std::uint64_t count = world.dice.between(1, most); count > 0; --count)
    verb.keys.push_back(world.new_key());
  verb.threshold = alone ? 1 : static_cast<std::uint32_t>(world.dice.between(1, verb.keys.size()));
}

auto recovery(bool used) {
  return [used](sim::World& world, auto& draft) {
    draft.party = world.granted("authority.recover");
    if (!find_recovery(world, draft.verb, used)) return false;
    fill_keys(world, draft.verb);
    return draft.party != draft.verb.party;
  };
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RecoverKeys>(recovery(false))
        .refuses(RecoverKeys::NO_PARTY, [](sim::World&, auto& draft) { draft.verb.party = 0; })
        .refuses(RecoverKeys::NO_KEYS, [](sim::World&, auto& draft) { draft.verb.keys.clear(); })
        .refuses(RecoverKeys::WRONG_KEY,
                 [](sim::World&, auto& draft) {
                   draft.verb.keys.back().mutable_public_key()->pop_back();
                 })
        .refuses(
            RecoverKeys::SAME_KEY_TWICE,
            [](sim::World&, auto& draft) { draft.verb.keys.push_back(draft.verb.keys.front()); })
        .refuses(RecoverKeys::WRONG_THRESHOLD,
                 [](sim::World& world, auto& draft) {
                   const auto above = static_cast<std::uint32_t>(draft.verb.keys.size() + 1);
                   draft.verb.threshold = world.dice.percent(50) ? 0 : above;
                 })
        .refuses(RecoverKeys::TOO_MANY_KEYS,
                 [](sim::World& world, auto& draft) {
                   const std::uint32_t most = world.rules().max_keys_per_party();
                   while (draft.verb.keys.size() <= most)
                     draft.verb.keys.push_back(world.new_key());
                   return most < 16;
                 })
        .refuses(RecoverKeys::OWN_PARTY,
                 [](sim::World&, auto& draft) { draft.verb.party = draft.party; })
        .refuses_instead(RecoverKeys::PERSON_SIGNS_ALONE,
                         [](sim::World& world, auto& draft) {
                           draft = {sim::kRegistrar,
                                    {.party = world.traders.back(),
                                     .act = 0,
                                     .keys = {world.new_key(), world.new_key()},
                                     .threshold = 2}};
                           return world.rules().max_keys_per_party() >= 2;
                         })
        .refuses(RecoverKeys::ACT_DOES_NOT_COVER,
                 [](sim::World& world, auto& draft) {
                   draft.verb.act = world.act_beside(draft.verb.party, v1::RECOVER_KEYS);
                 })
        .refuses_instead(RecoverKeys::ACT_USED, recovery(true))
        .refuses(RecoverKeys::KEY_IN_USE, [](sim::World& world, auto& draft) {
          draft.verb.keys.back() = sim::key_in_use(world);
        });

}  // namespace
}  // namespace astyq::authority
