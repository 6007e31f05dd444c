// SPDX-License-Identifier: Apache-2.0
#include "support/pools_story.h"

#include "base/check.h"
#include "modules/pools/pools.h"

namespace astyq::test {

PoolStory::PoolStory(Chain& chain) : chain_(chain), elevator_(chain) {
  grade_.set_crop(elevators::v1::WHEAT);
  grade_.set_grain_class(Load().grain_class);
  grade_.set_crop_year(Load().crop_year);
  grade_.set_basis_profile(elevator_.profile());
  pool_ = chain.ok(chain.registrar(),
                   verbs::DefinePool{.elevator = elevator_.elevator(), .grade = grade_});
  token_ = chain.read([this](const View& view) { return pools::find(view, pool_)->asset(); });
}

std::uint64_t PoolStory::receipt(const Actor& holder, std::uint64_t kg, Load load, Where where) {
  load.kg = kg;
  const std::uint64_t batch = elevator_.deliver(holder, load, where).batch;
  const std::uint64_t proposal = chain_.ok(
      elevator_.elevator_operator(),
      verbs::ProposeReceipts{
          .batch = batch, .receipts_kg = {kg}, .paid_until_ns = chain_.now_ns() + 90 * kDayNs},
      where);
  chain_.ok(holder, verbs::CountersignProposal{proposal}, where);
  return chain_.ok(chain_.registrar(), verbs::IssueReceipt{proposal}, where);
}

std::uint64_t PoolStory::tokenised(const Actor& holder, std::uint64_t kg, Where where) {
  const std::uint64_t id = receipt(holder, kg, {}, where);
  chain_.ok(holder, verbs::TokeniseReceipt{.receipt = id, .pool = pool_}, where);
  return id;
}

}  // namespace astyq::test
