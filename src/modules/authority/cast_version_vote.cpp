// SPDX-License-Identifier: Apache-2.0
// An operator says that its validator's nodes run software that knows a later protocol version.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "ledger/rules.h"

namespace astyq::authority {

using v1::CastVersionVote;

Refusal check(const CastVersionVote& tx, const Rules& rules) {
  const std::uint32_t version = tx.protocol_version();
  if (version <= rules.protocol_version() || version > kHighestProtocolVersion)
    return CastVersionVote::VERSION_OUT_OF_RANGE;
  return kAccepted;
}

Outcome apply(const CastVersionVote& tx, TxContext& ctx) {
  const auto validator = ctx.get(kValidators(tx.validator()));
  if (!validator) return CastVersionVote::NO_SUCH_VALIDATOR;
  if (validator->operator_() != ctx.party()) return CastVersionVote::NOT_OPERATOR;
  if (validator->power() == 0) return CastVersionVote::HAS_ENDED;
  const auto slot = kVersionVotes(tx.validator());
  const auto former = ctx.get(slot);
  if (former && former->protocol_version() == tx.protocol_version())
    return CastVersionVote::ALREADY_CAST;

  v1::VersionVote vote;
  vote.set_protocol_version(tx.protocol_version());
  ctx.put(slot, vote);
  return kAccepted;
}

}  // namespace astyq::authority
