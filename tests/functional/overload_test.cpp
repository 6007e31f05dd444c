// SPDX-License-Identifier: Apache-2.0
// Ten times what the node takes, from one party and from strangers: they are told to wait, others
// are served, and what was acknowledged is there once.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

#include "support/acts.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

namespace json = boost::json;

constexpr int kFloodThreads = 8;
constexpr int kStreamOfFlood = 40;
constexpr int kHonestActs = 6;
constexpr std::uint64_t kRubbishBytes = 192u << 20;
constexpr std::uint64_t kMostMemoryBytes = 96u << 20;  // more than before the flood
constexpr std::chrono::seconds kEnough{300};

std::string code_of(const json::value& problem) {
  return std::string(problem.at("code").as_string());
}

// What somebody asks without regard to the answers, over a connection for each request.
class Flood {
 public:
  explicit Flood(const Daemon& daemon) : daemon_(daemon) {
    for (int i = 0; i < kFloodThreads; ++i) {
      threads_.emplace_back([this, i] { streams("flood " + std::to_string(i)); });
      threads_.emplace_back([this, i] { singles("drops " + std::to_string(i)); });
    }
    threads_.emplace_back([this] { rubbish(); });
  }
  ~Flood() { end(); }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  void end() {
    stop_ = true;
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }
  bool is_tenfold() const { return offered >= 10 * applied() && rubbish_bytes >= kRubbishBytes; }
  std::size_t applied() const {
    const std::lock_guard guard(lock_);
    return applied_.size();
  }

  // Once it has ended.
  const std::vector<std::string>& applied_ids() const { return applied_; }
  const std::map<std::string, std::size_t>& refused() const { return refused_; }
  std::atomic<std::size_t> offered = 0;
  std::atomic<std::uint64_t> rubbish_bytes = 0;

 private:
  void note(const std::string& code) {
    const std::lock_guard guard(lock_);
    ++refused_[code];
  }
  void note_applied(const std::string& id) {
    const std::lock_guard guard(lock_);
    applied_.push_back(id);
  }
  void note_refusal(const std::optional<Reply>& reply) {
    if (!reply) return note("no answer");
    if (reply->status == 503 && reply->header("Retry-After") != "1") note("no Retry-After");
    note(code_of(json::parse(reply->body)));
  }

  void streams(const std::string& story) {
    Acts acts(story);
    while (!stop_) {
      std::vector<std::string> ids;
      const Bytes stream = acts.stream(kStreamOfFlood, ids);
      offered += ids.size();
      const auto reply = Acts::send_stream(daemon_, stream);
      if (!reply || reply->status != 200) {
        note_refusal(reply);
        continue;
      }
      const json::array answers = json::parse(reply->body).as_array();
      for (std::size_t i = 0; i < answers.size(); ++i)
        answers[i].at("status") == "applied" ? note_applied(ids[i]) : note(code_of(answers[i]));
    }
  }
  void singles(const std::string& story) {
    Acts acts(story);
    while (!stop_) {
      const Acts::Act act = acts.next();
      ++offered;
      const auto reply = Acts::send(daemon_, act);
      reply && reply->status == 201 ? note_applied(act.id) : note_refusal(reply);
    }
  }
  void rubbish() {
    const Bytes one(10'000, 'x');
    Bytes stream;
    for (int i = 0; i < 90; ++i) {
      append_varint(stream, one.size());
      stream += one;
    }
    while (!stop_) {
      const auto reply = Acts::send_stream(daemon_, stream);
      rubbish_bytes += stream.size();
      if (!reply || reply->status != 200) note_refusal(reply);
    }
  }

  const Daemon& daemon_;
  std::atomic<bool> stop_ = false;
  mutable std::mutex lock_;
  std::vector<std::string> applied_;
  std::map<std::string, std::size_t> refused_;  // by code
  std::vector<std::thread> threads_;
};

// Sends one after the other, each until it is settled, and waits as it is told.
std::vector<std::string> send_patiently(const Daemon& daemon) {
  Acts acts("patient", Acts::kRegistrarParty);
  std::vector<std::string> settled;
  const auto deadline = std::chrono::steady_clock::now() + kEnough;
  while (settled.size() < kHonestActs && std::chrono::steady_clock::now() < deadline) {
    const Acts::Act act = acts.next();
    auto reply = Acts::send(daemon, act);
    while (reply && reply->status == 503 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::seconds(std::stoi(reply->header("Retry-After"))));
      reply = Acts::send(daemon, act);
    }
    if (reply && reply->status == 201) {
      settled.push_back(act.id);
    } else {
      ADD_FAILURE() << (reply ? reply->body : "no answer");
    }
  }
  return settled;
}

std::uint64_t memory_peak(const Daemon& daemon) {
  std::istringstream status(text_of("/proc/" + std::to_string(daemon.pid()) + "/status"));
  std::string word;
  while (status >> word)
    if (word == "VmHWM:") return status >> word, std::stoull(word) << 10;
  return 0;
}

TEST(Overload, is_told_to_wait_while_others_are_served) {
  const TemporaryDirectory directory;
  const std::string data = directory / "node";
  std::filesystem::create_directories(data);
  std::ofstream(data + "/node.toml")
      << "pool_transactions = 100\npool_party_transactions = 20\npool_bytes = 1048576\n"
         "block_interval_ms = 50\n";
  Daemon daemon(data);
  // Opening the keyring takes much memory, on purpose: the peak is counted from now on.
  std::ofstream("/proc/" + std::to_string(daemon.pid()) + "/clear_refs") << "5";
  const std::uint64_t memory_before = memory_peak(daemon);
  Flood flood(daemon);
  const std::vector<std::string> patient = send_patiently(daemon);
  const auto deadline = std::chrono::steady_clock::now() + kEnough;
  while (!flood.is_tenfold() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  flood.end();
  EXPECT_EQ(patient.size(), std::size_t{kHonestActs});
  EXPECT_TRUE(flood.is_tenfold());
  EXPECT_EQ(daemon.get("/health/ready")->status, 200);
  const std::uint64_t memory = memory_peak(daemon);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(memory, memory_before + kMostMemoryBytes);
#endif
  std::string told;
  for (const auto& [code, count] : flood.refused()) {
    told.append(" ").append(code).append(" ").append(std::to_string(count));
    // A machine that stood still meanwhile lets them expire.
    EXPECT_TRUE(code == "pool_full" || code == "party_quota" || code == "expired") << code;
  }
  EXPECT_TRUE(flood.refused().contains("pool_full"));
  EXPECT_TRUE(flood.refused().contains("party_quota"));
  // Every act is one that somebody was told of, and each is there.
  const auto newest = daemon.get("/v1/acts?order=desc&limit=1");
  ASSERT_TRUE(newest && newest->status == 200);
  EXPECT_EQ(json::parse(newest->body).at("items").at(0).at("act").as_string(),
            std::to_string(flood.applied()));
  const Acts registrar("", Acts::kRegistrarParty);
  for (const std::string& id : patient) EXPECT_EQ(registrar.find(daemon, id)->status, 200);
  const Acts akimat("");
  for (std::size_t i = 0; i < flood.applied(); i += 1 + flood.applied() / 500)
    EXPECT_EQ(akimat.find(daemon, flood.applied_ids()[i])->status, 200);
  EXPECT_EQ(daemon.stop(SIGTERM), 0);
  std::printf("offered %zu, applied %zu, told to wait:%s; memory %llu MiB, before %llu MiB\n",
              flood.offered.load(), flood.applied(), told.c_str(),
              static_cast<unsigned long long>(memory >> 20),
              static_cast<unsigned long long>(memory_before >> 20));
}

}  // namespace
}  // namespace astyq::test
