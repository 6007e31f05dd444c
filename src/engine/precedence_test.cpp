// SPDX-License-Identifier: Apache-2.0
// One transaction may have many faults; which one is named is part of the rules, since an outcome
// is committed to and a fault of admission is not. The order is that of base.v1.Common.
#include <gtest/gtest.h>

#include "astyq/base/v1/refusal.pb.h"
#include "support/authority_story.h"
#include "support/identity_story.h"
#include "wire/ids.h"
#include "wire/signing.h"

namespace astyq::engine {
namespace {

using test::Chain;
using test::Keys;
using Operations = std::vector<base::v1::Operation>;
using Names = std::vector<std::string>;

constexpr std::uint64_t kNobody = 999;
constexpr std::uint32_t kMostOperations = 2;

// Refused by its own check, so that it changes nothing but is an outcome.
base::v1::Operation harmless(bool linked = false) {
  auto op = verbs::SetThreshold{.threshold = 0}.operation();
  op.set_linked(linked);
  return op;
}

// The names of base.v1.Common as they are written down, from one to another.
Names declared(base::v1::Common first, base::v1::Common last) {
  const auto* values = base::v1::Common_descriptor();
  Names names;
  for (int i = values->FindValueByNumber(first)->index();
       i <= values->FindValueByNumber(last)->index(); ++i)
    names.push_back(values->value(i)->name());
  return names;
}

std::string name_of(Refusal refusal) {
  return base::v1::Common_Name(static_cast<base::v1::Common>(refusal.code()));
}

// A company two of whose keys must sign together, and a key that is nobody's.
struct Precedence : testing::Test {
  Chain chain;
  test::Officers farm = test::officers(chain, 2, 2);
  Keys strangers{chain.new_key(), chain.new_key()};

  Precedence() {
    Rules rules = chain.engine().rules();
    rules.set_max_operations_per_transaction(kMostOperations);
    rules.set_max_operations_per_block(kMostOperations);
    chain.ok(chain.registrar(), verbs::ChangeRules{.rules = rules});
  }
  base::v1::TxBody body(std::uint64_t party, Operations operations) {
    return chain.body({party, nullptr}, std::move(operations));
  }
  Bytes signed_for(const std::string& network, const base::v1::TxBody& body, const Keys& keys) {
    std::vector<crypto::Ed25519Key> copies;
    for (const auto& key : keys) copies.push_back(*key);
    return wire::sign_transaction(body, network, copies);
  }
  static Bytes changed(const Bytes& signed_tx, void (*change)(base::v1::SignedTx&)) {
    base::v1::SignedTx message;
    EXPECT_TRUE(message.ParseFromString(signed_tx));
    change(message);
    return message.SerializeAsString();
  }
  Bytes unsigned_tx(const base::v1::TxBody& body) {
    return changed(chain.sign_with(body, strangers), [](auto& message) { message.clear_auth(); });
  }
  // In a block that another transaction has filled before.
  std::string admission(const Bytes& signed_tx) {
    const Operations all(kMostOperations, harmless());
    const auto& registrar = chain.registrar();
    const auto filler = chain.sign(chain.body(registrar, all), registrar);
    const auto result = chain.block({filler, signed_tx}, 1);
    EXPECT_EQ(result.members.at(0).admission, kAccepted);
    return name_of(result.members.at(1).admission);
  }
};

// Each transaction has the fault that is named and as many of those after it as go together.
TEST_F(Precedence, of_admission) {
  Names met;
  const auto meet = [&](const Bytes& signed_tx) { met.push_back(admission(signed_tx)); };
  auto applied = body(farm.company.party, {harmless()});
  ASSERT_EQ(chain.apply_signed(chain.sign_with(applied, farm.keys)).admission, kAccepted);
  auto used = body(farm.company.party, {harmless()});
  used.mutable_sequence()->set_public_key(Bytes(view(farm.keys[0]->public_key())));
  used.mutable_sequence()->set_number(1);
  ASSERT_EQ(chain.apply_signed(chain.sign_with(used, farm.keys)).admission, kAccepted);

  meet(Bytes(chain.engine().rules().max_transaction_bytes() + 1, 'x'));
  meet(Bytes("not a transaction"));
  auto nobodys = body(kNobody, {});
  nobodys.set_valid_until(1);
  meet(unsigned_tx(nobodys));
  for (std::uint32_t i = 0; i <= kMostOperations; ++i) *nobodys.add_operations() = harmless(true);
  meet(unsigned_tx(nobodys));
  nobodys.mutable_operations(kMostOperations)->set_linked(false);
  meet(unsigned_tx(nobodys));
  const Bytes for_another = signed_for("astyq-other", nobodys, strangers);
  meet(changed(for_another, [](auto& message) { message.mutable_auth()->SwapElements(0, 1); }));
  meet(for_another);
  meet(chain.sign_with(nobodys, strangers));
  applied.set_valid_until(1);
  meet(chain.sign_with(applied, strangers));
  applied.set_valid_until(chain.now_ns() + kDayNs);
  meet(chain.sign_with(applied, strangers));
  applied.set_valid_until(chain.now_ns() + 30 * kSecondNs);
  meet(chain.sign_with(applied, strangers));
  meet(chain.sign_with(used, strangers));
  meet(chain.sign_with(body(kNobody, {harmless()}), strangers));
  meet(chain.sign_with(body(farm.company.party, {harmless()}), {strangers[0]}));
  meet(chain.sign_with(body(farm.company.party, {harmless()}), {farm.keys[0]}));
  meet(chain.sign_with(body(farm.company.party, {harmless()}), farm.keys));
  EXPECT_EQ(met, declared(base::v1::TOO_LARGE, base::v1::BLOCK_FULL));
}

// A frozen company without any permission, then one that is not frozen.
TEST_F(Precedence, of_outcomes) {
  const auto frozen = chain.company("Frozen"), free = chain.company("Free");
  const std::uint64_t missing = wire::make_result_of(9);
  const auto grant = verbs::GrantPermission{.party = missing, .permission = "none"}.operation();
  const auto pay_nothing = [](std::uint64_t asset, std::uint64_t to) {
    return verbs::Transfer{.asset = asset, .to = to, .amount = 0}.operation();
  };
  const std::uint64_t act = test::act_about(chain, frozen);
  Names met{
      name_of(chain.apply_batch(free, {harmless(true), grant}).operations.at(1).refusal),
  };
  chain.ok(chain.registrar(), verbs::FreezeParty{.party = frozen.party, .act = act});
  met.push_back(name_of(chain.apply(frozen, grant).refusal));
  met.push_back(name_of(chain.apply(frozen, pay_nothing(missing, kNobody)).refusal));
  met.push_back(name_of(chain.apply(free, pay_nothing(missing, kNobody)).refusal));
  met.push_back(name_of(chain.apply(free, pay_nothing(1, kNobody)).refusal));
  EXPECT_EQ(met, declared(base::v1::LINKED_REFUSED, base::v1::NAMED_PARTY_MISSING));
  // Only then does the verb itself look.
  EXPECT_GT(chain.apply(free, pay_nothing(1, frozen.party)).refusal.code(), 1'000u);
}

}  // namespace
}  // namespace astyq::engine
