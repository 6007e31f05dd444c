// SPDX-License-Identifier: Apache-2.0
#include "support/acts.h"

#include <chrono>

#include "crypto/sha256.h"
#include "tests/verbs.gen.h"
#include "wire/signing.h"

namespace astyq::test {
namespace {

constexpr std::int64_t kValidNs = 50'000'000'000;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

base::v1::Operation act(const std::string& name, const Bytes& digest) {
  return verbs::RecordAct{.number = name,
                          .document_digest = digest,
                          .subject = 1,
                          .scopes = {authority::v1::BLOCK_RECEIPT}}
      .operation();
}

base::v1::Operation person(const std::string& name, const Bytes& digest) {
  verbs::RegisterParty verb{
      .kind = identity::v1::NATURAL_PERSON, .commitment = digest, .uniqueness_tag = digest};
  verb.key.set_kind(identity::v1::ED25519);
  verb.key.set_public_key(Bytes(view(engine::demo_key(name).public_key())));
  return verb.operation();
}

}  // namespace

Acts::Acts(std::string story, std::uint64_t party)
    : story_(std::move(story)),
      party_(party),
      key_(engine::demo_key(party == kRegistrarParty ? engine::kDemoRegistrar
                                                     : engine::kDemoAkimat)) {}

Acts::Act Acts::next() {
  const std::string name = story_ + " " + std::to_string(++number_);
  const Bytes digest(view(crypto::sha256(name)));
  base::v1::TxBody body;
  body.set_party(party_);
  body.set_id(digest.substr(0, 16));
  body.set_valid_until(now_ns() + kValidNs);
  *body.add_operations() = party_ == kRegistrarParty ? person(name, digest) : act(name, digest);
  return {wire::sign_transaction(body, network_, {&key_, 1}), to_hex(body.id())};
}

Bytes Acts::stream(int count, std::vector<std::string>& ids) {
  Bytes stream;
  for (int i = 0; i < count; ++i) {
    const Act act = next();
    append_varint(stream, act.signed_tx.size());
    stream += act.signed_tx;
    ids.push_back(act.id);
  }
  return stream;
}

std::optional<Reply> Acts::send(const Daemon& daemon, const Act& act) {
  return daemon.post("/v1/transactions", "application/octet-stream", act.signed_tx);
}

std::optional<Reply> Acts::send_stream(const Daemon& daemon, BytesView stream) {
  return daemon.post("/v1/transactions", "application/x-astyq-stream", stream);
}

std::optional<Reply> Acts::find(const Daemon& daemon, const std::string& id) const {
  return daemon.get("/v1/transactions/" + std::to_string(party_) + "/" + id);
}

}  // namespace astyq::test
