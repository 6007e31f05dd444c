// SPDX-License-Identifier: Apache-2.0
#pragma once

// A client for tests that speaks to a real server over a real socket, byte by byte if need be.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace astyq::test {

struct Reply {
  int status = 0;  // 0: the connection ended before the whole answer came
  std::string head;
  std::string body;

  // The value of a header; empty when absent.
  std::string header(std::string_view name) const;
};

class Client {
 public:
  static constexpr std::chrono::seconds kPatience{20};  // of every wait

  // Connects to 127.0.0.1.
  explicit Client(std::uint16_t port, std::chrono::seconds patience = kPatience);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool send(std::string_view bytes);
  void finish_sending();
  // One answer with a Content-Length.
  Reply receive(bool without_body = false);
  // Bytes until this text has come, or the connection has ended.
  std::string receive_until(std::string_view text);
  // The other side has ended the connection, and not only kept silent for so long.
  bool over() const { return over_; }
  // From now on the system takes as few bytes as it can that were not received yet.
  void receive_little();

 private:
  bool fill();
  int socket_;
  std::string buffer_;
  bool over_ = false;
};

// One request over a connection of its own; `headers` as "Name: value\r\n"...
Reply get(std::uint16_t port, const std::string& target, const std::string& headers = "");
Reply request(std::uint16_t port, const std::string& method, const std::string& target,
              const std::string& headers = "", const std::string& body = "");
Reply post(std::uint16_t port, const std::string& target, const std::string& content_type,
           const std::string& body);

}  // namespace astyq::test
