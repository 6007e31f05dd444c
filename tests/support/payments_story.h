// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/assets_story.h"
#include "support/pools_story.h"

namespace astyq::test {

// A farmer with a receipt and with tokens, a mill with money: the beginning of every story about
// delivery against payment.
class DeliveryStory {
 public:
  static constexpr std::uint64_t kReceiptKg = 20'000;
  static constexpr std::uint64_t kTokensG = 30'000'000;
  static constexpr std::uint64_t kMoneyTiyn = 5'000'000'00;
  static constexpr std::uint64_t kPriceTiyn = 1'700'000'00;

  explicit DeliveryStory(Chain& chain);

  const Actor& farmer() { return pools_.elevator().farmer(); }
  const Actor& mill() const { return mill_; }
  std::uint64_t receipt() const { return receipt_; }
  std::uint64_t token() const { return pools_.token(); }
  std::uint64_t money() const { return bank_.money(); }
  PoolStory& pools() { return pools_; }
  MoneyStory& bank() { return bank_; }

  // What the farmer offers the mill at the usual price.
  verbs::OfferReceipt receipt_offer() const;
  verbs::OfferTokens tokens_offer(std::uint64_t grams) const;
  // Lets running time pass until `left_ns` before an offer that is made now would expire.
  void wait_until_before_expiry(std::int64_t left_ns);

 private:
  Chain& chain_;
  PoolStory pools_;
  MoneyStory bank_;
  Actor mill_;
  std::uint64_t receipt_ = 0;
};

}  // namespace astyq::test
