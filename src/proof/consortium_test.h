// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "light/light_test.h"
#include "proof/anchor.h"
#include "proof/proof_file.h"
#include "store/tree.h"

// A network of four validators of whom one makes room for a new one every ten days, a block a day,
// and proofs of its state.
namespace astyq::proof::test {

inline constexpr std::int64_t kDayNs = 86'400'000'000'000;

class Consortium {
 public:
  explicit Consortium(std::int64_t start_ns, std::uint32_t trusting_days = 100)
      : start_ns_(start_ns), trusting_days_(trusting_days) {
    store::Row row;
    row.open = "of a receipt";
    tree_.apply({{receipt(1), row}, {receipt(5), row}});
  }

  static store::RowKey receipt(std::uint64_t number) {
    Bytes key(1, 96);
    append_u64(key, number);
    return store::RowKey(key);
  }

  ledger::v1::Genesis genesis() const {
    ledger::v1::Genesis out;
    out.set_network_id(light::test::kChain);
    out.set_time_ns(start_ns_);
    out.set_trusting_days(trusting_days_);
    for (const light::test::Seat& seat : seats(1)) {
      auto& validator = *out.add_validators();
      validator.set_key(Bytes(view(light::test::key_of(seat.key).public_key())));
      validator.set_power(seat.power);
      validator.set_name("institution " + std::to_string(seat.key));
    }
    return out;
  }
  Anchor anchor(std::int64_t now_ns) const { return anchor_of(genesis(), now_ns); }
  std::int64_t time_of(std::int64_t height) const { return start_ns_ + height * kDayNs; }

  light::test::Seats seats(std::int64_t height) const {
    light::test::Seats out;
    for (int i = 0; i < 4; ++i) out.push_back({static_cast<int>(height / 10) + i, 10 + i});
    return out;
  }
  light::test::Plan plan(std::int64_t height) const {
    light::test::Plan out{
        .height = height, .seats = seats(height), .next = seats(height + 1), .signers = {}};
    out.time_ns = time_of(height);
    out.app_hash = Bytes(view(tree_.root()));
    return out;
  }
  comet::v1::LightBlock block(std::int64_t height) const {
    return light::test::make_block(plan(height));
  }

  // That there is no receipt 3, certified by the block of this height.
  v1::Proof proof(std::int64_t height) const {
    v1::Proof out = prove_key(tree_, receipt(3));
    *out.mutable_signed_header() = block(height).signed_header();
    *out.mutable_validators() = block(height).validator_set();
    return out;
  }
  // The same with the way from an anchor.
  v1::Proof proof(std::int64_t height, const Anchor& anchor) const {
    v1::Proof out = proof(height);
    const Status found = add_path(
        out, block(height).validator_set(), anchor,
        [&](std::int64_t wanted) -> Result<comet::v1::LightBlock> { return block(wanted); });
    EXPECT_TRUE(found.ok()) << found.fault().text;
    return out;
  }

 private:
  std::int64_t start_ns_;
  std::uint32_t trusting_days_;
  store::Tree tree_;
};

}  // namespace astyq::proof::test
