// SPDX-License-Identifier: Apache-2.0
#include "query/difference.h"

#include <gtest/gtest.h>

#include "astyq/base/v1/envelope.pb.h"
#include "tests/verbs.gen.h"

namespace astyq::query {
namespace {

base::v1::TxBody body() {
  base::v1::TxBody out;
  out.set_party(1);
  out.set_id(std::string(16, 'i'));
  out.set_valid_until(5);
  *out.add_operations() = verbs::Transfer{.asset = 1, .to = 2, .amount = 3}.operation();
  *out.add_operations() = verbs::SplitReceipt{.receipt = 1, .parts_kg = {2, 3}}.operation();
  return out;
}

TEST(Difference, names_the_first_field) {
  const auto a = body();
  EXPECT_EQ(first_difference(a, a), "");
  auto b = a;
  b.mutable_operations(1)->mutable_split_receipt()->set_parts_kg(1, 4);
  EXPECT_EQ(first_difference(a, b), "operations[1].split_receipt.parts_kg");
  b.mutable_operations(0)->mutable_transfer()->clear_amount();
  EXPECT_EQ(first_difference(a, b), "operations[0].transfer.amount");
  b.set_valid_until(6);
  EXPECT_EQ(first_difference(a, b), "valid_until");
}

TEST(Difference, of_another_verb_or_another_count) {
  const auto a = body();
  auto b = a;
  b.mutable_operations()->RemoveLast();
  EXPECT_EQ(first_difference(a, b), "operations");
  EXPECT_EQ(first_difference(b, a), "operations");
  b = a;
  *b.mutable_operations(0) = verbs::SplitReceipt{.receipt = 1, .parts_kg = {2, 3}}.operation();
  EXPECT_TRUE(first_difference(a, b).starts_with("operations[0].")) << first_difference(a, b);
  b = a;
  b.clear_id();
  b.mutable_sequence()->set_number(1);
  EXPECT_EQ(first_difference(a, b), "id");
}

}  // namespace
}  // namespace astyq::query
