// SPDX-License-Identifier: Apache-2.0
#include "support/assets_story.h"

#include "modules/assets/assets.h"
#include "support/authority_story.h"
#include "support/licences_story.h"

namespace astyq::test {

MoneyStory::MoneyStory(Chain& chain, const std::string& code)
    : chain_(chain),
      issuer_(chain.company("Bank")),
      licence_(license(chain, issuer_, licences::v1::MONEY_ISSUER)),
      money_(chain.ok(issuer_, verbs::DefineMoney{.code = code})) {}

void MoneyStory::issue(const Actor& to, std::uint64_t amount_tiyn, Where where) {
  chain_.ok(issuer_, verbs::IssueMoney{money_, to.party, amount_tiyn}, where);
}

void MoneyStory::suspend_licence() {
  chain_.ok(chain_.registrar(),
            verbs::SuspendLicence{.licence = licence_, .act = act_about(chain_, issuer_)});
}

std::uint64_t available(const Chain& chain, const Actor& holder, std::uint64_t asset) {
  return chain.read([&](const View& view) { return assets::available(view, holder.party, asset); });
}

std::uint64_t supply(const Chain& chain, std::uint64_t asset) {
  return chain.read([&](const View& view) { return assets::supply_of(view, asset); });
}

}  // namespace astyq::test
