// SPDX-License-Identifier: Apache-2.0
#include "licences/handlers.gen.h"
#include "sim/book.h"

namespace astyq::sim {
namespace {

using licences::v1::GrantLicence;
using licences::v1::ReinstateLicence;
using licences::v1::SuspendLicence;
using licences::v1::WithdrawLicence;

constexpr std::size_t kManyLicences = 30;
const auto kNoLicence = [](World&, auto& draft) { draft.verb.licence = kNobody; };

// A licence in this state. Those that the run lives by are touched seldom.
bool licence_with(World& world, std::uint64_t& licence, auto fits) {
  const std::size_t pillars =
      world.operators.size() + world.laboratories.size() + world.issuers.size();
  const bool spare_pillars = !world.dice.percent(15);
  const auto* entry = world.licences.pick_entry(world.dice, [&](const auto& found) {
    const licences::v1::Licence& row = found.second;
    licence = found.first.first;
    return fits(row) && (!spare_pillars || row.holder() > world.traders[pillars - 1]);
  });
  if (entry != nullptr) licence = entry->first.first;
  return entry != nullptr;
}

template <typename Verb>
bool cite_act(World& world, Verb& verb) {
  verb.act = world.act_about(world.licences.find(verb.licence)->holder());
  return verb.act != 0;
}

bool unlicensed_kind(World& world, verbs::GrantLicence& verb) {
  const auto needs = [&](const auto& parties, auto kind) {
    verb.holder = world.dice.pick(parties);
    verb.kind = kind;
    return world.current_licences.find(verb.holder, static_cast<std::uint64_t>(kind)) == nullptr ||
           (!world.is_licensed(verb.holder, kind) && world.dice.percent(20));
  };
  using namespace licences::v1;
  if (needs(world.operators, ELEVATOR) || needs(world.laboratories, LABORATORY) ||
      needs(world.issuers, MONEY_ISSUER))
    return true;
  return needs(world.traders, static_cast<LicenceKind>(world.dice.between(1, 4)));
}

void write_grant_licence(Book& book) {
  Page<verbs::GrantLicence>(
      book,
      [](World& world, auto& draft) {
        draft.party = world.granted("licences.grant");
        if (!unlicensed_kind(world, draft.verb)) return false;
        draft.verb.number = "KZ-17";
        draft.verb.valid_from_ns = world.time_ns();
        if (world.dice.percent(30))
          draft.verb.valid_to_ns =
              world.time_ns() + static_cast<std::int64_t>(world.dice.between(1, 5 * kDayNs));
        return world.parties.find(draft.verb.holder)->kind() != identity::v1::NATURAL_PERSON;
      })
      .refuses(GrantLicence::NO_HOLDER, [](World&, auto& draft) { draft.verb.holder = 0; })
      .refuses(
          GrantLicence::NO_KIND,
          [](World&, auto& draft) { draft.verb.kind = licences::v1::LICENCE_KIND_UNSPECIFIED; })
      .refuses(GrantLicence::NO_NUMBER, [](World&, auto& draft) { draft.verb.number.clear(); })
      .refuses(GrantLicence::WRONG_TERM,
               [](World& world, auto& draft) {
                 draft.verb.valid_from_ns = world.dice.percent(50) ? 0 : world.time_ns();
                 draft.verb.valid_to_ns = draft.verb.valid_from_ns;
               })
      .refuses(GrantLicence::TERM_OVER,
               [](World& world, auto& draft) {
                 draft.verb.valid_from_ns = 1;
                 draft.verb.valid_to_ns = world.time_ns();
               })
      .refuses(GrantLicence::PERSON_NOT_LICENSED,
               [](World& world, auto& draft) { draft.verb.holder = world.traders.back(); })
      .refuses(GrantLicence::ALREADY_LICENSED, [](World& world, auto& draft) {
        const auto* entry = world.licences.pick(world.dice, [&](const auto& row) {
          return world.is_licensed(row.holder(), row.kind());
        });
        if (entry == nullptr) return false;
        draft.verb.holder = entry->second.holder();
        draft.verb.kind = entry->second.kind();
        return true;
      });
}

}  // namespace

void write_licences(Book& book) {
  const auto is_active = [](const auto& row) { return row.status() == licences::v1::ACTIVE; };
  const auto is_suspended = [](const auto& row) { return row.status() == licences::v1::SUSPENDED; };
  const auto suspender = [](World& world) { return world.granted("licences.suspend"); };
  write_grant_licence(book);
  Page<verbs::SuspendLicence>(book,
                              [=](World& world, auto& draft) {
                                draft.party = suspender(world);
                                const bool any = world.dice.percent(20);
                                const auto fits = [&](const auto& row) {
                                  return is_active(row) && (any || draft.verb.licence % 3 == 0);
                                };
                                return licence_with(world, draft.verb.licence, fits) &&
                                       cite_act(world, draft.verb);
                              })
      .refuses(SuspendLicence::NO_SUCH_LICENCE, kNoLicence)
      .refuses(SuspendLicence::NOT_ACTIVE,
               [=](World& world, auto& draft) {
                 return licence_with(world, draft.verb.licence, is_suspended);
               })
      .refuses(SuspendLicence::ACT_DOES_NOT_COVER,
               [](World&, auto& draft) { draft.verb.act = kNobody; });
  Page<verbs::WithdrawLicence>(
      book,
      [=](World& world, auto& draft) {
        draft.party = suspender(world);
        // A third is left to be suspended and reinstated, unless there are many.
        const bool crowded = world.current_licences.all().size() > kManyLicences;
        const auto fits = [&](const auto& row) {
          return (is_active(row) || is_suspended(row)) && (crowded || draft.verb.licence % 3 != 0);
        };
        return licence_with(world, draft.verb.licence, fits) && cite_act(world, draft.verb);
      })
      .refuses(WithdrawLicence::NO_SUCH_LICENCE, kNoLicence)
      .refuses(WithdrawLicence::ALREADY_ENDED,
               [](World& world, auto& draft) {
                 return licence_with(world, draft.verb.licence, [](const auto& row) {
                   return row.status() == licences::v1::WITHDRAWN;
                 });
               })
      .refuses(WithdrawLicence::ACT_DOES_NOT_COVER,
               [](World&, auto& draft) { draft.verb.act = kNobody; });
  Page<verbs::ReinstateLicence>(book,
                                [=](World& world, auto& draft) {
                                  draft.party = suspender(world);
                                  const auto* entry =
                                      world.current_licences.pick(world.dice, [&](const auto& row) {
                                        return is_suspended(*world.licences.find(row.licence()));
                                      });
                                  if (entry != nullptr)
                                    draft.verb.licence = entry->second.licence();
                                  return entry != nullptr;
                                })
      .refuses(ReinstateLicence::NO_SUCH_LICENCE, kNoLicence)
      .refuses(ReinstateLicence::NOT_SUSPENDED, [=](World& world, auto& draft) {
        const auto* entry = world.licences.pick(world.dice, is_active);
        if (entry != nullptr) draft.verb.licence = entry->first.first;
        return entry != nullptr;
      });
}

}  // namespace astyq::sim
