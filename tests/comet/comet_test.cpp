// SPDX-License-Identifier: Apache-2.0
// The server of src/abci under the real CometBFT, of the versions that it is for.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <thread>

#include "abci/counting_application_test.h"
#include "abci/server.h"
#include "comet/cometbft.h"
#include "support/temporary_directory.h"

namespace astyq::abci {
namespace {

using astyq::test::CometBft;
using test::CountingApplication;

// What was told of a connection that CometBFT's end cut off; nothing else may be told.
bool is_end(const Fault& fault) {
  return fault.code == "frame_cut" || fault.code == "connection_failed" ||
         fault.code == "connection_left";
}

// One start of the application: its process ends with this.
class Started {
 public:
  Started(const std::string& address, CountingApplication::State state) {
    application.become(state);
    Server::Options options;
    options.address = address;
    options.height = state.height;
    options.tell = [](const Fault& fault) { EXPECT_TRUE(is_end(fault)) << fault.text; };
    auto server = Server::start(application, std::move(options));
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
  }

  std::string address() const { return server_->address(); }

  CountingApplication application;

 private:
  std::unique_ptr<Server> server_;
};

class Comet : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(std::filesystem::exists(CometBft::program(GetParam())))
        << "CometBFT " << GetParam() << " is not there. Get it: tools/install-cometbft";
    comet_ = std::make_unique<CometBft>(GetParam(), directory_ / "");
  }

  std::string address() const { return "unix://" + directory_ / "abci.sock"; }

  // Waits until the application has this block; false when CometBFT ends before.
  bool reaches(const Started& started, std::int64_t height) {
    return reaches(*comet_, started, height);
  }
  static bool reaches(CometBft& comet, const Started& started, std::int64_t height) {
    while (started.application.state().height < height) {
      if (comet.ended()) {
        ADD_FAILURE() << "CometBFT ended before block " << height << ":\n" << comet.log();
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  // What RPC answers once it serves.
  std::string ask(const std::string& target) {
    std::string answer;
    while (answer.empty() && !comet_->ended()) {
      answer = comet_->call(target);
      if (answer.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return answer;
  }

  // Sends so many transactions, each into a block of its own.
  void send(const std::string& name, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string answer =
          ask("/broadcast_tx_commit?tx=%22" + name + std::to_string(i) + "%22");
      EXPECT_NE(answer.find("\"tx_result\":{\"code\":0,"), std::string::npos) << answer;
    }
  }

  const astyq::test::TemporaryDirectory directory_;
  std::unique_ptr<CometBft> comet_;
};

TEST_P(Comet, handshake_blocks_and_transactions) {
  Started started(address(), {});
  comet_->start(started.address());
  ASSERT_TRUE(reaches(started, 5));
  send("good", 3);
  const std::string refused = ask("/broadcast_tx_commit?tx=%22!bad%22");
  EXPECT_NE(refused.find("\"check_tx\":{\"code\":7,"), std::string::npos) << refused;
  const std::string query = ask("/abci_query?data=0x01");
  EXPECT_NE(query.find("\"value\":\"Mw==\""), std::string::npos) << query;  // "3"
  EXPECT_EQ(started.application.state().count, 3u);
  EXPECT_EQ(started.application.count_of("InitChain"), 1);
  EXPECT_GE(started.application.count_of("ProcessProposal"), 5);
}

TEST_P(Comet, over_a_port_too) {
  Started started("tcp://127.0.0.1:0", {});
  comet_->start(started.address());
  ASSERT_TRUE(reaches(started, 3));
}

TEST_P(Comet, it_is_killed_and_the_application_lives) {
  Started started(address(), {});
  comet_->start(started.address());
  ASSERT_TRUE(reaches(started, 2));
  send("before", 2);
  for (int kill = 0; kill < 5; ++kill) {
    comet_->kill();
    const std::int64_t height = started.application.state().height;
    comet_->start(started.address());
    ASSERT_TRUE(reaches(started, height + 2));
  }
  send("after", 2);
  EXPECT_EQ(started.application.state().count, 4u);
  EXPECT_EQ(started.application.count_of("InitChain"), 1);
}

// Whatever call was under way, the next CometBFT finds the application where it stands.
TEST_P(Comet, it_is_killed_within_each_call_of_a_block) {
  Started started(address(), {});
  comet_->start(started.address());
  ASSERT_TRUE(reaches(started, 2));
  send("one", 1);
  for (const char* call : {"PrepareProposal", "ProcessProposal", "FinalizeBlock", "Commit"}) {
    started.application.hold(call);
    started.application.wait_until_inside(call);
    const std::int64_t height = started.application.state().height;
    comet_->kill();
    comet_->start(started.address());
    started.application.release(call);
    ASSERT_TRUE(reaches(started, height + 3)) << call;
  }
  send("two", 1);
  EXPECT_EQ(started.application.state().count, 2u);
}

TEST_P(Comet, an_application_that_lost_blocks_gets_them_again) {
  std::map<std::int64_t, CountingApplication::State> history;
  CountingApplication::State last;
  {
    Started started(address(), {});
    comet_->start(started.address());
    ASSERT_TRUE(reaches(started, 3));
    send("wheat", 3);
    comet_->kill();
    last = started.application.state();
    history = started.application.history();
  }
  ASSERT_EQ(last.count, 3u);
  // Nothing is left, all but the first block is lost, the last three are.
  for (const std::int64_t left : {std::int64_t{0}, std::int64_t{1}, last.height - 3}) {
    Started started(address(), history[left]);
    comet_->start(started.address());
    ASSERT_TRUE(reaches(started, last.height + 1));
    comet_->kill();
    EXPECT_EQ(started.application.history()[last.height], last) << left;
    EXPECT_EQ(started.application.count_of("InitChain"), left == 0 ? 1 : 0);
    last = started.application.state();
    for (const auto& [height, state] : started.application.history()) history[height] = state;
  }
}

// The text between two others, from the first place where `before` stands.
std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + before.size();
  return text.substr(from, text.find(after, from) - from);
}

TEST_P(Comet, state_sync_into_an_empty_application) {
  Started started(address(), {});
  const std::string port = std::to_string(comet_->take_peers());
  comet_->start(started.address());
  ASSERT_TRUE(reaches(started, 3));
  send("wheat", 3);
  const std::string peer = between(ask("/status"), "\"id\":\"", "\"") + "@127.0.0.1:" + port;
  const std::string trusted = between(ask("/commit?height=1"), "\"block_id\":{\"hash\":\"", "\"");

  ASSERT_TRUE(std::filesystem::create_directory(directory_ / "second"));
  CometBft second(GetParam(), directory_ / "second");
  second.join(*comet_);
  Started restored("unix://" + directory_ / "second.sock", {});
  second.start(restored.address(),
               {"CMT_P2P_PERSISTENT_PEERS=" + peer, "CMT_STATESYNC_ENABLE=true",
                "CMT_STATESYNC_RPC_SERVERS=" + comet_->rpc() + "," + comet_->rpc(),
                "CMT_STATESYNC_TRUST_HEIGHT=1", "CMT_STATESYNC_TRUST_HASH=" + trusted,
                "CMT_STATESYNC_DISCOVERY_TIME=5s"});
  ASSERT_TRUE(reaches(second, restored, 4));
  const std::int64_t snapshot = restored.application.state().height;
  ASSERT_TRUE(reaches(second, restored, snapshot + 3));
  second.kill();
  const auto state = restored.application.state();
  EXPECT_EQ(started.application.history()[state.height], state);
  EXPECT_EQ(state.count, 3u);
  EXPECT_EQ(restored.application.count_of("InitChain"), 0);
  EXPECT_EQ(restored.application.count_of("ApplySnapshotChunk"), 1);
  // Without Info before it: what the grammar must allow.
  const auto calls = restored.application.calls();
  EXPECT_LT(std::find(calls.begin(), calls.end(), "OfferSnapshot"),
            std::find(calls.begin(), calls.end(), "Info"));
  EXPECT_LT(restored.application.count_of("FinalizeBlock"), state.height);
}

INSTANTIATE_TEST_SUITE_P(Versions, Comet, testing::Values("v0.38.25", "v0.40.0"),
                         [](const auto& with) {
                           std::string name = with.param;
                           for (char& each : name) each = each == '.' ? '_' : each;
                           return name;
                         });

}  // namespace
}  // namespace astyq::abci
