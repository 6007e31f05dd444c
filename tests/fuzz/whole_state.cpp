// SPDX-License-Identifier: Apache-2.0
#include "fuzz/whole_state.h"

#include "base/check.h"
#include "identity/state.gen.h"
#include "ledger/rules.h"
#include "ledger/state.gen.h"
#include "licences/handlers.gen.h"
#include "receipts/handlers.gen.h"
#include "sim/standing.h"
#include "support/payments_story.h"
#include "wire/catalogue.h"

namespace astyq::fuzz {
namespace {

constexpr std::size_t kMostBlocks = 4;
constexpr std::uint32_t kFirstInvariant = 200;
constexpr std::uint32_t kLastInvariant = 299;

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
void check_dry_run(const engine::BlockInput& block, const engine::BlockResult& result,
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

void follow(audit::Auditor& auditor, const engine::BlockInput& block,
            const engine::BlockResult& result, const store::Tree& tree) {
  std::vector<audit::Settled> settled;
  for (std::size_t i = 0; i < block.members.size(); ++i) {
    if (result.members[i].admission.refused()) continue;
    settled.push_back({block.members[i].body, {}});
    for (const auto& op : result.members[i].operations) {
      auto& row = *settled.back().result.add_operations();
      row.set_code(op.refusal.code());
      row.set_first_id(op.first_id);
      row.set_count(op.count);
    }
  }
  ASTYQ_CHECK(!auditor.follow(settled, {result.undo, result.changes, tree}));
}

template <typename Take>
void each_key(const store::Tree& tree, Take take) {
  for (auto at = tree.lower_bound(identity::kKeys(Hash{}).key);
       at && at->first.type() == identity::kKeys.type; at = tree.upper_bound(at->first))
    take(decode_row<identity::v1::Key>(*at->second));
}

}  // namespace

WholeState::WholeState(test::Chain& chain)
    : engine_(chain.copy_engine()), auditor_(chain.auditor()) {
  known_.now_ns = chain.now_ns();
  const auto& tree = engine_.tree();
  each_key(tree, [&](const auto& key) { known_.bytes.push_back(key.public_key()); });
  for (const auto& table : wire::tables())
    if (const auto* row = tree.find(ledger::kCounters(table.type).key))
      known_.last_ids[table.name] = decode_row<ledger::v1::Counter>(*row).last_id();
  for (int i = 0; i < 3; ++i) known_.bytes.emplace_back(view(chain.new_key()->public_key()));
  for (std::uint64_t number = 1; number <= 12; ++number) {
    known_.bytes.emplace_back(8, 's');  // as the stories' sample codes
    append_u64(known_.bytes.back(), number);
  }
  known_.bytes.insert(known_.bytes.end(), {"", Bytes(32, 'd'), Bytes(16, 'i'), Bytes(33, '\2')});
  known_.texts = {"", "KZT", "010ABC10", "Silo 1", chain.new_bin(), chain.new_bin(), "Act 1"};
  for (const auto& authority : chain.genesis().authorities()) {
    known_.texts.push_back(authority.bin());
    for (const auto& permission : authority.permissions()) known_.texts.push_back(permission);
  }
  for (const auto& key : chain.keys()) made_.emplace(view(key->public_key()), *key);
}

WholeState& WholeState::get() {
  static WholeState state = [] {
    test::Chain chain;
    chain.skip_final_checks();
    test::DeliveryStory story(chain);
    make_unfinished_business(chain, story);
    // The ids of all this are forgotten, else every attempt would do it.
    chain.wait(3'600 * kSecondNs);
    return WholeState(chain);
  }();
  return state;
}

std::map<std::uint64_t, std::vector<crypto::Ed25519Key>> WholeState::keys() const {
  std::map<std::uint64_t, std::vector<crypto::Ed25519Key>> keys;
  each_key(engine_.tree(), [&](const identity::v1::Key& key) {
    const auto made = made_.find(key.public_key());
    if (key.revoked_at_ns() == 0 && made != made_.end()) keys[key.party()].push_back(made->second);
  });
  return keys;
}

engine::BlockResult WholeState::apply(const engine::BlockInput& block) {
  engine::MemberResult dry;
  if (!block.members.empty()) dry = engine_.dry_run(block.members[0], block.time_ns);
  auto result = engine_.apply_block(block);
  ASTYQ_CHECK(result.ok());
  ASTYQ_CHECK(result->members.size() == block.members.size());
  ASTYQ_CHECK(result->app_hash == engine_.tree().root());
  for (const auto& member : result->members) check_result(member);
  check_dry_run(block, *result, dry);
  return std::move(*result);
}

void WholeState::revert(std::vector<engine::BlockResult>& results) {
  for (; !results.empty(); results.pop_back()) engine_.revert(std::move(results.back().undo));
}

void WholeState::try_blocks(const Next& next) {
  const Hash root = engine_.tree().root();
  const std::uint64_t height = engine_.head().height;
  std::vector<engine::BlockInput> blocks;
  std::vector<engine::BlockResult> results;
  std::vector<Hash> roots;
  audit::Auditor auditor = auditor_;
  // After a change of rules to a version that this program does not know no block follows.
  const auto goes_on = [&] { return blocks.size() < kMostBlocks && engine_.check_version().ok(); };
  for (engine::BlockInput block; goes_on() && next(block); block = {}) {
    block.height = engine_.head().height + 1;
    results.push_back(apply(block));
    roots.push_back(results.back().app_hash);
    follow(auditor, block, results.back(), engine_.tree());
    blocks.push_back(std::move(block));
  }
  ASTYQ_CHECK(!auditor.add_up(engine_.tree()));
  ASTYQ_CHECK(sim::first_inconsistency(engine_.tree()).empty());
  revert(results);
  ASTYQ_CHECK(engine_.tree().root() == root && engine_.head().height == height);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    results.push_back(apply(blocks[i]));
    ASTYQ_CHECK(results.back().app_hash == roots[i]);
  }
  revert(results);
  ASTYQ_CHECK(engine_.tree().root() == root);
}

}  // namespace astyq::fuzz
