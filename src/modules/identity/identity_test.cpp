// SPDX-License-Identifier: Apache-2.0
#include "modules/identity/identity.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "crypto/ed25519.h"
#include "crypto/p256.h"
#include "crypto/sha256.h"
#include "identity/state.gen.h"
#include "support/chain.h"

namespace astyq::identity {
namespace {

using test::Chain;

// What the long window promises, said with all numbers ever used.
class SequenceModel {
 public:
  bool accepts(std::uint64_t number) const {
    if (number == 0 || used_.contains(number)) return false;
    return used_.empty() || number > *used_.rbegin() || *used_.rbegin() - number <= 256;
  }
  void use(std::uint64_t number) { used_.insert(number); }
  std::uint64_t highest() const { return used_.empty() ? 0 : *used_.rbegin(); }

 private:
  std::set<std::uint64_t> used_;
};

// Near the top and at both edges of the map, now and then far above: jumps of a few and beyond 256.
std::uint64_t next_number(std::mt19937_64& random, std::uint64_t highest) {
  switch (random() % 8) {
    case 0:
      return highest + 1 + random() % 3;
    case 1:
      return highest + random() % 40;
    case 2:
      return highest + 250 + random() % 20;
    case 3:
      return random() % 50 == 0 ? highest + random() % 100'000 : highest + 1;
    case 4:
      return highest - std::min<std::uint64_t>(highest, 250 + random() % 12);
    default:
      return highest - std::min<std::uint64_t>(highest, random() % 270);
  }
}

TEST(Sequence, property_agrees_with_a_set_of_all_numbers) {
  Chain chain;
  const auto farm = chain.company("Agro");
  for (const unsigned seed : {1u, 2u, 3u}) {
    std::mt19937_64 random(seed);
    SequenceModel model;
    int accepted = 0;
    Overlay overlay(chain.engine().tree());
    View view(overlay, chain.engine().rules(), BlockTime{1, chain.now_ns(), chain.now_ns()});
    base::v1::KeySequence sequence;
    sequence.set_public_key(Bytes(astyq::view(farm.key->public_key())));
    for (int i = 0; i < 20'000; ++i) {
      sequence.set_number(next_number(random, model.highest()));
      const Refusal refusal = check_sequence(view, farm.party, sequence);
      ASSERT_EQ(!refusal.refused(), model.accepts(sequence.number()))
          << "seed " << seed << ", step " << i << ", number " << sequence.number();
      if (refusal.refused()) {
        ASSERT_EQ(refusal, base::v1::SEQUENCE_TOO_OLD);
        continue;
      }
      use_sequence(view, sequence);
      model.use(sequence.number());
      ++accepted;
    }
    EXPECT_GT(accepted, 5'000);
    const auto row = view.require(kKeys(crypto::sha256(sequence.public_key())));
    EXPECT_EQ(row.used_below().size(), 32u);
    EXPECT_EQ(row.highest_sequence(), model.highest());
  }
}

TEST(Sequence, greatest_number_and_jump) {
  Chain chain;
  const auto farm = chain.company("Agro");
  Overlay overlay(chain.engine().tree());
  View view(overlay, chain.engine().rules(), BlockTime{1, chain.now_ns(), chain.now_ns()});
  base::v1::KeySequence sequence;
  sequence.set_public_key(Bytes(astyq::view(farm.key->public_key())));
  const auto take = [&](std::uint64_t number) {
    sequence.set_number(number);
    const Refusal refusal = check_sequence(view, farm.party, sequence);
    if (!refusal.refused()) use_sequence(view, sequence);
    return refusal;
  };
  EXPECT_EQ(take(0), base::v1::SEQUENCE_TOO_OLD);
  EXPECT_EQ(take(5), kAccepted);
  EXPECT_EQ(take(4), kAccepted);
  EXPECT_EQ(take(4), base::v1::SEQUENCE_TOO_OLD);
  EXPECT_EQ(take(261), kAccepted);
  EXPECT_EQ(take(5), base::v1::SEQUENCE_TOO_OLD);
  EXPECT_EQ(take(6), kAccepted);
  EXPECT_EQ(take(UINT64_MAX), kAccepted);
  EXPECT_EQ(take(UINT64_MAX), base::v1::SEQUENCE_TOO_OLD);
  EXPECT_EQ(take(UINT64_MAX - 256), kAccepted);
  EXPECT_EQ(take(UINT64_MAX - 257), base::v1::SEQUENCE_TOO_OLD);
  EXPECT_EQ(take(262), base::v1::SEQUENCE_TOO_OLD);
}

TEST(Sequence, key_of_another_party) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const auto other = chain.company("Other");
  base::v1::KeySequence sequence;
  sequence.set_number(1);
  sequence.set_public_key(Bytes(astyq::view(other.key->public_key())));
  const auto check = [&](const View& view) { return check_sequence(view, farm.party, sequence); };
  EXPECT_EQ(chain.read(check), base::v1::KEY_NOT_OF_PARTY);
  sequence.set_public_key(Bytes(astyq::view(chain.new_key()->public_key())));
  EXPECT_EQ(chain.read(check), base::v1::KEY_NOT_OF_PARTY);
}

TEST(Identity, well_formed_keys) {
  v1::NewKey key;
  EXPECT_FALSE(is_well_formed(key));
  const Bytes edwards(astyq::view(crypto::Ed25519Key({1}).public_key()));
  const Bytes nist(astyq::view(crypto::P256Key::of({1})->public_key()));
  for (const auto kind : {v1::ED25519, v1::P256, v1::PASSKEY}) {
    const Bytes& right = kind == v1::ED25519 ? edwards : nist;
    for (const Bytes& bytes : {Bytes(), edwards.substr(1), edwards, nist, nist + '0'}) {
      key = {};
      key.set_kind(kind);
      key.set_public_key(bytes);
      EXPECT_EQ(is_well_formed(key), bytes == right && kind != v1::PASSKEY);
      key.set_origin("https://astyq.example");
      EXPECT_FALSE(is_well_formed(key));
      key.set_relying_party_digest(Bytes(32, 'd'));
      EXPECT_EQ(is_well_formed(key), bytes == right && kind == v1::PASSKEY);
      key.set_relying_party_digest(Bytes(31, 'd'));
      EXPECT_FALSE(is_well_formed(key));
    }
  }
}

// Under a key of small order anybody's signature verifies; off the curve nobody's does.
TEST(Identity, keys_that_are_not_their_makers_alone) {
  v1::NewKey key;
  key.set_kind(v1::ED25519);
  Bytes bytes(32, '\0');
  for (const char y : {'\x01', '\x02'}) {  // the neutral point, and none
    bytes[0] = y;
    key.set_public_key(bytes);
    EXPECT_FALSE(is_well_formed(key));
  }
  key.set_kind(v1::P256);
  bytes.assign(33, '\0');
  bytes.front() = '\x02';
  bytes.back() = '\x01';  // no point has x = 1
  key.set_public_key(bytes);
  EXPECT_FALSE(is_well_formed(key));
}

}  // namespace
}  // namespace astyq::identity
