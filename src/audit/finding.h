// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace astyq::audit {

// The first thing of a history that is not as it must be.
struct Finding {
  struct Transaction {
    std::size_t index = 0;                 // in its block, from 0
    Hash hash{};                           // of its body
    std::optional<std::size_t> operation;  // in it, from 0
  };

  std::uint64_t height = 0;
  std::optional<Transaction> transaction;
  std::string figure;  // what differs, e.g. "app_hash"; the auditor's own are "books"
  std::string text;    // what was found and what should be
};

}  // namespace astyq::audit
