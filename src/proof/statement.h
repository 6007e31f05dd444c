// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "astyq/base/v1/envelope.pb.h"
#include "astyq/proof/v1/proof.pb.h"
#include "base/result.h"
#include "crypto/sealed_box.h"
#include "proof/anchor.h"
#include "store/row.h"
#include "wire/catalogue.h"

namespace astyq::proof {

enum class Kind { kPresent, kAbsent, kResult };
enum class Restricted { kNone, kHidden, kSealed, kOpened };

// What a proof shows, once it is found right: it was so just before the block that certifies it.
struct Statement {
  Kind kind = Kind::kPresent;
  std::string network_id;
  std::uint64_t height = 0;    // the last block that the state holds
  std::int64_t time_ns = 0;    // of the block after it, whose header carries the state's root
  bool trusted = false;        // the header is signed by whom the anchor leads to
  std::optional<Fault> doubt;  // why it is not trusted, though it is signed by them

  // Of a row, or of the key that has none.
  const wire::TableEntry* table = nullptr;
  store::RowKey key;
  store::Row row;         // of kPresent; without its restricted part unless that is opened
  Bytes committed_value;  // of kPresent: what the tree commits to
  Restricted restricted = Restricted::kNone;
  Bytes sealed_for;  // of kSealed: the reader's key

  // Of kResult.
  Hash body_hash{};
  std::uint64_t block_height = 0;
  std::int64_t block_time_ns = 0;
  std::vector<v1::OperationResult> operations;  // all of the transaction
  std::optional<base::v1::TxBody> body;         // where the proof shows it
};

// Checks everything from the anchor down; without one everything but who signed. `reader` opens
// what is sealed for it; may be null. Faults, each of them the end of the proof:
//   proof_malformed        parts that are missing or do not go together
//   proof_unknown_row      a table, a row or a transaction that this release does not know whole
//   proof_other_opening    the restricted part is not the row's
//   proof_not_for_you      the restricted part is sealed for another reader
//   proof_other_result     the results are not in the range of the state
//   proof_other_body       the body is not the transaction's
//   proof_wrong_stamp      the anchor's key did not sign the code on the paper
// and those of anchor.h's standing_of and of store/proof.h. An anchor that is stale is no fault but
// a doubt.
Result<Statement> verify(const v1::Proof& proof, const Anchor* anchor,
                         const crypto::ReaderKey* reader);

}  // namespace astyq::proof
