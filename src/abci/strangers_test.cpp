// SPDX-License-Identifier: Apache-2.0
// What CometBFT never says: one connection is refused, the others live.
#include <gtest/gtest.h>

#include <thread>

#include "abci/served_test.h"

namespace astyq::abci {
namespace {

using test::Client;
using test::framed;
using test::Served;

Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (const int value : values) out.push_back(static_cast<char>(value));
  return out;
}

struct Wrong {
  const char* name;
  Bytes said;
  const char* code;
};

std::vector<Wrong> wrong_things() {
  const Bytes echo = bytes({0x0a, 3, 0x0a, 1, 'x'});
  return {
      {"a length of 2 GB", bytes({0x80, 0x80, 0x80, 0x80, 0x08}), "frame_too_long"},
      {"a length of 2^64 - 1", Bytes(9, '\xff') + '\x01', "frame_too_long"},
      {"a length that does not end", Bytes(11, '\xff'), "frame_length_malformed"},
      {"a padded length", bytes({0x80, 0x00}), "frame_length_malformed"},
      {"no request", framed(""), "request_empty"},
      {"a request of nobody", framed(bytes({0xfa, 0x01, 0})), "request_unknown"},
      {"DeliverTx of ABCI 1", framed(bytes({0x4a, 0})), "request_unknown"},
      {"two requests in one", framed(echo + echo), "request_ambiguous"},
      {"a field twice", framed(bytes({0x0a, 6, 0x0a, 1, 'x', 0x0a, 1, 'y'})), "request_ambiguous"},
      {"text that is not UTF-8", framed(bytes({0x0a, 4, 0x0a, 2, 0xc3, 0x28})),
       "request_malformed"},
      {"a length within that reaches out", framed(bytes({0x0a, 9, 0x0a, 1, 'x'})),
       "request_malformed"},
      {"groups a million deep", framed(Bytes(1'000'000, '\x0b')), "request_malformed"},
      {"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n" + Bytes(100, 'x'), "request_malformed"},
  };
}

TEST(Strangers, what_they_say_is_refused_and_the_others_are_served) {
  Served served;
  Client other(served.address());
  std::vector<std::string> expected;
  for (const Wrong& wrong : wrong_things()) {
    Client client(served.address());
    client.send(wrong.said);
    EXPECT_EQ(client.refusal(), wrong.code) << wrong.name;
    EXPECT_TRUE(other.ask(test::query())->has_query()) << wrong.name;
    expected.push_back(wrong.code);
  }
  EXPECT_EQ(served.told(), expected);
  EXPECT_EQ(served.application.count_of("Query"), static_cast<std::int64_t>(expected.size()));
}

TEST(Strangers, who_vanishes_within_a_frame_is_forgotten) {
  Served served;
  const Bytes frame = framed(test::finalize_block(1));
  for (std::size_t size = 1; size < frame.size(); size += 7) {
    Client client(served.address());
    client.send(frame.substr(0, size));
  }
  test::expect_alive(served);
  EXPECT_EQ(served.application.count_of("FinalizeBlock"), 0);
}

TEST(Strangers, one_that_speaks_slowly_keeps_nobody_waiting) {
  Served served;
  Client slow(served.address()), quick(served.address());
  const Bytes said = framed(test::query()) + framed(test::flush());
  for (const char byte : said) {
    slow.send(BytesView(&byte, 1));
    ASSERT_TRUE(quick.ask(test::query())->has_query());
  }
  EXPECT_TRUE(slow.hear()->has_query());
}

TEST(Strangers, one_that_does_not_read_keeps_nobody_waiting) {
  Served served;
  Client deaf(served.address()), other(served.address());
  // Its answer is more than the sockets hold.
  deaf.send(framed(test::echo(Bytes(std::size_t{16} << 20, 'x'))) + framed(test::flush()));
  EXPECT_TRUE(other.ask(test::query())->has_query());
  EXPECT_EQ(deaf.hear()->echo().message().size(), std::size_t{16} << 20);
}

TEST(Strangers, one_that_has_nothing_more_to_say_still_hears) {
  const Served served;
  Client client(served.address());
  client.send(framed(test::echo("last")) + framed(test::flush()));
  client.end_sending();
  EXPECT_EQ(client.hear()->echo().message(), "last");
  EXPECT_TRUE(client.hear()->has_flush());
  EXPECT_FALSE(client.hear().has_value());
}

TEST(Strangers, one_that_goes_on_after_it_was_refused_hears_why) {
  const Served served;
  Client client(served.address());
  client.send(framed(""));
  // Much more than is read at once, and all of it comes before the answer is read.
  client.send(Bytes(std::size_t{1} << 17, 'x'));
  EXPECT_EQ(client.refusal(), "request_empty");
}

TEST(Strangers, many_at_once) {
  Served served;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (const Wrong& wrong : wrong_things()) {
        Client client(served.address());
        client.send(wrong.said);
        const std::string code = client.refusal();
        EXPECT_TRUE(code == wrong.code || code == "too_many_connections") << wrong.name << code;
      }
    });
  Client other(served.address());
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(other.ask(test::query())->has_query());
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(other.ask(test::query())->has_query());
}

}  // namespace
}  // namespace astyq::abci
