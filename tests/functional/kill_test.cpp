// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments under load: whatever was acknowledged is still there, at the same
// height with the same result, and the node comes back by itself.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <mutex>
#include <random>
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

constexpr int kKills = 20;
constexpr int kBatch = 20;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct Acknowledged {
  std::string id;  // hex
  std::string height;
  std::string first_id;
};

// Registers persons as fast as the node answers, and keeps what was acknowledged.
class Load {
 public:
  void run(const Daemon& daemon) {
    while (!stop_) {
      std::vector<std::string> ids;
      Bytes stream;
      for (int i = 0; i < kBatch; ++i) add_person(stream, ids);
      const auto answer = daemon.post("/v1/transactions", "application/x-astyq-stream", stream);
      if (answer && answer->status == 200) note(ids, answer->body);
    }
  }
  void begin() { stop_ = false; }
  void end() { stop_ = true; }

  std::vector<Acknowledged> acknowledged;

 private:
  void add_person(Bytes& stream, std::vector<std::string>& ids) {
    const std::uint64_t number = ++next_;
    const Bytes tag(view(crypto::sha256("killed " + std::to_string(number))));
    verbs::RegisterParty verb{
        .kind = identity::v1::NATURAL_PERSON, .commitment = tag, .uniqueness_tag = tag};
    verb.key.set_kind(identity::v1::ED25519);
    verb.key.set_public_key(
        Bytes(view(engine::demo_key("killed " + std::to_string(number)).public_key())));
    base::v1::TxBody body;
    body.set_party(1);
    body.set_id(tag.substr(0, 16));
    body.set_valid_until(now_ns() + 50'000'000'000);
    *body.add_operations() = verb.operation();
    const Bytes tx = wire::sign_transaction(body, engine::kDemoNetwork, {&registrar_, 1});
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

  const crypto::Ed25519Key registrar_ = engine::demo_key(engine::kDemoRegistrar);
  std::atomic<bool> stop_ = false;
  std::uint64_t next_ = 0;
};

TEST(Kill, nothing_acknowledged_is_lost) {
  const TemporaryDirectory directory;
  std::mt19937 random(20'261'123);
  Load load;
  std::size_t checked = 0;
  for (int kill = 0; kill <= kKills; ++kill) {
    Daemon daemon(directory / "node");
    if (testing::Test::HasFailure()) return;
    for (; checked < load.acknowledged.size(); ++checked) {
      const Acknowledged& expected = load.acknowledged[checked];
      const auto answer = daemon.get("/v1/transactions/1/" + expected.id);
      ASSERT_TRUE(answer && answer->status == 200)
          << expected.id << " was acknowledged and is gone";
      const json::value found = json::parse(answer->body);
      EXPECT_EQ(found.at("height").as_string(), expected.height);
      EXPECT_EQ(found.at("operations").at(0).at("first_id").as_string(), expected.first_id);
    }
    if (kill == kKills) {
      EXPECT_EQ(daemon.stop(SIGTERM), 0);
      break;
    }
    load.begin();
    std::thread client([&] { load.run(daemon); });
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    EXPECT_EQ(daemon.stop(SIGKILL), 128 + SIGKILL);
    load.end();
    client.join();
  }
  EXPECT_GT(checked, 0u);
  std::printf("%d kills; %zu acknowledged transactions, all found again\n", kKills, checked);
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
