// SPDX-License-Identifier: Apache-2.0
#include "roots/recorded.h"

#include <algorithm>

#include "node/record.h"

namespace astyq::roots {
namespace {

// Enough that going back leaves the undos behind, which reach a hundred heights.
constexpr std::uint64_t kLeastHeights = 200;

}  // namespace

Result<Recorded> Recorded::read(const std::string& data) {
  auto identity = node::read_identity(data);
  if (!identity.ok()) return identity.fault();
  auto files = store::posix_file_system();
  auto log = store::BlockLog::open(*files, data + "/ledger/log", {.read_only = true});
  if (!log.ok()) return log.fault();
  Recorded recorded(data, std::move(files), std::move(*identity), std::move(*log));
  const store::BlockLog& whole = recorded.log_;
  if (whole.empty() || whole.first_height() != 1 || whole.last_height() < kLeastHeights)
    return Fault{"log_too_short", "The log must hold every height from 1 to " +
                                      std::to_string(kLeastHeights) + " or more."};
  for (std::uint64_t height = 1; height <= whole.last_height(); ++height) {
    auto block = node::read_record(whole, height);
    if (!block.ok()) return block.fault();
    recorded.blocks_.push_back(std::move(*block));
  }
  return recorded;
}

bool Recorded::is_middle(std::uint64_t height) const {
  const auto all = middles();
  return std::ranges::find(all, height) != all.end();
}

}  // namespace astyq::roots
