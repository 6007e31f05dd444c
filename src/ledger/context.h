// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/refusal.h"
#include "ledger/view.h"

namespace astyq {

// What a verb's `apply` is given: the state, the time, and who signed.
class TxContext : public View {
 public:
  TxContext(const View& view, std::uint64_t party) : View(view), party_(party) {}

  // The party whose keys signed the transaction; it exists and is not frozen.
  std::uint64_t party() const { return party_; }

 private:
  std::uint64_t party_;
};

}  // namespace astyq
