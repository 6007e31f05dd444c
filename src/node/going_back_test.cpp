// SPDX-License-Identifier: Apache-2.0
// A rollback that is interrupted after blocks were taken away and before it is decided what follows
// leaves no node of the former network; run again it comes to its end.
#include "node/going_back.h"

#include <sys/resource.h>

#include <csignal>

#include "node/kept_ledger_test.h"
#include "node/node.h"
#include "node/restore.h"

namespace astyq::node {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLast = 140;
constexpr std::uint64_t kBack = 20;

// The largest file that this process may write, while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_;
};

struct GoingBackTest : testing::Test {
  astyq::test::TemporaryDirectory directory;
  KeptLedger kept{directory / "node"};
  const std::string log = kept.data + "/ledger/log/000000000001.blocks";

  GoingBackTest() {
    kept.grow_to(kLast);
    kept.close();
    fs::copy(kept.data + "/ledger/log", directory / "tail");
  }
  std::string going_back(std::uint64_t height, Evidence evidence) const {
    return KeptLedger::code_of(roll_back({kept.data, height, "", std::move(evidence)}));
  }
  std::string opening_the_node() const {
    Config config;
    config.data_directory = kept.data;
    config.accept_outage = true;
    return KeptLedger::code_of(Node::open(config));
  }
  bool is_marked() const { return fs::exists(kept.data + "/going-back"); }
  void expect_marked() const {
    ASSERT_LT(fs::file_size(log), fs::file_size(directory / "tail/000000000001.blocks"));
    EXPECT_EQ(opening_the_node(), "rollback_unfinished");
    EXPECT_EQ(going_back(kBack, {}), "rollback_unfinished");
    EXPECT_EQ(going_back(kBack + 1, {.fork = "astyq-after"}), "rollback_unfinished");
    const auto told = check_not_going_back(*kept.files, kept.data);
    EXPECT_NE(told.fault().text.find("`astyqd rollback --to 20 --data " + kept.data + " --"),
              Bytes::npos)
        << told.fault().text;
    EXPECT_TRUE(is_marked());
  }
};

TEST_F(GoingBackTest, a_fork_that_could_not_be_made_is_made_by_the_same_rollback) {
  std::ofstream(kept.data + "/origin") << "in the way";
  ASSERT_EQ(going_back(kBack, {.fork = "astyq-after"}), "file_failed");
  expect_marked();
  fs::remove(kept.data + "/origin");
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(going_back(kBack, {.fork = "astyq-after"}), "");
    EXPECT_FALSE(is_marked());
  }
  kept.open();
  EXPECT_EQ(kept.root(), kept.roots[kBack]);
  EXPECT_TRUE(kept.grow_by_one("astyq-after"));
}

// The power went as well: of the tail's blocks that were not synced one is lost and later ones are
// there.
TEST_F(GoingBackTest, a_tail_that_was_half_appended_is_appended_by_the_same_rollback) {
  const std::uint64_t size = fs::file_size(log);
  ASSERT_EQ(going_back(kLast - 10, {}), "");  // what is here already may be written over
  {
    const FileSizeLimit limit(size - 500);
    ASSERT_EQ(going_back(kBack, {.log_tail = directory / "tail"}), "log_write_failed");
  }
  expect_marked();
  flip(log, size / 2);
  fs::rename(directory / "tail", directory / "elsewhere");
  EXPECT_EQ(going_back(kBack, {.log_tail = directory / "elsewhere"}), "");
  EXPECT_FALSE(is_marked());
  kept.open();
  EXPECT_EQ(kept.height(), kLast);
  EXPECT_EQ(kept.root(), kept.roots[kLast]);
}

TEST_F(GoingBackTest, what_was_refused_before_it_began_leaves_the_node_as_it_was) {
  const std::string copy = kept.data + "/ledger/kept/000000000010";
  fs::create_directory(copy);  // an empty one, from which the earlier state would begin
  EXPECT_EQ(going_back(kBack, {.fork = "astyq-after"}), "image_failed");
  EXPECT_FALSE(is_marked());
  fs::remove(copy);
  EXPECT_EQ(opening_the_node(), "");
}

TEST_F(GoingBackTest, a_fork_that_was_decided_is_no_rollback_any_more) {
  ASSERT_EQ(going_back(kBack, {.fork = "astyq-after"}), "");
  fs::rename(kept.data + "/genesis.json", kept.data + "/genesis.json.fork");
  fs::copy(kept.data + "/origin/20/genesis.json", kept.data + "/genesis.json");
  ASSERT_EQ(KeptLedger::code_of(
                begin_going_back(*kept.files, {kept.data, kBack, "", {.fork = "astyq-after"}})),
            "");
  EXPECT_EQ(opening_the_node(), "");
  EXPECT_FALSE(is_marked());
  kept.open();
  EXPECT_EQ(kept.ledger->engine().network_id(), "astyq-after");
}

}  // namespace
}  // namespace astyq::node
