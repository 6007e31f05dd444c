// SPDX-License-Identifier: Apache-2.0
#include "identity/handlers.gen.h"
#include "sim/book.h"

namespace astyq::sim {
namespace {

using identity::v1::AddKey;
using identity::v1::RegisterParty;
using identity::v1::RevokeKey;
using identity::v1::RotateKey;
using identity::v1::SetThreshold;

bool fiddler_with(World& world, std::uint64_t& party, auto fits) {
  for (int tries = 0; tries < 20; ++tries) {
    party = world.fiddler();
    const auto* row = world.parties.find(party);
    if (row != nullptr && row->frozen_by_act() == 0 && fits(*row)) return true;
  }
  return false;
}

bool any_fiddler(World& world, std::uint64_t& party) {
  return fiddler_with(world, party, [](const auto&) { return true; });
}

identity::v1::NewKey key_in_use(World& world) {
  identity::v1::NewKey key = world.new_key();
  key.set_public_key(world.keys_of(kRegistrar).front());
  return key;
}

void write_register_party(Book& book) {
  const auto company = [](World& world, auto& draft) {
    draft = {world.granted("identity.register"),
             {.kind = identity::v1::LEGAL_ENTITY,
              .bin = world.chain.new_bin(),
              .name = "Newcomer",
              .key = world.new_key()}};
  };
  Page<verbs::RegisterParty>(book,
                             [company](World& world, auto& draft) {
                               company(world, draft);
                               if (world.dice.percent(60)) return;
                               draft.verb.kind = identity::v1::NATURAL_PERSON;
                               draft.verb.bin.clear();
                               draft.verb.name.clear();
                               draft.verb.commitment = world.dice.bytes(32);
                               draft.verb.uniqueness_tag = world.dice.bytes(32);
                             })
      .refuses(RegisterParty::NO_KIND,
               [](World&, auto& draft) { draft.verb.kind = identity::v1::PARTY_KIND_UNSPECIFIED; })
      .refuses_instead(RegisterParty::WRONG_BIN,
                       [company](World& world, auto& draft) {
                         company(world, draft);
                         draft.verb.bin[11] = draft.verb.bin[11] == '0' ? '1' : '0';
                       })
      .refuses_instead(RegisterParty::NO_NAME,
                       [company](World& world, auto& draft) {
                         company(world, draft);
                         draft.verb.name.clear();
                       })
      .refuses_instead(RegisterParty::PERSONAL_DATA,
                       [company](World& world, auto& draft) {
                         company(world, draft);
                         draft.verb.commitment = world.dice.bytes(32);
                       })
      .refuses(RegisterParty::WRONG_KEY,
               [](World&, auto& draft) { draft.verb.key.mutable_public_key()->pop_back(); })
      .refuses_instead(RegisterParty::ALREADY_REGISTERED,
                       [company](World& world, auto& draft) {
                         company(world, draft);
                         draft.verb.bin = world.parties.find(kRegistrar)->bin();
                       })
      .refuses(RegisterParty::KEY_IN_USE,
               [](World& world, auto& draft) { draft.verb.key = key_in_use(world); });
}

void write_keys(Book& book) {
  Page<verbs::AddKey>(book,
                      [](World& world, auto& draft) {
                        draft.verb.key = world.new_key();
                        return fiddler_with(world, draft.party, [&](const auto& row) {
                          return row.active_keys() < world.rules().max_keys_per_party();
                        });
                      })
      .refuses(AddKey::WRONG_KEY,
               [](World&, auto& draft) { draft.verb.key.set_origin("https://example.kz"); })
      .refuses_instead(AddKey::TOO_MANY_KEYS,
                       [](World& world, auto& draft) {
                         draft.verb.key = world.new_key();
                         return fiddler_with(world, draft.party, [&](const auto& row) {
                           return row.active_keys() >= world.rules().max_keys_per_party();
                         });
                       })
      .refuses(AddKey::KEY_IN_USE,
               [](World& world, auto& draft) { draft.verb.key = key_in_use(world); });
  Page<verbs::RotateKey>(book,
                         [](World& world, auto& draft) {
                           if (!any_fiddler(world, draft.party)) return false;
                           draft.verb = {world.dice.pick(world.keys_of(draft.party)),
                                         world.new_key()};
                           return true;
                         })
      .refuses(RotateKey::WRONG_KEY,
               [](World&, auto& draft) { draft.verb.new_key.mutable_public_key()->pop_back(); })
      .refuses(RotateKey::NO_SUCH_KEY,
               [](World& world, auto& draft) {
                 draft.verb.old_public_key = world.keys_of(kRegistrar).front();
               })
      .refuses(RotateKey::KEY_IN_USE,
               [](World& world, auto& draft) { draft.verb.new_key = key_in_use(world); });
  Page<verbs::RevokeKey>(book,
                         [](World& world, auto& draft) {
                           if (!fiddler_with(world, draft.party, [](const auto& row) {
                                 return row.active_keys() > row.threshold();
                               }))
                             return false;
                           draft.verb.public_key = world.dice.pick(world.keys_of(draft.party));
                           return true;
                         })
      .refuses(RevokeKey::NO_SUCH_KEY,
               [](World& world, auto& draft) { draft.verb.public_key = world.dice.bytes(32); })
      .refuses_instead(RevokeKey::TOO_FEW_LEFT, [](World& world, auto& draft) {
        if (!fiddler_with(world, draft.party,
                          [](const auto& row) { return row.active_keys() == row.threshold(); }))
          return false;
        draft.verb.public_key = world.dice.pick(world.keys_of(draft.party));
        return true;
      });
}

void write_threshold(Book& book) {
  Page<verbs::SetThreshold>(
      book,
      [](World& world, auto& draft) {
        if (!fiddler_with(world, draft.party, [](const auto& row) {
              return row.kind() != identity::v1::NATURAL_PERSON;
            }))
          return false;
        const auto& row = *world.parties.find(draft.party);
        draft.verb.threshold = static_cast<std::uint32_t>(world.dice.between(1, row.active_keys()));
        return true;
      })
      .refuses(SetThreshold::NO_THRESHOLD, [](World&, auto& draft) { draft.verb.threshold = 0; })
      .refuses_instead(SetThreshold::PERSON_SIGNS_ALONE,
                       [](World& world, auto& draft) {
                         draft.verb.threshold = 2;
                         return fiddler_with(world, draft.party, [](const auto& row) {
                           return row.kind() == identity::v1::NATURAL_PERSON;
                         });
                       })
      .refuses(SetThreshold::MORE_THAN_KEYS,
               [](World&, auto& draft) { draft.verb.threshold = 17; });
}

}  // namespace

void write_identity(Book& book) {
  write_register_party(book);
  write_keys(book);
  write_threshold(book);
}

}  // namespace astyq::sim
