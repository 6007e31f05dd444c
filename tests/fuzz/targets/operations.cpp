// SPDX-License-Identifier: Apache-2.0
// Whatever is asked of the engine: no invariant trips, the books add up, the same blocks give the
// same roots again, and the undo of each gives back the state before it.
#include <map>

#include "crypto/sha256.h"
#include "fuzz/targets/targets.h"
#include "fuzz/whole_state.h"
#include "identity/state.gen.h"
#include "ledger/rules.h"
#include "support/byte_dice.h"
#include "wire/canonical.h"

namespace astyq::fuzz {
namespace {

using engine::BlockInput;
using engine::Member;
using test::ByteDice;

constexpr std::size_t kMostMembers = 4;
constexpr std::size_t kMostOperations = 4;

SignatureKind kind_of(identity::v1::KeyKind kind) {
  if (kind == identity::v1::P256) return SignatureKind::kP256;
  return kind == identity::v1::PASSKEY ? SignatureKind::kPasskey : SignatureKind::kEd25519;
}

using Signers = std::map<std::uint64_t, std::vector<Signer>>;

// All active keys of each party.
Signers all_signers() {
  Signers signers;
  const auto& tree = WholeState::get().engine().tree();
  for (auto at = tree.lower_bound(identity::kKeys(Hash{}).key);
       at && at->first.type() == identity::kKeys.type; at = tree.upper_bound(at->first)) {
    const auto key = decode_row<identity::v1::Key>(*at->second);
    if (key.revoked_at_ns() != 0) continue;
    Signer signer{kind_of(key.kind()), key.public_key(), key.origin(), {}};
    if (const auto digest = to_array<32>(key.relying_party_digest()))
      signer.relying_party_digest = *digest;
    signers[key.party()].push_back(std::move(signer));
  }
  return signers;
}

// Nothing when the bytes would not get through engine::prepare.
std::optional<Member> make_member(ByteDice& dice, std::int64_t time_ns, std::size_t number,
                                  Signers& signers) {
  Member member;
  auto& body = member.body;
  const bool official = dice.one_in(2);
  body.set_party(official ? 1 : 1 + dice.below(WholeState::get().known().last_ids.at("parties")));
  body.set_valid_until(time_ns + (dice.one_in(16) ? -1 : 30 * kSecondNs));
  member.signers = signers[body.party()];
  if (dice.one_in(8) && !member.signers.empty()) {
    body.mutable_sequence()->set_public_key(member.signers[0].public_key);
    body.mutable_sequence()->set_number(dice.below(600));
  } else {
    Bytes id(8, 'f');
    append_u64(id, dice.one_in(16) ? 0 : static_cast<std::uint64_t>(time_ns) + number);
    body.set_id(id);
  }
  test::OperationMaker maker(dice, WholeState::get().known());
  for (std::size_t count = 1 + dice.below(kMostOperations); count > 0; --count) {
    auto& op = *body.add_operations();
    op = maker.operation(official != dice.one_in(16));
    op.set_linked(count > 1 && dice.one_in(8));
  }
  const Bytes bytes = body.SerializeAsString();
  static const std::size_t kBody = wire::message_index("astyq.base.v1.TxBody");
  if (!wire::walk(bytes, kBody, kProtocolVersion).ok()) return std::nullopt;
  member.body_hash = crypto::sha256(bytes);
  return member;
}

void make_block(ByteDice& dice, BlockInput& block) {
  static constexpr std::int64_t kSteps[] = {1,      kSecondNs,  61 * kSecondNs, 599 * kSecondNs,
                                            kDayNs, 4 * kDayNs, kSecondNs,      kSecondNs};
  block.time_ns = WholeState::get().engine().head().time_ns + dice.pick(std::span(kSteps));
  Signers signers = all_signers();
  for (std::size_t count = 1 + dice.below(kMostMembers); count > 0; --count)
    if (auto member = make_member(dice, block.time_ns, count, signers))
      block.members.push_back(std::move(*member));
}

void attempt(BytesView input) {
  ByteDice dice(input);
  WholeState::get().try_blocks([&](BlockInput& block) {
    if (dice.empty()) return false;
    make_block(dice, block);
    return true;
  });
}

std::vector<Bytes> seeds() {
  std::uint64_t state = 1;
  std::vector<Bytes> made;
  for (std::size_t size = 32; size < 1'000; size += 64) {
    Bytes seed;
    while (seed.size() < size) {
      const Hash more = crypto::sha256("seed " + std::to_string(state++));
      seed += view(more);
    }
    made.push_back(seed);
  }
  return made;
}

}  // namespace

Target operations() {
  return {"operations", attempt, seeds};
}

}  // namespace astyq::fuzz
