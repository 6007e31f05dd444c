// SPDX-License-Identifier: Apache-2.0
#include "support/authority_story.h"

namespace astyq::test {

Scopes all_scopes() {
  Scopes scopes;
  for (int scope = 1; scope < authority::v1::ActScope_ARRAYSIZE; ++scope)
    scopes.push_back(static_cast<authority::v1::ActScope>(scope));
  return scopes;
}

verbs::RecordAct act_verb(const Actor& subject) {
  return {.number = "2-1437/2026",
          .document_digest = Bytes(32, 'd'),
          .subject = subject.party,
          .scopes = all_scopes()};
}

std::uint64_t act_about(Chain& chain, const Actor& subject, Where where) {
  return chain.ok(chain.registrar(), act_verb(subject), where);
}

std::uint64_t act_about(Chain& chain, const Actor& subject, const Scopes& scopes, Where where) {
  auto verb = act_verb(subject);
  verb.scopes = scopes;
  return chain.ok(chain.registrar(), verb, where);
}

}  // namespace astyq::test
