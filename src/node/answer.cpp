// SPDX-License-Identifier: Apache-2.0
#include "node/answer.h"

#include <utility>

namespace astyq::node {
namespace {

bool is_known_id(Refusal refusal) {
  return refusal == Refusal(base::v1::ALREADY_APPLIED) ||
         refusal == Refusal(base::v1::SEQUENCE_TOO_OLD);
}

}  // namespace

Answer answer_of(const engine::Member& member) {
  Answer answer;
  answer.body_hash = member.body_hash;
  answer.party = member.body.party();
  answer.id = member.body.id();
  answer.sequence_key = member.body.sequence().public_key();
  answer.sequence = member.body.sequence().number();
  return answer;
}

void fill_in(Answer& answer, engine::MemberResult result, std::uint64_t height) {
  answer.admission = result.admission;
  if (result.admission.refused()) {
    answer.fate = is_known_id(result.admission) ? Fate::kAlreadyApplied : Fate::kNotAdmitted;
    return;
  }
  answer.fate = Fate::kApplied;
  answer.height = height;
  answer.operations = std::move(result.operations);
}

}  // namespace astyq::node
