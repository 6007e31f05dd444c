// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "assets/handlers.gen.h"
#include "assets/state.gen.h"
#include "sim/book.h"
#include "support/assets_story.h"
#include "support/licences_story.h"

namespace astyq::assets {
namespace {

using test::Chain;
using v1::DefineMoney;

TEST(DefineMoney, story) {
  Chain chain;
  const auto bank = test::licensed_company(chain, "Bank", licences::v1::MONEY_ISSUER);
  const std::uint64_t id = chain.ok(bank, verbs::DefineMoney{.code = "KZT"});
  EXPECT_EQ(id, 1u);
  const auto row = chain.get(kAssets(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->kind(), v1::MONEY);
  EXPECT_EQ(row->code(), "KZT");
  EXPECT_EQ(row->issuer(), bank.party);
  ASSERT_TRUE(chain.get(kSupplies(id)).has_value());
  EXPECT_EQ(test::supply(chain, id), 0u);
}

TEST(DefineMoney, refusals_in_order) {
  Chain chain;
  const auto stranger = chain.company("Stranger");
  for (const char* code : {"", "KZ", "kzt", "KZ1", "K T", "\xD0\x9AT"})
    chain.refuse(stranger, verbs::DefineMoney{.code = code}, DefineMoney::WRONG_CODE);
  chain.refuse(stranger, verbs::DefineMoney{.code = "KZT"}, DefineMoney::NOT_LICENSED);
  test::license(chain, stranger, licences::v1::BANK);
  chain.refuse(stranger, verbs::DefineMoney{.code = "KZT"}, DefineMoney::NOT_LICENSED);

  test::MoneyStory bank(chain, "KZT");
  chain.refuse(bank.issuer(), verbs::DefineMoney{.code = "KZT"}, DefineMoney::ALREADY_DEFINED);
  bank.suspend_licence();
  chain.refuse(bank.issuer(), verbs::DefineMoney{.code = "KZT"}, DefineMoney::NOT_LICENSED);
}

// One money for each issuer and currency, whoever asks in whatever order.
TEST(DefineMoney, property_one_for_each_issuer_and_code) {
  Chain chain;
  std::mt19937 random(501);
  const std::vector<test::Actor> banks{
      test::licensed_company(chain, "First Bank", licences::v1::MONEY_ISSUER),
      test::licensed_company(chain, "Second Bank", licences::v1::MONEY_ISSUER),
      test::licensed_company(chain, "Third Bank", licences::v1::MONEY_ISSUER)};
  const std::vector<std::string> codes{"KZT", "USD", "EUR", "UZS"};
  std::map<std::pair<std::uint64_t, std::string>, std::uint64_t> model;
  for (int i = 0; i < 60; ++i) {
    const auto& bank = banks[random() % banks.size()];
    const auto& code = codes[random() % codes.size()];
    const auto result = chain.apply(bank, verbs::DefineMoney{.code = code}.operation());
    const auto [entry, is_new] = model.try_emplace({bank.party, code}, result.first_id);
    EXPECT_EQ(result.refusal, is_new ? kAccepted : Refusal(DefineMoney::ALREADY_DEFINED));
  }
  EXPECT_EQ(model.size(), 12u);
  for (const auto& [key, asset] : model) {
    const auto row = chain.get(kAssets(asset));
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(std::pair(row->issuer(), row->code()), key);
  }
}

std::string some_currency(sim::World& world) {
  std::string code(3, 'A');
  for (char& letter : code) letter = static_cast<char>('A' + world.dice.below(26));
  return code;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::DefineMoney>([](sim::World& world, auto& draft) {
      draft = {world.dice.pick(world.issuers), {some_currency(world)}};
      return world.is_licensed(draft.party, licences::v1::MONEY_ISSUER);
    })
        .refuses(DefineMoney::WRONG_CODE, [](sim::World&, auto& draft) { draft.verb.code = "kzt"; })
        .refuses(DefineMoney::NOT_LICENSED,
                 [](sim::World& world, auto& draft) { draft.party = world.traders.back(); })
        .refuses(DefineMoney::ALREADY_DEFINED,
                 [](sim::World&, auto& draft) { draft.verb.code = "KZT"; });

}  // namespace
}  // namespace astyq::assets
