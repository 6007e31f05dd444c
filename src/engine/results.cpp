// SPDX-License-Identifier: Apache-2.0
#include "engine/results.h"

#include "crypto/sha256.h"
#include "ledger/state.gen.h"

namespace astyq::engine {

Bytes result_leaf(const Hash& body_hash, std::uint32_t index, const OperationResult& result) {
  Bytes leaf(view(body_hash));
  append_u32(leaf, index);
  append_u32(leaf, result.refusal.code());
  append_u64(leaf, result.first_id);
  append_u32(leaf, result.count);
  return leaf;
}

void append_to_range(View& view, const Hash& results_root) {
  const auto slot = ledger::kResultRange(0);
  auto range = view.get(slot).value_or(ledger::v1::ResultRange());
  Bytes leaf;
  append_u64(leaf, view.time().height);
  append_u64(leaf, static_cast<std::uint64_t>(view.time().time_ns));
  leaf.append(astyq::view(results_root));
  const Bytes leaves[] = {leaf};
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
