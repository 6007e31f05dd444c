// SPDX-License-Identifier: Apache-2.0
#include "engine/execute.h"

#include <gtest/gtest.h>

#include <random>

#include "authority/handlers.gen.h"
#include "identity/handlers.gen.h"
#include "ledger/permission.h"
#include "modules/authority/authority.h"
#include "modules/identity/identity.h"
#include "support/authority_story.h"
#include "wire/ids.h"

namespace astyq::engine {
namespace {

using identity::v1::SetThreshold;
using test::Chain;
using Operations = std::vector<base::v1::Operation>;

constexpr const char* kRegister = "identity.register";

base::v1::Operation registration(Chain& chain) {
  return verbs::RegisterParty{.kind = identity::v1::LEGAL_ENTITY,
                              .bin = chain.new_bin(),
                              .name = "Made in a batch",
                              .key = chain.new_key_message(*chain.new_key())}
      .operation();
}
base::v1::Operation grant_to(std::uint64_t party) {
  return verbs::GrantPermission{.party = party, .permission = kRegister}.operation();
}
base::v1::Operation good() {
  return verbs::SetThreshold{.threshold = 1}.operation();
}
base::v1::Operation bad() {
  return verbs::SetThreshold{.threshold = 0}.operation();
}
base::v1::Operation linked(base::v1::Operation op) {
  op.set_linked(true);
  return op;
}

std::vector<Refusal> refusals(Chain& chain, const Operations& operations) {
  const auto result = chain.apply_batch(chain.registrar(), operations);
  EXPECT_EQ(result.admission, kAccepted);
  std::vector<Refusal> list;
  for (const OperationResult& op : result.operations) {
    EXPECT_TRUE(!op.refusal.refused() || (op.first_id == 0 && op.count == 0));
    list.push_back(op.refusal);
  }
  return list;
}

bool party_exists(const Chain& chain, std::uint64_t party) {
  return chain.read([&](const View& view) { return identity::exists(view, party); });
}
bool may_register(const Chain& chain, std::uint64_t party) {
  return chain.read([&](const View& view) {
    return authority::holds_permission(view, party, permission_id(kRegister));
  });
}

TEST(Execute, operations_stand_alone_unless_linked) {
  Chain chain;
  EXPECT_EQ(refusals(chain, {registration(chain), bad(), registration(chain)}),
            (std::vector<Refusal>{kAccepted, SetThreshold::NO_THRESHOLD, kAccepted}));
  EXPECT_TRUE(party_exists(chain, 2));
  EXPECT_TRUE(party_exists(chain, 3));
}

TEST(Execute, linked_group_applies_whole) {
  Chain chain;
  EXPECT_EQ(refusals(chain, {linked(registration(chain)), grant_to(wire::make_result_of(0))}),
            (std::vector<Refusal>{kAccepted, kAccepted}));
  EXPECT_TRUE(may_register(chain, 2));
}

TEST(Execute, linked_group_leaves_no_trace_when_one_is_refused) {
  Chain chain;
  const Operations operations{linked(registration(chain)), linked(bad()), good(),
                              registration(chain)};
  EXPECT_EQ(refusals(chain, operations),
            (std::vector<Refusal>{base::v1::LINKED_REFUSED, SetThreshold::NO_THRESHOLD,
                                  base::v1::LINKED_REFUSED, kAccepted}));
  // The id that the group gave out was given back with all the rest.
  EXPECT_TRUE(party_exists(chain, 2));
  EXPECT_FALSE(party_exists(chain, 3));
}

TEST(Execute, result_of_names_what_was_made) {
  Chain chain;
  const auto result = chain.apply_batch(
      chain.registrar(), {good(), registration(chain), grant_to(wire::make_result_of(1))});
  EXPECT_EQ(result.operations.at(1).first_id, 2u);
  EXPECT_EQ(result.operations.at(1).count, 1u);
  EXPECT_EQ(result.operations.at(2).refusal, kAccepted);
  EXPECT_TRUE(may_register(chain, 2));
}

// An act about a party made just before, and the freeze that cites it: two kinds of things in one
// batch.
TEST(Execute, result_of_two_tables) {
  Chain chain;
  const auto act = verbs::RecordAct{.number = "7",
                                    .document_digest = Bytes(32, 'd'),
                                    .subject = wire::make_result_of(0),
                                    .scopes = {authority::v1::FREEZE_PARTY}}
                       .operation();
  const auto freeze =
      verbs::FreezeParty{.party = wire::make_result_of(0), .act = wire::make_result_of(1)}
          .operation();
  EXPECT_EQ(refusals(chain, {registration(chain), act, freeze}),
            (std::vector<Refusal>{kAccepted, kAccepted, kAccepted}));
  const auto frozen = [](const View& view) { return identity::is_frozen(view, 2); };
  EXPECT_TRUE(chain.read(frozen));
}

TEST(Execute, result_of_nothing_is_missing) {
  Chain chain;
  const Refusal missing = base::v1::RESULT_MISSING;
  const auto name = [](std::uint32_t k, std::uint16_t i = 0) {
    return grant_to(wire::make_result_of(k, i));
  };
  // Itself, a later one, one beyond the last, and the farthest that can be written.
  EXPECT_EQ(refusals(chain, {name(0), name(2), registration(chain), name(99)}),
            (std::vector<Refusal>{missing, missing, kAccepted, missing}));
  EXPECT_EQ(refusals(chain, {grant_to(UINT64_MAX)}), (std::vector<Refusal>{missing}));
  // One that makes nothing, one that was refused, a second row where there is one.
  EXPECT_EQ(refusals(chain, {good(), name(0)}), (std::vector<Refusal>{kAccepted, missing}));
  EXPECT_EQ(refusals(chain, {bad(), name(0)}),
            (std::vector<Refusal>{SetThreshold::NO_THRESHOLD, missing}));
  EXPECT_EQ(refusals(chain, {registration(chain), name(0, 1)}),
            (std::vector<Refusal>{kAccepted, missing}));
}

TEST(Execute, result_of_another_kind_of_thing_is_missing) {
  Chain chain;
  const auto act = test::act_verb(chain.registrar()).operation();
  EXPECT_EQ(refusals(chain, {act, grant_to(wire::make_result_of(0))}),
            (std::vector<Refusal>{kAccepted, base::v1::RESULT_MISSING}));
}

TEST(Execute, result_of_a_group_that_was_undone_is_missing) {
  Chain chain;
  EXPECT_EQ(
      refusals(chain, {linked(registration(chain)), bad(), grant_to(wire::make_result_of(0))}),
      (std::vector<Refusal>{base::v1::LINKED_REFUSED, SetThreshold::NO_THRESHOLD,
                            base::v1::RESULT_MISSING}));
}

TEST(Execute, frozen_in_the_middle_of_a_transaction) {
  Chain chain;
  const auto farm = chain.company("Agro");
  const std::uint64_t act = test::act_about(chain, farm);
  const auto first =
      chain.sign(chain.body(chain.registrar(),
                            {verbs::FreezeParty{.party = farm.party, .act = act}.operation()}),
                 chain.registrar());
  const auto second = chain.sign(chain.body(farm, {good(), good()}), farm);
  const auto result = chain.block({first, second}, kSecondNs);
  // Frozen is an outcome, not a fault of admission: the id is used up.
  EXPECT_EQ(result.members[1].admission, kAccepted);
  for (const OperationResult& op : result.members[1].operations)
    EXPECT_EQ(op.refusal, base::v1::PARTY_FROZEN);
}

// Random batches against a model: a group applies when all of it would, and only applied ones leave
// parties.
TEST(Execute, property_groups) {
  Chain chain;
  std::mt19937 random(29);
  std::uint64_t parties = 1;
  for (int round = 0; round < 60; ++round) {
    Operations operations;
    std::vector<bool> fails;
    std::vector<std::size_t> group;
    std::size_t groups = 0;
    const std::size_t count = 1 + random() % 8;
    for (std::size_t i = 0; i < count; ++i) {
      fails.push_back(random() % 4 == 0);
      group.push_back(groups);
      operations.push_back(fails.back() ? bad() : registration(chain));
      const bool link = i + 1 < count && random() % 2 == 0;
      operations.back().set_linked(link);
      if (!link) ++groups;
    }
    const auto result = refusals(chain, operations);
    ASSERT_EQ(result.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      bool group_fails = false;
      for (std::size_t j = 0; j < count; ++j)
        group_fails = group_fails || (group[j] == group[i] && fails[j]);
      EXPECT_EQ(result[i].refused(), group_fails);
      if (!group_fails) ++parties;
    }
    EXPECT_TRUE(party_exists(chain, parties));
    EXPECT_FALSE(party_exists(chain, parties + 1));
  }
}

// No verb breaks its own declaration, so the change is made by hand.
TEST(Execute, only_declared_tables_change) {
  Chain chain;
  Overlay overlay(chain.engine().tree());
  View view(overlay, chain.engine().rules(), {});
  view.schedule(ledger::v1::EXPIRE_DELIVERY_OFFER, 1, 1);  // the ledger's own
  const Delta own(overlay.written_since(0));
  EXPECT_EQ(check_effects({}, own), kAccepted);
  identity::set_freeze(view, chain.registrar().party, 1);
  const Delta delta(overlay.written_since(0));
  const std::uint8_t parties[] = {identity::kPartiesTable}, another[] = {200};
  EXPECT_EQ(check_effects(parties, delta), kAccepted);
  EXPECT_EQ(check_effects({}, delta), Refusal(base::v1::EFFECT_NOT_DECLARED));
  EXPECT_EQ(check_effects(another, delta), Refusal(base::v1::EFFECT_NOT_DECLARED));
}

}  // namespace
}  // namespace astyq::engine
