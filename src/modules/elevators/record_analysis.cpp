// SPDX-License-Identifier: Apache-2.0
// The ticket's laboratory says what it found in a sample, of which it knows the code and no name.
#include "base/amount.h"
#include "crypto/sha256.h"
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/licences/licences.h"

namespace astyq::elevators {

using v1::RecordAnalysis;

namespace {

constexpr std::uint32_t kWorstClass = 5;
constexpr std::uint32_t kGeneratedBits = 7;

// What no instrument shows is a slip of the pen or of the unit.
struct Range {
  std::uint32_t least;
  std::uint32_t most;
};
// Grain dried in the air keeps more than the least; unripe grain, still milk, begins at the most.
constexpr Range kMoistureBps{100, 6'000};
constexpr Range kProteinBps{300, 5'000};
constexpr Range kGlutenBps{500, 6'000};
constexpr Range kFallingNumberS{60, 900};
constexpr Range kTestWeightGPerL{200, 950};

bool is_within(std::uint32_t value, Range range) {
  return value >= range.least && value <= range.most;
}
bool is_plausible(std::uint32_t value, Range range) {
  return value == 0 || is_within(value, range);
}

}  // namespace

Refusal check(const RecordAnalysis& tx, const Rules&) {
  if (!is_within(tx.moisture_bps(), kMoistureBps)) return RecordAnalysis::WRONG_MOISTURE;
  if (!Bps::of(tx.foreign_matter_bps())) return RecordAnalysis::WRONG_FOREIGN_MATTER;
  if (!is_plausible(tx.protein_bps(), kProteinBps)) return RecordAnalysis::WRONG_PROTEIN;
  if (!is_plausible(tx.gluten_bps(), kGlutenBps)) return RecordAnalysis::WRONG_GLUTEN;
  if (!is_plausible(tx.falling_number_s(), kFallingNumberS))
    return RecordAnalysis::WRONG_FALLING_NUMBER;
  if (!is_plausible(tx.test_weight_g_per_l(), kTestWeightGPerL))
    return RecordAnalysis::WRONG_TEST_WEIGHT;
  if (tx.grain_class() > kWorstClass) return RecordAnalysis::WRONG_CLASS;
  if (tx.generated() > kGeneratedBits) return RecordAnalysis::WRONG_GENERATED;
  return kAccepted;
}

Outcome apply(const RecordAnalysis& tx, TxContext& ctx) {
  if (!licences::is_licensed(ctx, ctx.party(), licences::v1::LABORATORY))
    return RecordAnalysis::NOT_LICENSED;
  const auto slot = kSampleAnalyses(crypto::sha256(tx.sample_code()));
  auto sample = ctx.get(slot);
  if (!sample) return RecordAnalysis::NO_SUCH_SAMPLE;
  const v1::Ticket ticket = ctx.require(kTickets(sample->ticket()));
  if (ticket.laboratory() != ctx.party()) return RecordAnalysis::NOT_THE_LABORATORY;
  if (ticket.state() == v1::CLOSED) return RecordAnalysis::TICKET_CLOSED;
  if (ticket.state() == v1::REJECTED) return RecordAnalysis::TICKET_REJECTED;

  v1::Analysis analysis;
  analysis.set_laboratory(ctx.party());
  analysis.set_sample_code(tx.sample_code());
  analysis.set_moisture_bps(tx.moisture_bps());
  analysis.set_foreign_matter_bps(tx.foreign_matter_bps());
  analysis.set_protein_bps(tx.protein_bps());
  analysis.set_gluten_bps(tx.gluten_bps());
  analysis.set_falling_number_s(tx.falling_number_s());
  analysis.set_test_weight_g_per_l(tx.test_weight_g_per_l());
  analysis.set_grain_class(tx.grain_class());
  analysis.set_supersedes(sample->analysis());
  analysis.set_generated(tx.generated());
  analysis.set_recorded_at_ns(ctx.time().time_ns);
  const std::uint64_t id = ctx.add(kAnalyses, analysis);
  sample->set_analysis(id);
  ctx.put(slot, *sample);
  return Outcome::created(id);
}

}  // namespace astyq::elevators
