// SPDX-License-Identifier: Apache-2.0
#include "node/offered_states.h"

#include <algorithm>

namespace astyq::node {

Result<std::vector<store::SnapshotManifest>> OfferedStates::list() {
  auto heights = kept_.heights();
  if (!heights.ok()) return heights.fault();
  if (heights->size() > kMost)
    heights->erase(heights->begin(), heights->end() - static_cast<std::ptrdiff_t>(kMost));
  const std::lock_guard guard(lock_);
  std::erase_if(states_, [&](const auto& state) {
    return std::ranges::find(*heights, state.first) == heights->end();
  });
  std::vector<store::SnapshotManifest> out;
  for (auto height = heights->rbegin(); height != heights->rend(); ++height) {
    auto& state = states_[*height];
    if (state == nullptr) {
      auto read_now = read(*height);
      if (!read_now.ok()) {
        states_.erase(*height);
        return read_now.fault();
      }
      state = std::move(*read_now);
    }
    out.push_back(state->surveyed.manifest);
  }
  return out;
}

Result<std::shared_ptr<const OfferedStates::State>> OfferedStates::read(
    std::uint64_t height) const {
  auto image = kept_.open(height);
  if (!image.ok()) return image.fault();
  const auto rows = (*image)->rows();
  auto surveyed = store::survey({network_id_, height}, *rows);
  if (!surveyed.ok()) return surveyed.fault();
  auto state = std::make_shared<State>();
  state->image = std::move(*image);
  state->surveyed = std::move(*surveyed);
  state->chunks = state->surveyed.manifest.chunks();
  return std::shared_ptr<const State>(std::move(state));
}

Result<std::optional<Bytes>> OfferedStates::chunk(std::uint64_t height, std::size_t number) {
  std::shared_ptr<const State> state;
  {
    const std::lock_guard guard(lock_);
    const auto found = states_.find(height);
    if (found != states_.end()) state = found->second;
  }
  if (state == nullptr || number >= state->chunks.size()) return std::optional<Bytes>();
  const auto& wanted = state->chunks[number];
  constexpr std::uint64_t kStep = store::SurveyedState::kRowsAKey;
  const auto source = state->image->rows(state->surveyed.keys[wanted.first_row / kStep]);
  store::Rows rows(*source);
  for (std::uint64_t skipped = 0; skipped < wanted.first_row % kStep; ++skipped)
    if (const auto row = rows.next(); !row.ok()) return row.fault();
  auto bytes = store::cut_chunk(rows, wanted.rows);
  if (!bytes.ok()) return bytes.fault();
  return std::optional(std::move(*bytes));
}

}  // namespace astyq::node
