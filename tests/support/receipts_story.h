// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "astyq/receipts/v1/state.pb.h"
#include "support/elevators_story.h"

namespace astyq::test {

// An elevator and its farmer, with grain that becomes receipts: the beginning of every story about
// receipts, pools and payments. Every step is a verb on the chain.
class ReceiptStory {
 public:
  explicit ReceiptStory(Chain& chain, std::uint64_t capacity_kg = 10'000'000);

  ElevatorStory& grain() { return grain_; }
  const Actor& elevator_operator() const { return grain_.elevator_operator(); }
  const Actor& farmer() const { return grain_.farmer(); }

  // The elevator's order over a batch that is there already; storage is paid for 90 days.
  verbs::ProposeReceipts proposal(std::uint64_t batch,
                                  std::vector<std::uint64_t> receipts_kg) const;
  // An order over just so much newly delivered grain, by the elevator alone, or countersigned too.
  std::uint64_t proposed(const Actor& depositor, std::vector<std::uint64_t> receipts_kg,
                         Load load = {}, Where where = Where::current());
  std::uint64_t countersigned(const Actor& depositor, std::vector<std::uint64_t> receipts_kg,
                              Load load = {}, Where where = Where::current());
  // From the truck to the register: issued receipts, in the order of their kilograms. The load
  // tells the grade; its weight is the sum of the receipts.
  std::vector<std::uint64_t> receipts(const Actor& depositor,
                                      std::vector<std::uint64_t> receipts_kg, Load load = {},
                                      Where where = Where::current());
  std::uint64_t receipt(const Actor& depositor, std::uint64_t kg, Where where = Where::current());

  // The registrar blocks the receipt on a new act about its holder; returns the act.
  std::uint64_t block(std::uint64_t receipt, const Actor& holder, Where where = Where::current());

 private:
  Chain& chain_;
  ElevatorStory grain_;
};

}  // namespace astyq::test
