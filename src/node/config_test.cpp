// SPDX-License-Identifier: Apache-2.0
#include "node/config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_directory.h"

namespace astyq::node {
namespace {

class ConfigFile : public testing::Test {
 protected:
  Result<Config> read(const std::string& text) {
    std::ofstream(path_) << text;
    return read_config(path_, Config());
  }
  std::string refusal(const std::string& text) {
    const auto config = read(text);
    return config.ok() ? "" : config.fault().text;
  }

  astyq::test::TemporaryDirectory directory_;
  const std::string path_ = directory_ / "node.toml";
};

TEST_F(ConfigFile, the_default_file_is_the_default) {
  const auto config = read(default_config_text());
  ASSERT_TRUE(config.ok()) << config.fault().text;
  const Config usual;
  EXPECT_EQ(config->listen_port, usual.listen_port);
  EXPECT_EQ(config->checkpoint_rows, usual.checkpoint_rows);
  EXPECT_EQ(config->max_request_bytes, usual.max_request_bytes);
}

TEST_F(ConfigFile, values_are_read_and_their_origin_shown) {
  const auto config = read("listen = \"0.0.0.0:9000\"\nheartbeat_s = 30\n");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->listen_address, "0.0.0.0");
  EXPECT_EQ(config->heartbeat_s, 30u);
  const std::string shown = show_config(*config);
  EXPECT_NE(shown.find("heartbeat_s = 30  # " + path_), std::string::npos) << shown;
  EXPECT_NE(shown.find("checkpoint_s = 5  # default"), std::string::npos) << shown;
}

TEST_F(ConfigFile, an_address_of_the_newer_kind_stands_in_brackets) {
  const auto config = read("listen = \"[::1]:9000\"\n");
  ASSERT_TRUE(config.ok()) << config.fault().text;
  EXPECT_EQ(config->listen_address, "::1");
  EXPECT_EQ(listen_text(*config), "[::1]:9000");
  EXPECT_FALSE(read("listen = \"::1\"\n").ok());
}

TEST_F(ConfigFile, mistakes_are_named_with_their_place) {
  EXPECT_NE(refusal("hartbeat_s = 30\n")
                .find(":1:14: unknown name 'hartbeat_s'; did you mean 'heartbeat_s'?"),
            std::string::npos)
      << refusal("hartbeat_s = 30\n");
  EXPECT_NE(refusal("heartbeat_s = -1\n").find("1 to 60"), std::string::npos);
  EXPECT_NE(refusal("heartbeat_s = 61\n").find("1 to 60"), std::string::npos);
  EXPECT_NE(refusal("heartbeat_s = 1.5\n").find("whole number"), std::string::npos);
  EXPECT_NE(refusal("heartbeat_s = \"30\"\n").find("whole number"), std::string::npos);
  EXPECT_NE(refusal("listen = \"localhost\"\n").find("ADDRESS:PORT"), std::string::npos);
  EXPECT_NE(refusal("listen = \"127.0.0.1:65536\"\n").find("ADDRESS:PORT"), std::string::npos);
  EXPECT_NE(refusal("listen = \"localhost:8080\"\n").find("IP address"), std::string::npos);
  EXPECT_NE(refusal("max_connections = 0\n").find("from 1 to"), std::string::npos);
  EXPECT_NE(refusal("heartbeat_s = \n").find(path_ + ":1:"), std::string::npos);
  EXPECT_EQ(read_config(directory_ / "absent.toml", Config()).fault().code, "config_unreadable");
  EXPECT_EQ(read_config(directory_ / ".", Config()).fault().code, "config_unreadable");
}

}  // namespace
}  // namespace astyq::node
