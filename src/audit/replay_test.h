// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/assets/v1/state.pb.h"
#include "astyq/elevators/v1/state.pb.h"
#include "astyq/receipts/v1/state.pb.h"
#include "audit/operator_test.h"
#include "audit/rows.h"
#include "support/payments_story.h"

namespace astyq::audit {

// Grain, tokens and money, a sale, a refusal, and a block of several transactions.
struct ReplayTest : testing::Test {
  ReplayTest() : story(chain) {
    const std::uint64_t offer = chain.ok(story.farmer(), story.tokens_offer(12'000'000));
    chain.ok(story.mill(), verbs::AcceptDelivery{offer});
    refused_height = height() + 1;
    chain.apply(story.farmer(), payment(story.farmer(), ~std::uint64_t{0} >> 2).operation());
    full_height = height() + 1;
    std::vector<Bytes> txs;
    for (const Actor* from : {&story.farmer(), &story.mill(), &story.farmer()})
      txs.push_back(chain.sign(chain.body(*from, {payment(*from, 5).operation()}), *from));
    chain.block(txs, kSecondNs);
    chain.wait(kSecondNs);
    chain.ok(story.mill(), payment(story.mill(), 7));
    chain.wait(kSecondNs);
  }

  using Actor = test::Actor;
  std::uint64_t height() const { return chain.engine().head().height; }
  verbs::Transfer payment(const Actor& from, std::uint64_t tiyn) {
    const Actor& to = from.party == story.mill().party ? story.farmer() : story.mill();
    return {.asset = story.money(), .to = to.party, .amount = tiyn};
  }
  // Of the row with these numbers as its key.
  template <typename Message>
  static Lie row_lie(const std::vector<std::uint64_t>& parts,
                     const std::function<void(Message&)>& change) {
    return [=](const store::Tree& tree) {
      Bytes bytes(1, static_cast<char>(type_of<Message>()));
      for (const std::uint64_t part : parts) append_u64(bytes, part);
      const store::RowKey key(bytes);
      store::Row row = *tree.find(key);
      Message message = as<Message>(key, row).value();
      change(message);
      if constexpr (requires { message.clear_restricted(); }) {
        row.restricted = message.restricted().SerializeAsString();
        message.clear_restricted();
      }
      row.open = message.SerializeAsString();
      return store::Changes{{key, row}};
    };
  }
  // A state machine that lies at a height: the replay sees another root, and the auditor, who knows
  // of no root, the figure.
  void expect_found(const Lie& lie, const std::string& figure) {
    expect_found_at(full_height, lie, figure);
  }
  void expect_found_at(std::uint64_t height, const Lie& lie, const std::string& figure) {
    const Operator liar(chain, height, lie);
    expect(liar.finding(), height, "app_hash");
    ASSERT_TRUE(liar.difference);
    EXPECT_EQ(liar.difference->first, height);
    EXPECT_EQ(liar.difference->second.text.substr(0, figure.size()), figure);
  }
  static void expect(const Finding& finding, std::uint64_t height, const std::string& figure,
                     std::optional<std::size_t> index = {}) {
    EXPECT_EQ(finding.height, height) << finding.text;
    EXPECT_EQ(finding.figure, figure) << finding.text;
    EXPECT_EQ(finding.transaction.has_value(), index.has_value()) << finding.text;
    if (index) {
      EXPECT_EQ(finding.transaction->index, *index) << finding.text;
    }
  }

  test::Chain chain;
  test::DeliveryStory story;
  std::uint64_t refused_height = 0, full_height = 0;
};

}  // namespace astyq::audit
