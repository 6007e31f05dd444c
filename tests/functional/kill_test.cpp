// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments under load: whatever was acknowledged is still there, at the same
// height with the same result, everything is there once, and the node comes back by itself.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <mutex>
#include <random>
#include <sstream>
#include <thread>

#include "crypto/sha256.h"
#include "engine/demo.h"
#include "support/daemon.h"
#include "support/temporary_directory.h"
#include "tests/verbs.gen.h"
#include "wire/signing.h"

namespace astyq::test {
namespace {

namespace json = boost::json;

constexpr int kKillsUsually = 20;  // ASTYQ_KILLS asks for more
constexpr int kBatch = 20;
constexpr std::uint64_t kAkimatParty = 2;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int kills() {
  const char* wanted = std::getenv("ASTYQ_KILLS");
  return wanted == nullptr ? kKillsUsually : std::atoi(wanted);
}

// The log alone, from its first block, gives every root that it names, and at its end that which
// the node has there. Requires: no node runs.
void expect_the_root_of_a_replay(const std::string& data) {
  const std::string audit = std::string(ASTYQ_BIN_DIR "/astyq audit --json --genesis ") + data +
                            "/genesis.json --annex " + data + "/annex.key --log " + data +
                            "/ledger/log > " + data + ".audit 2>&1";
  EXPECT_EQ(WEXITSTATUS(std::system(audit.c_str())), 0);
  std::ifstream file(data + ".audit");
  std::stringstream text;
  text << file.rdbuf();
  const json::value report = json::parse(text.str());
  Daemon daemon(data);
  const auto block = daemon.get("/v1/blocks/" + std::string(report.at("blocks").as_string()));
  ASSERT_TRUE(block && block->status == 200) << text.str();
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
      Bytes stream;
      for (int i = 0; i < kBatch; ++i) add_act(stream, ids);
      sent.insert(sent.end(), ids.begin(), ids.end());
      const auto answer = daemon.post("/v1/transactions", "application/x-astyq-stream", stream);
      if (answer && answer->status == 200) note(ids, answer->body);
    }
  }
  void begin() { stop_ = false; }
  void end() { stop_ = true; }

  std::vector<Acknowledged> acknowledged;
  std::vector<std::string> sent;  // ids, hex

 private:
  void add_act(Bytes& stream, std::vector<std::string>& ids) {
    const std::string number = std::to_string(++next_);
    const Bytes digest(view(crypto::sha256("killed " + number)));
    const verbs::RecordAct verb{.number = number,
                                .document_digest = digest,
                                .subject = 1,
                                .scopes = {authority::v1::BLOCK_RECEIPT}};
    base::v1::TxBody body;
    body.set_party(kAkimatParty);
    body.set_id(digest.substr(0, 16));
    body.set_valid_until(now_ns() + 50'000'000'000);
    *body.add_operations() = verb.operation();
    const Bytes tx = wire::sign_transaction(body, engine::kDemoNetwork, {&akimat_, 1});
    append_varint(stream, tx.size());
    stream += tx;
    ids.push_back(to_hex(body.id()));
  }

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

  const crypto::Ed25519Key akimat_ = engine::demo_key(engine::kDemoAkimat);
  std::atomic<bool> stop_ = false;
  std::uint64_t next_ = 0;
};

std::optional<HttpAnswer> ask_for(const Daemon& daemon, const std::string& id) {
  return daemon.get("/v1/transactions/" + std::to_string(kAkimatParty) + "/" + id);
}

// Whatever was sent, acknowledged or not, made one act or none.
void expect_each_once(const Daemon& daemon, const std::vector<std::string>& sent) {
  std::uint64_t applied = 0;
  for (const std::string& id : sent) {
    const auto answer = ask_for(daemon, id);
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
      const auto answer = ask_for(daemon, expected.id);
      ASSERT_TRUE(answer && answer->status == 200)
          << expected.id << " was acknowledged and is gone";
      const json::value found = json::parse(answer->body);
      EXPECT_EQ(found.at("height").as_string(), expected.height);
      EXPECT_EQ(found.at("operations").at(0).at("first_id").as_string(), expected.first_id);
    }
    if (kill == wanted) {
      expect_each_once(daemon, load.sent);
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
  const std::string second = ASTYQ_BIN_DIR "/astyqd --data " + (directory / "node") +
                             " --listen 127.0.0.1:0 --demo > " + (directory / "second.log") +
                             " 2>&1";
  EXPECT_EQ(WEXITSTATUS(std::system(second.c_str())), 1);
  EXPECT_EQ(first.stop(SIGTERM), 0);
  Daemon again(directory / "node");
  EXPECT_TRUE(again.get("/v1/status").has_value());
  EXPECT_EQ(again.stop(SIGTERM), 0);
}

}  // namespace
}  // namespace astyq::test
