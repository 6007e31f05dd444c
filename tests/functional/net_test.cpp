// SPDX-License-Identifier: Apache-2.0
// A consortium of four on this machine, by the commands that anybody would give: with the real
// CometBFT.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "support/places.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{120};

class NetTest : public testing::Test {
 protected:
  ~NetTest() override { astyq("net stop --dir net"); }

  Ran astyq(const std::string& words) const { return test::astyq(directory_ / ".", words); }
  // Fails the test when it does not end with 0.
  Ran done(const std::string& words) const {
    Ran ran = astyq(words);
    EXPECT_EQ(ran.exit, 0) << words << "\n" << ran.out << ran.err;
    return ran;
  }
  static std::string comet(const char* version) {
    return source_path(".cache/cometbft/") + version + "/cometbft";
  }
  boost::json::array nodes() const {
    return done("net status --dir net --json").json().at("nodes").as_array();
  }
  std::uint64_t height_of(std::size_t node) const {
    const auto standing = nodes().at(node).as_object();
    return standing.contains("height") ? std::stoull(std::string(standing.at("height").as_string()))
                                       : 0;
  }
  // Kills both programs of a node, as a machine that burns does.
  void kill_node(std::size_t node) const {
    const auto standing = nodes().at(node).as_object();
    for (const char* name : {"process_id", "comet_process_id"})
      ASSERT_EQ(::kill(static_cast<pid_t>(standing.at(name).as_int64()), SIGKILL), 0);
  }
  void wait_for_height(std::size_t node, std::uint64_t height) const {
    const auto deadline = steady_clock::now() + kPatience;
    while (height_of(node) < height) {
      ASSERT_LT(steady_clock::now(), deadline)
          << "node " << node + 1 << " never came to " << height;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  std::string root_at(std::size_t node, std::uint64_t height) const {
    const std::string url(nodes().at(node).at("url").as_string());
    const Ran ran =
        shell(directory_ / ".", "curl -sf " + url + "/v1/blocks/" + std::to_string(height));
    EXPECT_EQ(ran.exit, 0) << url;
    return ran.exit == 0 ? std::string(ran.json().at("app_hash").as_string()) : "";
  }
  std::string url(std::size_t node) const {
    return std::string(nodes().at(node).at("url").as_string());
  }
  // A payment of one tenge from a trader of the season, by a node.
  void pay(std::size_t node) const {
    done("--node " + url(node) +
         " --as demo:trader-1 payment transfer --to 4 --asset 1 --amount 100 --yes");
  }

  const TemporaryDirectory directory_;
};

TEST_F(NetTest, story) {
  done("net init --dir net --validators 4 --first-port 21300");
  done("net start --dir net");
  for (const auto& node : nodes()) {
    EXPECT_TRUE(node.at("ready").as_bool());
    EXPECT_EQ(node.at("peers").as_int64(), 3);
  }
  const Ran receipts = done("--node " + url(2) + " receipt list --json");
  EXPECT_FALSE(receipts.json().at("items").as_array().empty());
  pay(0);

  // What one node says others prove: to whoever has the genesis, without a network.
  done("--node " + url(1) + " proof receipt 1 --output proof");
  const Ran verified = done("verify proof --trust net/node-4/data/genesis.json");
  EXPECT_NE(verified.out.find("Verified"), std::string::npos);

  kill_node(3);
  pay(0);
  pay(1);
  const std::uint64_t without = height_of(0);
  done("net start --dir net");
  wait_for_height(3, without + 3);
  pay(3);
  for (std::size_t node = 1; node < 4; ++node)
    EXPECT_EQ(root_at(node, without), root_at(0, without)) << node;
  EXPECT_EQ(shell(directory_ / ".",
                  "curl -sf " + url(1) + "/v1/blocks/" + std::to_string(without) + " > witness")
                .exit,
            0);
  const Ran stopped = done("net stop --dir net");
  EXPECT_EQ(stopped.err.find("killed"), std::string::npos) << stopped.err;

  // One member's log, done again; more than two thirds of the validators vouch for its state.
  const std::string audit =
      "audit --genesis net/node-1/data/genesis.json --annex "
      "net/node-1/data/annex.key --log net/node-1/data/ledger/log";
  EXPECT_NE(done(audit + " --witness witness").out.find("vouches for it"), std::string::npos);
  EXPECT_NE(done(audit).out.find("Who decided so"), std::string::npos);
  ASSERT_EQ(
      shell(directory_ / ".", R"(sed -E 's/("app_hash":")[0-9a-f]{4}/\10000/2' witness > forged)")
          .exit,
      0);
  EXPECT_EQ(astyq(audit + " --witness forged").exit, 6);

  // All find again what they had.
  done("net start --dir net");
  for (std::size_t node = 0; node < 4; ++node)
    EXPECT_EQ(root_at(node, without), root_at(0, without));
}

TEST_F(NetTest, what_is_refused) {
  EXPECT_EQ(astyq("net start --dir none --json").code(), "net_missing");
  EXPECT_EQ(astyq("net init --dir net --validators 0 --json").code(), "option_wrong");
  done("net init --dir net --validators 1 --first-port 21400 --empty");
  EXPECT_EQ(astyq("net init --dir net --validators 1 --json").code(), "net_exists");
  EXPECT_EQ(astyq("net start node-9 --dir net --json").code(), "option_wrong");
  EXPECT_EQ(astyq("net start --dir net --cometbft none --json").code(), "program_missing");
  const Ran embedded = shell(
      directory_ / ".", "$astyqd --data net/node-1/data --engine embedded --listen 127.0.0.1:0");
  EXPECT_EQ(embedded.exit, 2);
  EXPECT_NE(embedded.err.find("config_engine"), std::string::npos) << embedded.err;
}

// One validator, the other supported version of CometBFT, and a season that was not asked for.
TEST_F(NetTest, one_validator_on_the_other_version) {
  done("net init --dir net --validators 1 --first-port 21500 --empty");
  done("net start --dir net --cometbft " + comet("v0.40.0"));
  EXPECT_TRUE(
      done("--node " + url(0) + " receipt list --json").json().at("items").as_array().empty());
  wait_for_height(0, height_of(0) + 3);
}

TEST_F(NetTest, the_key_ceremony_is_rehearsed) {
  const Ran ran = shell(directory_ / ".", "ASTYQD=$astyqd " + source_path("tools/key-ceremony") +
                                              " rehearsal registrar ministry audit");
  ASSERT_EQ(ran.exit, 0) << ran.err;
  const Ran again = shell(directory_ / ".", "ASTYQD=$astyqd " + source_path("tools/key-ceremony") +
                                                " rehearsal registrar");
  EXPECT_EQ(again.exit, 2);
  // A card that somebody else laid on the table.
  const Ran forged = shell(directory_ / ".",
                           "sed 's/\"operator_party\":\"1\"/\"operator_party\":\"2\"/' "
                           "rehearsal/table/audit.card > forged; $astyqd genesis --draft "
                           "rehearsal/table/draft.json --card forged --out g --annex-key a");
  EXPECT_EQ(forged.exit, 1);
  EXPECT_NE(forged.err.find("card_forged"), std::string::npos) << forged.err;
  EXPECT_FALSE(std::filesystem::exists(directory_ / "g"));
}

}  // namespace
}  // namespace astyq::test
