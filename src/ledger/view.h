// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <tuple>
#include <utility>

#include "astyq/ledger/v1/rules.pb.h"
#include "astyq/ledger/v1/state.pb.h"
#include "ledger/overlay.h"
#include "ledger/table.h"

namespace astyq {

using Rules = ledger::v1::Rules;

// When the block is. Running time stands still during outages: notices and offers count it; terms
// of the law and interest count block time.
struct BlockTime {
  std::uint64_t height = 0;
  std::int64_t time_ns = 0;     // since 1970 UTC
  std::int64_t running_ns = 0;  // time_ns less the sum of outages
};

inline constexpr std::int64_t kSecondNs = 1'000'000'000;
inline constexpr std::int64_t kDayNs = 86'400 * kSecondNs;

// Typed reading and writing of the state inside a block.
class View {
 public:
  View(Overlay& overlay, const Rules& rules, BlockTime time)
      : overlay_(overlay), rules_(rules), time_(time) {}

  const Rules& rules() const { return rules_; }
  const BlockTime& time() const { return time_; }

  template <typename Message>
  bool exists(const Slot<Message>& slot) const {
    return overlay_.find(slot.key) != nullptr;
  }
  template <typename Message>
  std::optional<Message> get(const Slot<Message>& slot) const {
    const store::Row* row = overlay_.find(slot.key);
    if (row == nullptr) return std::nullopt;
    return decode_row<Message>(*row);
  }
  // Requires: the row exists. Its absence is corruption: another row says that it does.
  template <typename Message>
  Message require(const Slot<Message>& slot) const {
    const store::Row* row = overlay_.find(slot.key);
    ASTYQ_CHECK(row != nullptr);
    return decode_row<Message>(*row);
  }
  // The first row of the table whose key is not less than that of `from`.
  template <typename Message, typename... Parts>
  std::optional<std::tuple<Parts...>> first_from(const Table<Message, Parts...>& table,
                                                 const Slot<Message>& from) const {
    const auto key = overlay_.first_from(from.key);
    if (!key || key->type() != table.type) return std::nullopt;
    return table.parts(*key);
  }

  template <typename Message>
  void put(const Slot<Message>& slot, const Message& message) {
    overlay_.write(slot.key, encode_row(message));
  }
  template <typename Message>
  void erase(const Slot<Message>& slot) {
    ASTYQ_CHECK(exists(slot));
    overlay_.write(slot.key, std::nullopt);
  }
  // Stores the message as a new row of a numbered table and returns its id: 1, 2, 3 ...
  template <typename Message>
  std::uint64_t add(const Table<Message, std::uint64_t>& table, const Message& message) {
    const std::uint64_t id = next_id(table.type);
    ASTYQ_CHECK(!exists(table(id)));
    put(table(id), message);
    return id;
  }

  // The end of the first block at or after this running time does the job once, however often it
  // was asked for. Whatever ends before its time takes its job back, so that no row is left.
  void schedule(ledger::v1::Job job, std::uint64_t subject, std::int64_t running_ns);
  // Nothing happens when the job is done already.
  void cancel(ledger::v1::Job job, std::uint64_t subject, std::int64_t running_ns);

  Overlay& overlay() { return overlay_; }

 private:
  std::uint64_t next_id(std::uint8_t table);

  Overlay& overlay_;
  const Rules& rules_;
  BlockTime time_;
};

}  // namespace astyq
