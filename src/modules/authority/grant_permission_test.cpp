// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "ledger/permission.h"
#include "modules/authority/authority.h"
#include "sim/book.h"
#include "support/chain.h"
#include "wire/catalogue.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::GrantPermission;

constexpr const char* kRegister = "identity.register";

verbs::GrantPermission grant_to(const test::Actor& actor, const std::string& permission) {
  return {.party = actor.party, .permission = permission};
}

// One more company, by whoever may register.
Refusal try_register(Chain& chain, const test::Actor& actor) {
  const verbs::RegisterParty verb{.kind = identity::v1::LEGAL_ENTITY,
                                  .bin = chain.new_bin(),
                                  .name = "Registered",
                                  .key = chain.new_key_message(*chain.new_key())};
  return chain.apply(actor, verb.operation()).refusal;
}

TEST(GrantPermission, story) {
  Chain chain;
  const auto branch = chain.company("Branch of the registrar");
  EXPECT_EQ(try_register(chain, branch), base::v1::NO_PERMISSION);
  chain.ok(chain.registrar(), grant_to(branch, kRegister));
  const auto row = chain.get(kGrants(branch.party, permission_id(kRegister)));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->permission(), kRegister);
  EXPECT_EQ(row->granted_by(), chain.registrar().party);
  EXPECT_EQ(try_register(chain, branch), kAccepted);
  // The genesis gave the registrar its own.
  EXPECT_EQ(chain.get(kGrants(1, permission_id(kRegister)))->granted_by(), 0u);
}

TEST(GrantPermission, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto farm = chain.company("Agro");
  chain.refuse(farm, grant_to(farm, kRegister), base::v1::NO_PERMISSION);
  chain.refuse(registrar, grant_to({999, nullptr}, kRegister), base::v1::NAMED_PARTY_MISSING);
  chain.refuse(registrar, grant_to({0, nullptr}, "no.such"), GrantPermission::NO_PARTY);
  chain.refuse(registrar, grant_to(farm, "no.such"), GrantPermission::NO_SUCH_PERMISSION);
  chain.refuse(registrar, grant_to(farm, ""), GrantPermission::NO_SUCH_PERMISSION);
  chain.refuse(registrar, grant_to(registrar, kRegister), GrantPermission::ALREADY_GRANTED);
  chain.ok(registrar, grant_to(farm, kRegister));
  chain.refuse(registrar, grant_to(farm, kRegister), GrantPermission::ALREADY_GRANTED);
}

// Each permission that any verb needs can be granted, gives just itself, and lets no other verb
// through.
TEST(GrantPermission, property_each_permission_stands_alone) {
  Chain chain;
  std::set<std::string> permissions;
  for (const wire::VerbEntry& verb : wire::verbs())
    if (!verb.permission.empty()) permissions.insert(verb.permission);
  ASSERT_GE(permissions.size(), 6u);
  const auto farm = chain.company("Agro");
  std::set<std::string> granted;
  for (const std::string& permission : permissions) {
    chain.ok(chain.registrar(), grant_to(farm, permission));
    granted.insert(permission);
    for (const std::string& each : permissions) {
      const bool holds = chain.read([&](const View& view) {
        return holds_permission(view, farm.party, permission_id(each));
      });
      EXPECT_EQ(holds, granted.contains(each)) << each;
    }
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::GrantPermission>([](sim::World& world, auto& draft) {
      const auto& permission = world.dice.pick(world.permissions);
      draft = {world.granted("authority.grant"), {world.not_granted(permission), permission}};
      return draft.verb.party != 0;
    })
        .refuses(GrantPermission::NO_PARTY, [](sim::World&, auto& draft) { draft.verb.party = 0; })
        .refuses(GrantPermission::NO_SUCH_PERMISSION,
                 [](sim::World&, auto& draft) { draft.verb.permission = "grain.conjure"; })
        .refuses(GrantPermission::ALREADY_GRANTED,
                 [](sim::World&, auto& draft) { draft.verb.party = sim::kRegistrar; });

}  // namespace
}  // namespace astyq::authority
