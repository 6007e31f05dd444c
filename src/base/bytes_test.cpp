// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <gtest/gtest.h>

#include <random>

namespace astyq {
namespace {

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<char>(value));
  return bytes;
}

TEST(Hex, WritesLowerCase) {
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(to_hex(bytes_of({0x00, 0x0f, 0xa5, 0xff})), "000fa5ff");
}

TEST(Hex, ReadsEitherCase) {
  EXPECT_EQ(from_hex(""), Bytes());
  EXPECT_EQ(from_hex("000fA5Ff"), bytes_of({0x00, 0x0f, 0xa5, 0xff}));
}

TEST(Hex, RefusesWhatIsNoHex) {
  for (const char* text : {"0", "abc", "0g", "g0", "0x", " 0", "0 ", "/0", ":0", "@0", "G0", "`0"})
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  EXPECT_EQ(from_hex(std::string_view("0\0", 2)), std::nullopt);
  EXPECT_EQ(from_hex("\xd0\xb0"), std::nullopt);
}

TEST(Hex, EveryByteComesBack) {
  for (int value = 0; value < 256; ++value) {
    const Bytes byte = bytes_of({value});
    EXPECT_EQ(from_hex(to_hex(byte)), byte);
  }
}

TEST(BigEndian, WritesTheHighByteFirst) {
  Bytes bytes;
  append_u64(bytes, 0x0102030405060708);
  append_u32(bytes, 0xfffefdfc);
  EXPECT_EQ(to_hex(bytes), "0102030405060708fffefdfc");
  EXPECT_EQ(read_u64(bytes), 0x0102030405060708U);
  EXPECT_EQ(read_u32(BytesView(bytes).substr(8)), 0xfffefdfcU);
}

TEST(BigEndian, OrderOfBytesIsOrderOfNumbers) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 1'000; ++i) {
    const std::uint64_t a = random() >> (random() % 64);
    const std::uint64_t b = random() >> (random() % 64);
    Bytes a_bytes, b_bytes;
    append_u64(a_bytes, a);
    append_u64(b_bytes, b);
    EXPECT_EQ(a < b, a_bytes < b_bytes);
    EXPECT_EQ(read_u64(a_bytes), a);
  }
}

TEST(BigEndianDeathTest, ReadingPastTheEndStopsTheProgram) {
  EXPECT_DEATH(read_u64("1234567"), "CHECK failed");
  EXPECT_DEATH(read_u32("123"), "CHECK failed");
}

TEST(Varint, MatchesProtobufsEncoding) {
  const std::pair<std::uint64_t, const char*> cases[] = {{0, "00"},
                                                         {1, "01"},
                                                         {127, "7f"},
                                                         {128, "8001"},
                                                         {300, "ac02"},
                                                         {16'383, "ff7f"},
                                                         {16'384, "808001"},
                                                         {UINT32_MAX, "ffffffff0f"},
                                                         {UINT64_MAX, "ffffffffffffffffff01"}};
  for (const auto& [value, hex] : cases) {
    Bytes bytes;
    append_varint(bytes, value);
    EXPECT_EQ(to_hex(bytes), hex) << value;
  }
}

TEST(ToArray, WantsTheExactLength) {
  EXPECT_EQ(to_array<3>("ab"), std::nullopt);
  EXPECT_EQ(to_array<3>("abcd"), std::nullopt);
  ASSERT_TRUE(
      to_array<3>("a\xff"
                  "c"));
  EXPECT_EQ(view(*to_array<3>("a\xff"
                              "c")),
            "a\xff"
            "c");
}

}  // namespace
}  // namespace astyq
