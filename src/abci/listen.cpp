// SPDX-License-Identifier: Apache-2.0
#include "abci/listen.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

namespace astyq::abci {
namespace {

constexpr std::string_view kUnix = "unix://";
constexpr std::string_view kTcp = "tcp://";

Fault invalid(const std::string& address, const std::string& why) {
  return {"address_invalid", "Cannot listen for CometBFT on '" + address + "': " + why +
                                 ". Give unix://PATH or tcp://127.0.0.1:PORT."};
}

Fault in_use(const std::string& address) {
  return {"address_in_use", "Cannot listen for CometBFT on '" + address +
                                "': another process does. Stop it, or give another address."};
}

template <typename Address>
const sockaddr* plain(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// A descriptor until it is given on.
class Opened {
 public:
  explicit Opened(int family) : socket_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Opened() {
    if (socket_ >= 0) ::close(socket_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  int get() const { return socket_; }
  int give() { return std::exchange(socket_, -1); }

 private:
  int socket_;
};

// A file of a socket stays when its process is killed; then nobody answers there.
bool is_left_behind(const sockaddr_un& name) {
  struct stat file{};
  if (::lstat(name.sun_path, &file) != 0 || !S_ISSOCK(file.st_mode)) return false;
  const Opened probe(AF_UNIX);
  return ::connect(probe.get(), plain(name), sizeof name) != 0 && errno == ECONNREFUSED;
}

Result<int> listen_on_file(const std::string& address, const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path)
    return invalid(address, "its path has " + std::to_string(path.size()) + " bytes, not 1 to " +
                                std::to_string(sizeof name.sun_path - 1));
  std::memcpy(name.sun_path, path.data(), path.size());
  if (is_left_behind(name)) ::unlink(path.c_str());
  Opened socket(AF_UNIX);
  if (::bind(socket.get(), plain(name), sizeof name) != 0)
    return errno == EADDRINUSE ? in_use(address) : invalid(address, std::strerror(errno));
  // Before it listens, so that nobody else ever connects.
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) == 0 && ::listen(socket.get(), SOMAXCONN) == 0)
    return socket.give();
  const int error = errno;
  ::unlink(path.c_str());
  return invalid(address, std::strerror(error));
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return port;
}

Result<int> listen_on_port(const std::string& address, const std::string& host_and_port) {
  constexpr std::uint32_t kLoopback = 127;
  const std::size_t colon = host_and_port.rfind(':');
  if (colon == std::string::npos) return invalid(address, "it has no port");
  const auto port = port_of(host_and_port.substr(colon + 1));
  if (!port) return invalid(address, "its port is no number from 0 to 65535");
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(*port);
  const std::string host = host_and_port.substr(0, colon);
  if (::inet_pton(AF_INET, host.c_str(), &name.sin_addr) != 1 ||
      ntohl(name.sin_addr.s_addr) >> 24 != kLoopback)
    return invalid(address, "'" + host + "' is not an address 127.x.x.x of this machine");
  Opened socket(AF_INET);
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket.get(), plain(name), sizeof name) == 0 && ::listen(socket.get(), SOMAXCONN) == 0)
    return socket.give();
  return errno == EADDRINUSE ? in_use(address) : invalid(address, std::strerror(errno));
}

// With the port that the system chose.
std::string address_of(int socket) {
  sockaddr_in name{};
  socklen_t size = sizeof name;
  ASTYQ_CHECK(::getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size) == 0);
  char host[INET_ADDRSTRLEN] = {};
  ASTYQ_CHECK(::inet_ntop(AF_INET, &name.sin_addr, host, sizeof host) != nullptr);
  return std::string(kTcp) + host + ":" + std::to_string(ntohs(name.sin_port));
}

}  // namespace

Result<Listener> Listener::open(const std::string& address) {
  if (address.starts_with(kUnix)) {
    const std::string path = address.substr(kUnix.size());
    const auto socket = listen_on_file(address, path);
    if (!socket.ok()) return socket.fault();
    return Listener(*socket, address, path);
  }
  if (!address.starts_with(kTcp))
    return invalid(address, "it begins with neither unix:// nor tcp://");
  const auto socket = listen_on_port(address, address.substr(kTcp.size()));
  if (!socket.ok()) return socket.fault();
  return Listener(*socket, address_of(*socket), "");
}

Listener::Listener(int socket, std::string address, std::string path)
    : socket_(socket), address_(std::move(address)), path_(std::move(path)) {}

Listener::Listener(Listener&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      address_(std::move(other.address_)),
      path_(std::exchange(other.path_, {})) {}

Listener::~Listener() {
  if (socket_ < 0) return;
  // The file first: who finds it gone knows that nobody listens, and a successor's is not taken
  // away.
  if (!path_.empty()) ::unlink(path_.c_str());
  ::close(socket_);
}

}  // namespace astyq::abci
