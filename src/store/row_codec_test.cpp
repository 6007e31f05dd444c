// SPDX-License-Identifier: Apache-2.0
#include "store/row_codec.h"

#include <gtest/gtest.h>

#include "support/store_rows.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

bool same(const Changes& a, const Changes& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Change& x, const Change& y) {
    return x.key == y.key && x.row == y.row;
  });
}

TEST(RowCodec, GivesBackWhatItEncoded) {
  std::mt19937_64 random(1);
  Model model;
  for (int round = 0; round < 200; ++round) {
    const Changes changes = random_changes(random, model, random() % 20);
    apply_to(model, changes);
    const auto decoded = decode_changes(encode_changes(changes));
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(same(*decoded, changes));
    const Row row = random_row(random);
    EXPECT_EQ(decode_row(encode_row(row)), row);
  }
}

TEST(RowCodec, RefusesEveryCutAndEveryAddition) {
  Row row = row_of("open");
  row.restricted = "restricted";
  row.blind.emplace();
  const Changes changes{
      {key_of(1, 1), row}, {key_of(1, 2), std::nullopt}, {key_of(2, 1), row_of("a")}};
  const Bytes bytes = encode_changes(changes);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_changes(BytesView(bytes).substr(0, size))) << size;
  EXPECT_FALSE(decode_changes(bytes + "x"));
}

TEST(RowCodec, RefusesAnUnknownFlagAndKeysOutOfOrder) {
  EXPECT_FALSE(decode_row(""));
  EXPECT_FALSE(decode_row(Bytes("\x02", 1)));
  EXPECT_FALSE(
      decode_changes(encode_changes({{key_of(2, 2), std::nullopt}, {key_of(2, 1), std::nullopt}})));
  EXPECT_FALSE(
      decode_changes(encode_changes({{key_of(2, 1), std::nullopt}, {key_of(2, 1), std::nullopt}})));
}

}  // namespace
}  // namespace astyq::store
