// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>

#include "astyq/base/v1/envelope.pb.h"
#include "astyq/log/v1/log.pb.h"
#include "audit/books.h"
#include "store/tree.h"

namespace astyq::audit {

// A transaction as it was signed, and what the log says that its operations came to.
struct Settled {
  base::v1::TxBody body;
  log::v1::ResultRow result;
};

// Keeps the ledger's books a second time: kilograms, grams and tiyn, and who holds them. What an
// accepted operation says must stand in the rows, and what rows hold must be the sum of its parts.
// It shares no code with the modules, so that a mistake of theirs is not its own too.
class Auditor {
 public:
  // What a block wrote: the same keys before it and after it, ascending, and the state after it.
  struct Rows {
    const store::Changes& before;
    const store::Changes& after;
    const store::Tree& tree;
  };
  // Follows the blocks one by one, from the first. Costs what the block changed.
  std::optional<Difference> follow(std::span<const Settled> block, const Rows& rows);
  // Adds up all rows of the state that the blocks came to.
  std::optional<Difference> add_up(const store::Tree& tree) const;
  const Books& books() const { return books_; }

 private:
  using Id = std::uint64_t;
  using Operation = base::v1::Operation;
  using Said = std::initializer_list<std::pair<std::string_view, std::uint64_t>>;
  struct Delivery {
    Id seller, buyer, receipt, token, grams, money, price;
  };

  void follow_money(const Operation& op);
  void follow_grain(const Operation& op);
  void follow_receipt(const Operation& op, const store::Tree& tree);
  void follow_pool(const Operation& op, const store::Tree& tree);
  void follow_delivery(const Operation& op);
  void say(Id of, Said figures);
  void order_back(Id grain_return, Id batch, std::uint64_t growth_kg);
  void pay(Id asset, Id from, Id to, std::uint64_t amount);
  void supply(Id asset, Id party, std::uint64_t growth);
  void begin(Id receipt, std::uint64_t kg, Id holder);
  void by_holder(Id receipt);  // alone does this with it
  void redeem(Id receipt);

  Books books_;
  Id party_ = 0;  // that signed
  Id made_ = 0;   // the first id that the operation made
  std::map<Id, receipts::v1::ProposeReceipts> proposals_;
  std::map<Id, Id> offered_to_;  // by receipt
  std::map<Id, Delivery> deliveries_;
  std::map<Id, std::pair<Id, std::uint64_t>> returns_;  // their batch, and what is to leave
};

}  // namespace astyq::audit
