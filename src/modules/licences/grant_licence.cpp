// SPDX-License-Identifier: Apache-2.0
// A licensing body enters a licence that it issued: who may store grain, analyse it, issue or keep
// money.
#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/identity/identity.h"
#include "modules/licences/licences.h"

namespace astyq::licences {

using v1::GrantLicence;

namespace {

v1::Licence licence_of(const GrantLicence& tx, std::uint64_t granted_by) {
  v1::Licence licence;
  licence.set_holder(tx.holder());
  licence.set_kind(tx.kind());
  licence.set_number(tx.number());
  licence.set_status(v1::ACTIVE);
  licence.set_valid_from_ns(tx.valid_from_ns());
  licence.set_valid_to_ns(tx.valid_to_ns());
  licence.set_granted_by(granted_by);
  return licence;
}

}  // namespace

Refusal check(const GrantLicence& tx, const Rules&) {
  if (tx.holder() == 0) return GrantLicence::NO_HOLDER;
  if (tx.kind() == v1::LICENCE_KIND_UNSPECIFIED) return GrantLicence::NO_KIND;
  if (tx.number().empty()) return GrantLicence::NO_NUMBER;
  if (tx.valid_from_ns() <= 0) return GrantLicence::WRONG_TERM;
  if (tx.valid_to_ns() != 0 && tx.valid_to_ns() <= tx.valid_from_ns())
    return GrantLicence::WRONG_TERM;
  return kAccepted;
}

Outcome apply(const GrantLicence& tx, TxContext& ctx) {
  v1::Licence licence = licence_of(tx, ctx.party());
  if (term_is_over(licence, ctx.time().time_ns)) return GrantLicence::TERM_OVER;
  if (identity::kind_of(ctx, tx.holder()) == identity::v1::NATURAL_PERSON)
    return GrantLicence::PERSON_NOT_LICENSED;
  const auto current_slot = kCurrentLicences(tx.holder(), static_cast<std::uint32_t>(tx.kind()));
  const auto current = ctx.get(current_slot);
  std::optional<v1::Licence> former;
  if (current) former = ctx.require(kLicences(current->licence()));
  if (former && !term_is_over(*former, ctx.time().time_ns)) return GrantLicence::ALREADY_LICENSED;

  if (former) {
    former->set_status(v1::LAPSED);
    ctx.put(kLicences(current->licence()), *former);
  }
  const std::uint64_t id = ctx.add(kLicences, licence);
  v1::CurrentLicence now_current;
  now_current.set_licence(id);
  ctx.put(current_slot, now_current);
  return Outcome::created(id);
}

}  // namespace astyq::licences
