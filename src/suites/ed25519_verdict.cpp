// SPDX-License-Identifier: Apache-2.0
#include "suites/ed25519_verdict.h"

#include <algorithm>
#include <vector>

#include "crypto/ed25519.h"

namespace astyq::suites {
namespace {

// Enough for the equation of the batch to decide, not the single one.
constexpr std::size_t kBatch = 16;

const char* word_of(bool valid) {
  return valid ? "valid" : "invalid";
}

}  // namespace

std::string ed25519_verdict(BytesView public_key, BytesView signature, BytesView message) {
  const bool single = crypto::ed25519_verify(public_key, signature, message);
  const auto key = to_array<32>(public_key);
  const auto bytes = to_array<64>(signature);
  if (!key || !bytes) return word_of(single);  // nothing that a batch can hold
  const std::vector<crypto::Ed25519Item> batch(kBatch, {*key, *bytes, message});
  const bool equation = crypto::ed25519_all_valid(batch);
  const auto answers = crypto::ed25519_verify_batch(batch);
  const auto yes = static_cast<std::size_t>(std::ranges::count(answers, 1));
  if (equation == single && yes == (single ? kBatch : 0)) return word_of(single);
  return word_of(single) + std::string(" singly, ") + word_of(equation) +
         " by the batch equation, valid " + std::to_string(yes) + " times of " +
         std::to_string(kBatch) + " in a batch";
}

}  // namespace astyq::suites
