// SPDX-License-Identifier: Apache-2.0
#include "abci/server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <list>
#include <optional>
#include <system_error>
#include <thread>

#include "abci/limits.h"
#include "abci/listen.h"
#include "abci/turns.h"

namespace astyq::abci {

struct Server::Running {
  struct Served {
    Turns::Connection number;
    int socket;
    std::atomic<bool> over = false;
    std::thread thread;
  };

  Running(Application& served, Options&& given, Listener&& opened)
      : application(served),
        options(std::move(given)),
        address(opened.address()),
        listener(std::move(opened)),
        turns(options.height),
        wake(::eventfd(0, EFD_CLOEXEC)) {
    ASTYQ_CHECK(wake >= 0);
  }
  ~Running() { ::close(wake); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void accept_all();
  void accept_one();
  void take_in(int socket);
  void serve_one(Served& served);
  void forget_those_over();
  void stop();

  Application& application;
  const Options options;
  const std::string address;
  std::optional<Listener> listener;  // until the server stops
  Turns turns;
  const int wake;  // readable once the server stops
  std::atomic<bool> stopping = false;
  std::thread acceptor;
  // Of the accepting thread, and of stop() once that has ended.
  std::list<Served> connections;
  Turns::Connection next_number = 1;
};

void Server::Running::accept_all() {
  while (!stopping) {
    pollfd asked[2] = {{listener->socket(), POLLIN, 0}, {wake, POLLIN, 0}};
    ::poll(asked, 2, -1);
    forget_those_over();
    if (!stopping && (asked[0].revents & POLLIN) != 0) accept_one();
  }
}

void Server::Running::accept_one() {
  constexpr int kPauseMs = 50;
  const int socket = ::accept4(listener->socket(), nullptr, nullptr, SOCK_CLOEXEC);
  if (socket >= 0) return take_in(socket);
  if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS) return;
  // Others will be free in a moment, or the server stops.
  pollfd asked{wake, POLLIN, 0};
  ::poll(&asked, 1, kPauseMs);
}

void Server::Running::take_in(int socket) {
  const Fault full{"too_many_connections",
                   "At most " + std::to_string(kMaxConnections) +
                       " connections are served, and CometBFT needs four. Stop what else has "
                       "connected here."};
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);  // no effect on a unix socket
  if (connections.size() < kMaxConnections) {
    Served& served = connections.emplace_back();
    served.number = next_number++;
    served.socket = socket;
    turns.join(served.number, socket);
    try {
      served.thread = std::thread([this, &served] { serve_one(served); });
      return;
    } catch (const std::system_error&) {  // the system has no thread to give
      turns.leave(served.number);
      connections.pop_back();
    }
  }
  turn_away(socket, full);
  ::close(socket);
  options.tell(full);
}

void Server::Running::serve_one(Served& served) {
  // What comes of its own end is nobody's news.
  const auto tell = [this](const Fault& fault) {
    if (!stopping) options.tell(fault);
  };
  serve(application, turns, served.number, served.socket, tell);
  turns.leave(served.number);
  // The peer hears of the end now; the number of the descriptor is free once nobody can shut it.
  ::shutdown(served.socket, SHUT_RDWR);
  served.over = true;
}

void Server::Running::forget_those_over() {
  connections.remove_if([](Served& served) {
    if (!served.over) return false;
    served.thread.join();
    ::close(served.socket);
    return true;
  });
}

void Server::Running::stop() {
  if (stopping.exchange(true)) return;
  const std::uint64_t one = 1;
  ASTYQ_CHECK(::write(wake, &one, sizeof one) == sizeof one);
  acceptor.join();
  listener.reset();
  turns.stop();
  for (const Served& served : connections) ::shutdown(served.socket, SHUT_RDWR);
  for (Served& served : connections) {
    served.thread.join();
    ::close(served.socket);
  }
  connections.clear();
}

Result<std::unique_ptr<Server>> Server::start(Application& application, Options options) {
  auto listener = Listener::open(options.address);
  if (!listener.ok()) return listener.fault();
  auto running = std::make_unique<Running>(application, std::move(options), std::move(*listener));
  running->acceptor = std::thread([running = running.get()] { running->accept_all(); });
  return std::unique_ptr<Server>(new Server(std::move(running)));
}

Server::Server(std::unique_ptr<Running> running) : running_(std::move(running)) {}

Server::~Server() {
  stop();
}

const std::string& Server::address() const {
  return running_->address;
}

void Server::stop() {
  running_->stop();
}

}  // namespace astyq::abci
