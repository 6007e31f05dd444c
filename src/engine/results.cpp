// SPDX-License-Identifier: Apache-2.0
#include "engine/results.h"

#include "crypto/sha256.h"
#include "ledger/state.gen.h"

namespace astyq::engine {

Bytes result_leaf(const Hash& body_hash, OperationPlace place, std::uint32_t code,
                  std::uint64_t first_id, std::uint32_t count) {
  ASTYQ_CHECK(place.index < place.operations && place.operations <= kMostOperations);
  Bytes leaf(view(body_hash));
  append_u32(leaf, static_cast<std::uint32_t>(place.index << 16 | place.operations));
  append_u32(leaf, code);
  append_u64(leaf, first_id);
  append_u32(leaf, count);
  return leaf;
}

Bytes range_leaf(std::uint64_t height, std::int64_t time_ns, const Hash& results_root) {
  Bytes leaf;
  append_u64(leaf, height);
  append_u64(leaf, static_cast<std::uint64_t>(time_ns));
  leaf.append(astyq::view(results_root));
  return leaf;
}

PeakPlace peak_above(std::uint64_t leaf, std::uint64_t leaves) {
  ASTYQ_CHECK(leaf < leaves);
  PeakPlace place;
  std::uint64_t before = 0;
  for (unsigned levels = 64; levels-- > 0;) {
    const std::uint64_t size = std::uint64_t{1} << levels;
    if ((leaves & size) == 0) continue;
    if (leaf < before + size) {
      place.levels = levels;
      return place;
    }
    before += size;
    ++place.peak;
  }
  ASTYQ_CHECK(false);  // the peaks hold all the leaves
}

void append_to_range(View& view, const Hash& results_root) {
  const auto slot = ledger::kResultRange(0);
  auto range = view.get(slot).value_or(ledger::v1::ResultRange());
  const Bytes leaves[] = {range_leaf(view.time().height, view.time().time_ns, results_root)};
  Hash peak = crypto::merkle_root(leaves);
  // A peak for each set bit of the number of leaves; equal heights join, as a binary counter
  // carries.
  for (std::uint64_t bit = range.leaves(); (bit & 1) != 0; bit >>= 1) {
    ASTYQ_CHECK(range.peaks_size() > 0);
    const auto left = to_array<32>(range.peaks(range.peaks_size() - 1));
    ASTYQ_CHECK(left.has_value());
    peak = crypto::inner_node(*left, peak);
    range.mutable_peaks()->RemoveLast();
  }
  range.add_peaks(Bytes(astyq::view(peak)));
  range.set_leaves(range.leaves() + 1);
  view.put(slot, range);
}

}  // namespace astyq::engine
