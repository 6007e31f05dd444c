// SPDX-License-Identifier: Apache-2.0
#include "cli/bench_run.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "astyq/base/v1/envelope.pb.h"
#include "cli/bench_load.h"
#include "crypto/ed25519.h"
#include "crypto/sha256.h"
#include "crypto/signatures.h"

namespace astyq::cli {
namespace {

using std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::string_view kApplied = "\"status\":\"applied\"";
constexpr std::size_t kSampled = 20'480;  // signatures for the raw rate
constexpr Seconds kRawRound{1.0};

Fault failed(const std::string& why) {
  return {"bench_failed", "The load broke off: " + why + "."};
}

// A request with its transfers, made before the clock runs.
struct Ready {
  std::string bytes;
  std::size_t transfers = 0;
};

std::vector<Ready> requests_of(const std::vector<Bytes>& signed_txs, std::size_t each) {
  std::vector<Ready> requests;
  for (std::size_t at = 0; at < signed_txs.size(); at += each) {
    const std::size_t end = std::min(signed_txs.size(), at + each);
    Bytes body;
    for (std::size_t i = at; i < end; ++i) {
      append_varint(body, signed_txs[i].size());
      body += signed_txs[i];
    }
    requests.push_back(
        {"POST /v1/transactions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
         "Content-Type: application/x-astyq-stream\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n\r\n" + body,
         end - at});
  }
  return requests;
}

class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const int one = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    open_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool open() const { return open_; }

  bool send(BytesView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return open_ = false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The body of the next answer; nothing when the connection broke.
  std::optional<std::string> receive() {
    std::size_t body = std::string::npos;
    std::size_t whole = std::string::npos;
    while (received_.size() < whole) {
      if (body == std::string::npos && (body = received_.find("\r\n\r\n")) != std::string::npos) {
        const std::size_t length = received_.find("Content-Length: ");
        if (length > body) return std::nullopt;
        body += 4;
        whole = body + std::strtoull(received_.c_str() + length + 16, nullptr, 10);
        continue;
      }
      char buffer[256 * 1024];
      const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
      if (size <= 0) return std::nullopt;
      received_.append(buffer, static_cast<std::size_t>(size));
    }
    std::string answer = received_.substr(body, whole - body);
    received_.erase(0, whole);
    return answer;
  }

 private:
  const int socket_;
  bool open_ = false;
  std::string received_;
};

std::size_t count_applied(std::string_view answer) {
  std::size_t count = 0;
  for (std::size_t at = answer.find(kApplied); at != std::string_view::npos;
       at = answer.find(kApplied, at + kApplied.size()))
    ++count;
  return count;
}

// What the connections of a load share.
struct Load {
  Load(const std::vector<Ready>& ready, const LoadPlan& given) : requests(ready), plan(given) {}

  const std::vector<Ready>& requests;
  const LoadPlan& plan;
  const steady_clock::time_point begin = steady_clock::now();
  std::atomic<std::size_t> next = 0;
  std::mutex lock;
  LoadResult result;
  std::optional<Fault> fault;

  // When the request with this number is due.
  steady_clock::time_point due(std::size_t number) const {
    if (plan.rate_per_s == 0) return steady_clock::now();
    const Seconds after(static_cast<double>(number * plan.transfers_a_request) / plan.rate_per_s);
    return begin + std::chrono::duration_cast<steady_clock::duration>(after);
  }

  void drive(Connection& connection) {
    LoadResult mine;
    while (true) {
      const std::size_t number = next++;
      const auto at = due(number);
      if (number >= requests.size() || at - begin >= plan.at_most) break;
      std::this_thread::sleep_until(at);
      std::optional<std::string> answer;
      if (connection.send(requests[number].bytes)) answer = connection.receive();
      if (!answer) {
        const std::lock_guard guard(lock);
        fault = failed("a connection closed before its answer came");
        return;
      }
      const Seconds took = steady_clock::now() - at;
      const std::size_t applied = count_applied(*answer);
      mine.applied += applied;
      mine.others += requests[number].transfers - applied;
      mine.latencies_ms.insert(mine.latencies_ms.end(), applied, took.count() * 1e3);
      // Whoever was refused waits longer than anybody who was not.
      mine.latencies_ms.insert(mine.latencies_ms.end(), requests[number].transfers - applied,
                               Seconds(plan.at_most).count() * 1e3);
    }
    const std::lock_guard guard(lock);
    result.applied += mine.applied;
    result.others += mine.others;
    result.latencies_ms.insert(result.latencies_ms.end(), mine.latencies_ms.begin(),
                               mine.latencies_ms.end());
  }
};

double own_processor_s() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

}  // namespace

double LoadResult::latency_ms(double part) const {
  if (latencies_ms.empty()) return 0;
  const auto last = static_cast<double>(latencies_ms.size() - 1);
  return latencies_ms[static_cast<std::size_t>(part * last)];
}

Result<LoadResult> run_load(const BenchNode& node, const std::vector<Bytes>& signed_txs,
                            const LoadPlan& plan) {
  const std::vector<Ready> requests = requests_of(signed_txs, plan.transfers_a_request);
  std::vector<std::unique_ptr<Connection>> connections;
  for (std::size_t i = 0; i < plan.connections; ++i) {
    connections.push_back(std::make_unique<Connection>(node.port()));
    if (!connections.back()->open()) return failed("no connection to " + node.url());
  }
  const ProcessUse before = node.use();
  const double processor_before = own_processor_s();
  Load load(requests, plan);
  {
    std::vector<std::jthread> threads;
    for (const auto& connection : connections)
      threads.emplace_back([&load, &connection] { load.drive(*connection); });
  }
  if (load.fault) return *load.fault;
  LoadResult result = std::move(load.result);
  result.seconds = Seconds(steady_clock::now() - load.begin).count();
  result.client_processor_s = own_processor_s() - processor_before;
  result.node = node.use();
  result.node.processor_s -= before.processor_s;
  result.node.written_bytes -= before.written_bytes;
  std::ranges::sort(result.latencies_ms);
  return result;
}

RawVerify measure_raw_verify(const std::vector<Bytes>& signed_txs, std::string_view network_id) {
  std::vector<Bytes> messages;
  std::vector<crypto::Ed25519Item> items;
  messages.reserve(kSampled);
  for (std::size_t i = 0; i < std::min(kSampled, signed_txs.size()); ++i) {
    base::v1::SignedTx signed_tx;
    ASTYQ_CHECK(signed_tx.ParseFromString(signed_txs[i]));
    messages.push_back(crypto::signed_message(network_id, crypto::sha256(signed_tx.body())));
    const auto& made = signed_tx.auth(0).ed25519();
    items.push_back(
        {*to_array<32>(made.public_key()), *to_array<64>(made.signature()), messages.back()});
  }
  RawVerify best;
  for (const std::size_t batch : {64, 128, 256, 512, 1'024}) {
    std::atomic<std::uint64_t> verified = 0;
    const auto begin = steady_clock::now();
    on_all_cores(items.size(), [&](std::size_t first, std::size_t last) {
      const auto mine = std::span(items).subspan(first, last - first);
      if (mine.size() < batch) return;
      for (std::size_t at = 0; steady_clock::now() - begin < kRawRound; at += batch) {
        if (at + batch > mine.size()) at = 0;
        ASTYQ_CHECK(crypto::ed25519_all_valid(mine.subspan(at, batch)));
        verified += batch;
      }
    });
    const double rate =
        static_cast<double>(verified) / Seconds(steady_clock::now() - begin).count();
    if (rate > best.per_second) best = {rate, batch};
  }
  return best;
}

}  // namespace astyq::cli
