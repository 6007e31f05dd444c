// SPDX-License-Identifier: Apache-2.0
// Stored bytes have one reading, and it is written again alike.
#include "store/row_codec.h"

#include <random>

#include "fuzz/targets/targets.h"
#include "support/store_rows.h"

namespace astyq::fuzz {
namespace {

void attempt(BytesView input) {
  if (const auto row = store::decode_row(input)) ASTYQ_CHECK(store::encode_row(*row) == input);
  const auto changes = store::decode_changes(input);
  if (!changes) return;
  ASTYQ_CHECK(store::encode_changes(*changes) == input);
  for (std::size_t i = 1; i < changes->size(); ++i)
    ASTYQ_CHECK((*changes)[i - 1].key < (*changes)[i].key);
}

std::vector<Bytes> seeds() {
  std::mt19937_64 random(1);
  std::vector<Bytes> made;
  for (int i = 0; i < 8; ++i) made.push_back(store::encode_row(store::test::random_row(random)));
  for (const std::size_t count : {0, 1, 5, 20})
    made.push_back(store::encode_changes(store::test::random_changes(random, {}, count)));
  return made;
}

}  // namespace

Target row() {
  return {"row", attempt, seeds};
}

}  // namespace astyq::fuzz
