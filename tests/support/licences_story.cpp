// SPDX-License-Identifier: Apache-2.0
#include "support/licences_story.h"

namespace astyq::test {

std::uint64_t license(Chain& chain, const Actor& holder, licences::v1::LicenceKind kind,
                      Where where) {
  const verbs::GrantLicence verb{.holder = holder.party,
                                 .kind = kind,
                                 .number = "KZ-" + std::to_string(holder.party),
                                 .valid_from_ns = chain.now_ns()};
  return chain.ok(chain.registrar(), verb, where);
}

Actor licensed_company(Chain& chain, const std::string& name, licences::v1::LicenceKind kind,
                       Where where) {
  const Actor holder = chain.company(name, where);
  license(chain, holder, kind, where);
  return holder;
}

}  // namespace astyq::test
