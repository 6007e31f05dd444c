// SPDX-License-Identifier: Apache-2.0
#include "support/payments_story.h"

namespace astyq::test {

DeliveryStory::DeliveryStory(Chain& chain)
    : chain_(chain), pools_(chain), bank_(chain), mill_(chain.company("Mill")) {
  receipt_ = pools_.receipt(farmer(), kReceiptKg);
  pools_.tokenised(farmer(), kTokensG / 1'000);
  bank_.issue(mill_, kMoneyTiyn);
}

verbs::OfferReceipt DeliveryStory::receipt_offer() const {
  return {
      .receipt = receipt_, .buyer = mill_.party, .money_asset = money(), .price_tiyn = kPriceTiyn};
}

verbs::OfferTokens DeliveryStory::tokens_offer(std::uint64_t grams) const {
  return {.token_asset = token(),
          .grams = grams,
          .buyer = mill_.party,
          .money_asset = money(),
          .price_tiyn = kPriceTiyn};
}

void DeliveryStory::wait_until_before_expiry(std::int64_t left_ns) {
  chain_.wait(chain_.engine().rules().offer_days() * kDayNs - left_ns);
}

}  // namespace astyq::test
