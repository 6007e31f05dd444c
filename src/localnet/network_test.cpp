// SPDX-License-Identifier: Apache-2.0
#include "localnet/network.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "engine/genesis.h"
#include "node/config.h"
#include "node/setup.h"
#include "support/temporary_directory.h"

namespace astyq::localnet {
namespace {

class NetworkTest : public testing::Test {
 protected:
  Plan plan() const { return {directory_ / "net", 4, 20'000}; }

  const astyq::test::TemporaryDirectory directory_;
};

TEST_F(NetworkTest, story) {
  const auto made = make_network(plan());
  ASSERT_TRUE(made.ok()) << made.fault().text;
  const auto read = read_network(directory_ / "net");
  ASSERT_TRUE(read.ok()) << read.fault().text;
  ASSERT_EQ(read->members.size(), 4u);
  EXPECT_EQ(read->network_id, "astyq-demo");
  std::set<std::uint16_t> ports;
  std::set<Bytes> keys;
  for (const Member& member : read->members) {
    for (const std::uint16_t port : {member.api_port, member.rpc_port, member.p2p_port})
      EXPECT_TRUE(ports.insert(port).second);
    const auto identity = node::read_identity(member.data());
    ASSERT_TRUE(identity.ok()) << identity.fault().text;
    EXPECT_TRUE(engine::is_consortium(identity->genesis));
    keys.insert(Bytes(view(identity->key.public_key())));
    const auto config = node::read_config(member.data() + "/node.toml", {});
    ASSERT_TRUE(config.ok()) << config.fault().text;
    EXPECT_EQ(config->listen_port, member.api_port);
    EXPECT_EQ(config->listen_address, "127.0.0.1");
    EXPECT_EQ(config->engine_rpc, member.rpc_url());
    for (const auto& node : identity->genesis.nodes()) keys.erase(node.key());
    EXPECT_TRUE(keys.empty());  // it is one of those that the genesis names
    const auto secret = std::filesystem::status(member.comet() + "/config/priv_validator_key.json");
    EXPECT_EQ(secret.permissions() & std::filesystem::perms::mask,
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
}

TEST_F(NetworkTest, what_cannot_be_made) {
  const auto code = [](const Plan& wrong) {
    const auto made = make_network(wrong);
    return made.ok() ? std::string() : made.fault().code;
  };
  Plan wrong = plan();
  wrong.validators = 0;
  EXPECT_EQ(code(wrong), "option_wrong");
  wrong.validators = kMostValidators + 1;
  EXPECT_EQ(code(wrong), "option_wrong");
  wrong = plan();
  wrong.first_port = 80;
  EXPECT_EQ(code(wrong), "option_wrong");
  wrong.first_port = 65'530;
  EXPECT_EQ(code(wrong), "option_wrong");
  wrong = plan();
  wrong.directory += std::string(100, 'x');
  EXPECT_EQ(code(wrong), "net_path_too_long");
  EXPECT_FALSE(std::filesystem::exists(wrong.directory));
  ASSERT_TRUE(make_network(plan()).ok());
  EXPECT_EQ(code(plan()), "net_exists");
}

TEST_F(NetworkTest, what_cannot_be_read) {
  EXPECT_EQ(read_network(directory_ / "none").fault().code, "net_missing");
  for (const char* text :
       {"", "{}", "[]", "{\"format\":\"astyq-localnet-1\"}",
        "{\"format\":\"astyq-localnet-1\",\"network_id\":\"x\",\"nodes\":[]}",
        "{\"format\":\"other\",\"network_id\":\"x\",\"nodes\":[]}",
        "{\"format\":\"astyq-localnet-1\",\"network_id\":\"x\",\"nodes\":"
        "[{\"name\":\"a\",\"api_port\":70000,\"rpc_port\":1,\"p2p_port\":2}]}"}) {
    std::ofstream(directory_ / "network.json") << text;
    EXPECT_EQ(read_network(directory_ / "").fault().code, "net_malformed") << text;
  }
}

}  // namespace
}  // namespace astyq::localnet
