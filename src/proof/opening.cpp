// SPDX-License-Identifier: Apache-2.0
#include "proof/opening.h"

#include "base/check.h"
#include "crypto/sha256.h"
#include "crypto/signatures.h"
#include "modules/identity/identity.h"
#include "proof/whole.h"

namespace astyq::proof {
namespace {

constexpr std::size_t kDigest = 32;
constexpr std::size_t kMostBodyBytes = 1024;

Fault unknown_row() {
  return {"proof_unknown_row",
          "The proof's row is not of a form that this release knows. Take a newer one."};
}

Fault other_opening() {
  return {"proof_other_opening",
          "The restricted part is not the one that the row was made with: somebody changed it."};
}

// Whether this release knows all that stands in a part of a row.
bool knows(const google::protobuf::Descriptor& part, BytesView bytes) {
  const std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&part)->New());
  return parses_whole(*message, bytes);
}

// What of a row the tree commits to, without its restricted part.
Status split_value(BytesView value, const wire::TableEntry& table, store::Row& row,
                   BytesView& digest) {
  if (value.empty() || value[0] != store::Row::kVersion) return unknown_row();
  value.remove_prefix(1);
  if (table.restricted != nullptr) {
    if (value.size() < kDigest) return unknown_row();
    digest = value.substr(value.size() - kDigest);
    value.remove_suffix(kDigest);
  }
  row.open = value;
  return knows(*table.message, row.open) ? Status(Done{}) : unknown_row();
}

Result<v1::Opening> unsealed(const v1::SealedOpening& sealed, const crypto::ReaderKey& reader) {
  const auto bytes =
      sealed.reader() == view(reader.public_key()) ? reader.open(sealed.box()) : std::nullopt;
  v1::Opening opening;
  if (!bytes || !opening.ParseFromString(*bytes))
    return Fault{"proof_not_for_you",
                 "The restricted part is sealed for another reader, or was changed on its way. Its "
                 "owner seals it for the key that `astyq key reader` shows you."};
  return opening;
}

Status open_row(const v1::Opening& opening, BytesView digest, Statement& out) {
  const auto blind = to_array<16>(opening.blind());
  if (!blind) return other_opening();
  const Hash found = crypto::Sha256().update(opening.blind()).update(opening.restricted()).finish();
  if (view(found) != digest) return other_opening();
  out.row.blind = blind;
  out.row.restricted = opening.restricted();
  if (!knows(*out.table->restricted, out.row.restricted)) return unknown_row();
  out.restricted = Restricted::kOpened;
  return Done{};
}

}  // namespace

v1::Opening opening_of(const store::Row& row) {
  ASTYQ_CHECK(row.blind.has_value());
  v1::Opening opening;
  opening.set_blind(Bytes(view(*row.blind)));
  opening.set_restricted(row.restricted);
  return opening;
}

Result<v1::SealedOpening> sealed_for(const crypto::ReaderPublicKey& reader,
                                     const v1::Opening& opening) {
  const auto box = crypto::seal(reader, opening.SerializeAsString());
  if (!box)
    return Fault{"reader_key_invalid",
                 "That is no key of a reader. Ask for the one that `astyq key reader NAME` shows."};
  v1::SealedOpening sealed;
  sealed.set_reader(Bytes(view(reader)));
  sealed.set_box(*box);
  return sealed;
}

Status read_value(const v1::Proof& proof, const crypto::ReaderKey* reader, Statement& out) {
  BytesView digest;
  out.committed_value = proof.present().value();
  Status split = split_value(out.committed_value, *out.table, out.row, digest);
  if (!split.ok()) return split;
  const bool opened = proof.has_opening() || proof.has_sealed();
  if (opened && (out.table->restricted == nullptr || (proof.has_opening() && proof.has_sealed())))
    return Fault{"proof_malformed",
                 "The proof is malformed: it opens a part that the row does not have, or twice."};
  if (out.table->restricted != nullptr) out.restricted = Restricted::kHidden;
  if (proof.has_opening()) return open_row(proof.opening(), digest, out);
  if (!proof.has_sealed()) return Done{};
  if (proof.sealed().reader().size() != sizeof(crypto::ReaderPublicKey) ||
      proof.sealed().box().size() <= crypto::kSealOverhead)
    return Fault{"proof_malformed", "The proof is malformed: its sealed part is none."};
  out.restricted = Restricted::kSealed;
  out.sealed_for = proof.sealed().reader();
  if (reader == nullptr) return Done{};
  const auto opening = unsealed(proof.sealed(), *reader);
  if (!opening.ok()) return opening.fault();
  return open_row(*opening, digest, out);
}

v1::OpeningRequest sign_request(const v1::OpeningBody& body, std::string_view network_id,
                                const crypto::Ed25519Key& key) {
  v1::OpeningRequest request;
  request.set_body(body.SerializeAsString());
  const Bytes message = crypto::opening_message(network_id, crypto::sha256(request.body()));
  auto& auth = *request.add_auth()->mutable_ed25519();
  auth.set_public_key(Bytes(view(key.public_key())));
  auth.set_signature(Bytes(view(key.sign(message))));
  return request;
}

Result<Request> read_request(const v1::OpeningRequest& request, std::string_view network_id,
                             std::int64_t now_ns) {
  Request out;
  if (request.body().size() > kMostBodyBytes || request.auth_size() > 16 ||
      !out.body.ParseFromString(request.body()) || out.body.reader().size() != 32)
    return Fault{"opening_malformed",
                 "The request names no party, row and reader. Make it with `astyq proof`."};
  const std::int64_t until_ns = out.body.valid_until_ns();
  if (until_ns < now_ns || until_ns - now_ns > kRequestLastsNs)
    return Fault{"opening_expired",
                 "The request is not of now: it may be valid for at most 60 s. Check the clocks "
                 "and send a new one."};
  const Bytes message = crypto::opening_message(network_id, crypto::sha256(request.body()));
  if (engine::verify_signatures(request.auth(), message, out.signers).refused())
    return Fault{"opening_wrong_signature",
                 "A signature of the request is wrong, or made for another network."};
  return out;
}

Status check_signers(const Request& request, const engine::Engine& engine) {
  Overlay overlay(engine.tree());
  const engine::Head& head = engine.head();
  const View view(overlay, engine.rules(),
                  {head.height, head.time_ns, head.time_ns - head.outages_ns});
  const std::uint64_t party = request.body.party();
  if (identity::exists(view, party) &&
      !identity::check_keys(view, party, request.signers).refused())
    return Done{};
  return Fault{"opening_not_yours",
               "These keys do not speak for the party that the restricted part belongs to."};
}

}  // namespace astyq::proof
