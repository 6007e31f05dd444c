// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "modules/elevators/elevators.h"

namespace astyq::elevators {

// One division, so that nothing is rounded but the result. 2^63 x 10^4 x 10^4 fits 128 bits.
std::optional<Kg> credit_weight(Kg mass, Quality actual, Quality basis) {
  const Uint128 divisor = Uint128{basis.moisture.complement()} * basis.foreign_matter.complement();
  if (divisor == 0) return std::nullopt;
  const Bps moisture = std::max(actual.moisture, basis.moisture);
  const Bps foreign_matter = std::max(actual.foreign_matter, basis.foreign_matter);
  const Uint128 product =
      Uint128{mass.count()} * moisture.complement() * foreign_matter.complement();
  const Uint128 credit = product / divisor;
  // What is not better than basis is never worth more than its mass.
  ASTYQ_CHECK(credit <= mass.count());
  return Kg::of(static_cast<std::uint64_t>(credit));
}

}  // namespace astyq::elevators
