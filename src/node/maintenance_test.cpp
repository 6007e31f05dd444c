// SPDX-License-Identifier: Apache-2.0
#include "node/maintenance.h"

#include "node/kept_ledger_test.h"
#include "support/fault_file_system.h"

namespace astyq::node {
namespace {

constexpr std::uint64_t kReserveMib = 800;
constexpr std::uint64_t kReserve = kReserveMib << 20;

struct MaintenanceTest : testing::Test {
  astyq::test::TemporaryDirectory directory;
  KeptLedger kept{directory / "node"};
  Config config;

  MaintenanceTest() {
    config.data_directory = kept.data;
    config.disk_reserve_mib = kReserveMib;
    config.scrub_mib_per_s = 100'000;
    kept.grow_to(60);
  }
  // What a whole reading of log, image and kept copies finds.
  std::optional<Fault> found() {
    const Maintenance maintenance(config, *kept.files, *kept.ledger);
    while (maintenance.health().scrubbed_ns == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return maintenance.health().alarm;
  }
};

TEST_F(MaintenanceTest, a_disk_that_is_almost_full_is_told_until_there_is_room_to_spare) {
  config.scrub_hours = 0;
  store::test::FaultFileSystem files;
  files.leave_free(kReserve - 1);
  const Maintenance maintenance(config, files, *kept.ledger);
  ASSERT_FALSE(maintenance.check_room().ok());
  EXPECT_EQ(maintenance.check_room().fault().code, "disk_low");
  EXPECT_TRUE(maintenance.health().disk_low);
  files.leave_free(kReserve + kReserve / 8 - 1);
  while (maintenance.health().disk_free_bytes < kReserve)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_FALSE(maintenance.check_room().ok()) << "back and forth at the mark helps nobody";
  files.leave_free(kReserve + kReserve / 8);
  while (maintenance.health().disk_low) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_TRUE(maintenance.check_room().ok());
}

// The image is written all the same, and the node goes on.
TEST_F(MaintenanceTest, a_copy_that_cannot_be_kept_is_an_alarm_until_one_is) {
  const Maintenance maintenance(config, *kept.files, *kept.ledger);
  const std::string copies = kept.data + "/ledger/kept";
  std::filesystem::rename(copies, copies + ".away");
  std::ofstream(copies) << "in the way";
  kept.grow_to(70);  // with checkpoints
  EXPECT_EQ(kept.ledger->image().height(), 70u);
  EXPECT_EQ(kept.ledger->dirty_rows(), 0u);
  ASSERT_TRUE(maintenance.health().alarm.has_value());
  EXPECT_NE(maintenance.health().alarm->text.find(copies), std::string::npos);
  std::filesystem::remove(copies);
  std::filesystem::rename(copies + ".away", copies);
  kept.grow_to(80);
  EXPECT_FALSE(kept.ledger->keeping_fault().has_value());
}

TEST_F(MaintenanceTest, decay_of_the_log_is_named_with_its_height_and_file) {
  EXPECT_FALSE(found().has_value());
  EXPECT_NE(last_scrub(kept.data).find(" found nothing"), std::string::npos);
  const std::string segment = kept.ledger->log_directory() + "/000000000001.blocks";
  const std::uint64_t middle = std::filesystem::file_size(segment) / 2;
  flip(segment, middle);
  const auto alarm = found();
  ASSERT_TRUE(alarm.has_value());
  EXPECT_EQ(alarm->code, "log_corrupt");
  EXPECT_NE(alarm->text.find("at height "), std::string::npos) << alarm->text;
  EXPECT_NE(alarm->text.find(segment), std::string::npos) << alarm->text;
  EXPECT_NE(alarm->text.find("astyqd restore"), std::string::npos) << alarm->text;
  EXPECT_NE(last_scrub(kept.data).find("log_corrupt"), std::string::npos);
  flip(segment, middle);
  EXPECT_FALSE(found().has_value());
}

TEST_F(MaintenanceTest, decay_of_the_image_is_found_while_it_is_written) {
  kept.open();
  kept.grow_to(65);
  EXPECT_FALSE(found().has_value());
  std::optional<Fault> alarm;
  // RocksDB may be merging files just now, and leave the one that was changed to a kept copy alone:
  // it is held by a name of its own, to be changed back.
  for (int tries = 0; tries < 20 && !alarm; ++tries) {
    std::string table;
    for (const auto& file : std::filesystem::directory_iterator(kept.data + "/ledger/image"))
      if (file.path().extension() == ".sst") table = file.path();
    const std::string held = kept.data + "/held";
    std::error_code gone;
    std::filesystem::create_hard_link(table, held, gone);
    if (gone) continue;
    flip(held, 200);
    alarm = found();
    flip(held, 200);
    std::filesystem::remove(held);
    if (alarm && alarm->code == "kept_corrupt") alarm.reset();
  }
  ASSERT_TRUE(alarm.has_value());
  EXPECT_EQ(alarm->code, "image_corrupt");
  EXPECT_NE(alarm->text.find("start again"), std::string::npos) << alarm->text;
}

// A copy shares files with the image as long as neither needs another; here each has its own.
TEST_F(MaintenanceTest, decay_of_a_kept_copy_is_named_with_its_height_while_the_ledger_goes_on) {
  const store::KeptImages& copies = kept.ledger->history().kept();
  const auto heights = copies.heights();
  ASSERT_TRUE(heights.ok());
  ASSERT_GE(heights->size(), 2u);
  EXPECT_FALSE(found().has_value());
  for (const std::uint64_t height : *heights) {
    SCOPED_TRACE(height);
    const std::string path = copies.path_of(height);
    std::string table;
    for (const auto& file : std::filesystem::directory_iterator(path))
      if (file.path().extension() == ".sst") table = file.path();
    ASSERT_FALSE(table.empty());
    std::filesystem::copy_file(table, table + ".own");
    std::filesystem::rename(table + ".own", table);
    flip(table, 200);
    const auto alarm = found();
    ASSERT_TRUE(alarm.has_value());
    EXPECT_EQ(alarm->code, "kept_corrupt");
    EXPECT_NE(alarm->text.find("at height " + std::to_string(height) + " "), std::string::npos)
        << alarm->text;
    EXPECT_NE(alarm->text.find("move " + path + " away"), std::string::npos) << alarm->text;
    EXPECT_NE(last_scrub(kept.data).find("kept_corrupt"), std::string::npos);
    EXPECT_TRUE(kept.grow_by_one());
    flip(table, 200);
  }
  EXPECT_FALSE(found().has_value());
  // A copy that lost a file, and one that is another's.
  const std::string path = copies.path_of(heights->back());
  std::filesystem::rename(path + "/CURRENT", path + "/CURRENT.away");
  EXPECT_EQ(found()->code, "image_failed");
  EXPECT_NE(found()->text.find(path), std::string::npos);
  std::filesystem::rename(path + "/CURRENT.away", path + "/CURRENT");
  std::filesystem::rename(path, copies.path_of(heights->back() + 1));
  EXPECT_EQ(found()->code, "kept_corrupt");
  std::filesystem::remove_all(copies.path_of(heights->back() + 1));
  EXPECT_FALSE(found().has_value());
}

}  // namespace
}  // namespace astyq::node
