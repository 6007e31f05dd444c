// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/books.h"
#include "store/tree.h"

namespace astyq::audit {

// What the ledger holds: live receipts added up, supplies by the auditor's books; names as the rows
// have them.
struct Totals {
  struct Grain {
    std::uint64_t elevator = 0;
    std::string name;
    std::string crop;  // WHEAT
    std::uint32_t grain_class = 0;
    std::uint64_t live_kg = 0;
  };
  struct Asset {
    std::uint64_t asset = 0;
    std::string what;  // "KZT of party 3", or "tokens of pool 1"
    bool is_money = false;
    std::uint64_t amount = 0;  // tiyn or grams
  };
  std::vector<Grain> grain;   // by elevator, crop, class; none of 0 kg
  std::vector<Asset> assets;  // by number
};

Totals totals_of(const Books& books, const store::Tree& tree);

}  // namespace astyq::audit
