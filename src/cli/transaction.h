// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "astyq/base/v1/envelope.pb.h"
#include "cli/ledger_client.h"
#include "crypto/ed25519.h"

namespace astyq::cli {

using base::v1::Operation;

// Who signs, and for which party.
struct Signer {
  crypto::Ed25519Key key;
  std::uint64_t party = 0;
};

// A transaction that has been signed, with what names it for ever.
struct Signed {
  Bytes bytes;
  std::uint64_t party = 0;
  Bytes id;
};

// Signs operations under a fresh random id, valid for 45 seconds.
Signed sign(LedgerClient& client, const std::string& network_id, const Signer& signer,
            std::span<const Operation> operations);

// Finds the party that a key signs for. Faults: `key_unknown` when the ledger does not know the
// key or it is revoked, those of the client.
Result<Signer> signer_of(LedgerClient& client, const crypto::Ed25519Key& key);

// Operations under one signature: result_of(k) counts within them.
struct Batch {
  const Signer* signer = nullptr;
  std::vector<Operation> operations;
};

// Told after each part of a long job what is being done, how much of it is settled, of how much.
using Progress =
    std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

using Answers = std::vector<std::vector<OperationAnswer>>;

// Sends batches in order, several in one request. Returns the answers of each batch's operations.
// Faults: `not_admitted` with the reason, `unknown_outcome`, those of the client.
struct Job {
  std::string_view what;
  const std::string& network_id;
  const Progress& progress;  // may be empty
};
Result<Answers> send_batches(LedgerClient& client, const Job& job,
                             const std::vector<Batch>& batches);

// Where an operation stands in a list of batches, and its answer in the list of answers.
struct Place {
  std::size_t batch = 0;
  std::uint32_t operation = 0;
};

// The place that the next operation gets: in the last batch if that is this signer's and has room
// for `together` operations, else in a new one.
Place next_place(std::vector<Batch>& batches, const Signer& signer, std::size_t together = 1);

// Adds an operation at its next place.
Place append(std::vector<Batch>& batches, const Signer& signer, Operation operation);

// Operations in one of our batches at most: far below the ledger's bounds.
inline constexpr std::size_t kBatchOperations = 400;

}  // namespace astyq::cli
