// SPDX-License-Identifier: Apache-2.0
// The registrar opens a party: a company or state body under its public BIN, a natural person under
// a number.
#include "crypto/sha256.h"
#include "identity/handlers.gen.h"
#include "identity/state.gen.h"
#include "modules/identity/identity.h"

namespace astyq::identity {

using v1::RegisterParty;

namespace {

bool is_person(const RegisterParty& tx) {
  return tx.kind() == v1::NATURAL_PERSON;
}

Hash identity_tag(const RegisterParty& tx) {
  return is_person(tx) ? *to_array<32>(tx.uniqueness_tag()) : crypto::sha256(tx.bin());
}

}  // namespace

Refusal check(const RegisterParty& tx, const Rules&) {
  if (tx.kind() == v1::PARTY_KIND_UNSPECIFIED) return RegisterParty::NO_KIND;
  if (is_person(tx)) {
    if (!tx.bin().empty() || !tx.name().empty() || tx.commitment().size() != 32 ||
        tx.uniqueness_tag().size() != 32)
      return RegisterParty::PERSONAL_DATA;
  } else {
    if (!is_valid_bin(tx.bin())) return RegisterParty::WRONG_BIN;
    if (tx.name().empty()) return RegisterParty::NO_NAME;
    if (!tx.commitment().empty() || !tx.uniqueness_tag().empty())
      return RegisterParty::PERSONAL_DATA;
  }
  if (!is_well_formed(tx.key())) return RegisterParty::WRONG_KEY;
  return kAccepted;
}

Outcome apply(const RegisterParty& tx, TxContext& ctx) {
  const auto identity_slot = kIdentities(identity_tag(tx));
  if (ctx.exists(identity_slot)) return RegisterParty::ALREADY_REGISTERED;
  if (!key_is_unused(ctx, tx.key().public_key())) return RegisterParty::KEY_IN_USE;

  v1::Party party;
  party.set_kind(tx.kind());
  party.set_bin(tx.bin());
  party.set_name(tx.name());
  party.set_commitment(tx.commitment());
  party.set_active_keys(1);
  party.set_threshold(1);
  const std::uint64_t id = ctx.add(kParties, party);
  add_key(ctx, id, tx.key());
  v1::UniqueIdentity identity;
  identity.set_party(id);
  ctx.put(identity_slot, identity);
  return Outcome::created(id);
}

}  // namespace astyq::identity
