// SPDX-License-Identifier: Apache-2.0
#include "cli/transaction.h"

#include <array>

#include "crypto/entropy.h"
#include "crypto/sha256.h"
#include "wire/signing.h"

namespace astyq::cli {
namespace {

constexpr std::int64_t kValidNs = 45'000'000'000;
constexpr std::size_t kBatchesInOneRequest = 32;

Fault problem(const TxAnswer& answer) {
  if (answer.fate == Fate::kUnknown)
    return {"unknown_outcome", "The node stopped before it could tell what became of a batch."};
  return {"not_admitted", answer.admission.code + ": " + answer.admission.text};
}

}  // namespace

Signed sign(LedgerClient& client, const std::string& network_id, const Signer& signer,
            std::span<const Operation> operations) {
  std::array<std::uint8_t, 16> id;
  crypto::system_entropy(id);
  base::v1::TxBody body;
  body.set_party(signer.party);
  body.set_id(Bytes(view(id)));
  body.set_valid_until(client.now_ns() + kValidNs);
  for (const Operation& operation : operations) *body.add_operations() = operation;
  const std::array<crypto::Ed25519Key, 1> keys{signer.key};
  return {wire::sign_transaction(body, network_id, keys), signer.party, body.id()};
}

Result<Signer> signer_of(LedgerClient& client, const crypto::Ed25519Key& key) {
  const auto public_key = key.public_key();
  const Hash digest = crypto::sha256(view(public_key));
  const auto row = client.row("keys", to_hex(view(digest)));
  if (!row && row.fault().code != "row_unknown") return row.fault();
  if (!row)
    return Fault{"key_unknown", "No party of this ledger has the key " + to_hex(view(public_key)) +
                                    ". The registrar registers parties; a party adds keys."};
  if (text_of(*row, "revoked_at_ns") != "0")
    return Fault{"key_unknown", "The key is revoked. Sign with another key of party " +
                                    text_of(*row, "party") + "."};
  return Signer{key, number_of(*row, "party")};
}

Place next_place(std::vector<Batch>& batches, const Signer& signer, std::size_t together) {
  if (batches.empty() || batches.back().signer != &signer ||
      batches.back().operations.size() + together > kBatchOperations)
    batches.push_back({&signer, {}});
  return {batches.size() - 1, static_cast<std::uint32_t>(batches.back().operations.size())};
}

Place append(std::vector<Batch>& batches, const Signer& signer, Operation operation) {
  const Place place = next_place(batches, signer);
  batches.back().operations.push_back(std::move(operation));
  return place;
}

Result<Answers> send_batches(LedgerClient& client, const Job& job,
                             const std::vector<Batch>& batches) {
  std::uint64_t total = 0;
  std::uint64_t done = 0;
  for (const Batch& batch : batches) total += batch.operations.size();
  Answers all;
  for (std::size_t at = 0; at < batches.size();) {
    std::vector<Bytes> request;
    while (at + request.size() < batches.size() && request.size() < kBatchesInOneRequest) {
      const Batch& batch = batches[at + request.size()];
      request.push_back(sign(client, job.network_id, *batch.signer, batch.operations).bytes);
    }
    auto answers = client.send_all(request);
    if (!answers) return answers.fault();
    for (TxAnswer& answer : *answers) {
      if (answer.fate != Fate::kApplied && answer.fate != Fate::kRefused) return problem(answer);
      if (answer.operations.size() != batches[all.size()].operations.size())
        return Fault{"node_failed", "The node answered for another number of operations."};
      done += answer.operations.size();
      all.push_back(std::move(answer.operations));
    }
    at += request.size();
    if (all.size() != at) return Fault{"node_failed", "The node left answers out of its stream."};
    if (job.progress) job.progress(job.what, done, total);
  }
  return all;
}

}  // namespace astyq::cli
