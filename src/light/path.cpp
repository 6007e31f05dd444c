// SPDX-License-Identifier: Apache-2.0
#include "light/path.h"

namespace astyq::light {
namespace {

using comet::v1::LightBlock;

Result<LightBlock> fetch_height(const Fetch& fetch, std::int64_t height) {
  auto block = fetch(height);
  if (block.ok() && block->signed_header().header().height() != height)
    return Fault{"light_other_height", "Instead of the block of height " + std::to_string(height) +
                                           " another one was given. Ask another node."};
  return block;
}

}  // namespace

Result<std::vector<LightBlock>> find_path(Trusted trusted, std::int64_t height, const Fetch& fetch,
                                          const Judge& judge) {
  ASTYQ_CHECK(height > trusted.height);
  const auto target = fetch_height(fetch, height);
  if (!target.ok()) return target.fault();
  std::vector<LightBlock> path;
  // Not reached yet, the highest first. Heights go down from one to the next.
  std::vector<LightBlock> ahead{*target};
  std::size_t at = 0;
  while (!ahead.empty()) {
    const Judgement judgement = judge(trusted, ahead[at]);
    if (judgement.verdict == Verdict::kInvalid) return judgement.reason;
    if (judgement.verdict == Verdict::kSuccess) {
      trusted = trusted_of(ahead[at]);
      path.push_back(std::move(ahead[at]));
      ahead.resize(at);
      at = 0;
      continue;
    }
    const std::int64_t above = ahead[at].signed_header().header().height();
    ++at;
    if (at < ahead.size()) continue;
    // Adjacent blocks never lack trust, so that there is a height between.
    ASTYQ_CHECK(above > trusted.height + 1);
    const auto middle = fetch_height(fetch, trusted.height + (above - trusted.height) / 2);
    if (!middle.ok()) return middle.fault();
    ahead.push_back(*middle);
  }
  return path;
}

Result<Trusted> walk_path(Trusted trusted, std::span<const LightBlock* const> path,
                          const Judge& judge) {
  for (const LightBlock* block : path) {
    const Judgement judgement = judge(trusted, *block);
    if (judgement.verdict != Verdict::kSuccess) return judgement.reason;
    trusted = trusted_of(*block);
  }
  return trusted;
}

}  // namespace astyq::light
