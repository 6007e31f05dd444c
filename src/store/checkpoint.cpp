// SPDX-License-Identifier: Apache-2.0
#include "store/checkpoint.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace astyq::store {

void DirtyRows::add(Changes rows) {
  size_ += rows.size();
  if (!rows.empty()) blocks_.push_back(std::move(rows));
}

std::vector<Changes> DirtyRows::take() {
  size_ = 0;
  return std::exchange(blocks_, {});
}

void DirtyRows::put_back(std::vector<Changes> older) {
  for (const Changes& rows : older) size_ += rows.size();
  blocks_.insert(blocks_.begin(), std::make_move_iterator(older.begin()),
                 std::make_move_iterator(older.end()));
}

Changes DirtyRows::newest(std::vector<Changes> blocks) {
  Changes rows;
  for (Changes& block : blocks) std::ranges::move(block, std::back_inserter(rows));
  std::ranges::stable_sort(rows, {}, &Change::key);
  // Of equal keys the last one stays.
  const auto twice = std::unique(rows.rbegin(), rows.rend(),
                                 [](const Change& a, const Change& b) { return a.key == b.key; });
  rows.erase(rows.begin(), twice.base());
  return rows;
}

}  // namespace astyq::store
