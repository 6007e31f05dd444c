// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>

#include "astyq/base/v1/refusal.pb.h"

namespace astyq {

// Which verb's refusals an enum holds; 0 for those that no verb owns. Generated for every verb.
template <typename Enum>
struct RefusalsOf;

template <>
struct RefusalsOf<base::v1::Common> {
  static constexpr std::uint32_t kVerb = 0;
};

// Why an operation was not applied: 0 when it was. The code is stable: 100 x verb + the verb's own
// number, or a number of base.v1.Common. It is part of the result that the ledger commits to.
class [[nodiscard]] Refusal {
 public:
  constexpr Refusal() = default;
  template <typename Enum>
    requires requires { RefusalsOf<Enum>::kVerb; }
  constexpr Refusal(Enum value)  // NOLINT: so that a handler says `return SplitReceipt::PLEDGED;`
      : code_(value == 0 ? 0 : 100 * RefusalsOf<Enum>::kVerb + static_cast<std::uint32_t>(value)) {}

  constexpr bool refused() const { return code_ != 0; }
  constexpr std::uint32_t code() const { return code_; }
  constexpr bool operator==(const Refusal&) const = default;

 private:
  std::uint32_t code_ = 0;
};

inline constexpr Refusal kAccepted;

// What an operation came to: a refusal, or the ids that it gave out (first, first + 1, ...).
struct [[nodiscard]] Outcome {
  Outcome(Refusal why) : refusal(why) {}  // NOLINT: implicit by design
  template <typename Enum>
    requires requires { RefusalsOf<Enum>::kVerb; }
  Outcome(Enum why) : refusal(why) {}  // NOLINT
  // Accepted, with new rows.
  static Outcome created(std::uint64_t first_id, std::uint32_t count = 1) {
    Outcome outcome(kAccepted);
    outcome.first_id = first_id;
    outcome.count = count;
    return outcome;
  }

  Refusal refusal;
  std::uint64_t first_id = 0;
  std::uint32_t count = 0;
};

}  // namespace astyq
