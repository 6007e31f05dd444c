// SPDX-License-Identifier: Apache-2.0
#include "audit/totals.h"

#include <map>

#include "astyq/assets/v1/state.pb.h"
#include "astyq/elevators/v1/state.pb.h"
#include "astyq/pools/v1/state.pb.h"
#include "astyq/receipts/v1/state.pb.h"
#include "audit/rows.h"

namespace astyq::audit {
namespace {

// By elevator, then crop << 32 | class.
using Kilograms = std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t>;

Kilograms live_of(const store::Tree& tree) {
  Kilograms live;
  for (std::uint64_t id = 1;; ++id) {
    const auto receipt = find<receipts::v1::Receipt>(tree, id);
    if (receipt.state() == receipts::v1::RECEIPT_STATE_UNSPECIFIED) return live;
    if (receipt.kg() == 0) continue;
    const auto& grade = receipt.grade();
    const std::uint64_t crop = static_cast<std::uint64_t>(grade.crop());
    live[{receipt.elevator(), crop << 32 | grade.grain_class()}] += receipt.kg();
  }
}

}  // namespace

Totals totals_of(const Books& books, const store::Tree& tree) {
  Totals totals;
  for (const auto& [key, kg] : live_of(tree))
    totals.grain.push_back({key.first, find<elevators::v1::Elevator>(tree, key.first).name(),
                            elevators::v1::Crop_Name(static_cast<int>(key.second >> 32)),
                            static_cast<std::uint32_t>(key.second), kg});

  std::map<std::uint64_t, std::uint64_t> pools;  // by their tokens
  for (std::uint64_t id = 1; const auto asset = find<pools::v1::Pool>(tree, id).asset(); ++id)
    pools[asset] = id;
  for (std::uint64_t id = 1;; ++id) {
    const auto asset = find<assets::v1::Asset>(tree, id);
    if (asset.kind() == assets::v1::ASSET_KIND_UNSPECIFIED) return totals;
    const bool is_money = asset.kind() == assets::v1::MONEY;
    totals.assets.push_back({id,
                             is_money ? asset.code() + " of party " + std::to_string(asset.issuer())
                                      : "tokens of pool " + std::to_string(pools[id]),
                             is_money, books.at({kSupply, id})});
  }
}

}  // namespace astyq::audit
