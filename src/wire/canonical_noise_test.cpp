// SPDX-License-Identifier: Apache-2.0
// Damaged and random bytes: never a crash, and libprotobuf is the other opinion on whatever walks.
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <limits>

#include "support/random_message.h"
#include "wire/canonical.h"

namespace astyq::wire {
namespace {

constexpr std::uint32_t kLatest = std::numeric_limits<std::uint32_t>::max();

// Bytes that were flipped: never a crash, and whatever still walks is what libprotobuf writes
// again.
TEST(Canonical, what_walks_is_written_again_alike) {
  test::Random random(7);
  std::size_t walked = 0;
  const auto rules = message_rules();
  for (int n = 0; n < 5000; ++n) {
    const std::size_t index = random.below(rules.size());
    const auto message = test::new_message(rules[index].name);
    test::fill(random, *message);
    const Bytes whole = message->SerializeAsString();
    if (whole.empty()) continue;
    for (int flip = 0; flip < 20; ++flip) {
      Bytes bytes = whole;
      for (std::uint64_t i = 1 + random.below(3); i > 0; --i)
        bytes[random.below(bytes.size())] = static_cast<char>(random.next());
      if (!walk(bytes, index, kLatest).ok()) continue;
      ++walked;
      ASSERT_TRUE(message->ParseFromString(bytes)) << rules[index].name << to_hex(bytes);
      ASSERT_EQ(to_hex(message->SerializeAsString()), to_hex(bytes)) << rules[index].name;
    }
  }
  EXPECT_GT(walked, 1000U);
}

TEST(Canonical, noise_never_crashes) {
  test::Random random(8);
  const auto rules = message_rules();
  for (int n = 0; n < 100000; ++n) {
    const std::size_t index = random.below(rules.size());
    Bytes bytes(random.below(24), '\0');
    for (char& c : bytes) c = static_cast<char>(random.below(random.one_in(2) ? 256 : 32));
    const CanonicalFault fault = walk(bytes, index, kLatest);
    ASSERT_LE(fault.offset, bytes.size());
    if (!fault.ok()) continue;
    const auto message = test::new_message(rules[index].name);
    ASSERT_TRUE(message->ParseFromString(bytes));
    ASSERT_EQ(message->SerializeAsString(), bytes) << rules[index].name << to_hex(bytes);
  }
}

}  // namespace
}  // namespace astyq::wire
