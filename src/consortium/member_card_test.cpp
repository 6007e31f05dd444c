// SPDX-License-Identifier: Apache-2.0
#include "consortium/member_card.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/demo.h"
#include "support/temporary_directory.h"

namespace astyq::consortium {
namespace {

class MemberCardTest : public testing::Test {
 protected:
  Result<MemberCard> make(const std::string& name, std::uint64_t party = 1) const {
    const auto held = node::Directory::hold(directory_ / name + "-data");
    if (!held.ok()) return held.fault();
    return make_member(*held, directory_ / name + "-comet", name, party);
  }
  MemberCard made(const std::string& name, std::uint64_t party = 1) const {
    auto card = make(name, party);
    EXPECT_TRUE(card.ok()) << card.fault().text;
    return card.ok() ? *card : MemberCard();
  }
  static std::string code(const Result<ledger::v1::Genesis>& genesis) {
    return genesis.ok() ? "" : genesis.fault().code;
  }

  static constexpr engine::AnnexKey kAnnex{1};
  const astyq::test::TemporaryDirectory directory_;
};

TEST_F(MemberCardTest, story) {
  const MemberCard audit = made("audit", 2);
  const auto read = read_card(write_card(audit));
  ASSERT_TRUE(read.ok()) << read.fault().text;
  EXPECT_EQ(write_card(*read), write_card(audit));
  const MemberCard bank = made("bank");
  const auto genesis =
      assemble_genesis(engine::demo_genesis(), std::array{audit, bank}, 90, kAnnex);
  ASSERT_TRUE(genesis.ok()) << genesis.fault().text;
  EXPECT_EQ(genesis->validators_size(), 2);
  EXPECT_EQ(genesis->nodes(0).key(), audit.node_key);
  EXPECT_EQ(genesis->validators(1).key(), bank.validator_key);
  EXPECT_EQ(genesis->trusting_days(), 90u);
  EXPECT_TRUE(engine::Engine::from_genesis(*genesis, kAnnex).ok());
  // The key that votes is made once, and readable for its owner alone.
  EXPECT_EQ(make("audit").fault().code, "engine_home_exists");
  const auto secret =
      std::filesystem::status(directory_ / "audit-comet/config/priv_validator_key.json");
  EXPECT_EQ(secret.permissions() & std::filesystem::perms::mask,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// Whatever stands in it is held to the keys; what they do not sign moves nobody's keys.
TEST_F(MemberCardTest, what_is_no_card) {
  const MemberCard card = made("audit", 2);
  for (const char* text : {"", "{}", "[]", "{\"format\":\"astyq-member-1\"}"})
    EXPECT_EQ(read_card(text).fault().code, "card_malformed") << text;
  const auto changed = [&](auto change) {
    MemberCard other = card;
    change(other);
    const auto read = read_card(write_card(other));
    return read.ok() ? std::string() : read.fault().code;
  };
  EXPECT_EQ(changed([](auto& c) { c.operator_party = 3; }), "card_forged");
  EXPECT_EQ(changed([](auto& c) { c.node_key[0] ^= 1; }), "card_forged");
  EXPECT_EQ(changed([](auto& c) { c.validator_possession[0] ^= 1; }), "card_forged");
  EXPECT_EQ(changed([](auto& c) { std::swap(c.node_key, c.validator_key); }), "card_forged");
  EXPECT_EQ(changed([](auto& c) { c.operator_party = 0; }), "card_malformed");
  EXPECT_EQ(changed([](auto& c) { c.name.clear(); }), "card_malformed");
  EXPECT_EQ(changed([](auto& c) { c.name.assign(101, 'n'); }), "card_malformed");
  EXPECT_EQ(changed([](auto& c) { c.node_key.pop_back(); }), "card_malformed");
  EXPECT_EQ(changed([](auto& c) { c.node_possession.pop_back(); }), "card_malformed");
  EXPECT_EQ(changed([](auto& c) { c.peer_id = "peer"; }), "card_malformed");
  EXPECT_EQ(make("nobody", 0).fault().code, "card_malformed");
}

TEST_F(MemberCardTest, what_cannot_begin_together) {
  const MemberCard card = made("audit");
  auto taken = engine::demo_genesis();
  taken.set_validator_key(Bytes(32, 'v'));
  EXPECT_EQ(code(assemble_genesis(taken, {&card, 1}, 90, kAnnex)), "genesis_taken");
  const auto draft = engine::demo_genesis();
  EXPECT_EQ(code(assemble_genesis(draft, {&card, 1}, 0, kAnnex)), "genesis_invalid");
  EXPECT_EQ(code(assemble_genesis(draft, std::array{card, card}, 90, kAnnex)), "genesis_invalid");
  const MemberCard stranger = made("stranger", 9);  // no authority has this number
  EXPECT_EQ(code(assemble_genesis(draft, {&stranger, 1}, 90, kAnnex)), "genesis_invalid");
}

}  // namespace
}  // namespace astyq::consortium
