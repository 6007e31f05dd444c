// SPDX-License-Identifier: Apache-2.0
#include "support/authority_story.h"

namespace astyq::test {

std::uint64_t act_about(Chain& chain, const Actor& subject, Where where) {
  const verbs::RecordAct act{
      .number = "2-1437/2026", .document_digest = Bytes(32, 'd'), .subject = subject.party};
  return chain.ok(chain.registrar(), act, where);
}

}  // namespace astyq::test
