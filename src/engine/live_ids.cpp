// SPDX-License-Identifier: Apache-2.0
#include "engine/live_ids.h"

#include "crypto/sha256.h"
#include "ledger/state.gen.h"

namespace astyq::engine {
namespace {

constexpr std::size_t kIdSize = std::tuple_size_v<LiveIds::Id>;

LiveIds::Id id_at(BytesView ids, std::size_t index) {
  return *to_array<kIdSize>(ids.substr(kIdSize * index, kIdSize));
}

}  // namespace

LiveIds::Id LiveIds::of(std::uint64_t party, BytesView random16) {
  Bytes id;
  append_u64(id, party);
  id.append(random16);
  const Hash digest = crypto::sha256(id);
  return *to_array<kIdSize>(astyq::view(digest).substr(0, kIdSize));
}

std::optional<LiveIds> LiveIds::load(const store::Tree& tree) {
  LiveIds live;
  auto entry = tree.lower_bound(ledger::kAppliedIds(0).key);
  while (entry && entry->first.type() == ledger::kAppliedIds.type) {
    const auto row = decode_row<ledger::v1::AppliedIds>(*entry->second);
    if (row.digests().size() % kIdSize != 0) return std::nullopt;
    for (std::size_t i = 0; i < row.digests().size() / kIdSize; ++i)
      if (!live.ids_.insert(id_at(row.digests(), i))) return std::nullopt;
    entry = tree.upper_bound(entry->first);
  }
  return live;
}

void BlockIds::add(const LiveIds::Id& id) {
  ASTYQ_CHECK(!live_->contains(id) && added_.insert(id));
  in_order_.push_back(id);
}

void BlockIds::forget(BytesView ids) {
  for (std::size_t i = 0; i < ids.size() / kIdSize; ++i) forgotten_.push_back(id_at(ids, i));
}

void BlockIds::close_block(View& view) {
  const std::int64_t kept_ns = view.rules().id_kept_s() * kSecondNs;
  auto slot = ledger::kAppliedIds(0);
  for (std::uint32_t i = 0; i < view.rules().max_id_leaves_removed_per_block(); ++i) {
    // From the last one on: what this block has erased is stepped over once.
    const auto oldest = view.first_from(ledger::kAppliedIds, slot);
    if (!oldest) break;
    slot = ledger::kAppliedIds(std::get<0>(*oldest));
    const auto row = view.require(slot);
    if (row.time_ns() + kept_ns > view.time().time_ns) break;
    forget(row.digests());
    view.erase(slot);
  }
  if (in_order_.empty()) return;
  ledger::v1::AppliedIds row;
  row.set_time_ns(view.time().time_ns);
  for (const LiveIds::Id& id : in_order_) row.mutable_digests()->append(astyq::view(id));
  view.put(ledger::kAppliedIds(view.time().height), row);
}

void BlockIds::settle(LiveIds& live) const {
  ASTYQ_CHECK(&live == live_);
  for (const LiveIds::Id& id : forgotten_) ASTYQ_CHECK(live.ids_.erase(id));
  for (const LiveIds::Id& id : in_order_) ASTYQ_CHECK(live.ids_.insert(id));
}

}  // namespace astyq::engine
