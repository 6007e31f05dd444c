// SPDX-License-Identifier: Apache-2.0
#include "wire/validators.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/sha256.h"
#include "wire/block_header.h"
#include "wire/fields.h"

namespace astyq::wire {
namespace {

using comet::v1::PublicKey;
using comet::v1::Validator;

// Field numbers are those of the members of the oneof.
Bytes encode_key(const PublicKey& key) {
  Bytes out;
  switch (key.sum_case()) {
    case PublicKey::kEd25519:
      append_bytes_field(out, 1, key.ed25519());
      break;
    case PublicKey::kSecp256K1:
      append_bytes_field(out, 2, key.secp256k1());
      break;
    case PublicKey::SUM_NOT_SET:
      break;
  }
  return out;
}

}  // namespace

Validator make_validator(BytesView public_key, std::int64_t power) {
  ASTYQ_CHECK(public_key.size() == 32);
  Validator out;
  out.set_address(Bytes(view(validator_address(public_key))));
  out.mutable_pub_key()->set_ed25519(Bytes(public_key));
  out.set_voting_power(power);
  return out;
}

void sort_validators(comet::v1::ValidatorSet& set) {
  std::sort(set.mutable_validators()->begin(), set.mutable_validators()->end(),
            [](const Validator& left, const Validator& right) {
              if (left.voting_power() != right.voting_power())
                return left.voting_power() > right.voting_power();
              return left.address() < right.address();
            });
}

Hash validators_hash(const comet::v1::ValidatorSet& set) {
  std::vector<Bytes> leaves;
  leaves.reserve(static_cast<std::size_t>(set.validators_size()));
  for (const Validator& validator : set.validators()) {
    Bytes leaf;
    append_bytes_field(leaf, 1, encode_key(validator.pub_key()));
    append_varint_field(leaf, 2, static_cast<std::uint64_t>(validator.voting_power()));
    leaves.push_back(std::move(leaf));
  }
  return crypto::merkle_root(leaves);
}

}  // namespace astyq::wire
