// SPDX-License-Identifier: Apache-2.0
// What a node asks of the RPC of the real CometBFT, of both versions.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <thread>

#include "abci/counting_application_test.h"
#include "abci/server.h"
#include "comet/cometbft.h"
#include "consortium/comet_client.h"
#include "light/path.h"
#include "support/temporary_directory.h"
#include "wire/block_header.h"

namespace astyq::consortium {
namespace {

using abci::test::CountingApplication;
using astyq::test::CometBft;

constexpr std::chrono::milliseconds kLook{5};

class CometClientTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    comet_ = std::make_unique<CometBft>(GetParam(), directory_ / "");
    application_.become({});
    abci::Server::Options options;
    options.address = "unix://" + directory_ / "abci.sock";
    auto server = abci::Server::start(application_, std::move(options));
    ASSERT_TRUE(server.ok()) << server.fault().text;
    server_ = std::move(*server);
    auto client = CometClient::connect(comet_->rpc());
    ASSERT_TRUE(client.ok());
    client_ = std::move(*client);
  }
  void start(const std::vector<std::string>& settings = {}) {
    comet_->start(server_->address(), settings);
  }
  std::uint64_t height() const { return static_cast<std::uint64_t>(application_.state().height); }
  void wait_for_height(std::uint64_t height) const {
    while (this->height() < height && !comet_->ended()) std::this_thread::sleep_for(kLook);
    ASSERT_GE(this->height(), height) << comet_->log();
  }
  // Until RPC serves, which is a moment after the first block.
  comet::v1::LightBlock certified(std::uint64_t height) const {
    auto block = client_->certified(height);
    while (!block.ok() && block.fault().code != "engine_refused" && !comet_->ended()) {
      std::this_thread::sleep_for(kLook);
      block = client_->certified(height);
    }
    EXPECT_TRUE(block.ok()) << block.fault().text;
    return block.ok() ? *block : comet::v1::LightBlock();
  }

  const astyq::test::TemporaryDirectory directory_;
  CountingApplication application_;
  std::unique_ptr<CometBft> comet_;
  std::unique_ptr<abci::Server> server_;
  std::unique_ptr<CometClient> client_;
};

TEST_P(CometClientTest, story) {
  EXPECT_EQ(client_->offer("early").fault().code, "engine_unreachable");
  EXPECT_EQ(client_->certified(1).fault().code, "engine_unreachable");
  start();
  wait_for_height(2);
  const auto first = certified(1);
  ASSERT_TRUE(client_->offer("wheat").ok());
  EXPECT_TRUE(client_->offer("wheat").ok());  // it is there already
  while (application_.state().count == 0 && !comet_->ended()) std::this_thread::sleep_for(kLook);
  EXPECT_EQ(application_.state().count, 1u);

  // The newest block, whose commit stands in no block yet, and what the light client says of it.
  wait_for_height(5);
  const std::uint64_t newest = height();
  const auto block = certified(newest);
  EXPECT_EQ(block.signed_header().header().height(), static_cast<std::int64_t>(newest));
  light::Terms terms;
  terms.trusting_period_ns = 3'600'000'000'000;
  const auto judged = light::verify(light::trusted_of(first), block, terms,
                                    wire::time_ns_of(block.signed_header().header().time()) + 1);
  EXPECT_EQ(judged.verdict, light::Verdict::kSuccess) << judged.reason.text;

  EXPECT_EQ(client_->certified(newest + 1'000).fault().code, "height_ahead");
  const auto standing = client_->standing();
  ASSERT_TRUE(standing.ok()) << standing.fault().text;
  EXPECT_GE(standing->height, newest);
  EXPECT_FALSE(standing->catching_up);
  EXPECT_EQ(standing->peers, 0u);
  comet_->kill();
  EXPECT_EQ(client_->offer("late").fault().code, "engine_unreachable");
}

// Blocks stand still while the application is held, and what is offered gathers.
TEST_P(CometClientTest, a_full_pool) {
  start({"CMT_MEMPOOL_SIZE=1"});
  wait_for_height(2);
  certified(1);
  application_.hold("FinalizeBlock");
  application_.wait_until_inside("FinalizeBlock");
  Status last = Done{};
  for (int i = 0; i < 10 && last.ok(); ++i) last = client_->offer("held " + std::to_string(i));
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.fault().code, "mempool_full") << last.fault().text;
  application_.release("FinalizeBlock");
  wait_for_height(height() + 2);
}

INSTANTIATE_TEST_SUITE_P(Versions, CometClientTest, testing::Values("v0.38.25", "v0.40.0"),
                         [](const auto& with) {
                           std::string name = with.param;
                           for (char& each : name) each = each == '.' ? '_' : each;
                           return name;
                         });

TEST(CometClientAddress, what_is_none) {
  for (const char* url : {"", "127.0.0.1:26657", "https://127.0.0.1", "http://", "unix://"})
    EXPECT_EQ(CometClient::connect(url).fault().code, "engine_address_wrong") << url;
}

}  // namespace
}  // namespace astyq::consortium
