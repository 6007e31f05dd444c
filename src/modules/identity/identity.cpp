// SPDX-License-Identifier: Apache-2.0
#include "modules/identity/identity.h"

#include <utility>

#include "crypto/ed25519.h"
#include "crypto/p256.h"
#include "crypto/sha256.h"
#include "identity/state.gen.h"

namespace astyq::identity {

static_assert(kPartiesTable == kParties.type);

namespace {

constexpr std::uint64_t kSequenceMapBits = 256;

int check_digit(std::string_view digits, const std::array<int, 11>& weights) {
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (digits[i] - '0');
  return sum % 11;
}

v1::KeyKind kind_of(SignatureKind kind) {
  switch (kind) {
    case SignatureKind::kEd25519:
      return v1::ED25519;
    case SignatureKind::kP256:
      return v1::P256;
    case SignatureKind::kPasskey:
      return v1::PASSKEY;
  }
  return v1::KEY_KIND_UNSPECIFIED;
}

bool is_active(const v1::Key& key, std::uint64_t id, const v1::Party& party) {
  return key.party() == id && key.generation() == party.key_generation() &&
         key.revoked_at_ns() == 0;
}

bool is_of_use(const v1::Key& key, const Signer& signer) {
  if (key.kind() != kind_of(signer.kind)) return false;
  if (key.kind() != v1::PASSKEY) return true;
  return key.origin() == signer.origin &&
         key.relying_party_digest() == view(signer.relying_party_digest);
}

bool bit_is_set(const Bytes& map, std::uint64_t bit) {
  return (static_cast<std::uint8_t>(map[bit / 8]) >> (bit % 8) & 1) != 0;
}

void set_bit(Bytes& map, std::uint64_t bit) {
  map[bit / 8] = static_cast<char>(map[bit / 8] | 1 << (bit % 8));
}

}  // namespace

bool is_valid_bin(std::string_view bin) {
  if (bin.size() != 12) return false;
  for (const char c : bin)
    if (c < '0' || c > '9') return false;
  int digit = check_digit(bin, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  if (digit == 10) digit = check_digit(bin, {3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2});
  return digit == bin[11] - '0';
}

bool is_well_formed(const v1::NewKey& key) {
  const bool of_a_browser = !key.origin().empty() && key.relying_party_digest().size() == 32;
  const bool of_none = key.origin().empty() && key.relying_party_digest().empty();
  switch (key.kind()) {
    case v1::ED25519:
      return of_none && crypto::ed25519_is_sound_key(key.public_key());
    case v1::P256:
      return of_none && crypto::p256_is_point(key.public_key());
    case v1::PASSKEY:
      return of_a_browser && crypto::p256_is_point(key.public_key());
    default:
      return false;
  }
}

store::RowKey party_row(std::uint64_t party) {
  return kParties(party).key;
}

store::RowKey key_row(BytesView public_key) {
  return kKeys(crypto::sha256(public_key)).key;
}

bool exists(const View& view, std::uint64_t party) {
  return view.exists(kParties(party));
}

v1::PartyKind kind_of(const View& view, std::uint64_t party) {
  return view.require(kParties(party)).kind();
}

bool is_frozen(const View& view, std::uint64_t party) {
  return freezing_act(view, party) != 0;
}

std::uint64_t freezing_act(const View& view, std::uint64_t party) {
  return view.require(kParties(party)).frozen_by_act();
}

void set_freeze(View& view, std::uint64_t party, std::uint64_t act) {
  v1::Party row = view.require(kParties(party));
  row.set_frozen_by_act(act);
  view.put(kParties(party), row);
}

std::uint64_t recovering_act(const View& view, std::uint64_t party) {
  return view.require(kParties(party)).recovered_by_act();
}

Refusal check_keys(const View& view, std::uint64_t party, std::span<const Signer> signers) {
  const v1::Party row = view.require(kParties(party));
  for (const Signer& signer : signers) {
    const auto key = view.get(kKeys(crypto::sha256(signer.public_key)));
    if (!key || !is_active(*key, party, row) || !is_of_use(*key, signer))
      return base::v1::KEY_NOT_OF_PARTY;
  }
  if (signers.size() < row.threshold()) return base::v1::TOO_FEW_KEYS;
  return kAccepted;
}

Refusal check_sequence(const View& view, std::uint64_t party,
                       const base::v1::KeySequence& sequence) {
  const auto key = view.get(kKeys(crypto::sha256(sequence.public_key())));
  if (!key || key->party() != party) return base::v1::KEY_NOT_OF_PARTY;
  if (sequence.number() == 0) return base::v1::SEQUENCE_TOO_OLD;
  if (sequence.number() > key->highest_sequence()) return kAccepted;
  if (sequence.number() == key->highest_sequence()) return base::v1::SEQUENCE_TOO_OLD;
  const std::uint64_t below = key->highest_sequence() - 1 - sequence.number();
  if (below >= kSequenceMapBits || bit_is_set(key->used_below(), below))
    return base::v1::SEQUENCE_TOO_OLD;
  return kAccepted;
}

void use_sequence(View& view, const base::v1::KeySequence& sequence) {
  const auto slot = kKeys(crypto::sha256(sequence.public_key()));
  v1::Key key = view.require(slot);
  const std::uint64_t highest = key.highest_sequence();
  if (sequence.number() < highest) {
    const std::uint64_t below = highest - 1 - sequence.number();
    ASTYQ_CHECK(below < kSequenceMapBits && !bit_is_set(key.used_below(), below));
    set_bit(*key.mutable_used_below(), below);
  } else {
    ASTYQ_CHECK(sequence.number() > highest);
    // The map moves up: what stood `below` stands `risen` further down, the old highest at risen
    // - 1.
    const std::uint64_t risen = sequence.number() - highest;
    Bytes moved(kSequenceMapBits / 8, '\0');
    for (std::uint64_t bit = 0; highest > 0 && bit + risen < kSequenceMapBits; ++bit)
      if (bit_is_set(key.used_below(), bit)) set_bit(moved, bit + risen);
    if (highest > 0 && risen <= kSequenceMapBits) set_bit(moved, risen - 1);
    key.set_used_below(moved);
    key.set_highest_sequence(sequence.number());
  }
  view.put(slot, key);
}

bool key_is_unused(const View& view, BytesView public_key) {
  return !view.exists(kKeys(crypto::sha256(public_key)));
}

void add_key(View& view, std::uint64_t party, const v1::NewKey& key) {
  ASTYQ_CHECK(is_well_formed(key) && key_is_unused(view, key.public_key()));
  v1::Key row;
  row.set_party(party);
  row.set_kind(key.kind());
  row.set_public_key(key.public_key());
  row.set_origin(key.origin());
  row.set_relying_party_digest(key.relying_party_digest());
  row.set_generation(view.require(kParties(party)).key_generation());
  view.put(kKeys(crypto::sha256(key.public_key())), row);
}

bool is_active_key(const View& view, std::uint64_t party, BytesView public_key) {
  const auto key = view.get(kKeys(crypto::sha256(public_key)));
  return key && is_active(*key, party, view.require(kParties(party)));
}

void revoke_key(View& view, BytesView public_key) {
  const auto slot = kKeys(crypto::sha256(public_key));
  v1::Key key = view.require(slot);
  ASTYQ_CHECK(is_active_key(view, key.party(), public_key) && view.time().time_ns > 0);
  key.set_revoked_at_ns(view.time().time_ns);
  view.put(slot, key);
}

void replace_keys(View& view, std::uint64_t party, std::span<const v1::NewKey> keys,
                  std::uint32_t threshold, std::uint64_t act) {
  ASTYQ_CHECK(threshold > 0 && threshold <= keys.size());
  v1::Party row = view.require(kParties(party));
  ASTYQ_CHECK(act > row.recovered_by_act());
  row.set_key_generation(row.key_generation() + 1);
  row.set_recovered_by_act(act);
  row.set_active_keys(static_cast<std::uint32_t>(keys.size()));
  row.set_threshold(threshold);
  view.put(kParties(party), row);
  for (const v1::NewKey& key : keys) add_key(view, party, key);
}

bool bin_is_registered(const View& view, std::string_view bin) {
  return view.exists(kIdentities(crypto::sha256(bin)));
}

std::uint64_t open_party(View& view, v1::Party party, std::span<const v1::NewKey> keys) {
  ASTYQ_CHECK(is_valid_bin(party.bin()) && !bin_is_registered(view, party.bin()));
  ASTYQ_CHECK(party.threshold() > 0 && party.threshold() <= keys.size());
  party.set_active_keys(static_cast<std::uint32_t>(keys.size()));
  const std::uint64_t id = view.add(kParties, party);
  for (const v1::NewKey& key : keys) add_key(view, id, key);
  v1::UniqueIdentity identity;
  identity.set_party(id);
  view.put(kIdentities(crypto::sha256(party.bin())), identity);
  return id;
}

}  // namespace astyq::identity
