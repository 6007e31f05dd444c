// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/demo_stage.h"
#include "engine/demo.h"

namespace astyq::cli {
namespace {

constexpr std::uint64_t kReceiptKg = 12'000;  // about as much as a buyer's truck takes
constexpr std::uint64_t kMostReceipts = 100;
constexpr std::int64_t kStoragePaidNs = 180ll * 24 * 3600 * 1'000'000'000;
constexpr std::uint64_t kRegistrarParty = 1;

// A farm's grain of one grade in one elevator.
struct Lot {
  std::uint64_t batch = 0;
  std::size_t farm = 0;
  std::size_t elevator = 0;
  elevators::v1::Grade grade{};
  std::vector<std::uint64_t> receipts_kg{};
  Place proposed{}, issued{};
  std::uint64_t proposal = 0;
};

std::vector<std::uint64_t> parts_of(std::uint64_t credited_kg) {
  const std::uint64_t count = std::clamp<std::uint64_t>(credited_kg / kReceiptKg, 1, kMostReceipts);
  std::vector<std::uint64_t> parts(count, credited_kg / count);
  parts.back() += credited_kg % count;
  return parts;
}

Lot lot_of(const Season& season, const Delivery& delivery) {
  Lot lot{.batch = delivery.batch, .farm = delivery.farm, .elevator = delivery.elevator};
  const Sample& sample = delivery.sample;
  lot.grade.set_crop(sample.crop);
  lot.grade.set_grain_class(sample.grain_class);
  lot.grade.set_crop_year(sample.crop_year);
  lot.grade.set_basis_profile(season.profiles.at(sample.crop));
  return lot;
}

Result<std::vector<Lot>> lots_of(Stage& stage, const std::vector<Delivery>& deliveries) {
  std::map<std::uint64_t, Lot> by_batch;
  for (const Delivery& delivery : deliveries)
    if (!by_batch.contains(delivery.batch))
      by_batch.emplace(delivery.batch, lot_of(stage.season, delivery));
  const auto rows = all_rows(stage.client, "batches");
  if (!rows) return rows.fault();
  for (const Row& row : *rows)
    if (const auto lot = by_batch.find(number_of(row, "batch")); lot != by_batch.end())
      lot->second.receipts_kg = parts_of(number_of(row, "credited_kg"));
  std::vector<Lot> lots;
  for (std::size_t e = 0; e < stage.season.elevators.size(); ++e)
    for (auto& [batch, lot] : by_batch)
      if (lot.elevator == e) lots.push_back(std::move(lot));
  return lots;
}

Status propose(Stage& stage, std::vector<Lot>& lots) {
  const auto head = stage.client.head();
  if (!head) return head.fault();
  std::vector<Batch> batches;
  for (Lot& lot : lots) {
    Operation operation;
    auto& verb = *operation.mutable_propose_receipts();
    verb.set_batch(lot.batch);
    for (const std::uint64_t kg : lot.receipts_kg) verb.add_receipts_kg(kg);
    verb.set_paid_until_ns(head->time_ns + kStoragePaidNs);
    lot.proposed =
        append(batches, stage.season.elevators[lot.elevator].signer, std::move(operation));
  }
  const auto answers = play(stage, "receipts proposed", batches);
  if (!answers) return answers.fault();
  for (Lot& lot : lots)
    lot.proposal = (*answers)[lot.proposed.batch][lot.proposed.operation].first_id;
  return Done{};
}

std::vector<Batch> countersign_and_issue(const Stage& stage, const Signer& registrar,
                                         std::vector<Lot>& lots) {
  std::vector<Batch> batches;
  for (std::size_t farm = 0; farm < stage.season.farms.size(); ++farm)
    for (const Lot& lot : lots) {
      if (lot.farm != farm) continue;
      Operation operation;
      operation.mutable_countersign_proposal()->set_proposal(lot.proposal);
      append(batches, stage.season.farms[farm], std::move(operation));
    }
  for (Lot& lot : lots) {
    Operation operation;
    operation.mutable_issue_receipt()->set_proposal(lot.proposal);
    lot.issued = append(batches, registrar, std::move(operation));
  }
  return batches;
}

}  // namespace

Result<std::vector<DemoReceipt>> issue_receipts(Stage& stage,
                                                const std::vector<Delivery>& deliveries) {
  auto lots = lots_of(stage, deliveries);
  if (!lots) return lots.fault();
  if (const Status proposed = propose(stage, *lots); !proposed) return proposed.fault();
  const Signer registrar = demo_signer(std::string(engine::kDemoRegistrar), kRegistrarParty);
  const auto batches = countersign_and_issue(stage, registrar, *lots);
  const auto answers = play(stage, "receipts issued", batches);
  if (!answers) return answers.fault();

  std::vector<DemoReceipt> receipts;
  for (const Lot& lot : *lots) {
    const OperationAnswer& issued = (*answers)[lot.issued.batch][lot.issued.operation];
    for (std::uint32_t i = 0; i < issued.count && i < lot.receipts_kg.size(); ++i)
      receipts.push_back(
          {issued.first_id + i, lot.farm, lot.elevator, lot.receipts_kg[i], lot.grade});
  }
  stage.summary.receipts = receipts.size();
  return receipts;
}

}  // namespace astyq::cli
