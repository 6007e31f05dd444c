// SPDX-License-Identifier: Apache-2.0
#include "abci/frame.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "abci/limits.h"
#include "abci/varint.h"

namespace astyq::abci {
namespace {

Fault connection_failed(const char* what) {
  return {"connection_failed", std::string("CometBFT's connection failed while ") + what + ": " +
                                   std::strerror(errno) + ". See whether CometBFT still runs."};
}

}  // namespace

Result<std::optional<BytesView>> FrameReader::next() {
  while (true) {
    BytesView arrived(buffer_.data() + begin_, end_ - begin_);
    std::uint64_t length = 0;
    const Varint read = take_varint(arrived, length);
    if (read == Varint::kMalformed)
      return Fault{"frame_length_malformed",
                   "A frame's length is no varint. Let only CometBFT connect here."};
    if (read == Varint::kWhole && length > kMaxFrameBytes)
      return Fault{"frame_too_long", "A frame of " + std::to_string(length) +
                                         " bytes is announced; at most " +
                                         std::to_string(kMaxFrameBytes) +
                                         " are taken. Lower block.max_bytes of the network."};
    if (read == Varint::kWhole && length <= arrived.size()) {
      begin_ = end_ - arrived.size() + length;
      return std::optional<BytesView>(arrived.substr(0, length));
    }
    const bool within = begin_ != end_;
    const auto more = fill();
    if (!more.ok()) return more.fault();
    if (*more > 0) continue;
    if (!within) return std::optional<BytesView>();
    return Fault{"frame_cut", "CometBFT's connection ended within a frame. See why it stopped."};
  }
}

Result<std::size_t> FrameReader::fill() {
  make_room();
  while (true) {
    const ssize_t got = ::recv(socket_, buffer_.data() + end_, buffer_.size() - end_, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return connection_failed("it was read");
    end_ += static_cast<std::size_t>(got);
    return static_cast<std::size_t>(got);
  }
}

void FrameReader::make_room() {
  const std::size_t arrived = end_ - begin_;
  if (arrived == 0 && buffer_.size() > kKeptBuffer) {
    buffer_.clear();
    buffer_.shrink_to_fit();
  }
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, arrived);
    begin_ = 0;
    end_ = arrived;
  }
  if (end_ == buffer_.size()) buffer_.resize(std::max(kReadAtOnce, 2 * end_));
}

Status FrameWriter::add(const google::protobuf::MessageLite& message) {
  const std::size_t size = message.ByteSizeLong();
  if (size > kMaxFrameBytes)
    return Fault{"answer_too_long", "The application's answer has " + std::to_string(size) +
                                        " bytes; a frame has at most " +
                                        std::to_string(kMaxFrameBytes) +
                                        ". Lower block.max_bytes of the network."};
  append_varint(waiting_, size);
  ASTYQ_CHECK(message.AppendToString(&waiting_));
  return waiting_.size() >= kWriteAtOnce ? flush() : Status(Done{});
}

Status FrameWriter::flush() {
  BytesView rest = waiting_;
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return connection_failed("answers were written");
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  waiting_.clear();
  if (waiting_.capacity() > kKeptBuffer) waiting_.shrink_to_fit();
  return Done{};
}

}  // namespace astyq::abci
