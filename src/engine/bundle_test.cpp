// SPDX-License-Identifier: Apache-2.0
#include "engine/bundle.h"

#include <gtest/gtest.h>

#include "support/chain.h"
#include "support/validators_story.h"

namespace astyq::engine {
namespace {

using test::Chain;

// A ledger with a node, and what that node may bundle.
struct BundleTest : testing::Test {
  Chain chain;
  std::shared_ptr<const crypto::Ed25519Key> key = chain.new_key();
  test::Actor bank = chain.company("Bank");
  std::uint64_t node = chain.ok(chain.registrar(), test::node_of(bank.party, *key));
  int persons = 0;

  Bytes transaction(std::size_t operations = 1) {
    std::vector<base::v1::Operation> out;
    for (std::size_t i = 0; i < operations; ++i) {
      const Bytes tag(view(chain.new_key()->public_key()));
      out.push_back(verbs::RegisterParty{.kind = identity::v1::NATURAL_PERSON,
                                         .commitment = tag,
                                         .uniqueness_tag = tag,
                                         .key = chain.new_key_message(*chain.new_key())}
                        .operation());
    }
    return chain.sign(chain.body(chain.registrar(), out), chain.registrar());
  }
  Bytes bundle(const std::vector<Bytes>& signed_txs) const {
    return bundle_by(node, *key, signed_txs);
  }
  Bytes bundle_by(std::uint64_t number, const crypto::Ed25519Key& signer,
                  const std::vector<Bytes>& signed_txs) const {
    const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
    return make_bundle(number, views, chain.engine().network_id(), signer);
  }
  std::int64_t next_ns() const { return chain.now_ns() + kSecondNs; }
  std::string sound(const Bytes& bytes) const {
    const auto prepared = prepare_bundle(bytes, chain.engine().form());
    return prepared.sound.ok() ? "" : prepared.sound.fault().code;
  }
  // What the judge says of each, one after the other in one block.
  std::vector<std::string> judge(const std::vector<Bytes>& bundles) const {
    BundleJudge judge(chain.engine(), next_ns());
    std::vector<std::string> codes;
    for (const Bytes& each : bundles) {
      const Status admitted = judge.admit(prepare_bundle(each, chain.engine().form()));
      codes.push_back(admitted.ok() ? "" : admitted.fault().code);
    }
    return codes;
  }
  using Codes = std::vector<std::string>;
};

TEST_F(BundleTest, story) {
  const std::vector<Bytes> signed_txs{transaction(), transaction(), transaction()};
  const Bytes bytes = bundle(signed_txs);
  const auto prepared = prepare_bundle(bytes, chain.engine().form());
  ASSERT_TRUE(prepared.sound.ok()) << prepared.sound.fault().text;
  EXPECT_EQ(prepared.node, node);
  EXPECT_EQ(prepared.size, bytes.size());
  ASSERT_EQ(prepared.members.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(prepared.signed_txs[i], signed_txs[i]);
    EXPECT_EQ(prepared.members[i].body.party(), chain.registrar().party);
  }
  EXPECT_EQ(judge({bytes}), Codes{""});
  // Prepared by whoever had verified the members already, it is the same.
  const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
  const auto again =
      prepare_bundle(bytes, chain.engine().form(), prepare(views, chain.engine().form()));
  EXPECT_TRUE(again.sound.ok());
  EXPECT_EQ(again.content_hash, prepared.content_hash);
}

// Whatever was signed cannot be split, merged, reordered or written in another form.
TEST_F(BundleTest, property_any_other_bytes_are_another_or_no_bundle) {
  const Bytes good = bundle({transaction(), transaction()});
  const auto prepared = prepare_bundle(good, chain.engine().form());
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_NE(judge({bad}), Codes{""}) << at;
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(judge({good.substr(0, size)}), Codes{""}) << size;
  EXPECT_EQ(sound(good + '\0'), "bundle_malformed");
  EXPECT_EQ(sound(good + Bytes(4, '\0')), "bundle_malformed");
  const Bytes head = good.substr(0, kBundleHeadBytes);
  const std::size_t first = kBundleMemberBytes + prepared.signed_txs[0].size();
  const Bytes one = good.substr(kBundleHeadBytes, first);
  const Bytes other = good.substr(kBundleHeadBytes + first);
  EXPECT_EQ(judge({head + one}), Codes{"bundle_wrong_signature"});
  EXPECT_EQ(judge({head + other + one}), Codes{"bundle_wrong_signature"});
  EXPECT_EQ(judge({head + one + other + one}), Codes{"bundle_wrong_signature"});
}

TEST_F(BundleTest, void_whatever_the_state) {
  EXPECT_EQ(sound(""), "bundle_malformed");
  EXPECT_EQ(sound(Bytes(kBundleHeadBytes, '\1')), "bundle_malformed");
  Bytes other_type = bundle({transaction()});
  other_type[0] = 2;
  EXPECT_EQ(sound(other_type), "bundle_malformed");
  Bytes forged = transaction();
  forged.back() = static_cast<char>(forged.back() ^ 1);
  EXPECT_EQ(sound(bundle({transaction(), forged})), "bundle_member_void");
  EXPECT_EQ(sound(bundle({"rubbish"})), "bundle_member_void");
  // One large transaction stands alone, up to the rules' bound.
  const Bytes large = transaction(600);
  ASSERT_GT(large.size(), kMostBundleBytes);
  EXPECT_EQ(sound(bundle({large})), "");
  Bytes merged = bundle({large});
  append_u32(merged, 1);
  EXPECT_EQ(sound(merged + 'x'), "bundle_too_large");
  EXPECT_EQ(sound(bundle({Bytes(chain.engine().rules().max_transaction_bytes() + 1, 'x')})),
            "bundle_too_large");
}

TEST_F(BundleTest, refusals_by_the_state) {
  const Bytes settled = transaction();
  chain.apply_signed(settled);
  EXPECT_EQ(judge({bundle_by(node + 1, *key, {transaction()})}), Codes{"bundle_unknown_node"});
  EXPECT_EQ(judge({bundle_by(node, *chain.new_key(), {transaction()})}),
            Codes{"bundle_wrong_signature"});
  EXPECT_EQ(judge({bundle({settled})}), Codes{"bundle_idle"});
  EXPECT_EQ(judge({bundle({settled, transaction()})}), Codes{""});
  // Removed, it is nobody's.
  chain.ok(chain.registrar(), test::node_of(bank.party, *chain.new_key()));
  chain.ok(chain.registrar(), verbs::RemoveNode{.node = node});
  EXPECT_EQ(judge({bundle({transaction()})}), Codes{"bundle_unknown_node"});
}

// A node's quota and the bounds of a block count what was admitted before, and nothing else.
TEST_F(BundleTest, property_quota_and_bounds_of_a_block) {
  const Bytes small = bundle({transaction()});
  const Bytes large = bundle({transaction(600)});
  auto rules = chain.engine().rules();
  const auto quota = static_cast<std::uint32_t>(rules.max_transaction_bytes() + 1'024);
  chain.ok(chain.registrar(), verbs::SetNodeQuota{.node = node, .quota_bytes = quota});
  const std::size_t fit = quota / large.size();
  ASSERT_GE(fit, 2u);
  Codes expected(fit, "");
  expected.emplace_back("bundle_over_quota");
  expected.emplace_back("");
  std::vector<Bytes> bundles(fit + 1, large);
  bundles.push_back(small);
  EXPECT_EQ(judge(bundles), expected);
  // Another node has a quota of its own.
  const auto other_key = chain.new_key();
  const std::uint64_t other = chain.ok(chain.registrar(), test::node_of(bank.party, *other_key));
  bundles.push_back(bundle_by(other, *other_key, {transaction(600)}));
  expected.emplace_back("");
  EXPECT_EQ(judge(bundles), expected);
  rules.set_max_members_per_block(2);
  chain.ok(chain.registrar(), verbs::ChangeRules{.rules = rules});
  EXPECT_EQ(judge({small, bundle({transaction(), transaction()}), small, small}),
            (Codes{"", "bundle_no_room", "", "bundle_no_room"}));
}

}  // namespace
}  // namespace astyq::engine
