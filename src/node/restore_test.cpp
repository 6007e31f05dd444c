// SPDX-License-Identifier: Apache-2.0
#include "node/restore.h"

#include <gtest/gtest.h>

#include "node/backup.h"
#include "node/fork.h"
#include "node/kept_ledger_test.h"
#include "node/status.h"
#include "support/snapshot.h"
#include "wire/json.h"

namespace astyq::node {
namespace {

struct RestoreTest : testing::Test {
  astyq::test::TemporaryDirectory directory;
  KeptLedger kept{directory / "node"};
  const std::string backup = directory / "backup";
  int restored_count = 0;

  void back_up_at(std::uint64_t height) {
    kept.grow_to(height);
    const auto made = back_up(kept.data, backup);  // while the ledger is open
    ASSERT_TRUE(made.ok()) << made.fault().text;
    EXPECT_EQ(made->height(), height);
  }
  std::string password() const { return kept.data + "/node.password"; }
  Result<WentBack> restore_to(const std::string& name, Evidence evidence) {
    return restore({backup, directory / name, password(), std::move(evidence)});
  }
  std::string fault_of_restoring(Evidence evidence) {
    const std::string name = "restored" + std::to_string(++restored_count);
    return KeptLedger::code_of(restore_to(name, std::move(evidence)));
  }
  std::string save_header(std::uint64_t height) {
    const auto record = kept.ledger->read_block(height);
    const std::string path = directory / "witness.json";
    std::ofstream(path) << "{\"height\":\"" << height
                        << "\",\"signed_header\":" << wire::to_json(record->signed_header())
                        << "}\n";
    return path;
  }
  std::unique_ptr<DurableLedger> open_restored(const std::string& name) {
    auto identity = read_identity(directory / name, password());
    EXPECT_EQ(KeptLedger::code_of(identity), "");
    auto opened =
        DurableLedger::open(*kept.files, directory / name + "/ledger", std::move(*identity));
    EXPECT_EQ(KeptLedger::code_of(opened), "");
    return opened.ok() ? std::move(*opened) : nullptr;
  }
};

TEST_F(RestoreTest, a_tail_brings_back_everything) {
  back_up_at(42);
  kept.grow_to(57);
  const auto went = restore_to("new", {.log_tail = kept.data + "/ledger/log"});
  ASSERT_TRUE(went.ok()) << went.fault().text;
  EXPECT_EQ(went->height, 57u);
  EXPECT_EQ(went->from_tail, 15u);
  EXPECT_EQ(went->root, kept.roots[57]);
  const auto ledger = open_restored("new");
  for (const std::uint64_t height : {1, 34, 42, 43, 57}) {
    EXPECT_EQ(ledger->history().state_at(height)->tree().root(), kept.roots[height]);
    EXPECT_TRUE(ledger->read_block(height).ok());
  }
}

// Decay of the newest copy is found when it is copied, not when it is needed.
TEST_F(RestoreTest, a_backup_holds_no_image_that_has_decayed) {
  kept.grow_to(42);
  const auto newest = kept.ledger->history().kept().newest_at(UINT64_MAX);
  ASSERT_TRUE(newest.ok() && *newest);
  const std::string path = kept.ledger->history().kept().path_of(**newest);
  std::string table;
  for (const auto& file : std::filesystem::directory_iterator(path))
    if (file.path().extension() == ".sst") table = file.path();
  std::filesystem::copy_file(table, table + ".own");  // the image has the same file
  std::filesystem::rename(table + ".own", table);
  flip(table, 200);
  const auto made = back_up(kept.data, backup);
  ASSERT_TRUE(made.ok()) << made.fault().text;
  EXPECT_EQ(made->height(), 42u);
  EXPECT_GT(made->image_height(), 0u);
  EXPECT_LT(made->image_height(), **newest);
  const auto went = restore_to("new", {.log_tail = kept.data + "/ledger/log"});
  ASSERT_TRUE(went.ok()) << went.fault().text;
  EXPECT_EQ(went->root, kept.roots[42]);
}

// Two nodes of one network, one of them restored: the same bytes at the same height.
TEST_F(RestoreTest, a_restored_node_makes_the_same_snapshots) {
  back_up_at(42);
  ASSERT_EQ(KeptLedger::code_of(restore_to("new", {.log_tail = kept.data + "/ledger/log"})), "");
  for (const std::uint64_t height : {17, 42}) {
    const std::string ours = directory / ("ours" + std::to_string(height));
    const std::string theirs = directory / ("theirs" + std::to_string(height));
    ASSERT_EQ(KeptLedger::code_of(make_snapshot(kept.data, ours, height)), "");
    const auto at = height == 42 ? std::nullopt : std::optional(height);
    ASSERT_EQ(KeptLedger::code_of(make_snapshot(directory / "new", theirs, at)), "");
    ASSERT_EQ(files_below(ours), files_below(theirs));
    for (const std::string& file : files_below(ours))
      EXPECT_EQ(store::digest_of_file(*kept.files, ours + "/" + file)->sha256,
                store::digest_of_file(*kept.files, theirs + "/" + file)->sha256);
  }
  EXPECT_EQ(KeptLedger::code_of(make_snapshot(kept.data, directory / "ahead", 43)), "height_ahead");
  EXPECT_EQ(KeptLedger::code_of(make_snapshot(kept.data, directory / "ours17", 17)),
            "snapshot_exists");
}

TEST_F(RestoreTest, from_a_snapshot_every_block_gives_the_same_root) {
  kept.grow_to(42);
  ASSERT_EQ(KeptLedger::code_of(make_snapshot(kept.data, directory / "snapshot", 17)), "");
  auto engine = engine::read_snapshot(*kept.files, directory / "snapshot",
                                      read_public_identity(kept.data)->annex_key);
  ASSERT_TRUE(engine.ok()) << engine.fault().text;
  EXPECT_EQ(engine->tree().root(), kept.roots[17]);
  for (std::uint64_t height = 18; height <= 42; ++height) {
    const auto record = kept.ledger->read_block(height);
    ASSERT_TRUE(record.ok());
    EXPECT_EQ(replay(*engine, *record, height)->app_hash, kept.roots[height]);
  }
}

TEST_F(RestoreTest, asks_what_tells_that_nothing_is_lost) {
  back_up_at(42);
  EXPECT_EQ(fault_of_restoring({}), "evidence_needed");
  EXPECT_EQ(fault_of_restoring({.witness = save_header(42)}), "");
  kept.grow_to(43);
  EXPECT_EQ(fault_of_restoring({.witness = save_header(43)}), "witness_ahead");
  EXPECT_EQ(fault_of_restoring({.log_tail = kept.data + "/ledger/log", .witness = save_header(43)}),
            "");
}

TEST_F(RestoreTest, a_witness_is_a_header_that_the_validator_signed) {
  kept.grow_to(12);
  const auto fault = [&](std::uint64_t last, const std::string& path) {
    return KeptLedger::code_of(check_witness(*kept.ledger, last, path));
  };
  const std::string witness = save_header(12);
  EXPECT_EQ(fault(12, witness), "");
  EXPECT_EQ(fault(11, witness), "witness_ahead");
  EXPECT_EQ(fault(12, kept.data + "/genesis.json"), "witness_invalid");
  EXPECT_EQ(fault(12, directory / "none"), "file_failed");
  std::string text;
  std::getline(std::ifstream(witness), text);
  // Another height, which nobody has signed; and the same without the answer around it.
  std::string forged = text;
  forged.replace(forged.rfind("\"height\":\"12\""), 13, "\"height\":\"11\"");
  std::ofstream(directory / "forged") << forged;
  EXPECT_EQ(fault(12, directory / "forged"), "witness_invalid");
  const std::size_t inner = text.find("\"signed_header\":") + 16;
  std::ofstream(directory / "bare") << text.substr(inner, text.size() - inner - 1);
  EXPECT_EQ(fault(12, directory / "bare"), "");
}

// Another history of the same validator, as after a rollback.
TEST_F(RestoreTest, two_histories_are_told) {
  back_up_at(42);
  ASSERT_EQ(KeptLedger::code_of(kept.ledger->roll_back(41)), "");
  ASSERT_TRUE(kept.ledger->commit({}, {}, KeptLedger::kBegin + 99 * kSecondNs).ok());
  EXPECT_EQ(fault_of_restoring({.witness = save_header(42)}), "witness_differs");
  EXPECT_EQ(fault_of_restoring({.log_tail = kept.data + "/ledger/log"}), "tail_differs");
  EXPECT_FALSE(std::filesystem::exists(directory / "restored1/genesis.json"));
}

TEST_F(RestoreTest, a_tail_must_go_on_where_the_backup_ends) {
  back_up_at(42);
  kept.grow_to(50);
  const auto copy = [&](std::uint64_t first, std::uint64_t last) {
    const std::string path = directory / ("tail" + std::to_string(first) + std::to_string(last));
    auto tail = store::BlockLog::open(*kept.files, path, {});
    const auto whole =
        store::BlockLog::open(*kept.files, kept.data + "/ledger/log", {.read_only = true});
    for (std::uint64_t height = first; height <= last; ++height)
      EXPECT_TRUE(tail->append(height, whole->read(height).value()).ok());
    EXPECT_TRUE(tail->sync().ok());
    return path;
  };
  const auto fault = [&](const std::string& tail) {
    const auto log = store::BlockLog::open(*kept.files, backup + "/log", {.read_only = true});
    return KeptLedger::code_of(open_tail(*kept.files, *log, 42, tail));
  };
  EXPECT_EQ(fault(copy(1, 41)), "tail_behind");
  EXPECT_EQ(fault(copy(44, 50)), "tail_gap");
  EXPECT_EQ(fault(copy(42, 42)), "");
  EXPECT_EQ(fault(directory / "none"), "file_failed");
  const auto went = restore_to("new", {.log_tail = copy(43, 50)});
  ASSERT_TRUE(went.ok()) << went.fault().text;
  EXPECT_EQ(went->root, kept.roots[50]);
}

// A tail that was half written when its node died is evidence all the same, and stays as it is.
TEST_F(RestoreTest, a_torn_tail_is_taken_to_its_last_whole_block) {
  back_up_at(42);
  kept.grow_to(50);
  kept.close();
  const std::string segment = kept.data + "/ledger/log/000000000001.blocks";
  const auto size = std::filesystem::file_size(segment) - 7;
  std::filesystem::resize_file(segment, size);
  const auto went = restore_to("new", {.log_tail = kept.data + "/ledger/log"});
  ASSERT_TRUE(went.ok()) << went.fault().text;
  EXPECT_EQ(went->height, 49u);
  EXPECT_EQ(std::filesystem::file_size(segment), size);
}

TEST_F(RestoreTest, a_fork_goes_on_under_its_own_name_and_keeps_where_it_came_from) {
  back_up_at(42);
  const auto went = restore_to("new", {.fork = "astyq-after"});
  ASSERT_TRUE(went.ok()) << went.fault().text;
  EXPECT_EQ(went->network_id, "astyq-after");
  EXPECT_EQ(went->root, kept.roots[42]);
  {
    auto ledger = open_restored("new");
    ASSERT_NE(ledger, nullptr);
    const auto& origin = ledger->identity().genesis.origin();
    EXPECT_EQ(origin.network_id(), engine::kDemoNetwork);
    EXPECT_EQ(origin.height(), 42u);
    EXPECT_EQ(origin.app_hash(), view(kept.roots[42]));
    EXPECT_EQ(ledger->first_block(), 43u);
    const std::int64_t time_ns = KeptLedger::kBegin + 43 * kSecondNs;
    const std::vector<Bytes> txs{KeptLedger::registration(43),
                                 KeptLedger::registration(43, "astyq-after")};
    const std::vector<BytesView> views(txs.begin(), txs.end());
    const auto block =
        ledger->commit(txs, engine::prepare(views, ledger->engine().form()), time_ns);
    ASSERT_TRUE(block.ok());
    EXPECT_EQ(block->admitted, std::vector<std::size_t>{1}) << "what was signed for the former";
    EXPECT_EQ(block->result.app_hash, (kept.grow_to(43), kept.roots[43]));
    EXPECT_EQ(ledger->read_block(43)->signed_header().header().chain_id(), "astyq-after");
  }
  // It opens again by its log alone, and its own backups restore.
  ASSERT_NE(open_restored("new"), nullptr);
  EXPECT_EQ(store::BlockLog::open(*kept.files, directory / "new/origin/42/ledger/log",
                                  {.read_only = true})
                ->last_height(),
            42u);
  const std::string second = directory / "second";
  ASSERT_EQ(KeptLedger::code_of(back_up(directory / "new", second)), "");
  const auto again = restore({second, directory / "again", password(), {.fork = "astyq-third"}});
  ASSERT_TRUE(again.ok()) << again.fault().text;
  EXPECT_EQ(again->root, kept.roots[43]);
  EXPECT_TRUE(std::filesystem::exists(directory / "again/origin/42/genesis.json"));
  EXPECT_TRUE(std::filesystem::exists(directory / "again/origin/43/genesis.json"));
}

// Where it came from would be kept twice under one height, and the node never start again.
TEST_F(RestoreTest, a_fork_that_has_no_block_yet_is_not_forked) {
  back_up_at(12);
  ASSERT_EQ(KeptLedger::code_of(restore_to("new", {.fork = "astyq-after"})), "");
  const auto again = roll_back({directory / "new", 12, password(), {.fork = "astyq-third"}});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.fault().code, "genesis_invalid") << again.fault().text;
  EXPECT_EQ(KeptLedger::code_of(finish_fork(directory / "new")), "");
  const auto ledger = open_restored("new");
  ASSERT_NE(ledger, nullptr);
  EXPECT_EQ(ledger->engine().network_id(), "astyq-after");
}

// Wherever a fork that was decided stops, the next start ends it.
TEST_F(RestoreTest, a_fork_is_ended_wherever_it_was_interrupted) {
  back_up_at(12);
  ASSERT_EQ(KeptLedger::code_of(restore_to("new", {.fork = "astyq-after"})), "");
  const std::string data = directory / "new";
  const auto expect_ended = [&] {
    EXPECT_EQ(KeptLedger::code_of(finish_fork(data)), "");
    const auto ledger = open_restored("new");
    ASSERT_NE(ledger, nullptr);
    EXPECT_EQ(ledger->engine().network_id(), "astyq-after");
    EXPECT_EQ(ledger->engine().tree().root(), kept.roots[12]);
    EXPECT_FALSE(std::filesystem::exists(data + "/genesis.json.fork"));
  };
  expect_ended();
  std::filesystem::rename(data + "/genesis.json", data + "/genesis.json.fork");
  expect_ended();
  std::filesystem::rename(data + "/genesis.json", data + "/genesis.json.fork");
  std::filesystem::rename(data + "/ledger", data + "/ledger.fork");
  expect_ended();
  std::filesystem::rename(data + "/genesis.json", data + "/genesis.json.fork");
  std::filesystem::rename(data + "/ledger", data + "/ledger.fork");
  std::filesystem::rename(data + "/origin/12/ledger", data + "/ledger");
  expect_ended();
}

TEST_F(RestoreTest, goes_into_an_empty_directory_that_nobody_uses) {
  back_up_at(12);
  const auto fault_of = [&](const std::string& data) {
    return KeptLedger::code_of(restore({backup, data, password(), {.fork = "astyq-after"}}));
  };
  EXPECT_EQ(fault_of(kept.data), "restore_not_empty");
  std::filesystem::create_directories(directory / "other");
  std::ofstream(directory / "other/letter") << "mine";
  EXPECT_EQ(fault_of(directory / "other"), "restore_not_empty");
  EXPECT_EQ(files_below(directory / "other"), (std::vector<std::string>{"LOCK", "letter"}));
  {
    const auto held = Directory::hold(directory / "held");
    ASSERT_TRUE(held.ok());
    EXPECT_EQ(fault_of(directory / "held"), "data_directory_locked");
    EXPECT_EQ(KeptLedger::code_of(roll_back({directory / "held", 1, "", {}})), "genesis_missing");
  }
  kept.close();
  const auto held = Directory::hold(kept.data);
  EXPECT_EQ(KeptLedger::code_of(roll_back({kept.data, 1, "", {}})), "data_directory_locked");
}

TEST_F(RestoreTest, needs_the_password_that_the_backup_does_not_hold) {
  back_up_at(12);
  for (const std::string& file : files_below(backup)) EXPECT_EQ(file.find("password"), Bytes::npos);
  const Evidence fork{.fork = "astyq-after"};
  EXPECT_EQ(KeptLedger::code_of(restore({backup, directory / "one", "", fork})),
            "password_missing");
  std::ofstream(directory / "wrong") << "wrong\n";
  std::filesystem::permissions(directory / "wrong", std::filesystem::perms(0640));
  EXPECT_EQ(KeptLedger::code_of(restore({backup, directory / "two", directory / "wrong", fork})),
            "password_too_open");
  std::filesystem::permissions(directory / "wrong", std::filesystem::perms(0600));
  EXPECT_EQ(KeptLedger::code_of(restore({backup, directory / "two", directory / "wrong", fork})),
            "keyring_wrong_password");
}

TEST_F(RestoreTest, every_file_of_a_backup_is_checked) {
  back_up_at(42);
  const auto files = files_below(backup);
  for (const char* expected : {"BACKUP", "annex.key", "genesis.json", "log/000000000001.blocks",
                               "validator.keyring", "image/CURRENT"})
    EXPECT_NE(std::ranges::find(files, expected), files.end()) << expected;
  const auto code = [&] { return KeptLedger::code_of(check_backup(*kept.files, backup)); };
  ASSERT_EQ(code(), "");
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    const std::string path = backup + "/" + file;
    const std::uint64_t size = std::filesystem::file_size(path);
    for (const std::uint64_t at : {std::uint64_t{0}, size / 2, size - 1}) {
      if (size == 0) continue;
      flip(path, at);
      EXPECT_EQ(code(), "backup_corrupt") << at;
      flip(path, at);
    }
    std::filesystem::rename(path, path + ".away");
    EXPECT_EQ(code(), "backup_corrupt");
    std::filesystem::rename(path + ".away", path);
    if (size == 0) continue;
    std::filesystem::copy_file(path, directory / "whole",
                               std::filesystem::copy_options::overwrite_existing);
    for (const std::uint64_t length : {size - 1, size / 2, std::uint64_t{0}}) {
      std::filesystem::resize_file(path, length);
      EXPECT_EQ(code(), "backup_corrupt") << length;
    }
    EXPECT_EQ(fault_of_restoring({.fork = "astyq-after"}), "backup_corrupt");
    std::filesystem::copy_file(directory / "whole", path,
                               std::filesystem::copy_options::overwrite_existing);
  }
  EXPECT_EQ(code(), "");
  EXPECT_EQ(KeptLedger::code_of(back_up(kept.data, backup)), "backup_exists");
  EXPECT_EQ(KeptLedger::code_of(back_up(directory / "none", directory / "b")), "genesis_missing");
}

TEST_F(RestoreTest, status_tells_what_there_is) {
  back_up_at(42);
  Config config;
  config.data_directory = kept.data;
  const auto status = directory_status(config);
  ASSERT_TRUE(status.ok()) << status.fault().text;
  for (const char* part :
       {"formats: directory 1, log 1, image 1, snapshot 1, backup 1\n",
        "log: heights 1 to 42 in 1 files\n", "kept copies: 3, of heights 15 to 35\n",
        "first height it can answer for: 0\n", "last scrub: never\n", " UTC, height 42 in "})
    EXPECT_NE(status->find(part), std::string::npos) << part << "\n" << *status;
}

}  // namespace
}  // namespace astyq::node
