// SPDX-License-Identifier: Apache-2.0
#include "abci/frame.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "abci/client_test.h"
#include "abci/limits.h"

namespace astyq::abci {
namespace {

using test::framed;

// Two ends of one connection.
class Pair {
 public:
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0); }
  ~Pair() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  int ours() const { return ends_[0]; }
  int theirs() const { return ends_[1]; }
  void say(BytesView bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(ends_[1], bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ASSERT_GT(sent, 0);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void end() const { ::shutdown(ends_[1], SHUT_WR); }
  std::size_t heard() const {
    char bytes[4096];
    const ssize_t got = ::recv(ends_[1], bytes, sizeof bytes, MSG_DONTWAIT);
    return got < 0 ? 0 : static_cast<std::size_t>(got);
  }

 private:
  int ends_[2] = {-1, -1};
};

// The next frame's bytes, or the code of the fault, or "end".
std::string next(FrameReader& reader) {
  const auto frame = reader.next();
  if (!frame.ok()) return frame.fault().code;
  return *frame ? Bytes(**frame) : "end";
}

TEST(FrameReader, tells_frames_whatever_pieces_they_come_in) {
  const Bytes stream = framed("one") + framed("") + framed(Bytes(200, 'x')) + framed("end of it");
  for (std::size_t at = 0; at <= stream.size(); ++at) {
    const Pair pair;
    FrameReader reader(pair.ours());
    std::thread peer([&] {
      pair.say(stream.substr(0, at));
      pair.say(stream.substr(at));
      pair.end();
    });
    EXPECT_EQ(next(reader), "one");
    EXPECT_EQ(next(reader), "");
    EXPECT_EQ(next(reader), Bytes(200, 'x'));
    EXPECT_EQ(next(reader), "end of it");
    EXPECT_EQ(next(reader), "end");
    peer.join();
  }
}

TEST(FrameReader, takes_a_frame_that_is_larger_than_what_it_keeps) {
  const Pair pair;
  FrameReader reader(pair.ours());
  const Bytes large(kKeptBuffer + kKeptBuffer / 2, 'L');
  std::thread peer([&] {
    pair.say(framed("before") + framed(large) + framed("after"));
    pair.end();
  });
  EXPECT_EQ(next(reader), "before");
  EXPECT_TRUE(next(reader) == large);
  EXPECT_EQ(next(reader), "after");
  EXPECT_EQ(next(reader), "end");
  peer.join();
}

TEST(FrameReader, refuses_a_length_that_is_wrong_before_anything_of_it_comes) {
  struct Case {
    std::uint64_t length;
    const char* code;
  };
  for (const Case& each :
       {Case{kMaxFrameBytes + 1, "frame_too_long"}, Case{std::uint64_t{2} << 30, "frame_too_long"},
        Case{~std::uint64_t{0}, "frame_too_long"}}) {
    const Pair pair;
    FrameReader reader(pair.ours());
    Bytes length;
    append_varint(length, each.length);
    pair.say(length);
    EXPECT_EQ(next(reader), each.code) << each.length;
  }
  for (const Bytes& length : {Bytes("\x80\x00", 2), Bytes(10, '\xff'), Bytes(20, '\x80')}) {
    const Pair pair;
    FrameReader reader(pair.ours());
    pair.say(length);
    EXPECT_EQ(next(reader), "frame_length_malformed");
  }
}

TEST(FrameReader, tells_a_connection_that_was_cut_from_one_that_has_ended) {
  for (const Bytes& cut : {Bytes("\x80"), Bytes("\x05"), Bytes("\x05some")}) {
    const Pair pair;
    FrameReader reader(pair.ours());
    pair.say(framed("whole") + cut);
    pair.end();
    EXPECT_EQ(next(reader), "whole");
    EXPECT_EQ(next(reader), "frame_cut");
  }
}

TEST(FrameWriter, waits_for_flush_unless_there_is_much) {
  const Pair pair;
  FrameWriter writer(pair.ours());
  v1::Response answer;
  answer.mutable_echo()->set_message("answer");
  ASSERT_TRUE(writer.add(answer).ok());
  EXPECT_EQ(pair.heard(), 0u);
  ASSERT_TRUE(writer.flush().ok());
  EXPECT_EQ(pair.heard(), framed(answer.SerializeAsString()).size());
  ASSERT_TRUE(writer.flush().ok());
  EXPECT_EQ(pair.heard(), 0u);

  answer.mutable_echo()->set_message(Bytes(kWriteAtOnce, 'x'));
  std::thread adder([&] { EXPECT_TRUE(writer.add(answer).ok()); });
  FrameReader reader(pair.theirs());
  EXPECT_TRUE(next(reader) == answer.SerializeAsString());
  adder.join();
}

TEST(FrameWriter, says_when_nobody_is_there) {
  const Pair pair;
  FrameWriter writer(pair.ours());
  ::shutdown(pair.ours(), SHUT_RDWR);
  v1::Response answer;
  answer.mutable_flush();
  ASSERT_TRUE(writer.add(answer).ok());
  const auto flushed = writer.flush();
  ASSERT_FALSE(flushed.ok());
  EXPECT_EQ(flushed.fault().code, "connection_failed");
}

}  // namespace
}  // namespace astyq::abci
