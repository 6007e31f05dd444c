// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "ledger/overlay.h"
#include "ledger/refusal.h"
#include "ledger/table.h"

namespace astyq {

// What one operation changed, row by row, for the invariants.
class Delta {
 public:
  explicit Delta(std::vector<Overlay::Written> written) : written_(std::move(written)) {}

  const std::vector<Overlay::Written>& written() const { return written_; }

  // Calls visit(parts..., before, after) for each changed row of the table, in key order, until one
  // refuses. `before` and `after` are std::optional<Message>: absent for a row that is new or
  // erased.
  template <typename Message, typename... Parts, typename Visit>
  Refusal each(const Table<Message, Parts...>& table, Visit visit) const {
    for (const Overlay::Written& row : written_) {
      if (row.key.type() != table.type) continue;
      std::optional<Message> before, after;
      if (row.before != nullptr) before = decode_row<Message>(*row.before);
      if (row.after != nullptr) after = decode_row<Message>(*row.after);
      const Refusal refusal =
          std::apply([&](const Parts&... parts) { return Refusal(visit(parts..., before, after)); },
                     table.parts(row.key));
      if (refusal.refused()) return refusal;
    }
    return kAccepted;
  }

 private:
  std::vector<Overlay::Written> written_;
};

}  // namespace astyq
