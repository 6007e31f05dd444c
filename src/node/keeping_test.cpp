// SPDX-License-Identifier: Apache-2.0
// What a ledger keeps of the past, and the ways back to it.
#include "node/kept_ledger_test.h"
#include "node/restore.h"

namespace astyq::node {
namespace {

struct KeepingTest : testing::Test {
  astyq::test::TemporaryDirectory directory;
  KeptLedger kept{directory / "node"};

  std::vector<std::uint64_t> kept_heights() {
    return kept.ledger->history().kept().heights().value();
  }
  std::string fault_of_going_back(std::uint64_t height, Evidence evidence = {}) {
    kept.close();
    const std::string fault =
        KeptLedger::code_of(roll_back({kept.data, height, "", std::move(evidence)}));
    kept.open();
    return fault;
  }
};

TEST_F(KeepingTest, keeps_the_newest_copies_at_their_distance) {
  kept.grow_to(52);
  EXPECT_EQ(kept_heights(), (std::vector<std::uint64_t>{25, 35, 45}));
  kept.open();
  kept.grow_to(60);
  EXPECT_EQ(kept_heights(), (std::vector<std::uint64_t>{35, 45, 55}));
}

// Copies that a kill left half made or half removed, by RocksDB's name too.
TEST_F(KeepingTest, what_is_half_a_copy_goes_with_the_next_one) {
  kept.grow_to(26);
  const std::string path = kept.data + "/ledger/kept/";
  for (const char* left : {"000000000015.unfinished", "000000000020.unfinished.tmp"}) {
    std::filesystem::create_directory(path + left);
    std::ofstream(path + left + "/000007.sst") << "half";
  }
  std::filesystem::create_directory(path + "000000000020.away");  // a person's
  EXPECT_EQ(kept_heights(), (std::vector<std::uint64_t>{5, 15, 25}));
  kept.grow_to(36);
  EXPECT_EQ(kept_heights(), (std::vector<std::uint64_t>{15, 25, 35}));
  for (const char* left : {"000000000015.unfinished", "000000000020.unfinished.tmp"})
    EXPECT_FALSE(std::filesystem::exists(path + left)) << left;
  EXPECT_TRUE(std::filesystem::exists(path + "000000000020.away"));
}

// Each is a whole state in memory.
TEST_F(KeepingTest, the_state_that_was_asked_for_before_goes_before_the_next_is_built) {
  kept.grow_to(30);
  std::weak_ptr<const engine::Engine> former;
  int read = 0;
  const History history(
      store::KeptImages(kept.data + "/none", {.network_id = std::string(engine::kDemoNetwork)}),
      kept.ledger->identity(), [&](std::uint64_t height) {
        ++read;
        EXPECT_TRUE(former.expired());
        return kept.ledger->read_block(height);
      });
  former = history.held_at(9).value();
  EXPECT_FALSE(former.expired());
  EXPECT_EQ(history.held_at(20).value()->head().height, 20u);
  EXPECT_EQ(read, 29);
}

TEST_F(KeepingTest, every_height_can_be_seen_again) {
  kept.grow_to(130);
  for (const std::uint64_t height : {0, 1, 7, 29, 99, 100, 101, 105, 115, 129, 130}) {
    const auto engine = kept.ledger->history().state_at(height);
    ASSERT_TRUE(engine.ok()) << engine.fault().text;
    EXPECT_EQ(engine->head().height, height);
    EXPECT_EQ(engine->tree().root(), kept.roots[height]);
  }
  EXPECT_EQ(kept.ledger->history().first_height(kept.ledger->first_block()).value(), 0u);
}

// Undone by a few and by many, applied again: the same root at every height.
TEST_F(KeepingTest, going_back_and_forth_gives_the_same_roots) {
  kept.grow_to(140);
  for (const std::uint64_t height : {140u, 139u, 93u, 40u}) {
    SCOPED_TRACE(height);
    EXPECT_EQ(fault_of_going_back(height), "");
    EXPECT_EQ(kept.height(), height);
    EXPECT_EQ(kept.root(), kept.roots[height]);
    EXPECT_EQ(kept.ledger->read_block(height + 1).fault().code, "log_missing");
    for (const std::uint64_t copy : kept_heights()) EXPECT_LE(copy, height);
    kept.open();
    EXPECT_EQ(kept.root(), kept.roots[height]);
    kept.grow_to(140);  // compares the root of every height
  }
}

TEST_F(KeepingTest, going_back_beyond_the_undos_asks_for_evidence) {
  kept.grow_to(140);
  EXPECT_EQ(fault_of_going_back(39), "evidence_needed");
  EXPECT_EQ(fault_of_going_back(141), "height_ahead");
  EXPECT_EQ(fault_of_going_back(0), "height_ahead");
  EXPECT_EQ(kept.height(), 140u);
  std::filesystem::copy(kept.data + "/ledger/log", directory / "tail");
  EXPECT_EQ(fault_of_going_back(20, {.log_tail = directory / "tail"}), "");
  EXPECT_EQ(kept.height(), 140u) << "the tail was applied again";
  EXPECT_EQ(kept.root(), kept.roots[140]);
  EXPECT_EQ(fault_of_going_back(20, {.fork = "astyq-after"}), "");
  EXPECT_EQ(kept.height(), 20u);
  EXPECT_EQ(kept.root(), kept.roots[20]);
  EXPECT_TRUE(kept.grow_by_one("astyq-after"));
}

// Nothing is taken back before the evidence has been read.
TEST_F(KeepingTest, a_tail_that_will_not_do_leaves_the_ledger_as_it_is) {
  kept.grow_to(140);
  std::filesystem::copy(kept.data + "/ledger/log", directory / "tail");
  flip(directory / "tail/000000000001.blocks", 40'000);
  EXPECT_EQ(fault_of_going_back(20, {.log_tail = directory / "tail"}), "log_corrupt");
  EXPECT_EQ(fault_of_going_back(20, {.fork = std::string(51, 'x')}), "genesis_invalid");
  EXPECT_EQ(fault_of_going_back(20, {.fork = std::string(engine::kDemoNetwork)}),
            "genesis_invalid");
  EXPECT_EQ(kept.height(), 140u);
  EXPECT_EQ(kept.root(), kept.roots[140]);
}

TEST_F(KeepingTest, a_lost_image_is_made_anew_from_a_kept_copy) {
  kept.grow_to(58);
  for (const bool with_copies : {true, false}) {
    kept.close();
    std::filesystem::remove_all(kept.data + "/ledger/image");
    if (!with_copies) std::filesystem::remove_all(kept.data + "/ledger/kept");
    kept.open();
    EXPECT_EQ(kept.height(), 58u);
    EXPECT_EQ(kept.root(), kept.roots[58]);
  }
}

// What is made of the blocks may be nowhere but in a memory yet.
TEST(Keeping, blocks_stay_until_what_is_made_of_them_is_on_the_disk) {
  const astyq::test::TemporaryDirectory directory;
  std::uint64_t indexed = 0;
  KeptLedger kept(directory / "node",
                  {.checkpoint_s = 10, .checkpoints = 2, .blocks = 5, .segment_bytes = 1});
  kept.ledger->keep_blocks_for([&indexed] { return indexed; });
  kept.grow_to(40);
  EXPECT_EQ(kept.ledger->first_block(), 1u);
  indexed = 20;
  kept.grow_to(50);
  EXPECT_EQ(kept.ledger->first_block(), 21u);
}

// A long log is replayed with the image written now and then, also where the genesis is all there
// is.
TEST(Keeping, a_replay_holds_so_many_rows_and_no_more) {
  const astyq::test::TemporaryDirectory directory;
  constexpr std::size_t kRows = 40;
  KeptLedger kept(directory / "node", {.checkpoint_s = 1'000, .replay_rows = kRows});
  kept.grow_to(4);
  const std::size_t of_four_blocks = kept.ledger->dirty_rows();
  kept.grow_to(58);
  kept.close();
  std::filesystem::remove_all(kept.data + "/ledger/image");
  std::filesystem::remove_all(kept.data + "/ledger/kept");
  for (int opening = 0; opening < 2; ++opening) {
    kept.open();
    EXPECT_EQ(kept.height(), 58u);
    EXPECT_EQ(kept.root(), kept.roots[58]);
    EXPECT_LE(kept.ledger->dirty_rows(), kRows + of_four_blocks);
    EXPECT_GE(kept.ledger->image().height(), 40u);
    kept.close();
  }
}

TEST(Keeping, blocks_are_forgotten_but_for_those_that_a_copy_needs) {
  const astyq::test::TemporaryDirectory directory;
  KeptLedger kept(directory / "node", {.checkpoint_s = 10,
                                       .checkpoints = 2,
                                       .blocks = 5,
                                       .segment_bytes = 1});  // so that each block can go
  kept.grow_to(40);
  EXPECT_EQ(kept.ledger->history().kept().heights().value(), (std::vector<std::uint64_t>{25, 35}));
  EXPECT_EQ(kept.ledger->first_block(), 26u);
  EXPECT_EQ(kept.ledger->history().state_at(26)->tree().root(), kept.roots[26]);
  kept.open();
  EXPECT_EQ(kept.root(), kept.roots[40]);
  kept.grow_to(46);
  EXPECT_EQ(kept.ledger->first_block(), 36u);
}

TEST(Keeping, a_log_without_its_beginning_needs_an_image) {
  const astyq::test::TemporaryDirectory directory;
  KeptLedger kept(directory / "node");
  kept.grow_to(30);
  kept.close();
  // What retention leaves: the blocks above the oldest copy.
  const std::string log = kept.data + "/ledger/log";
  {
    auto whole = store::BlockLog::open(*kept.files, log, {.read_only = true});
    auto shorter = store::BlockLog::open(*kept.files, directory / "log", {});
    ASSERT_TRUE(whole.ok() && shorter.ok());
    for (std::uint64_t height = 16; height <= 30; ++height)
      ASSERT_TRUE(shorter->append(height, whole->read(height).value()).ok());
    ASSERT_TRUE(shorter->sync().ok());
  }
  std::filesystem::remove_all(log);
  std::filesystem::rename(directory / "log", log);
  kept.open();
  EXPECT_EQ(kept.ledger->first_block(), 16u);
  const History& history = kept.ledger->history();
  EXPECT_EQ(history.first_height(16).value(), 15u);
  EXPECT_EQ(history.state_at(17)->tree().root(), kept.roots[17]);
  EXPECT_EQ(history.state_at(14).fault().code, "height_gone");
  EXPECT_EQ(kept.ledger->roll_back(15).fault().code, "height_gone");
  kept.grow_to(33);
  kept.close();
  std::filesystem::remove_all(kept.data + "/ledger/image");
  kept.open();
  EXPECT_EQ(kept.root(), kept.roots[33]);
  kept.close();
  std::filesystem::remove_all(kept.data + "/ledger/image");
  std::filesystem::remove_all(kept.data + "/ledger/kept");
  EXPECT_EQ(kept.fault_of_opening(), "image_missing");
}

}  // namespace
}  // namespace astyq::node
