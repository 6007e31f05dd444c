// SPDX-License-Identifier: Apache-2.0
// Opens the pool of an elevator and grade: the tokens of one pool are interchangeable because its
// grain is.
#include "modules/assets/assets.h"
#include "modules/elevators/elevators.h"
#include "modules/pools/pool_index.h"
#include "modules/pools/pools.h"
#include "pools/handlers.gen.h"
#include "pools/state.gen.h"

namespace astyq::pools {

using v1::DefinePool;

namespace {

constexpr std::uint32_t kWorstClass = 5;
constexpr std::uint32_t kFirstYear = 2000;
constexpr std::uint32_t kLastYear = 9999;

bool is_grade(const elevators::v1::Grade& grade) {
  return grade.crop() != elevators::v1::CROP_UNSPECIFIED && grade.grain_class() <= kWorstClass &&
         grade.crop_year() >= kFirstYear && grade.crop_year() <= kLastYear;
}

}  // namespace

Refusal check(const DefinePool& tx, const Rules&) {
  if (!is_grade(tx.grade())) return DefinePool::WRONG_GRADE;
  return kAccepted;
}

Outcome apply(const DefinePool& tx, TxContext& ctx) {
  if (!elevators::find(ctx, tx.elevator())) return DefinePool::NO_SUCH_ELEVATOR;
  const auto profile = elevators::find_basis_profile(ctx, tx.grade().basis_profile());
  if (!profile) return DefinePool::NO_SUCH_PROFILE;
  if (profile->crop() != tx.grade().crop()) return DefinePool::PROFILE_OF_OTHER_CROP;
  if (pool_of(ctx, tx.elevator(), tx.grade())) return DefinePool::ALREADY_DEFINED;

  v1::Pool pool;
  pool.set_elevator(tx.elevator());
  *pool.mutable_grade() = tx.grade();
  pool.set_asset(assets::define_pool_token(ctx));
  const std::uint64_t id = ctx.add(kPools, pool);
  v1::PoolOf index;
  index.set_pool(id);
  ctx.put(kPoolIndex(pool_key(tx.elevator(), tx.grade())), index);
  return Outcome::created(id);
}

}  // namespace astyq::pools
