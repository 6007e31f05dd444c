// SPDX-License-Identifier: Apache-2.0
#include "modules/elevators/outbound.h"

#include "elevators/state.gen.h"
#include "modules/elevators/kilograms.h"

namespace astyq::elevators {

std::uint64_t record_outbound(View& view, v1::Outbound outbound) {
  v1::Bin bin = view.require(kBins(outbound.bin()));
  v1::Elevator elevator = view.require(kElevators(outbound.elevator()));
  ASTYQ_CHECK(bin.elevator() == outbound.elevator() && outbound.kg() > 0);
  bin.set_outbound_kg(add_kg(bin.outbound_kg(), outbound.kg()));
  bin.set_balance_kg(subtract_kg(bin.balance_kg(), outbound.kg()));
  if (bin.balance_kg() == 0) bin.set_crop(v1::CROP_UNSPECIFIED);
  view.put(kBins(outbound.bin()), bin);
  elevator.set_stock_kg(subtract_kg(elevator.stock_kg(), outbound.kg()));
  view.put(kElevators(outbound.elevator()), elevator);
  outbound.set_left_at_ns(view.time().time_ns);
  return view.add(kOutbounds, outbound);
}

}  // namespace astyq::elevators
