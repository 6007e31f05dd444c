// SPDX-License-Identifier: Apache-2.0
// Whatever is asked of the engine: no invariant trips, the books add up, the same blocks give the
// same roots again, and the undo of each gives back the state before it.
#include <map>

#include "crypto/sha256.h"
#include "engine/engine.h"
#include "fuzz/targets/targets.h"
#include "identity/state.gen.h"
#include "ledger/rules.h"
#include "ledger/state.gen.h"
#include "licences/handlers.gen.h"
#include "receipts/handlers.gen.h"
#include "sim/auditor.h"
#include "support/byte_dice.h"
#include "support/chain.h"
#include "support/operation_maker.h"
#include "support/payments_story.h"
#include "wire/canonical.h"
#include "wire/catalogue.h"

namespace astyq::fuzz {
namespace {

using engine::BlockInput;
using engine::Member;
using test::ByteDice;

constexpr std::size_t kMostBlocks = 4;
constexpr std::size_t kMostMembers = 4;
constexpr std::size_t kMostOperations = 4;
constexpr std::uint32_t kFirstInvariant = 200;
constexpr std::uint32_t kLastInvariant = 299;

// A state with something of everything, that every attempt begins from.
struct World {
  engine::Engine engine;
  test::OperationMaker::Known known;
};

void make_unfinished_business(test::Chain& chain, test::DeliveryStory& story) {
  auto& grain = story.pools().elevator();
  const auto& farmer = story.farmer();
  grain.open(grain.ticket(farmer));
  const auto ticket = grain.ticket(farmer);
  grain.weighed(ticket, 20'000);
  chain.ok(grain.laboratory(), grain.analysis(ticket));
  for (const std::uint64_t kg : {12'000, 25'000}) {
    const std::uint64_t batch = grain.deliver(farmer, {.kg = kg}).batch;
    const auto proposal = chain.ok(
        grain.elevator_operator(),
        verbs::ProposeReceipts{
            .batch = batch, .receipts_kg = {kg}, .paid_until_ns = chain.now_ns() + 90 * kDayNs});
    if (kg == 12'000) chain.ok(farmer, verbs::CountersignProposal{proposal});
  }
  grain.deliver(grain.elevator_operator(), {.kg = 37'000});
  const std::uint64_t blocked = story.pools().receipt(farmer, 20'000);
  const std::uint64_t act = grain.record_act(farmer);
  chain.ok(chain.registrar(), verbs::BlockReceipt{blocked, act});
  const std::uint64_t offered = story.pools().receipt(farmer, 30'000);
  chain.ok(farmer, verbs::OfferReceipt{.receipt = offered,
                                       .buyer = story.mill().party,
                                       .money_asset = story.money(),
                                       .price_tiyn = 1'700'000'00});
  chain.ok(farmer, story.tokens_offer(20'000'000));
  story.pools().receipt(story.mill(), 100);
  chain.person();
}

World make_world() {
  test::Chain chain;
  chain.skip_final_checks();
  test::DeliveryStory story(chain);
  make_unfinished_business(chain, story);
  // The ids of all this are forgotten, else every attempt would do it.
  chain.wait(3'600 * kSecondNs);
  World world{chain.copy_engine(), {}};
  auto& known = world.known;
  known.now_ns = chain.now_ns();
  const auto& tree = world.engine.tree();
  for (auto at = tree.lower_bound(identity::kKeys(Hash{}).key);
       at && at->first.type() == identity::kKeys.type; at = tree.upper_bound(at->first))
    known.bytes.push_back(decode_row<identity::v1::Key>(*at->second).public_key());
  for (const auto& table : wire::tables())
    if (const auto* row = tree.find(ledger::kCounters(table.type).key))
      known.last_ids[table.name] = decode_row<ledger::v1::Counter>(*row).last_id();
  for (int i = 0; i < 3; ++i) known.bytes.emplace_back(view(chain.new_key()->public_key()));
  for (std::uint64_t number = 1; number <= 12; ++number) {
    known.bytes.emplace_back(8, 's');  // as the stories' sample codes
    append_u64(known.bytes.back(), number);
  }
  known.bytes.insert(known.bytes.end(), {"", Bytes(32, 'd'), Bytes(16, 'i'), Bytes(33, '\2')});
  known.texts = {"", "KZT", "010ABC10", "Silo 1", chain.new_bin(), chain.new_bin(), "Act 1"};
  for (const auto& authority : chain.genesis().authorities()) {
    known.texts.push_back(authority.bin());
    for (const auto& permission : authority.permissions()) known.texts.push_back(permission);
  }
  return world;
}

World& world() {
  static World made = make_world();
  return made;
}

SignatureKind kind_of(identity::v1::KeyKind kind) {
  if (kind == identity::v1::P256) return SignatureKind::kP256;
  return kind == identity::v1::PASSKEY ? SignatureKind::kPasskey : SignatureKind::kEd25519;
}

using Signers = std::map<std::uint64_t, std::vector<Signer>>;

// All active keys of each party.
Signers all_signers() {
  Signers signers;
  const auto& tree = world().engine.tree();
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
  body.set_party(official ? 1 : 1 + dice.below(world().known.last_ids.at("parties")));
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
  test::OperationMaker maker(dice, world().known);
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

BlockInput make_block(ByteDice& dice) {
  static constexpr std::int64_t kSteps[] = {1,      kSecondNs,  61 * kSecondNs, 599 * kSecondNs,
                                            kDayNs, 4 * kDayNs, kSecondNs,      kSecondNs};
  const auto& head = world().engine.head();
  BlockInput block;
  block.height = head.height + 1;
  block.time_ns = head.time_ns + dice.pick(std::span(kSteps));
  Signers signers = all_signers();
  for (std::size_t count = 1 + dice.below(kMostMembers); count > 0; --count)
    if (auto member = make_member(dice, block.time_ns, count, signers))
      block.members.push_back(std::move(*member));
  return block;
}

void check_result(const engine::MemberResult& member) {
  for (const auto& op : member.operations) {
    const std::uint32_t code = op.refusal.code();
    ASTYQ_CHECK(code < kFirstInvariant || code > kLastInvariant);
    ASTYQ_CHECK(op.refusal != Refusal(base::v1::EFFECT_NOT_DECLARED));
    ASTYQ_CHECK(!op.wrote_before_refusing);
    ASTYQ_CHECK(!op.refusal.refused() || (op.first_id == 0 && op.count == 0));
  }
}

// A dry run tells what the block will.
void check_dry_run(const BlockInput& block, const engine::BlockResult& result,
                   const engine::MemberResult& dry) {
  if (block.members.empty()) return;
  const auto& real = result.members[0];
  ASTYQ_CHECK(dry.admission == real.admission);
  ASTYQ_CHECK(dry.operations.size() == real.operations.size());
  for (std::size_t i = 0; i < dry.operations.size(); ++i) {
    ASTYQ_CHECK(dry.operations[i].refusal == real.operations[i].refusal);
    ASTYQ_CHECK(dry.operations[i].first_id == real.operations[i].first_id);
  }
}

engine::BlockResult apply(const BlockInput& block) {
  engine::MemberResult dry;
  if (!block.members.empty()) dry = world().engine.dry_run(block.members[0], block.time_ns);
  auto result = world().engine.apply_block(block);
  ASTYQ_CHECK(result.ok());
  ASTYQ_CHECK(result->members.size() == block.members.size());
  ASTYQ_CHECK(result->app_hash == world().engine.tree().root());
  for (const auto& member : result->members) check_result(member);
  check_dry_run(block, *result, dry);
  return std::move(*result);
}

// Back to before the oldest of these blocks.
void revert(std::vector<engine::BlockResult>& results) {
  for (; !results.empty(); results.pop_back())
    world().engine.revert(std::move(results.back().undo));
}

void attempt(BytesView input) {
  auto& engine = world().engine;
  const Hash root = engine.tree().root();
  const std::uint64_t height = engine.head().height;
  ByteDice dice(input);
  std::vector<BlockInput> blocks;
  std::vector<engine::BlockResult> results;
  std::vector<Hash> roots;
  while (!dice.empty() && blocks.size() < kMostBlocks) {
    blocks.push_back(make_block(dice));
    results.push_back(apply(blocks.back()));
    roots.push_back(results.back().app_hash);
  }
  ASTYQ_CHECK(sim::Auditor().audit(engine.tree()).empty());
  revert(results);
  ASTYQ_CHECK(engine.tree().root() == root && engine.head().height == height);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    results.push_back(apply(blocks[i]));
    ASTYQ_CHECK(results.back().app_hash == roots[i]);
  }
  revert(results);
  ASTYQ_CHECK(engine.tree().root() == root);
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
