// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>

#include "ledger/table.h"
#include "sim/dice.h"

namespace astyq::sim {

// The rows of one table as a block left them. A key counts by its first two numbers, which tell all
// the rows of these tables apart.
template <typename Message>
class Rows {
 public:
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  using Entry = std::pair<const Key, Message>;

  template <typename... Parts>
  explicit Rows(const Table<Message, Parts...>& table) : type_(table.type) {}

  std::uint8_t type() const { return type_; }
  static Key key_of(const store::RowKey& key) {
    const BytesView bytes = key.bytes().substr(1);
    if (bytes.size() == 4) return {read_u32(bytes), 0};
    if (bytes.size() == 8) return {read_u64(bytes), 0};
    if (bytes.size() == 12) return {read_u64(bytes), read_u32(bytes.substr(8))};
    return {read_u64(bytes), read_u64(bytes.substr(8))};
  }
  void set(const store::RowKey& key, const store::Row* row) {
    if (row == nullptr)
      rows_.erase(key_of(key));
    else
      rows_.insert_or_assign(key_of(key), decode_row<Message>(*row));
  }

  const std::map<Key, Message>& all() const { return rows_; }
  const Message* find(std::uint64_t id, std::uint64_t second = 0) const {
    const auto found = rows_.find({id, second});
    return found == rows_.end() ? nullptr : &found->second;
  }
  // Some row that fits; null when a search of bounded length finds none. Half of the searches begin
  // among the newest rows, where the work in hand is.
  template <typename Fits>
  const Entry* pick_entry(Dice& dice, Fits fits) const {
    if (rows_.empty()) return nullptr;
    const std::uint64_t last = rows_.rbegin()->first.first;
    std::uint64_t first = rows_.begin()->first.first;
    if (last - first > kNewest && dice.percent(50)) first = last - kNewest;
    auto at = rows_.lower_bound({dice.between(first, last), 0});
    for (std::size_t steps = 0; steps < kLongestSearch && steps < rows_.size(); ++steps) {
      if (at == rows_.end()) at = rows_.begin();
      if (fits(*at)) return &*at;
      ++at;
    }
    return nullptr;
  }
  template <typename Fits>
  const Entry* pick(Dice& dice, Fits fits) const {
    return pick_entry(dice, [&fits](const Entry& entry) { return fits(entry.second); });
  }

 private:
  static constexpr std::uint64_t kNewest = 300;
  static constexpr std::size_t kLongestSearch = 300;

  std::uint8_t type_;
  std::map<Key, Message> rows_;
};

}  // namespace astyq::sim
