// SPDX-License-Identifier: Apache-2.0
#include "authority/handlers.gen.h"
#include "sim/book.h"

namespace astyq::sim {
namespace {

using authority::v1::ChangeRules;
using authority::v1::FreezeParty;
using authority::v1::GrantPermission;
using authority::v1::RecordAct;
using authority::v1::ReleaseParty;
using authority::v1::WithdrawPermission;

std::uint32_t some(World& world, std::uint32_t least, std::uint32_t most) {
  return static_cast<std::uint32_t>(world.dice.between(least, most));
}

// Rules under which the run goes on well; now and then a block has hardly any room.
Rules some_rules(World& world) {
  Rules rules = world.chain.genesis().rules();
  rules.set_max_transaction_bytes(some(world, 48, 256) * 1'024);
  rules.set_max_operations_per_transaction(some(world, 20, 60));
  rules.set_max_operations_per_block(world.dice.percent(5) ? some(world, 60, 80) : 50'000);
  rules.set_outage_step_s(some(world, 50'000, 86'400));
  rules.set_offer_days(some(world, 1, 2));
  rules.set_max_parts(some(world, 8, 30));
  rules.set_max_keys_per_party(some(world, 2, 5));
  rules.set_max_bins_per_elevator(some(world, 8, 100));
  return rules;
}

void write_rules(Book& book) {
  Page<verbs::ChangeRules>(book,
                           [](World& world, auto& draft) {
                             draft = {world.granted("authority.rules"), {some_rules(world)}};
                           })
      .refuses(ChangeRules::RULE_OUT_OF_BOUNDS,
               [](World&, auto& draft) { draft.verb.rules.set_max_parts(1); })
      .refuses(ChangeRules::RULES_CONTRADICT,
               [](World&, auto& draft) { draft.verb.rules.set_max_operations_per_block(10); });
}

void write_grants(Book& book) {
  const auto granter = [](World& world) { return world.granted("authority.grant"); };
  Page<verbs::GrantPermission>(book,
                               [granter](World& world, auto& draft) {
                                 const auto& permission = world.dice.pick(world.permissions);
                                 draft = {granter(world),
                                          {world.not_granted(permission), permission}};
                                 return draft.verb.party != 0;
                               })
      .refuses(GrantPermission::NO_PARTY, [](World&, auto& draft) { draft.verb.party = 0; })
      .refuses(GrantPermission::NO_SUCH_PERMISSION,
               [](World&, auto& draft) { draft.verb.permission = "grain.conjure"; })
      .refuses(GrantPermission::ALREADY_GRANTED,
               [](World&, auto& draft) { draft.verb.party = kRegistrar; });
  Page<verbs::WithdrawPermission>(
      book,
      [granter](World& world, auto& draft) {
        const auto* grant = world.grants.pick_entry(
            world.dice, [](const auto& entry) { return entry.first.first != kRegistrar; });
        if (grant == nullptr) return false;
        draft = {granter(world), {grant->first.first, grant->second.permission()}};
        return draft.party != draft.verb.party;
      })
      .refuses(WithdrawPermission::NO_PARTY, [](World&, auto& draft) { draft.verb.party = 0; })
      .refuses(WithdrawPermission::NOT_GRANTED,
               [](World&, auto& draft) { draft.verb.permission = "grain.conjure"; })
      .refuses(WithdrawPermission::OWN_GRANT,
               [](World&, auto& draft) { draft = {kRegistrar, {kRegistrar, "authority.grant"}}; });
}

void write_acts(Book& book) {
  Page<verbs::RecordAct>(book,
                         [](World& world, auto& draft) {
                           draft = {world.granted("authority.act"),
                                    {.number = "2-145/26",
                                     .document_digest = world.dice.bytes(32),
                                     .subject = world.dice.pick(world.traders),
                                     .expires_at_ns = 0}};
                           if (world.dice.percent(30))
                             draft.verb.expires_at_ns =
                                 world.time_ns() +
                                 static_cast<std::int64_t>(world.dice.between(1, 4 * kDayNs));
                         })
      .refuses(RecordAct::NO_NUMBER, [](World&, auto& draft) { draft.verb.number.clear(); })
      .refuses(RecordAct::NO_SUBJECT, [](World&, auto& draft) { draft.verb.subject = 0; })
      .refuses(RecordAct::ALREADY_EXPIRED, [](World& world, auto& draft) {
        draft.verb.expires_at_ns = world.dice.percent(50) ? world.time_ns() : -1;
      });
}

void write_freezes(Book& book) {
  // A tenth of the traders at most lie frozen, so that trade goes on.
  Page<verbs::FreezeParty>(book,
                           [](World& world, auto& draft) {
                             draft.party = world.granted("authority.freeze");
                             draft.verb.party = world.trader();
                             draft.verb.act = world.act_about(draft.verb.party);
                             std::size_t frozen = 0;
                             for (const std::uint64_t party : world.traders)
                               frozen += world.is_frozen(party);
                             return draft.party != draft.verb.party && draft.verb.act != 0 &&
                                    frozen < 3 && !world.is_frozen(draft.verb.party);
                           })
      .refuses(FreezeParty::NO_PARTY, [](World&, auto& draft) { draft.verb.party = 0; })
      .refuses(FreezeParty::OWN_PARTY, [](World&, auto& draft) { draft.verb.party = draft.party; })
      .refuses(
          FreezeParty::ACT_DOES_NOT_COVER,
          [](World& world, auto& draft) { draft.verb.act = world.act_not_about(draft.verb.party); })
      .refuses_instead(FreezeParty::ALREADY_FROZEN, [](World& world, auto& draft) {
        const std::uint64_t party = world.dice.pick(world.traders);
        draft = {kRegistrar, {party, world.act_about(party)}};
        return world.is_frozen(party) && draft.verb.act != 0;
      });
  Page<verbs::ReleaseParty>(
      book,
      [](World& world, auto& draft) {
        draft.party = world.granted("authority.freeze");
        const std::uint64_t party = world.dice.pick(world.traders);
        draft.verb = {party, world.act_about(party, world.parties.find(party)->frozen_by_act())};
        return world.is_frozen(party) && draft.verb.act != 0;
      })
      .refuses(ReleaseParty::NO_PARTY, [](World&, auto& draft) { draft.verb.party = 0; })
      .refuses(
          ReleaseParty::ACT_DOES_NOT_COVER,
          [](World& world, auto& draft) { draft.verb.act = world.act_not_about(draft.verb.party); })
      .refuses_instead(ReleaseParty::NOT_FROZEN,
                       [](World& world, auto& draft) {
                         const std::uint64_t party = world.trader();
                         draft = {kRegistrar, {party, world.act_about(party)}};
                         return !world.is_frozen(party) && draft.verb.act != 0;
                       })
      .refuses(ReleaseParty::SAME_ACT, [](World& world, auto& draft) {
        draft.verb.act = world.parties.find(draft.verb.party)->frozen_by_act();
        const std::int64_t expires_at_ns = world.acts.find(draft.verb.act)->expires_at_ns();
        return expires_at_ns == 0 || expires_at_ns > world.time_ns();
      });
}

}  // namespace

void write_authority(Book& book) {
  write_rules(book);
  write_grants(book);
  write_acts(book);
  write_freezes(book);
}

}  // namespace astyq::sim
