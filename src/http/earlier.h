// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "node/node.h"
#include "query/transaction_index.h"

namespace astyq::http {

// Finds the settled transactions whose ids others bear again. Remembers the block that it read
// last: those of a stream that is sent again stand together.
class EarlierTransactions {
 public:
  EarlierTransactions(const node::Node& node, const query::TransactionIndex& index)
      : node_(node), index_(index) {}

  struct Earlier {
    query::Settled settled;
    std::string difference;  // the field in which the bodies differ; empty: the same body
  };
  // Nothing where there is none, and for a sender with whose keys none of the earlier signatures
  // was made: whoever guesses a party, an id and a body must not learn whether the guess is right.
  // Requires: the answer is about these bytes.
  std::optional<Earlier> find(const node::Answer& answer, BytesView signed_tx);

 private:
  const base::v1::SignedTx* logged(const query::Settled& settled);

  const node::Node& node_;
  const query::TransactionIndex& index_;
  std::uint64_t height_ = 0;  // of record_; 0: none yet
  log::v1::BlockRecord record_;
  base::v1::SignedTx logged_;
};

}  // namespace astyq::http
