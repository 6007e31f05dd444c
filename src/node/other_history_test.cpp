// SPDX-License-Identifier: Apache-2.0
// An image, or a kept copy of one, of blocks that were undone has come back: it is told, and never
// served, for the log holds other blocks of those heights.
#include "node/kept_ledger_test.h"

namespace astyq::node {
namespace {

namespace fs = std::filesystem;

struct OtherHistoryTest : testing::Test {
  astyq::test::TemporaryDirectory directory;
  KeptLedger kept{directory / "node"};
  const std::string image = kept.data + "/ledger/image";
  const std::string copy = kept.data + "/ledger/kept/000000000045";
  Hash root{};

  // Heights 43 to 47 are undone and made again with other blocks.
  OtherHistoryTest() {
    kept.grow_to(47);
    kept.close();
    fs::copy(image, directory / "image");
    fs::copy(copy, directory / "copy");
    kept.open();
    EXPECT_EQ(KeptLedger::code_of(kept.ledger->roll_back(42)), "");
    EXPECT_FALSE(fs::exists(copy));
    for (int i = 1; i <= 5; ++i)
      EXPECT_TRUE(kept.ledger->commit({}, {}, KeptLedger::kBegin + (42 + i) * kSecondNs).ok());
    EXPECT_EQ(KeptLedger::code_of(kept.ledger->checkpoint()), "");
    root = kept.root();
  }
};

TEST_F(OtherHistoryTest, a_copy_is_not_what_an_earlier_state_begins_with) {
  fs::copy(directory / "copy", copy);
  const History& history = kept.ledger->history();
  for (const std::uint64_t height : {45, 46}) {
    const auto state = history.state_at(height);
    ASSERT_FALSE(state.ok());
    EXPECT_EQ(state.fault().code, "kept_corrupt");
    EXPECT_NE(state.fault().text.find("move " + copy + " away"), Bytes::npos);
  }
  EXPECT_EQ(history.state_at(44)->head().height, 44u);
  fs::remove_all(copy);
  EXPECT_EQ(history.state_at(47)->tree().root(), root);
}

TEST_F(OtherHistoryTest, a_copy_is_not_what_a_lost_image_is_made_of) {
  kept.close();
  fs::remove_all(kept.data + "/ledger/kept");
  fs::create_directory(kept.data + "/ledger/kept");
  fs::copy(directory / "copy", copy);
  fs::remove_all(image);
  EXPECT_EQ(kept.fault_of_opening(), "kept_corrupt");
  fs::remove_all(copy);
  kept.open();
  EXPECT_EQ(kept.root(), root);
}

TEST_F(OtherHistoryTest, an_image_is_not_what_a_node_starts_with) {
  kept.close();
  fs::remove_all(image);
  fs::copy(directory / "image", image);
  EXPECT_EQ(kept.fault_of_opening(), "image_corrupt");
  fs::remove_all(image);
  kept.open();
  EXPECT_EQ(kept.root(), root);
}

}  // namespace
}  // namespace astyq::node
