// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments under load: whatever was acknowledged is still there, at the same
// height with the same result, everything is there once, and the node comes back by itself.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <random>
#include <thread>

#include "support/acts.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

namespace json = boost::json;

constexpr int kKillsUsually = 20;  // ASTYQ_KILLS asks for more
constexpr int kBatch = 20;

int kills() {
  const char* wanted = std::getenv("ASTYQ_KILLS");
  return wanted == nullptr ? kKillsUsually : std::atoi(wanted);
}

// The log alone, from its first block, gives every root that it names, and at its end that which
// the node has there. Requires: no node runs.
void expect_the_root_of_a_replay(const std::string& data) {
  const Ran audit =
      astyq(data, "audit --json --genesis genesis.json --annex annex.key --log ledger/log");
  ASSERT_EQ(audit.exit, 0) << audit.out << audit.err;
  const json::object report = audit.json();
  Daemon daemon(data);
  const auto block = daemon.get("/v1/blocks/" + std::string(report.at("blocks").as_string()));
  ASSERT_TRUE(block && block->status == 200) << audit.out;
  EXPECT_EQ(json::parse(block->body).at("app_hash"), report.at("app_hash"));
}

struct Acknowledged {
  std::string id;  // hex
  std::string height;
  std::string first_id;
};

// Records acts as fast as the node answers, and keeps what was sent and what was acknowledged.
// Nothing but its id keeps an act from being recorded twice.
class Load {
 public:
  void run(const Daemon& daemon) {
    while (!stop_) {
      std::vector<std::string> ids;
      const Bytes stream = acts.stream(kBatch, ids);
      sent.insert(sent.end(), ids.begin(), ids.end());
      const auto answer = Acts::send_stream(daemon, stream);
      if (answer && answer->status == 200) note(ids, answer->body);
    }
  }
  void begin() { stop_ = false; }
  void end() { stop_ = true; }

  Acts acts{"killed"};
  std::vector<Acknowledged> acknowledged;
  std::vector<std::string> sent;  // ids, hex

 private:
  void note(const std::vector<std::string>& ids, const std::string& body) {
    const json::array answers = json::parse(body).as_array();
    ASSERT_EQ(answers.size(), ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (answers[i].at("status").as_string() != "applied") continue;
      acknowledged.push_back(
          {ids[i], std::string(answers[i].at("height").as_string()),
           std::string(answers[i].at("operations").at(0).at("first_id").as_string())});
    }
  }

  std::atomic<bool> stop_ = false;
};

// Whatever was sent, acknowledged or not, made one act or none.
void expect_each_once(const Daemon& daemon, const Load& load) {
  std::uint64_t applied = 0;
  for (const std::string& id : load.sent) {
    const auto answer = load.acts.find(daemon, id);
    ASSERT_TRUE(answer && (answer->status == 200 || answer->status == 404)) << id;
    if (answer->status == 200) ++applied;
  }
  const auto newest = daemon.get("/v1/acts?order=desc&limit=1");
  ASSERT_TRUE(newest && newest->status == 200);
  const json::value page = json::parse(newest->body);
  EXPECT_EQ(page.at("items").at(0).at("act").as_string(), std::to_string(applied));
}

TEST(Kill, nothing_acknowledged_is_lost_and_nothing_happens_twice) {
  const TemporaryDirectory directory;
  std::mt19937 random(20'261'123);
  Load load;
  std::size_t checked = 0;
  const int wanted = kills();
  for (int kill = 0; kill <= wanted; ++kill) {
    Daemon daemon(directory / "node");
    if (testing::Test::HasFailure()) return;
    for (; checked < load.acknowledged.size(); ++checked) {
      const Acknowledged& expected = load.acknowledged[checked];
      const auto answer = load.acts.find(daemon, expected.id);
      ASSERT_TRUE(answer && answer->status == 200)
          << expected.id << " was acknowledged and is gone";
      const json::value found = json::parse(answer->body);
      EXPECT_EQ(found.at("height").as_string(), expected.height);
      EXPECT_EQ(found.at("operations").at(0).at("first_id").as_string(), expected.first_id);
    }
    if (kill == wanted) {
      expect_each_once(daemon, load);
      EXPECT_EQ(daemon.stop(SIGTERM), 0);
      expect_the_root_of_a_replay(directory / "node");
      break;
    }
    load.begin();
    std::thread client([&] { load.run(daemon); });
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    EXPECT_EQ(daemon.stop(SIGKILL), 128 + SIGKILL);
    load.end();
    client.join();
  }
  EXPECT_GT(checked, static_cast<std::size_t>(wanted * kBatch));
  std::printf("%d kills; %zu acknowledged of %zu sent, all found again, each once\n", wanted,
              checked, load.sent.size());
}

TEST(Stop, a_clean_stop_keeps_everything_and_a_second_node_is_refused) {
  const TemporaryDirectory directory;
  Daemon first(directory / "node");
  const auto before = first.get("/v1/status");
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(astyqd(directory / ".", "--data node --listen 127.0.0.1:0 --demo").exit, 1);
  EXPECT_EQ(first.stop(SIGTERM), 0);
  Daemon again(directory / "node");
  EXPECT_TRUE(again.get("/v1/status").has_value());
  EXPECT_EQ(again.stop(SIGTERM), 0);
}

}  // namespace
}  // namespace astyq::test
