// SPDX-License-Identifier: Apache-2.0
#include "wire/catalogue.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "astyq/base/v1/operation.pb.h"
#include "astyq/base/v1/refusal.pb.h"
#include "astyq/identity/v1/register_party.pb.h"

namespace astyq::wire {
namespace {

TEST(Catalogue, holds_every_verb_of_the_operation) {
  const auto* operation = base::v1::Operation::descriptor();
  ASSERT_EQ(verbs().size(), static_cast<std::size_t>(operation->oneof_decl(0)->field_count()));
  std::uint32_t last = 0;
  for (const VerbEntry& verb : verbs()) {
    EXPECT_GT(verb.code, last);
    last = verb.code;
    EXPECT_EQ(find_verb(verb.name), &verb);
    EXPECT_EQ(find_verb(verb.code), &verb);
    EXPECT_EQ(operation->FindFieldByName(verb.name)->message_type(), verb.message);
    EXPECT_FALSE(verb.doc.empty()) << verb.name;
    for (const std::string& effect : verb.effects) EXPECT_NE(find_table(effect), nullptr) << effect;
    if (!verb.creates.empty()) {
      ASSERT_NE(find_table(verb.creates), nullptr);
      EXPECT_TRUE(find_table(verb.creates)->numbered);
    }
  }
  EXPECT_EQ(find_verb("no_such_verb"), nullptr);
  EXPECT_EQ(find_verb(1U), nullptr);
}

TEST(Catalogue, knows_a_verb) {
  const VerbEntry* verb = find_verb("register_party");
  ASSERT_NE(verb, nullptr);
  EXPECT_EQ(verb->code, 101U);
  EXPECT_EQ(verb->module, "identity");
  EXPECT_EQ(verb->permission, "identity.register");
  EXPECT_EQ(verb->creates, "parties");
  EXPECT_EQ(verb->message, identity::v1::RegisterParty::descriptor());
}

TEST(Catalogue, knows_the_tables) {
  const TableEntry* parties = find_table("parties");
  ASSERT_NE(parties, nullptr);
  EXPECT_EQ(parties->type, 16);
  EXPECT_EQ(find_table(std::uint8_t{16}), parties);
  EXPECT_TRUE(parties->numbered);
  ASSERT_EQ(parties->key.size(), 1U);
  EXPECT_EQ(parties->key[0].name, "party");
  EXPECT_EQ(parties->key[0].kind, "u64");
  const TableEntry* jobs = find_table("due_jobs");
  ASSERT_NE(jobs, nullptr);
  EXPECT_EQ(jobs->module, "ledger");
  EXPECT_TRUE(jobs->ledger_keeps);
  EXPECT_EQ(jobs->key.size(), 3U);
  for (const TableEntry& table : tables())
    EXPECT_EQ(table.restricted != nullptr, table.message->FindFieldByName("restricted") != nullptr);
  EXPECT_EQ(find_table("no_such_table"), nullptr);
}

TEST(Catalogue, names_every_refusal_in_three_languages) {
  std::set<std::string> names;
  for (const RefusalText& refusal : refusals()) {
    EXPECT_TRUE(names.insert(refusal.name).second) << refusal.name;
    EXPECT_FALSE(refusal.en.empty() || refusal.ru.empty() || refusal.kk.empty()) << refusal.name;
    EXPECT_EQ(refusal_code(refusal.name), refusal.code);
    EXPECT_EQ(refusal_text(refusal.code).name, refusal.name);
  }
  EXPECT_EQ(refusal_text(base::v1::EXPIRED).name, "expired");
  EXPECT_EQ(refusal_text(10102).name, "register_party.wrong_bin");
  EXPECT_EQ(refusal_text(0).name, "accepted");
  EXPECT_EQ(refusal_text(99).name, "unknown_99");
  EXPECT_FALSE(refusal_text(4000000000).en.empty());
  EXPECT_EQ(refusal_code("unknown_99"), std::nullopt);
}

}  // namespace
}  // namespace astyq::wire
