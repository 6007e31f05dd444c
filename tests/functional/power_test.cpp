// SPDX-License-Identifier: Apache-2.0
// The power goes at a write, a sync, a rename or a removal of the real node, RocksDB's included,
// and what was not synced is gone, names in directories too: the node comes back by itself, with
// everything that was acknowledged, in the state that a replay of its log gives.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/acts.h"
#include "support/places.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace astyq::test {
namespace {

namespace fs = std::filesystem;

constexpr int kTransactions = 7;  // each makes a block, and another one that certifies it
constexpr unsigned long kCutsUsually = 12;

ino_t number_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_ino;
}

// What a disk keeps of the files below a directory.
class Disk {
 public:
  explicit Disk(fs::path root, fs::path kept) : root_(std::move(root)), kept_(std::move(kept)) {
    for (const char* folder : {"files", "names", "held"}) fs::create_directories(kept_ / folder);
    sync_all(root_);
  }

  // Puts that back, and nothing else.
  void lose_power() {
    const fs::path after = kept_ / "after";
    put_back(number_of(root_), after);
    fs::remove_all(root_);
    fs::rename(after, root_);
  }
  unsigned long actions() const {
    const std::string text = text_of(kept_ / "actions");
    return text.empty() ? 0 : std::stoul(text);
  }

 private:
  // As everything was before the node began.
  void sync_all(const fs::path& directory) {
    std::ofstream names(kept_ / "names" / std::to_string(number_of(directory)));
    for (const auto& entry : fs::directory_iterator(directory)) {
      const std::string number = std::to_string(number_of(entry.path()));
      names << number << ' ' << entry.path().filename().string() << '\n';
      if (entry.is_directory()) {
        sync_all(entry.path());
      } else {
        fs::copy_file(entry.path(), kept_ / "files" / number);
        fs::create_hard_link(entry.path(), kept_ / "held" / number);
      }
    }
  }

  void put_back(ino_t directory, const fs::path& to) const {
    fs::create_directory(to);
    fs::permissions(to, fs::perms::owner_all);
    std::istringstream names(text_of(kept_ / "names" / std::to_string(directory)));
    std::string number;
    std::string name;
    while (names >> number && std::getline(names >> std::ws, name)) {
      if (name == "LOCK") continue;  // not watched
      if (fs::exists(kept_ / "files" / number)) {
        fs::copy_file(kept_ / "files" / number, to / name);
      } else if (fs::exists(kept_ / "held" / number)) {
        std::ofstream(to / name).close();  // its name lasts, its bytes were never synced
      } else {
        put_back(std::stoul(number), to / name);
        continue;
      }
      fs::permissions(to / name, fs::perms::owner_read | fs::perms::owner_write);
    }
  }

  const fs::path root_;
  const fs::path kept_;
};

// Begun once and copied: making a node's keys takes longer than all else.
void begin_template(const fs::path& data) {
  Daemon daemon(data.string());
  EXPECT_EQ(daemon.stop(SIGTERM), 0);
  // Checkpoints and kept images come every few blocks, so that they are met by the cuts.
  std::ofstream(data / "node.toml") << "block_interval_ms = 1\ncheckpoint_rows = 5\n"
                                       "keep_checkpoint_s = 1\nkeep_checkpoints = 2\n";
}

struct Played {
  std::vector<std::string> acknowledged;  // ids
  bool whole = false;                     // the power never went
};

struct Watched {
  fs::path root;  // the data directory, or what is above it
  fs::path data;
  fs::path kept;
};

Played run_with_cut(const Watched& watched, unsigned long cut, int transactions = kTransactions) {
  ::setenv("LD_PRELOAD", test::built_path("power_cut.so").c_str(), 1);
  ::setenv("ASTYQ_POWER_ROOT", watched.root.c_str(), 1);
  ::setenv("ASTYQ_POWER_KEPT", watched.kept.c_str(), 1);
  ::setenv("ASTYQ_POWER_CUT", std::to_string(cut).c_str(), 1);
  Daemon daemon(Daemon::MayEnd(), watched.data.string(), {});
  for (const char* name : {"LD_PRELOAD", "ASTYQ_POWER_ROOT", "ASTYQ_POWER_KEPT", "ASTYQ_POWER_CUT"})
    ::unsetenv(name);
  Played run;
  Acts acts("power");
  for (int i = 0; i < transactions; ++i) {
    const Acts::Act act = acts.next();
    const auto answer = Acts::send(daemon, act);
    if (answer && answer->status == 201) run.acknowledged.push_back(act.id);
  }
  run.whole = !daemon.ended() && daemon.stop(SIGTERM) == 0;
  return run;
}

void expect_all_there(const fs::path& data, const Played& run) {
  std::string root;
  {
    Daemon daemon(data.string());
    if (testing::Test::HasFailure()) return;
    for (const std::string& id : run.acknowledged) {
      const auto answer = Acts("power").find(daemon, id);
      EXPECT_TRUE(answer && answer->status == 200) << id << " was acknowledged and is gone";
    }
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
  }
  // Before the first block there is nothing to replay.
  if (run.acknowledged.empty() && fs::is_empty(data / "ledger/log")) return;
  // The log alone, from its first block, gives every root that it names.
  const Ran audit =
      astyq(data.string(), "audit --genesis genesis.json --annex annex.key --log ledger/log");
  EXPECT_EQ(audit.exit, 0) << audit.out << audit.err;
}

TEST(Power, whatever_was_acknowledged_outlives_its_loss) {
  const TemporaryDirectory directory;
  const fs::path begun = directory / "begun";
  begin_template(begun);
  const bool all = std::getenv("ASTYQ_POWER_ALL") != nullptr;
  unsigned long step = 1;
  unsigned long actions = 0;
  std::size_t acknowledged = 0;
  std::size_t cuts = 0;
  for (unsigned long cut = 0;; cut = cut == 0 ? 1 + step / 2 : cut + step) {
    SCOPED_TRACE("the power goes at action " + std::to_string(cut));
    const fs::path data = directory / "node";
    const fs::path kept = directory / "kept";
    fs::copy(begun, data, fs::copy_options::recursive);
    Disk disk(data, kept);
    const Played run = run_with_cut({data, data, kept}, cut);
    if (cut == 0) {
      actions = disk.actions();
      ASSERT_TRUE(run.whole);
      ASSERT_EQ(run.acknowledged.size(), std::size_t{kTransactions});
      ASSERT_GT(actions, 50u);
      step = all ? 1 : actions / kCutsUsually;
    } else {
      ++cuts;
      // The process alone was ended: it starts again, writes its image, and then the power goes.
      if (cuts % 2 == 0 && !run.whole) {
        ASSERT_TRUE(run_with_cut({data, data, kept}, 0, 0).whole);
      }
    }
    disk.lose_power();
    expect_all_there(data, run);
    if (testing::Test::HasFailure()) return;
    acknowledged += run.acknowledged.size();
    fs::remove_all(data);
    fs::remove_all(kept);
    if (cut > actions || (cut > 0 && run.whole)) break;
  }
  EXPECT_GT(acknowledged, std::size_t{kTransactions});
  std::printf("%zu cuts of %lu actions; %zu acknowledged transactions, all found again\n", cuts,
              actions, acknowledged);
}

// The directories too that the first start has made.
TEST(Power, what_a_first_start_acknowledged_outlives_its_loss) {
  const TemporaryDirectory directory;
  const fs::path root = directory / "disk";
  fs::create_directory(root);
  std::ofstream(root / "node.log").close();  // what the test itself writes beside the node
  Disk disk(root, directory / "kept");
  const Played run = run_with_cut({root, root / "node", directory / "kept"}, 0, 1);
  ASSERT_TRUE(run.whole);
  ASSERT_EQ(run.acknowledged.size(), 1u);
  disk.lose_power();
  ASSERT_TRUE(fs::exists(root / "node/genesis.json"));
  expect_all_there(root / "node", run);
}

}  // namespace
}  // namespace astyq::test

#endif
