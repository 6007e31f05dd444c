// SPDX-License-Identifier: Apache-2.0
// A byte of a real node's files or of its backup is changed, or its end is missing: the node says
// with a stable code what is wrong, and the way out that it tells leads back to the same root.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/acts.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

namespace fs = std::filesystem;

// Changes one bit in the middle of a file, or so far before its end.
void flip(const fs::path& path, std::uint64_t before_end = 0) {
  const std::uint64_t size = fs::file_size(path);
  const auto at = static_cast<std::streamoff>(before_end == 0 ? size / 2 : size - before_end);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(at);
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(at);
  file.put(byte);
  ASSERT_TRUE(file.good()) << path;
}

fs::path find(const fs::path& directory, const std::string& part) {
  for (const auto& file : fs::directory_iterator(directory))
    if (file.path().filename().string().find(part) != std::string::npos) return file.path();
  ADD_FAILURE() << directory << " holds no " << part;
  return {};
}

// A finished one: its name has no ending.
bool has_kept_copy(const fs::path& kept) {
  std::error_code none_yet;
  return std::ranges::any_of(fs::directory_iterator(kept, none_yet),
                             [](const auto& copy) { return copy.path().extension().empty(); });
}

// Of several kept copies the one that a node without an image begins with.
fs::path newest(const fs::path& kept) {
  fs::path last;
  for (const auto& copy : fs::directory_iterator(kept)) last = std::max(last, copy.path());
  return last;
}

// A node that has made blocks, a checkpoint and kept copies, has stopped, and can be put back.
struct Damage : testing::Test {
  TemporaryDirectory directory;
  Acts acts{"damaged"};
  const fs::path node = directory / "node";
  const fs::path whole = directory / "whole";
  std::string height;
  std::string root;

  Damage() {
    fs::create_directories(node);
    std::ofstream(node / "node.toml") << "checkpoint_s = 1\nkeep_checkpoint_s = 1\n";
    Daemon daemon(node);
    while (!has_kept_copy(node / "ledger/kept"))
      EXPECT_EQ(Acts::send(daemon, acts.next())->status, 201);
    EXPECT_EQ(astyqd(directory / ".", "backup backup --data node").exit, 0);
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
    // Started again, so that what the image's log held stands in a table.
    Daemon again(node);
    EXPECT_EQ(Acts::send(again, acts.next())->status, 201);
    height = member(again, "/v1/status", "height");
    root = member(again, "/v1/blocks/" + height, "app_hash");
    EXPECT_EQ(again.stop(SIGTERM), 0);
    fs::copy(node, whole, fs::copy_options::recursive);
  }
  static std::string member(const Daemon& daemon, const std::string& target, const char* name) {
    const auto reply = daemon.get(target);
    EXPECT_TRUE(reply && reply->status == 200) << target;
    return reply ? std::string(boost::json::parse(reply->body).at(name).as_string()) : "";
  }
  void put_back() const {
    fs::remove_all(node);
    fs::copy(whole, node, fs::copy_options::recursive);
  }
  void expect_refused(const std::string& code, const std::string& part) const {
    const Ran ran = shell(directory / ".", "timeout 60 $astyqd --data node --listen 127.0.0.1:0");
    EXPECT_EQ(ran.exit, 1) << code << "\n" << ran.err;
    EXPECT_NE(ran.err.find("astyqd: " + code), std::string::npos) << code << "\n" << ran.err;
    EXPECT_NE(ran.err.find(part), std::string::npos) << part << "\n" << ran.err;
  }
  void expect_same_root() const {
    Daemon daemon(node);
    EXPECT_EQ(member(daemon, "/v1/blocks/" + height, "app_hash"), root);
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
  }
};

TEST_F(Damage, of_a_node_is_told_and_the_way_out_leads_back) {
  const fs::path segment = node / "ledger/log/000000000001.blocks";
  const fs::path image = node / "ledger/image";
  flip(segment);
  expect_refused("log_corrupt", "height ");
  put_back();
  flip(segment, 1);  // the image tells that the last block was acknowledged
  expect_refused("log_corrupt", "height ");
  fs::copy(whole / "ledger/log/000000000001.blocks", segment, fs::copy_options::overwrite_existing);
  expect_same_root();

  put_back();
  flip(find(image, ".sst"));
  expect_refused("image_corrupt", "Move that directory away and start again");
  put_back();
  flip(find(image, "CURRENT"), 3);
  expect_refused("image_", "");
  fs::remove_all(image);
  flip(find(newest(node / "ledger/kept"), ".sst"));
  expect_refused("kept_corrupt", "node/ledger/kept/");
  fs::remove_all(node / "ledger/kept");
  expect_same_root();

  put_back();
  flip(node / "validator.keyring");
  expect_refused("keyring_", "");
  put_back();
  flip(node / "genesis.json");
  expect_refused("genesis_", "");
}

TEST_F(Damage, of_a_backup_is_told_and_nothing_is_taken_from_it) {
  const fs::path backup = directory / "backup";
  const std::string words =
      "restore backup --data new --password-file node/node.password --fork astyq-after";
  const auto expect_corrupt = [&](const std::string& name) {
    const Ran ran = astyqd(directory / ".", words);
    EXPECT_EQ(ran.exit, 1) << ran.err;
    EXPECT_NE(ran.err.find("astyqd: backup_corrupt"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find(name), std::string::npos) << ran.err;
    EXPECT_FALSE(fs::exists(directory / "new/genesis.json"));
  };
  for (const fs::path& file :
       {backup / "BACKUP", backup / "log/000000000001.blocks", find(backup / "image", ".sst"),
        find(backup / "image", "MANIFEST"), backup / "annex.key"}) {
    const std::string name = file.filename().string();
    fs::copy_file(file, directory / "good", fs::copy_options::overwrite_existing);
    const auto mend = [&] {
      fs::copy_file(directory / "good", file, fs::copy_options::overwrite_existing);
    };
    for (const std::uint64_t before_end :
         {std::uint64_t{0}, std::uint64_t{1}, fs::file_size(file)}) {
      flip(file, before_end);
      expect_corrupt(name);
      mend();
    }
    for (const std::uint64_t part : {0, 1, 2, 3}) {
      fs::resize_file(file, fs::file_size(file) * part / 4);
      expect_corrupt(name);
      mend();
    }
  }
  const Ran ran = astyqd(directory / ".", words);
  EXPECT_EQ(ran.exit, 0) << ran.err;
}

}  // namespace
}  // namespace astyq::test
