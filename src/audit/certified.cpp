// SPDX-License-Identifier: Apache-2.0
#include "audit/certified.h"

#include "light/commit.h"
#include "modules/authority/validators.h"
#include "wire/validators.h"

namespace astyq::audit {

std::string why_not_certified(const comet::v1::SignedHeader& signed_header,
                              const engine::Engine& engine) {
  Overlay overlay(engine.tree());
  const View state(overlay, engine.rules(), BlockTime{});
  comet::v1::ValidatorSet set;
  for (const auto& validator : authority::voting_validators(state))
    *set.add_validators() =
        wire::make_validator(validator.public_key, static_cast<std::int64_t>(validator.power));
  wire::sort_validators(set);
  if (signed_header.header().chain_id() != engine.network_id())
    return "it is of the network " + signed_header.header().chain_id();
  if (const Status form = light::check_form(signed_header); !form.ok()) return form.fault().text;
  const Status signed_by = light::check_commit(signed_header, set);
  return signed_by.ok() ? "" : signed_by.fault().text;
}

}  // namespace astyq::audit
