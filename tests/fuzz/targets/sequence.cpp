// SPDX-License-Identifier: Apache-2.0
// Signed transactions from their bytes to the books: whatever bodies people sign, the engine takes
// them into blocks as it says of the whole state (fuzz/whole_state.h). The input is
//   block = how:u8 { size:u16 body:size*byte more:u8 }
// How modulo 4 chooses the time since the last block; below 128 a body that protobuf reads is
// signed as protobuf writes it, above as it is. An even `more` ends the block.
#include <algorithm>

#include "crypto/sha256.h"
#include "crypto/signatures.h"
#include "engine/member.h"
#include "fuzz/targets/targets.h"
#include "fuzz/whole_state.h"
#include "ledger/rules.h"
#include "support/byte_dice.h"

namespace astyq::fuzz {
namespace {

using base::v1::TxBody;
using test::ByteDice;

using KeysOfParties = std::map<std::uint64_t, std::vector<crypto::Ed25519Key>>;

constexpr std::size_t kMostMembers = 4;
constexpr std::size_t kMostBytes = 65'536;
constexpr std::size_t kAsItIs = 128;
constexpr std::int64_t kSteps[] = {1, kSecondNs, 61 * kSecondNs, 4 * kDayNs};

// With all keys of the party that it names; the registrar's for what names none.
Bytes sign(BytesView body, const KeysOfParties& keys) {
  TxBody read;
  const bool whole = read.ParseFromArray(body.data(), static_cast<int>(body.size()));
  const auto found = keys.find(whole ? read.party() : 1);
  auto signers = found == keys.end() ? keys.at(1) : found->second;
  std::ranges::sort(signers, {}, &crypto::Ed25519Key::public_key);
  signers.resize(std::min<std::size_t>(signers.size(), 16), signers[0]);
  const std::string network = WholeState::get().engine().form().network_id;
  const Bytes message = crypto::signed_message(network, crypto::sha256(body));
  base::v1::SignedTx signed_tx;
  signed_tx.set_body(Bytes(body));
  for (const auto& signer : signers) {
    auto& auth = *signed_tx.add_auth()->mutable_ed25519();
    auth.set_public_key(Bytes(view(signer.public_key())));
    auth.set_signature(Bytes(view(signer.sign(message))));
  }
  return signed_tx.SerializeAsString();
}

Bytes rewritten(const Bytes& body) {
  TxBody read;
  return read.ParseFromString(body) ? read.SerializeAsString() : body;
}

void make_block(ByteDice& dice, engine::BlockInput& block) {
  const auto& engine = WholeState::get().engine();
  const std::size_t how = dice.byte();
  block.time_ns = engine.head().time_ns + kSteps[how % std::size(kSteps)];
  const auto keys = WholeState::get().keys();
  std::vector<Bytes> signed_txs;
  do {
    const std::size_t size = dice.below(kMostBytes);
    const Bytes body = dice.bytes(std::min(size, dice.rest().size()));
    signed_txs.push_back(sign(how < kAsItIs ? rewritten(body) : body, keys));
  } while (dice.one_in(2) && !dice.empty() && signed_txs.size() < kMostMembers);
  const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
  block.members = engine::prepare(views, engine.form());
  for (const auto& member : block.members)
    ASTYQ_CHECK(member.fault != Refusal(base::v1::WRONG_SIGNATURE));
}

void attempt(BytesView input) {
  ByteDice dice(input);
  WholeState::get().try_blocks([&](engine::BlockInput& block) {
    if (dice.empty()) return false;
    make_block(dice, block);
    return true;
  });
}

Bytes body_of(ByteDice& dice, std::uint64_t number) {
  const auto& known = WholeState::get().known();
  TxBody body;
  const bool official = dice.one_in(2);
  body.set_party(official ? 1 : 1 + dice.below(known.last_ids.at("parties")));
  body.set_valid_until(known.now_ns + 30 * kSecondNs);
  Bytes id(8, 'q');
  append_u64(id, number);
  body.set_id(id);
  test::OperationMaker maker(dice, known);
  for (std::size_t count = 1 + dice.below(3); count > 0; --count)
    *body.add_operations() = maker.operation(official);
  return body.SerializeAsString();
}

// Up to six transactions in a row, of all verbs.
std::vector<Bytes> seeds() {
  std::vector<Bytes> made;
  std::uint64_t number = 0;
  while (made.size() < 64) {
    Bytes seed;
    bool begins = true;
    for (std::size_t count = 1 + made.size() % 6; count > 0; --count) {
      Bytes chance;
      for (int part = 0; part < 8; ++part) {
        const Hash more = crypto::sha256("sequence " + std::to_string(++number));
        chance += view(more);
      }
      ByteDice dice(chance);
      const Bytes body = body_of(dice, number);
      ASTYQ_CHECK(body.size() < kMostBytes);
      if (begins) seed += static_cast<char>(number % std::size(kSteps));
      seed += static_cast<char>(body.size() >> 8);
      seed += static_cast<char>(body.size());
      begins = count % 3 == 0;
      seed += body + (begins ? '\0' : '\1');
    }
    made.push_back(seed);
  }
  return made;
}

}  // namespace

Target sequence() {
  return {"sequence", attempt, seeds};
}

}  // namespace astyq::fuzz
