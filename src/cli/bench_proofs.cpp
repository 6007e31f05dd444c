// SPDX-License-Identifier: Apache-2.0
#include "cli/bench_proofs.h"

#include <algorithm>

#include "astyq/base/v1/envelope.pb.h"
#include "base/check.h"
#include "crypto/sha256.h"
#include "proof/proof_file.h"

namespace astyq::cli {
namespace {

constexpr std::size_t kDrawn = 64;

Status check_proof(LedgerClient& client, const proof::Anchor& anchor, BytesView signed_tx) {
  base::v1::SignedTx signed_one;
  base::v1::TxBody body;
  ASTYQ_CHECK(signed_one.ParseFromArray(signed_tx.data(), static_cast<int>(signed_tx.size())));
  ASTYQ_CHECK(body.ParseFromString(signed_one.body()));
  ProofQuery query;
  query.of = "transactions/" + std::to_string(body.party()) + "/" + to_hex(body.id());
  const auto answer = client.proof(query);
  if (!answer) return answer.fault();
  const auto read = proof::read_proof(*answer);
  if (!read) return read.fault();
  const auto statement = proof::verify(*read, &anchor, nullptr);
  if (!statement) return statement.fault();
  const bool applied = statement->trusted && statement->kind == proof::Kind::kResult &&
                       statement->body_hash == crypto::sha256(signed_one.body()) &&
                       statement->operations.size() == 1 && statement->operations[0].code() == 0;
  if (applied) return Done{};
  return Fault{"bench_failed", "The node proves something else than a transfer: " + query.of + "."};
}

}  // namespace

Result<std::size_t> check_proofs(LedgerClient& client, const proof::Anchor& anchor,
                                 const std::vector<Bytes>& signed_txs, std::size_t sent) {
  sent = std::min(sent, signed_txs.size());
  const std::size_t drawn = std::min(kDrawn, sent);
  for (std::size_t i = 0; i < drawn; ++i)
    if (const Status proven = check_proof(client, anchor, signed_txs[sent * i / drawn]); !proven)
      return proven.fault();
  return drawn;
}

}  // namespace astyq::cli
