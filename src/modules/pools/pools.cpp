// SPDX-License-Identifier: Apache-2.0
#include "modules/pools/pools.h"

#include "modules/pools/pool_index.h"
#include "pools/state.gen.h"

namespace astyq::pools {

std::optional<v1::Pool> find(const View& view, std::uint64_t pool) {
  return view.get(kPools(pool));
}

std::optional<std::uint64_t> pool_of(const View& view, std::uint64_t elevator,
                                     const elevators::v1::Grade& grade) {
  const auto row = view.get(kPoolIndex(pool_key(elevator, grade)));
  if (!row) return std::nullopt;
  return row->pool();
}

bool is_same_grade(const elevators::v1::Grade& left, const elevators::v1::Grade& right) {
  return left.crop() == right.crop() && left.grain_class() == right.grain_class() &&
         left.crop_year() == right.crop_year() && left.basis_profile() == right.basis_profile();
}

}  // namespace astyq::pools
