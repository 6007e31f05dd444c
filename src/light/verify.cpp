// SPDX-License-Identifier: Apache-2.0
#include "light/verify.h"

#include "base/amount.h"
#include "light/commit.h"
#include "wire/block_header.h"
#include "wire/validators.h"

namespace astyq::light {
namespace {

using comet::v1::LightBlock;

Judgement invalid(Fault reason) {
  return {Verdict::kInvalid, std::move(reason)};
}

// Whether it comes after what is trusted, in the same chain, and not out of the future.
Status check_place(const Trusted& trusted, const comet::v1::Header& header, const Terms& terms,
                   std::int64_t now_ns) {
  if (header.chain_id() != trusted.chain_id)
    return Fault{"light_other_network", "The block is of another network than " + trusted.chain_id +
                                            ". Take the trusted start of the network it is of."};
  const std::int64_t time_ns = wire::time_ns_of(header.time());
  if (header.height() <= trusted.height || time_ns <= trusted.time_ns)
    return Fault{"light_not_later", "The block is of height " + std::to_string(header.height()) +
                                        ", which is not after the trusted height " +
                                        std::to_string(trusted.height) +
                                        " in both height and time. Take an earlier trusted start."};
  if (time_ns - now_ns >= terms.clock_drift_ns)
    return Fault{"light_from_future",
                 "The block's time has not come yet. Set this machine's clock right; if it is "
                 "right, do not rely on this block."};
  return Done{};
}

}  // namespace

bool is_sound(const Fraction& level) {
  return level.numerator > 0 && level.numerator <= level.denominator &&
         static_cast<Uint128>(level.numerator) * 3 >= level.denominator;
}

Trusted trusted_of(const LightBlock& block) {
  const auto& header = block.signed_header().header();
  return {header.chain_id(), header.height(), wire::time_ns_of(header.time()),
          block.validator_set(), header.next_validators_hash()};
}

Judgement verify(const Trusted& trusted, const LightBlock& block, const Terms& terms,
                 std::int64_t now_ns) {
  ASTYQ_CHECK(trusted.time_ns >= 0 && now_ns >= 0 && terms.trusting_period_ns >= 0);
  ASTYQ_CHECK(is_sound(terms.level));
  if (now_ns - trusted.time_ns >= terms.trusting_period_ns)
    return invalid({"light_expired",
                    "The trusted start is older than its validators are believed. Take a newer "
                    "one, from a source of your own."});
  const auto& signed_header = block.signed_header();
  const auto& header = signed_header.header();
  if (Status form = check_form(signed_header); !form.ok()) return invalid(form.fault());
  if (Status place = check_place(trusted, header, terms, now_ns); !place.ok())
    return invalid(place.fault());
  if (Status set = check_validators(block.validator_set()); !set.ok()) return invalid(set.fault());
  if (header.height() == trusted.height + 1) {
    if (header.validators_hash() != trusted.next_validators_hash)
      return invalid({"light_other_validators",
                      "The block's validators are not those that the block before it named. Do "
                      "not rely on this block."});
  } else {
    const auto power = claimed_power(signed_header.commit(), trusted.validators);
    if (!power.ok()) return invalid(power.fault());
    const Share share{*power, total_power(trusted.validators)};
    if (!is_more_than(share, terms.level))
      return {Verdict::kNotEnoughTrust,
              {"light_not_enough_trust",
               "Of the trusted validators only " + std::to_string(share.power) + " of " +
                   std::to_string(share.total) +
                   " power signed this block. A block between the two may lead to it."}};
  }
  // Last, since a stranger can make a set as large as he likes.
  if (Status commit = check_commit(signed_header, block.validator_set()); !commit.ok())
    return invalid(commit.fault());
  return {};
}

}  // namespace astyq::light
