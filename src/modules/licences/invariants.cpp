// SPDX-License-Identifier: Apache-2.0
#include "licences/handlers.gen.h"
#include "licences/state.gen.h"

namespace astyq::licences {
namespace {

bool may_come_back(const v1::Licence& licence) {
  return licence.status() == v1::ACTIVE || licence.status() == v1::SUSPENDED;
}

// Licences are never erased, keep their holder and kind, and an ended one stays as it is. One that
// has not ended is its holder's current one, of which there is one place a kind; an ended one is
// not.
Refusal check_licences(const Delta& delta, const View& view) {
  return delta.each(
      kLicences, [&](std::uint64_t id, const auto& before, const auto& after) -> Refusal {
        if (!after || (before && !may_come_back(*before))) return base::v1::INVARIANT_ONE_LICENCE;
        if (before && (before->holder() != after->holder() || before->kind() != after->kind()))
          return base::v1::INVARIANT_ONE_LICENCE;
        const auto current =
            view.get(kCurrentLicences(after->holder(), static_cast<std::uint32_t>(after->kind())));
        const bool is_current = current && current->licence() == id;
        if (is_current != may_come_back(*after)) return base::v1::INVARIANT_ONE_LICENCE;
        return kAccepted;
      });
}

// Every current one is a licence of that party and kind that has not ended. One whose place is
// emptied or taken has ended.
Refusal check_current(const Delta& delta, const View& view) {
  return delta.each(
      kCurrentLicences,
      [&](std::uint64_t party, std::uint32_t kind, const auto& before,
          const auto& after) -> Refusal {
        if (before) {
          const auto former = view.get(kLicences(before->licence()));
          if (!former || may_come_back(*former)) return base::v1::INVARIANT_ONE_LICENCE;
        }
        if (!after) return kAccepted;
        const auto licence = view.get(kLicences(after->licence()));
        if (!licence || !may_come_back(*licence)) return base::v1::INVARIANT_ONE_LICENCE;
        if (licence->holder() != party || static_cast<std::uint32_t>(licence->kind()) != kind)
          return base::v1::INVARIANT_ONE_LICENCE;
        return kAccepted;
      });
}

}  // namespace

Refusal check_invariants(const Delta& delta, const View& view) {
  if (const Refusal why = check_licences(delta, view); why.refused()) return why;
  return check_current(delta, view);
}

}  // namespace astyq::licences
