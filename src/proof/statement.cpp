// SPDX-License-Identifier: Apache-2.0
#include "proof/statement.h"

#include "crypto/sha256.h"
#include "proof/opening.h"
#include "proof/paper_code.h"
#include "proof/result_proof.h"
#include "store/proof.h"
#include "store/row_text.h"
#include "wire/block_header.h"

namespace astyq::proof {
namespace {

constexpr std::int64_t kMostSeconds = INT64_MAX / 1'000'000'000 - 1;
constexpr std::uint32_t kNanosOfSecond = 1'000'000'000;

Fault malformed(const char* why) {
  return {"proof_malformed", std::string("The proof is malformed: ") + why};
}

// What must hold of any header before it is looked at more closely.
Status check_form(const comet::v1::SignedHeader& signed_header) {
  const auto& header = signed_header.header();
  const auto& commit = signed_header.commit();
  if (header.height() < 1 || header.time().seconds() < 0 ||
      header.time().seconds() > kMostSeconds || header.time().nanos() >= kNanosOfSecond)
    return malformed("its header has no height or time.");
  if (header.chain_id().empty() || header.chain_id().size() > 50 || header.app_hash().size() != 32)
    return malformed("its header has no network or root.");
  if (commit.height() != header.height() ||
      commit.block_id().hash() != view(wire::header_hash(header)))
    return malformed("its commit is not that of its header.");
  return Done{};
}

Status read_key(BytesView key, Statement& out) {
  const Fault unknown{"proof_unknown_row",
                      "The proof is about a kind of row that this release does not know. Take a "
                      "newer one."};
  if (key.empty() || key.size() > store::RowKey::kMaxSize) return unknown;
  out.table = wire::find_table(static_cast<std::uint8_t>(key[0]));
  if (out.table == nullptr || key.size() != store::key_size(*out.table)) return unknown;
  out.key = store::RowKey(key);
  return Done{};
}

Status read_present(const v1::Proof& proof, const Hash& root, const crypto::ReaderKey* reader,
                    Statement& out) {
  const v1::PresentRow& present = proof.present();
  Status found = store::verify_membership(root, present.ics23(), present.key(), present.value());
  if (!found.ok()) return found;
  if (Status known = read_key(present.key(), out); !known.ok()) return known;
  return read_value(proof, reader, out);
}

Status read_absent(const v1::AbsentRow& absent, const Hash& root, Statement& out) {
  if (Status missing = store::verify_absence(root, absent.ics23(), absent.key()); !missing.ok())
    return missing;
  return read_key(absent.key(), out);
}

Status read_statement(const v1::Proof& proof, const crypto::ReaderKey* reader, Statement& out) {
  const Hash root = *to_array<32>(proof.signed_header().header().app_hash());
  if (!proof.has_present() && (proof.has_opening() || proof.has_sealed() || !proof.stamp().empty()))
    return malformed("only a row can be opened or stand on a paper.");
  switch (proof.statement_case()) {
    case v1::Proof::kPresent:
      out.kind = Kind::kPresent;
      return read_present(proof, root, reader, out);
    case v1::Proof::kAbsent:
      out.kind = Kind::kAbsent;
      return read_absent(proof.absent(), root, out);
    case v1::Proof::kResult:
      out.kind = Kind::kResult;
      return read_result(proof.result(), root, out);
    case v1::Proof::STATEMENT_NOT_SET:
      break;
  }
  return malformed("it states nothing.");
}

}  // namespace

Result<Statement> verify(const v1::Proof& proof, const Anchor* anchor,
                         const crypto::ReaderKey* reader) {
  const auto& signed_header = proof.signed_header();
  if (Status form = check_form(signed_header); !form.ok()) return form.fault();
  Statement out;
  out.network_id = signed_header.header().chain_id();
  out.height = static_cast<std::uint64_t>(signed_header.header().height()) - 1;
  out.time_ns = wire::time_ns_of(signed_header.header().time());
  if (anchor != nullptr) {
    const auto standing = standing_of(proof, *anchor);
    if (!standing.ok()) return standing.fault();
    out.trusted = *standing == Standing::kFresh;
    if (!out.trusted) out.doubt = stale(*anchor);
  }
  if (Status read = read_statement(proof, reader, out); !read.ok()) return read.fault();
  if (proof.stamp().empty()) return out;
  const auto code = code_of(out);
  if (!code.ok()) return code.fault();
  if (anchor != nullptr && !is_stamp(encode(*code), proof.stamp(), *anchor))
    return Fault{"proof_wrong_stamp",
                 "The validator that the genesis names did not sign the code on this paper."};
  return out;
}

}  // namespace astyq::proof
