// SPDX-License-Identifier: Apache-2.0
#include "support/receipts_story.h"

#include <numeric>
#include <utility>

#include "support/authority_story.h"

namespace astyq::test {

ReceiptStory::ReceiptStory(Chain& chain, std::uint64_t capacity_kg)
    : chain_(chain), grain_(chain, capacity_kg) {}

verbs::ProposeReceipts ReceiptStory::proposal(std::uint64_t batch,
                                              std::vector<std::uint64_t> receipts_kg) const {
  return {.batch = batch,
          .receipts_kg = std::move(receipts_kg),
          .paid_until_ns = chain_.genesis().time_ns() + 90 * kDayNs};
}

std::uint64_t ReceiptStory::proposed(const Actor& depositor, std::vector<std::uint64_t> receipts_kg,
                                     Load load, Where where) {
  load.kg = std::accumulate(receipts_kg.begin(), receipts_kg.end(), std::uint64_t{0});
  const std::uint64_t batch = grain_.deliver(depositor, load, where).batch;
  return chain_.ok(elevator_operator(), proposal(batch, std::move(receipts_kg)), where);
}

std::uint64_t ReceiptStory::countersigned(const Actor& depositor,
                                          std::vector<std::uint64_t> receipts_kg, Load load,
                                          Where where) {
  const std::uint64_t id = proposed(depositor, std::move(receipts_kg), load, where);
  chain_.ok(depositor, verbs::CountersignProposal{id}, where);
  return id;
}

std::vector<std::uint64_t> ReceiptStory::receipts(const Actor& depositor,
                                                  std::vector<std::uint64_t> receipts_kg, Load load,
                                                  Where where) {
  std::vector<std::uint64_t> ids(receipts_kg.size());
  const std::uint64_t id = countersigned(depositor, std::move(receipts_kg), load, where);
  std::iota(ids.begin(), ids.end(), chain_.ok(chain_.registrar(), verbs::IssueReceipt{id}, where));
  return ids;
}

std::uint64_t ReceiptStory::receipt(const Actor& depositor, std::uint64_t kg, Where where) {
  return receipts(depositor, {kg}, {}, where).front();
}

std::uint64_t ReceiptStory::block(std::uint64_t receipt, const Actor& holder, Where where) {
  const std::uint64_t act = act_about(chain_, holder, {authority::v1::BLOCK_RECEIPT}, where);
  chain_.ok(chain_.registrar(), verbs::BlockReceipt{receipt, act}, where);
  return act;
}

}  // namespace astyq::test
