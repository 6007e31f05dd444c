// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "ledger/permission.h"
#include "modules/authority/authority.h"
#include "sim/book.h"
#include "support/chain.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::WithdrawPermission;

constexpr const char* kRegister = "identity.register";

verbs::GrantPermission grant_to(const test::Actor& actor, const std::string& permission) {
  return {.party = actor.party, .permission = permission};
}

verbs::WithdrawPermission withdraw_from(const test::Actor& actor, const std::string& permission) {
  return {.party = actor.party, .permission = permission};
}

TEST(WithdrawPermission, story) {
  Chain chain;
  const auto branch = chain.company("Branch of the registrar");
  chain.ok(chain.registrar(), grant_to(branch, "authority.grant"));
  chain.ok(branch, grant_to(branch, kRegister));
  chain.ok(chain.registrar(), withdraw_from(branch, "authority.grant"));
  EXPECT_FALSE(chain.get(kGrants(branch.party, permission_id("authority.grant"))).has_value());
  EXPECT_TRUE(chain.get(kGrants(branch.party, permission_id(kRegister))).has_value());
  chain.refuse(branch, grant_to(branch, "authority.act"), base::v1::NO_PERMISSION);
  // What was withdrawn may be granted again.
  chain.ok(chain.registrar(), grant_to(branch, "authority.grant"));
  chain.ok(branch, withdraw_from(branch, kRegister));
}

TEST(WithdrawPermission, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto farm = chain.company("Agro");
  chain.refuse(farm, withdraw_from(farm, kRegister), base::v1::NO_PERMISSION);
  chain.refuse(registrar, withdraw_from({999, nullptr}, kRegister), base::v1::NAMED_PARTY_MISSING);
  chain.refuse(registrar, withdraw_from({0, nullptr}, kRegister), WithdrawPermission::NO_PARTY);
  chain.refuse(registrar, withdraw_from(farm, kRegister), WithdrawPermission::NOT_GRANTED);
  chain.refuse(registrar, withdraw_from(farm, "no.such"), WithdrawPermission::NOT_GRANTED);
  chain.refuse(registrar, withdraw_from(registrar, "authority.grant"),
               WithdrawPermission::OWN_GRANT);
}

// However three authorities withdraw authority.grant from each other and themselves, one of them
// keeps it.
TEST(WithdrawPermission, property_somebody_can_always_grant) {
  std::mt19937 random(5);
  for (int round = 0; round < 10; ++round) {
    Chain chain;
    const std::vector<test::Actor> authorities{chain.registrar(), chain.company("Second"),
                                               chain.company("Third")};
    for (std::size_t i = 1; i < authorities.size(); ++i)
      chain.ok(chain.registrar(), grant_to(authorities[i], "authority.grant"));
    for (int step = 0; step < 12; ++step) {
      const auto& one = authorities[random() % authorities.size()];
      const auto& other = authorities[random() % authorities.size()];
      const auto result = chain.apply(one, withdraw_from(other, "authority.grant").operation());
      EXPECT_TRUE(one.party != other.party || result.refusal.refused());
    }
    const auto holders =
        std::count_if(authorities.begin(), authorities.end(), [&](const test::Actor& actor) {
          return chain.get(kGrants(actor.party, permission_id("authority.grant"))).has_value();
        });
    EXPECT_GE(holders, 1);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::WithdrawPermission>([](sim::World& world, auto& draft) {
      const auto* grant = world.grants.pick_entry(
          world.dice, [](const auto& entry) { return entry.first.first != sim::kRegistrar; });
      if (grant == nullptr) return false;
      draft = {world.granted("authority.grant"), {grant->first.first, grant->second.permission()}};
      return draft.party != draft.verb.party;
    })
        .refuses(WithdrawPermission::NO_PARTY,
                 [](sim::World&, auto& draft) { draft.verb.party = 0; })
        .refuses(WithdrawPermission::NOT_GRANTED,
                 [](sim::World&, auto& draft) { draft.verb.permission = "grain.conjure"; })
        .refuses(WithdrawPermission::OWN_GRANT, [](sim::World&, auto& draft) {
          draft = {sim::kRegistrar, {sim::kRegistrar, "authority.grant"}};
        });

}  // namespace
}  // namespace astyq::authority
