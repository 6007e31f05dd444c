// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "crypto/ed25519.h"
#include "crypto/sha256.h"
#include "light/verify.h"
#include "wire/block_header.h"
#include "wire/validators.h"

// A chain of any validators, whose keys the tests hold.
namespace astyq::light::test {

inline constexpr const char* kChain = "astyq-test";
inline constexpr std::int64_t kStartNs = 1'787'000'000'000'000'000;
inline constexpr std::int64_t kSecondNs = 1'000'000'000;

inline crypto::Ed25519Key key_of(int number) {
  return crypto::Ed25519Key(crypto::sha256("validator " + std::to_string(number)));
}

struct Seat {
  int key;
  std::int64_t power = 1;
};
using Seats = std::vector<Seat>;

inline comet::v1::ValidatorSet set_of(const Seats& seats) {
  comet::v1::ValidatorSet set;
  for (const Seat& seat : seats)
    *set.add_validators() = wire::make_validator(view(key_of(seat.key).public_key()), seat.power);
  wire::sort_validators(set);
  return set;
}

// The keys of a set, in the order of its places.
inline std::vector<int> places_of(const Seats& seats) {
  std::vector<int> places;
  const comet::v1::ValidatorSet set = set_of(seats);
  for (const auto& validator : set.validators())
    for (const Seat& seat : seats)
      if (validator.pub_key().ed25519() == view(key_of(seat.key).public_key()))
        places.push_back(seat.key);
  return places;
}

struct Plan {
  std::int64_t height;
  Seats seats;
  Seats next;                // empty: the same
  std::vector<int> signers;  // empty: all
  std::uint32_t round = 0;
  std::string chain_id = kChain;
  std::int64_t time_ns = 0;  // 0: time_of(height)
  Bytes app_hash = Bytes(32, 'a');
};

// A block a second after the one before.
inline std::int64_t time_of(std::int64_t height) {
  return kStartNs + height * kSecondNs;
}

inline void sign_again(comet::v1::LightBlock& block, const Plan& plan) {
  const auto& header = block.signed_header().header();
  auto& commit = *block.mutable_signed_header()->mutable_commit();
  commit.Clear();
  commit.set_height(header.height());
  commit.set_round(plan.round);
  commit.mutable_block_id()->set_hash(Bytes(view(wire::header_hash(header))));
  commit.mutable_block_id()->mutable_part_set_header()->set_total(1);
  commit.mutable_block_id()->mutable_part_set_header()->set_hash(Bytes(32, 'p'));
  for (const int key : places_of(plan.seats)) {
    auto& vote = *commit.add_signatures();
    vote.set_block_id_flag(1);
    if (!plan.signers.empty() && std::ranges::find(plan.signers, key) == plan.signers.end())
      continue;
    vote.set_block_id_flag(2);
    vote.set_validator_address(
        Bytes(view(wire::validator_address(view(key_of(key).public_key())))));
    *vote.mutable_timestamp() = wire::timestamp_of(wire::time_ns_of(header.time()) + key);
    vote.set_signature(Bytes(view(key_of(key).sign(
        wire::precommit_sign_bytes(header.chain_id(), commit, vote.timestamp())))));
  }
}

inline comet::v1::LightBlock make_block(const Plan& plan) {
  comet::v1::LightBlock block;
  auto& header = *block.mutable_signed_header()->mutable_header();
  header.mutable_version()->set_block(11);
  header.set_chain_id(plan.chain_id);
  header.set_height(plan.height);
  *header.mutable_time() =
      wire::timestamp_of(plan.time_ns != 0 ? plan.time_ns : time_of(plan.height));
  *block.mutable_validator_set() = set_of(plan.seats);
  header.set_validators_hash(Bytes(view(wire::validators_hash(block.validator_set()))));
  header.set_next_validators_hash(
      Bytes(view(wire::validators_hash(set_of(plan.next.empty() ? plan.seats : plan.next)))));
  header.set_app_hash(plan.app_hash);
  header.set_proposer_address(block.validator_set().validators(0).address());
  sign_again(block, plan);
  return block;
}

// "" for a success.
inline std::string code_of(const Status& status) {
  return status.ok() ? "" : status.fault().code;
}

}  // namespace astyq::light::test
