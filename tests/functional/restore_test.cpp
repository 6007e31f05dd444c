// SPDX-License-Identifier: Apache-2.0
// What an operator does when a disk, a file or a machine is lost: every step by the programs alone.
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "support/acts.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

namespace json = boost::json;

std::set<std::string> files_in(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(directory))
    if (file.path().extension() == ".sst") names.insert(file.path().filename());
  return names;
}

struct RestoreStory : testing::Test {
  TemporaryDirectory directory;
  Acts acts{"restored"};

  // Acknowledged: its id.
  std::string send(const Daemon& daemon) {
    const Acts::Act act = acts.next();
    const auto answer = Acts::send(daemon, act);
    EXPECT_TRUE(answer && answer->status == 201) << (answer ? answer->body : "no answer");
    return act.id;
  }
  void expect_there(const Daemon& daemon, const std::string& id) const {
    const auto answer = acts.find(daemon, id);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 200) << answer->body;
  }
  static json::object status_of(const Daemon& daemon) {
    const auto answer = daemon.get("/v1/status");
    return answer ? json::parse(answer->body).as_object() : json::object();
  }
  // Runs astyqd in the test's directory; its exit code and what it said.
  std::pair<int, std::string> node(const std::string& words) const {
    const Ran ran = astyqd(directory / ".", words);
    return {ran.exit, ran.out + ran.err};
  }
  void expect_audit(const std::string& data, const std::string& more, int exit,
                    const std::string& told) const {
    std::string words = "--config none audit --genesis ";
    words.append(data).append("/genesis.json --annex ").append(data);
    words.append("/annex.key --log ").append(data).append("/ledger/log ").append(more);
    const Ran ran = astyq(directory / ".", words);
    EXPECT_EQ(ran.exit, exit) << ran.err;
    EXPECT_NE((ran.out + ran.err).find(told), std::string::npos) << ran.out << ran.err;
  }
  static Reply result_proof(const Daemon& daemon, const std::string& id) {
    return daemon.get("/v1/proofs/transactions/2/" + id).value_or(Reply());
  }
  void expect_ok(const std::string& words) const {
    const auto [code, said] = node(words);
    EXPECT_EQ(code, 0) << words << "\n" << said;
  }
  void expect_fault(const std::string& words, const std::string& fault) const {
    const auto [code, said] = node(words);
    EXPECT_EQ(code, 1) << words << "\n" << said;
    EXPECT_NE(said.find("astyqd: " + fault), std::string::npos) << words << "\n" << said;
  }
};

// The machine is lost after a backup; its log was copied away.
TEST_F(RestoreStory, nothing_acknowledged_is_lost_with_the_log_of_the_lost_node) {
  std::vector<std::string> ids;
  {
    Daemon daemon(directory / "node");
    for (int i = 0; i < 5; ++i) ids.push_back(send(daemon));
    expect_ok("backup backup --data node");
    for (int i = 0; i < 5; ++i) ids.push_back(send(daemon));
    EXPECT_EQ(daemon.stop(SIGKILL), 128 + SIGKILL);
  }
  expect_fault("restore backup --data new --password-file node/node.password", "evidence_needed");
  expect_ok(
      "restore backup --data new --password-file node/node.password --log-tail node/ledger/log");
  Daemon restored(directory / "new", {"--password-file", directory / "node/node.password"});
  for (const std::string& id : ids) expect_there(restored, id);
  expect_there(restored, send(restored));
  // A running node's directory is left to it.
  expect_fault("restore backup --data new --password-file node/node.password --fork other",
               "data_directory_locked");
  expect_there(restored, send(restored));
  EXPECT_EQ(restored.stop(SIGTERM), 0);
  expect_fault("restore backup --data new --password-file node/node.password --fork other",
               "restore_not_empty");
  const auto [code, said] = node("status --data new");
  EXPECT_EQ(code, 0) << said;
  EXPECT_NE(said.find("first height it can answer for: 0\n"), std::string::npos) << said;
}

// The log is lost too: the network goes on under another name, and says so.
TEST_F(RestoreStory, a_fork_serves_and_its_index_begins_where_it_does) {
  std::string saved;
  {
    Daemon daemon(directory / "node");
    saved = send(daemon);
    expect_ok("backup backup --data node");
    send(daemon);
    std::ofstream(directory / "witness") << daemon.get("/v1/status")->body;
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
  }
  const std::string words = " --password-file node/node.password ";
  expect_fault("restore backup --data seen" + words + "--witness witness", "witness_ahead");
  expect_ok("restore backup --data new" + words + "--fork astyq-second");
  std::uint64_t forked_at = 0;
  {
    Daemon fork(directory / "new", {"--password-file", directory / "node/node.password"});
    const json::object status = status_of(fork);
    EXPECT_EQ(status.at("network_id").as_string(), "astyq-second");
    forked_at = std::stoull(status.at("first_height").as_string().c_str());
    EXPECT_GT(forked_at, 0u);
    // What was signed for the former network.
    const auto answer = Acts::send(fork, acts.next());
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 422) << answer->body;
    EXPECT_EQ(acts.find(fork, saved)->status, 404);
    acts.sign_for("astyq-second");
    expect_there(fork, send(fork));
    EXPECT_EQ(fork.stop(SIGTERM), 0);
  }
  Daemon again(directory / "new", {"--password-file", directory / "node/node.password"});
  EXPECT_EQ(status_of(again).at("network_id").as_string(), "astyq-second");
  EXPECT_GT(std::stoull(status_of(again).at("height").as_string().c_str()), forked_at);
  EXPECT_EQ(again.get("/v1/blocks?limit=200")->status, 200);
}

// Audited from the first block of the first network on, over each fork. A result of its own is
// proven, or the node says that it cannot: never a proof that does not hold, nor a failure.
TEST_F(RestoreStory, a_fork_of_a_fork_is_audited_and_its_results_are_proven) {
  const std::string words = " --password-file node/node.password ";
  {
    Daemon daemon(directory / "node");
    for (int i = 0; i < 5; ++i) send(daemon);
    expect_ok("backup backup --data node");
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
  }
  std::ofstream(directory / "none").flush();
  expect_audit("node", "", 0, "PASS");
  expect_ok("restore backup --data second" + words + "--fork astyq-second");
  acts.sign_for("astyq-second");
  std::vector<std::string> ids;
  const std::vector<std::string> password{"--password-file", directory / "node/node.password"};
  for (int start = 0; start < 2; ++start) {
    Daemon fork(directory / "second", password);
    for (int i = 0; i < 6; ++i) ids.push_back(send(fork));
    for (const std::string& id : ids) {
      const Reply answer = result_proof(fork, id);
      ASSERT_EQ(answer.status, 200) << answer.body;
      std::ofstream(directory / "proof") << answer.body;
      const Ran verified =
          astyq(directory / ".", "--config none verify proof --trust second/genesis.json");
      EXPECT_EQ(verified.exit, 0) << verified.err;
    }
    EXPECT_EQ(fork.stop(SIGTERM), 0);
  }
  // The log has lost the blocks that the index knows of: a damaged one is left for somebody to
  // mend.
  const std::string whole_files = directory / "whole-files";
  std::filesystem::copy(directory / "second/transactions", whole_files);
  for (const auto& file : std::filesystem::directory_iterator(directory / "second/transactions"))
    if (file.path().extension() == ".sst") std::filesystem::resize_file(file.path(), 100);
  expect_fault("--listen 127.0.0.1:0 --data second --password-file node/node.password",
               "index_corrupt");
  EXPECT_EQ(files_in(directory / "second/transactions"), files_in(whole_files));
  // Without the nodes over what was before they are begun anew, and reach no further back.
  std::filesystem::remove_all(directory / "second/transactions");
  {
    Daemon fork(directory / "second", password);
    const Reply earlier = result_proof(fork, ids.front());
    EXPECT_EQ(earlier.status, 410) << earlier.body;
    EXPECT_NE(earlier.body.find("\"results_incomplete\""), std::string::npos) << earlier.body;
    const Reply unknown = *acts.find(fork, std::string(32, '0'));
    EXPECT_EQ(unknown.status, 410) << unknown.body;
    EXPECT_EQ(result_proof(fork, send(fork)).status, 200);
    expect_ok("backup backup2 --data second");
    EXPECT_EQ(fork.stop(SIGTERM), 0);
  }
  expect_audit("second", "", 2, "origin_needed");
  expect_audit("second", "--origin second/origin", 0, "PASS");
  expect_ok("restore backup2 --data third" + words + "--fork astyq-third");
  acts.sign_for("astyq-third");
  {
    Daemon fork(directory / "third", {"--password-file", directory / "node/node.password"});
    expect_there(fork, send(fork));
    EXPECT_EQ(fork.stop(SIGTERM), 0);
  }
  expect_audit("third", "--origin third/origin", 0, "PASS");
  expect_audit("third", "--origin second/origin", 3, "file_unreadable");
}

TEST_F(RestoreStory, going_back_takes_the_index_along) {
  std::string first, second;
  std::string height;
  {
    Daemon daemon(directory / "node");
    first = send(daemon);
    height = status_of(daemon).at("height").as_string().c_str();
    second = send(daemon);
    expect_fault("rollback --to 1 --data node", "data_directory_locked");
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
  }
  expect_fault("rollback --to 100000 --data node", "height_ahead");
  expect_ok("rollback --to " + height + " --data node");
  Daemon daemon(directory / "node");
  expect_there(daemon, first);
  EXPECT_EQ(acts.find(daemon, second)->status, 404);
  expect_there(daemon, send(daemon));
}

}  // namespace
}  // namespace astyq::test
