// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "support/chain.h"

namespace astyq::test {

// A bank that is licensed to issue money, and its money: the beginning of every story about
// payment.
class MoneyStory {
 public:
  explicit MoneyStory(Chain& chain, const std::string& code = "KZT");

  const Actor& issuer() const { return issuer_; }
  std::uint64_t licence() const { return licence_; }
  std::uint64_t money() const { return money_; }
  // The bank credits a party against a deposit.
  void issue(const Actor& to, std::uint64_t amount_tiyn, Where where = Where::current());
  // From now on the bank may issue nothing more.
  void suspend_licence();

 private:
  Chain& chain_;
  Actor issuer_;
  std::uint64_t licence_ = 0;
  std::uint64_t money_ = 0;
};

// What a party may move of an asset, and how much of it there is.
std::uint64_t available(const Chain& chain, const Actor& holder, std::uint64_t asset);
std::uint64_t supply(const Chain& chain, std::uint64_t asset);

}  // namespace astyq::test
