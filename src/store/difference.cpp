// SPDX-License-Identifier: Apache-2.0
#include "store/difference.h"

namespace astyq::store {

Changes difference(const Tree& from, const Tree& to) {
  const RowKey first(BytesView("\0", 1));
  Changes changes;
  auto old = from.lower_bound(first);
  auto now = to.lower_bound(first);
  while (old || now) {
    const bool only_old = old && (!now || old->first < now->first);
    const bool only_now = now && (!old || now->first < old->first);
    if (only_old)
      changes.push_back({old->first, std::nullopt});
    else if (only_now || *old->second != *now->second)
      changes.push_back({now->first, *now->second});
    if (!only_now) old = from.upper_bound(old->first);
    if (!only_old) now = to.upper_bound(now->first);
  }
  return changes;
}

}  // namespace astyq::store
