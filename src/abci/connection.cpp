// SPDX-License-Identifier: Apache-2.0
#include "abci/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include "abci/dispatch.h"
#include "abci/frame.h"
#include "abci/limits.h"

namespace astyq::abci {
namespace {

v1::Response exception(const Fault& why) {
  v1::Response response;
  response.mutable_exception()->set_error(why.code + ": " + why.text);
  return response;
}

// What the peer still sends is read and thrown away for a moment: a socket that is closed with
// bytes that nobody has read is reset, and the exception would be lost with it.
void take_leave(int socket) {
  using std::chrono::steady_clock;
  ::shutdown(socket, SHUT_WR);
  const auto end = steady_clock::now() + kLeaveTime;
  Bytes unread(kReadAtOnce, '\0');
  for (std::size_t bytes = 0; bytes < kLeaveBytes;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now());
    pollfd asked{socket, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&asked, 1, static_cast<int>(left.count())) <= 0) return;
    const ssize_t got = ::recv(socket, unread.data(), unread.size(), 0);
    if (got <= 0) return;
    bytes += static_cast<std::size_t>(got);
  }
}

class Conversation {
 public:
  Conversation(Application& application, Turns& turns, Turns::Connection connection, int socket)
      : application_(application),
        turns_(turns),
        connection_(connection),
        reader_(socket),
        writer_(socket) {}

  // Returns whether there may be another request.
  Result<bool> serve_next() {
    const auto frame = reader_.next();
    if (!frame.ok()) return frame.fault();
    if (!*frame) return false;
    const auto request = decode_request(**frame);
    if (!request.ok()) return request.fault();
    const auto response = call(*request);
    if (!response.ok()) return response.fault();
    if (const auto added = writer_.add(*response); !added.ok()) return added.fault();
    if (method_of(*request) != Method::kFlush) return true;
    if (const auto written = writer_.flush(); !written.ok()) return written.fault();
    return true;
  }

  // The answers that are due, then why there are no more.
  void end_with(const Fault& why) {
    if (writer_.add(exception(why)).ok()) static_cast<void>(writer_.flush());
  }

 private:
  Result<v1::Response> call(const Request& request) {
    const Call call = call_of(request);
    if (const auto begun = turns_.begin(connection_, call); !begun.ok()) return begun.fault();
    auto response = answer(application_, request);
    turns_.end(connection_, call, outcome_of(response));
    return response;
  }

  Application& application_;
  Turns& turns_;
  Turns::Connection connection_;
  FrameReader reader_;
  FrameWriter writer_;
};

}  // namespace

void serve(Application& application, Turns& turns, Turns::Connection connection, int socket,
           const Teller& tell) {
  Conversation conversation(application, turns, connection, socket);
  Result<bool> more = true;
  while (more.ok() && *more) more = conversation.serve_next();
  if (more.ok()) return;
  tell(more.fault());
  conversation.end_with(more.fault());
  take_leave(socket);
}

void turn_away(int socket, const Fault& why) {
  Bytes told;
  const v1::Response response = exception(why);
  append_varint(told, response.ByteSizeLong());
  ASTYQ_CHECK(response.AppendToString(&told));
  static_cast<void>(::send(socket, told.data(), told.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

}  // namespace astyq::abci
