// SPDX-License-Identifier: Apache-2.0
#include "modules/licences/licences.h"

#include "licences/state.gen.h"

namespace astyq::licences {

bool is_licensed(const View& view, std::uint64_t party, v1::LicenceKind kind) {
  const auto current = view.get(kCurrentLicences(party, static_cast<std::uint32_t>(kind)));
  if (!current) return false;
  const v1::Licence licence = view.require(kLicences(current->licence()));
  ASTYQ_CHECK(licence.holder() == party && licence.kind() == kind);
  const std::int64_t now_ns = view.time().time_ns;
  if (licence.status() != v1::ACTIVE || now_ns < licence.valid_from_ns()) return false;
  return !term_is_over(licence, now_ns);
}

bool term_is_over(const v1::Licence& licence, std::int64_t now_ns) {
  return licence.valid_to_ns() != 0 && licence.valid_to_ns() <= now_ns;
}

}  // namespace astyq::licences
