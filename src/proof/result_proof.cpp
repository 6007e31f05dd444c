// SPDX-License-Identifier: Apache-2.0
#include "proof/result_proof.h"

#include "crypto/sha256.h"
#include "engine/results.h"
#include "ledger/state.gen.h"
#include "proof/merkle_run.h"
#include "proof/whole.h"
#include "store/proof.h"

namespace astyq::proof {
namespace {

Fault other_result(const char* why) {
  return {"proof_other_result", std::string("The results are not the ledger's: ") + why};
}

Fault unknown(const std::string& what) {
  return {"proof_unknown_row",
          "The " + what + " is of a form that this release does not know. Take a newer one."};
}

// Nothing when one of them is no hash.
std::optional<std::vector<Hash>> hashes_of(
    const google::protobuf::RepeatedPtrField<std::string>& list) {
  std::vector<Hash> hashes;
  for (const std::string& bytes : list) {
    const auto hash = to_array<32>(bytes);
    if (!hash) return std::nullopt;
    hashes.push_back(*hash);
  }
  return hashes;
}

// The root over the outcomes of the block, if those of the transaction are among them.
std::optional<Hash> results_root(const v1::TransactionResult& result, const Hash& body_hash) {
  const auto beside = hashes_of(result.outcomes());
  if (!beside) return std::nullopt;
  std::vector<Hash> run;
  const auto operations = static_cast<std::size_t>(result.operations_size());
  for (const v1::OperationResult& one : result.operations())
    run.push_back(leaf_hash(engine::result_leaf(body_hash, {run.size(), operations}, one.code(),
                                                one.first_id(), one.count())));
  return root_above(std::move(run), {result.first_outcome(), result.block_outcomes()}, *beside);
}

// Whether the leaf of a block stands in the range with these peaks.
bool stands_in(const ledger::v1::ResultRange& range, std::uint64_t height, Hash hash,
               const std::vector<Hash>& beside) {
  const std::uint64_t place = height - 1;  // every block from the first on has its leaf
  if (height == 0 || place >= range.leaves()) return false;
  const engine::PeakPlace peak = engine::peak_above(place, range.leaves());
  if (beside.size() != peak.levels || peak.peak >= static_cast<std::size_t>(range.peaks_size()))
    return false;
  for (unsigned level = 0; level < peak.levels; ++level) {
    const bool right = ((place >> level) & 1) != 0;
    hash =
        right ? crypto::inner_node(beside[level], hash) : crypto::inner_node(hash, beside[level]);
  }
  return range.peaks(static_cast<int>(peak.peak)) == view(hash);
}

Result<ledger::v1::ResultRange> read_range(const v1::PresentRow& row, const Hash& root) {
  if (row.key() != ledger::kResultRange(0).key.bytes())
    return other_result("the row that they lead to is not the range of results.");
  const Status found = store::verify_membership(root, row.ics23(), row.key(), row.value());
  if (!found.ok()) return found.fault();
  ledger::v1::ResultRange range;
  if (row.value()[0] != store::Row::kVersion || !parses_whole(range, row.value().substr(1)))
    return unknown("range of results");
  return range;
}

Status read_body(const v1::TransactionResult& result, Statement& out) {
  if (result.body().empty()) return Done{};
  base::v1::TxBody body;
  if (view(crypto::sha256(result.body())) != result.body_hash())
    return Fault{"proof_other_body", "The body is not that of the transaction with these results."};
  if (!parses_whole(body, result.body()) ||
      body.operations_size() != static_cast<int>(out.operations.size()))
    return unknown("transaction");
  out.body = std::move(body);
  return Done{};
}

}  // namespace

Status read_result(const v1::TransactionResult& result, const Hash& root, Statement& out) {
  const auto body_hash = to_array<32>(result.body_hash());
  const auto beside = hashes_of(result.blocks());
  if (!body_hash || !beside || result.operations_size() == 0 ||
      static_cast<std::size_t>(result.operations_size()) > engine::kMostOperations)
    return Fault{"proof_malformed", "The proof is malformed: it lacks a hash or the results."};
  const auto range = read_range(result.range(), root);
  if (!range.ok()) return range.fault();
  const auto outcomes = results_root(result, *body_hash);
  if (!outcomes) return other_result("they do not fit among the outcomes of a block.");
  const Hash leaf = leaf_hash(engine::range_leaf(result.height(), result.time_ns(), *outcomes));
  if (!stands_in(*range, result.height(), leaf, *beside))
    return other_result("no block of the range has them.");
  out.body_hash = *body_hash;
  out.block_height = result.height();
  out.block_time_ns = result.time_ns();
  out.operations.assign(result.operations().begin(), result.operations().end());
  return read_body(result, out);
}

}  // namespace astyq::proof
