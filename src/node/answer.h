// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "engine/engine.h"

namespace astyq::node {

// What became of a submitted transaction, once it is certain.
enum class Fate {
  kApplied,         // in the block `height`, durable; each operation has its result, a refusal too
  kNotAdmitted,     // `admission` says why; nothing was consumed, no block holds it
  kAlreadyApplied,  // an earlier transaction with this id is settled: ask for it by party and id
  kOverQuota,       // its party has as many waiting as it may; nothing was consumed, try it later
  kUnknown,         // the node stopped before it could tell: ask again by party and id
};

struct Answer {
  Fate fate = Fate::kUnknown;
  Refusal admission;
  Hash body_hash{};
  // What names the transaction for ever; 0 and empty when its bytes could not be read.
  std::uint64_t party = 0;
  Bytes id;                    // 16 random bytes; or
  Bytes sequence_key;          // a public key and
  std::uint64_t sequence = 0;  // its number
  std::uint64_t height = 0;    // of kApplied
  std::vector<engine::OperationResult> operations;
};

// What a transaction is named by, before anything became of it.
Answer answer_of(const engine::Member& member);
// Writes down what became of it in the block `height`, or why it is in none.
void fill_in(Answer& answer, engine::MemberResult result, std::uint64_t height);

// A finished block, for streams, the index and metrics. Valid only during the call.
struct FinishedBlock {
  std::uint64_t height;
  std::int64_t time_ns;
  const engine::BlockResult& result;
  const std::vector<const Answer*>& answers;  // of the members of the block, in order
};

}  // namespace astyq::node
