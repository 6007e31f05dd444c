// SPDX-License-Identifier: Apache-2.0
#include "cli/import.h"

#include <algorithm>

#include "wire/ids.h"

namespace astyq::cli {
namespace {

enum class Stage { kAbsent, kOpen, kWeighed, kEnded };

// A sample on its way into the ledger.
struct Intake {
  Delivery delivery;
  Stage stage = Stage::kAbsent;
  std::uint64_t ticket = 0;
  std::string reason;     // why it was refused; empty: not refused
  bool taken = false;     // somebody else opened its ticket meanwhile
  bool analysed = false;  // in an earlier run
  Place first, second;    // of its operations in the phase under way

  bool goes_on() const { return reason.empty() && !taken && stage != Stage::kEnded; }
  bool is_to_be_weighed() const { return goes_on() && stage <= Stage::kOpen; }
};

// What an earlier run left in the ledger for a sample.
struct Known {
  std::uint64_t ticket = 0;
  Stage stage = Stage::kAbsent;
  std::string crop;
  std::optional<Row> analysis{};
};
using KnownSamples = std::map<std::string, Known>;  // by code

Stage stage_of(const Row& row) {
  const std::string state = text_of(row, "state");
  if (state == "CLOSED" || state == "REJECTED") return Stage::kEnded;
  return state == "WEIGHED" ? Stage::kWeighed : Stage::kOpen;
}

Result<KnownSamples> known_samples(LedgerClient& client) {
  auto tickets = all_rows(client, "tickets");
  if (!tickets) return tickets.fault();
  KnownSamples known;
  for (const Row& row : *tickets)
    known[text_of(row, "sample_code")] = {number_of(row, "ticket"), stage_of(row),
                                          text_of(row, "crop")};
  auto analyses = all_rows(client, "analyses");
  if (!analyses) return analyses.fault();
  for (Row& row : *analyses)
    if (const auto found = known.find(text_of(row, "sample_code")); found != known.end())
      found->second.analysis = std::move(row);  // ids ascend: the newest stays
  return known;
}

// Why this row is not what stands in the ledger; empty when it is. What a run generated is not
// compared: it depends on the seed.
std::string difference(const Sample& sample, const Known& known) {
  std::string why;
  const auto compare = [&](std::string_view what, const std::string& here,
                           const std::string& there) {
    if (why.empty() && here != there)
      why = "harvest and point " + sample.identity + " stand in the ledger with " +
            std::string(what) + " " + there + ", not " + here +
            ". One harvest is not delivered twice; the ticket's laboratory corrects an analysis.";
  };
  compare("crop", elevators::v1::Crop_Name(sample.crop), known.crop);
  if (!known.analysis) return why;
  const auto bps_or_g = [&](std::string_view what, const char* field, std::uint64_t here,
                            std::uint32_t generated) {
    const auto made = sample.generated | number_of(*known.analysis, "generated");
    if ((made & generated) == 0)
      compare(what, std::to_string(here), std::to_string(number_of(*known.analysis, field)));
  };
  bps_or_g("a moisture in hundredths of a percent of", "moisture_bps", sample.moisture_bps,
           kGeneratedMoisture);
  bps_or_g("a foreign matter in hundredths of a percent of", "foreign_matter_bps",
           sample.foreign_matter_bps, kGeneratedForeignMatter);
  bps_or_g("a protein in hundredths of a percent of", "protein_bps", sample.protein_bps, 0);
  bps_or_g("a test weight in grams a litre of", "test_weight_g_per_l", sample.test_weight_g_per_l,
           0);
  return why;
}

std::string reason_of(const OperationAnswer& answer) {
  return answer.code + ": " + answer.text;
}

const Signer& laboratory_of(const Season& season, const Sample& sample) {
  return season
      .laboratories[static_cast<unsigned char>(sample.code[0]) % season.laboratories.size()];
}

Operation open_ticket(const Season& season, const Delivery& delivery) {
  const SeasonElevator& elevator = season.elevators[delivery.elevator];
  const int crop = delivery.sample.crop;
  Operation operation;
  auto& verb = *operation.mutable_open_ticket();
  verb.set_elevator(elevator.id);
  if (const auto bin = elevator.bins.find(crop); bin != elevator.bins.end())
    verb.set_bin(bin->second);
  verb.set_depositor(season.farms[delivery.farm].party);
  verb.set_vehicle(delivery.sample.vehicle);
  verb.set_crop(delivery.sample.crop);
  verb.set_crop_year(delivery.sample.crop_year);
  if (const auto profile = season.profiles.find(crop); profile != season.profiles.end())
    verb.set_basis_profile(profile->second);
  verb.set_sample_code(delivery.sample.code);
  verb.set_laboratory(laboratory_of(season, delivery.sample).party);
  return operation;
}

Operation weigh_ticket(const Sample& sample, std::uint64_t ticket) {
  Operation operation;
  auto& verb = *operation.mutable_weigh_ticket();
  verb.set_ticket(ticket);
  verb.set_gross_kg(sample.gross_kg);
  verb.set_tare_kg(sample.tare_kg);
  return operation;
}

Operation record_analysis(const Sample& sample) {
  Operation operation;
  auto& verb = *operation.mutable_record_analysis();
  verb.set_sample_code(sample.code);
  verb.set_moisture_bps(sample.moisture_bps);
  verb.set_foreign_matter_bps(sample.foreign_matter_bps);
  verb.set_protein_bps(sample.protein_bps);
  verb.set_test_weight_g_per_l(sample.test_weight_g_per_l);
  verb.set_grain_class(sample.grain_class);
  verb.set_generated(sample.generated);
  return operation;
}

std::vector<Batch> intake_batches(const Season& season, std::vector<Intake>& intakes) {
  std::vector<Batch> batches;
  for (std::size_t e = 0; e < season.elevators.size(); ++e) {
    const Signer& signer = season.elevators[e].signer;
    for (Intake& intake : intakes) {
      if (intake.delivery.elevator != e || !intake.is_to_be_weighed()) continue;
      std::uint64_t ticket = intake.ticket;
      if (intake.stage == Stage::kAbsent) {
        intake.first = next_place(batches, signer, 2);
        append(batches, signer, open_ticket(season, intake.delivery));
        ticket = wire::make_result_of(intake.first.operation);
      }
      intake.second = append(batches, signer, weigh_ticket(intake.delivery.sample, ticket));
    }
  }
  return batches;
}

void take_intake_answers(const Answers& answers, std::vector<Intake>& intakes) {
  for (Intake& intake : intakes) {
    if (!intake.is_to_be_weighed()) continue;
    if (intake.stage == Stage::kAbsent) {
      const OperationAnswer& opened = answers[intake.first.batch][intake.first.operation];
      intake.taken = opened.code == "open_ticket.sample_code_used";
      if (!opened.accepted() && !intake.taken) intake.reason = reason_of(opened);
      intake.ticket = opened.first_id;
    }
    if (!intake.goes_on()) continue;
    const OperationAnswer& weighed = answers[intake.second.batch][intake.second.operation];
    if (!weighed.accepted()) intake.reason = reason_of(weighed);
    intake.stage = Stage::kWeighed;
  }
}

std::vector<Batch> closing_batches(const Season& season, std::vector<Intake>& intakes) {
  std::vector<Batch> batches;
  for (const Signer& laboratory : season.laboratories)
    for (Intake& intake : intakes)
      if (intake.goes_on() && !intake.analysed &&
          &laboratory_of(season, intake.delivery.sample) == &laboratory)
        intake.first = append(batches, laboratory, record_analysis(intake.delivery.sample));
  for (std::size_t e = 0; e < season.elevators.size(); ++e)
    for (Intake& intake : intakes) {
      if (intake.delivery.elevator != e || !intake.goes_on()) continue;
      Operation operation;
      operation.mutable_close_ticket()->set_ticket(intake.ticket);
      intake.second = append(batches, season.elevators[e].signer, std::move(operation));
    }
  return batches;
}

void take_closing_answers(const Answers& answers, std::vector<Intake>& intakes) {
  for (Intake& intake : intakes) {
    if (!intake.goes_on()) continue;
    const OperationAnswer& closed = answers[intake.second.batch][intake.second.operation];
    if (!closed.accepted()) intake.reason = reason_of(closed);
    if (!intake.analysed) {
      const OperationAnswer& analysed = answers[intake.first.batch][intake.first.operation];
      if (!analysed.accepted()) intake.reason = reason_of(analysed);
    }
    intake.delivery.batch = closed.first_id;
  }
}

void count(const Sample& sample, ImportSummary& summary) {
  if ((sample.generated & kGeneratedMoisture) != 0) ++summary.moisture_generated;
  if ((sample.generated & kGeneratedForeignMatter) != 0) ++summary.foreign_matter_generated;
  if (sample.protein_bps != 0) ++summary.protein_measured;
  if (sample.test_weight_g_per_l != 0) ++summary.test_weight_measured;
  if (sample.test_weight_was_lb_per_bu) ++summary.test_weight_converted;
}

void sum_up(std::vector<Intake>& intakes, ImportResult& result) {
  for (Intake& intake : intakes) {
    if (!intake.reason.empty()) {
      result.summary.refused.push_back({intake.delivery.sample.row, intake.reason});
      continue;
    }
    count(intake.delivery.sample, result.summary);
    if (!intake.goes_on()) {
      ++result.summary.already_there;
      continue;
    }
    ++result.summary.imported;
    result.deliveries.push_back(std::move(intake.delivery));
  }
  std::sort(result.summary.refused.begin(), result.summary.refused.end(),
            [](const RefusedRow& a, const RefusedRow& b) { return a.row < b.row; });
}

}  // namespace

ReadSamples read_samples(const std::vector<TableRow>& rows, const ImportOptions& options) {
  ReadSamples read;
  std::map<std::string, std::uint64_t> row_of;
  for (const TableRow& row : rows) {
    if (read.samples.size() >= options.most_deliveries) break;
    SampleOrNot outcome = read_sample(row, options.seed);
    if (std::holds_alternative<NotMeasured>(outcome)) {
      ++read.summary.not_measured;
    } else if (const auto* unknown = std::get_if<UnknownCrop>(&outcome)) {
      ++read.summary.unknown_crops[unknown->name];
    } else if (const auto* impossible = std::get_if<Impossible>(&outcome)) {
      read.summary.refused.push_back({row.number, impossible->reason});
    } else {
      Sample& sample = std::get<Sample>(outcome);
      const auto [first, is_new] = row_of.emplace(sample.identity, row.number);
      if (is_new)
        read.samples.push_back(std::move(sample));
      else
        read.summary.refused.push_back(
            {row.number, "duplicate: row " + std::to_string(first->second) +
                             " holds harvest and point " + sample.identity + " already"});
    }
  }
  return read;
}

Result<ImportResult> import_samples(LedgerClient& client, const Season& season,
                                    const std::vector<TableRow>& rows, const ImportOptions& options,
                                    const Progress& progress) {
  ReadSamples read = read_samples(rows, options);
  const auto known = known_samples(client);
  if (!known) return known.fault();
  std::vector<Intake> intakes;
  for (Sample& sample : read.samples) {
    Intake intake;
    intake.delivery.farm = season.farm_of(sample.point);
    intake.delivery.elevator = season.elevator_of(intake.delivery.farm);
    if (const auto found = known->find(to_hex(sample.code)); found != known->end()) {
      intake.ticket = found->second.ticket;
      intake.stage = found->second.stage;
      intake.analysed = found->second.analysis.has_value();
      intake.reason = difference(sample, found->second);
    }
    intake.delivery.sample = std::move(sample);
    intakes.push_back(std::move(intake));
  }

  const auto arrived = send_batches(client, {"trucks weighed", season.network_id, progress},
                                    intake_batches(season, intakes));
  if (!arrived) return arrived.fault();
  take_intake_answers(*arrived, intakes);
  const auto closed = send_batches(client, {"samples analysed", season.network_id, progress},
                                   closing_batches(season, intakes));
  if (!closed) return closed.fault();
  take_closing_answers(*closed, intakes);

  ImportResult result{std::move(read.summary), {}};
  sum_up(intakes, result);
  return result;
}

}  // namespace astyq::cli
