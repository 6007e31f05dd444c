// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cli/demo_stage.h"
#include "engine/demo.h"
#include "modules/identity/identity.h"

namespace astyq::cli {
namespace {

using enum elevators::v1::Crop;
using elevators::v1::Crop;

constexpr std::uint64_t kRegistrarParty = 1;
constexpr std::uint64_t kAkimatParty = 2;
constexpr std::uint64_t kTechnicalCapacityKg = 60'000'000;
constexpr std::uint64_t kTengeTiyn = 100;
constexpr std::uint64_t kTraderMoneyTiyn = 2'000'000'000 * kTengeTiyn;
constexpr std::uint64_t kBankMoneyTiyn = 5'000'000'000 * kTengeTiyn;
constexpr std::uint64_t kFarmMoneyTiyn = 3'000'000 * kTengeTiyn;

struct Basis {
  Crop crop;
  const char* standard;
  std::uint32_t moisture_bps;
  std::uint32_t foreign_matter_bps;
};
// Wheat, barley and flax as the trade's tables have them; the others are the demonstration's own.
constexpr std::array kBases{
    Basis{WHEAT, "GOST 9353-2016", 1400, 200},    Basis{BARLEY, "GOST 28672-90", 1400, 200},
    Basis{RYE, "demonstration", 1400, 200},       Basis{OATS, "demonstration", 1400, 200},
    Basis{TRITICALE, "demonstration", 1400, 200}, Basis{PEAS, "demonstration", 1500, 200},
    Basis{CHICKPEAS, "demonstration", 1400, 200}, Basis{LENTILS, "demonstration", 1400, 200},
    Basis{FLAX, "GOST 10582-76", 1300, 300},      Basis{RAPESEED, "demonstration", 800, 200},
    Basis{SUNFLOWER, "demonstration", 700, 100}};

// BINs of the demonstration: no company has one that begins with nine zeros.
std::string demo_bin(std::uint64_t number) {
  for (std::uint64_t tail = number * 10;; ++tail) {
    std::string bin = std::to_string(tail);
    bin.insert(0, 12 - bin.size(), '0');
    if (identity::is_valid_bin(bin)) return bin;
  }
}

Operation register_party(const DemoParty& party, std::uint64_t number) {
  Operation operation;
  auto& verb = *operation.mutable_register_party();
  verb.set_kind(identity::v1::LEGAL_ENTITY);
  verb.set_bin(demo_bin(100 * number));
  verb.set_name(party.name);
  verb.mutable_key()->set_kind(identity::v1::ED25519);
  verb.mutable_key()->set_public_key(Bytes(view(engine::demo_key(party.key_name).public_key())));
  return operation;
}

Status register_everybody(Stage& stage) {
  const std::vector<DemoParty> issuer{demo_money_issuer()};
  const std::array groups{&demo_farms(), &demo_elevators(), &demo_laboratories(),
                          &demo_banks(), &demo_traders(),   &issuer};
  const Signer registrar = demo_signer(std::string(engine::kDemoRegistrar), kRegistrarParty);
  std::vector<Batch> batches;
  std::vector<std::string> names;
  for (const auto* group : groups)
    for (const DemoParty& party : *group) {
      names.push_back(party.key_name);
      append(batches, registrar, register_party(party, names.size()));
    }
  const auto answers = play(stage, "parties registered", batches);
  if (!answers) return answers.fault();

  std::vector<Signer> signers;
  signers.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    signers.push_back(demo_signer(names[i], answers->front()[i].first_id));
  auto next = signers.begin();
  const auto take = [&](std::size_t count) {
    const auto first = next;
    next += static_cast<std::ptrdiff_t>(count);
    return std::vector<Signer>(first, next);
  };
  stage.season.farms = take(demo_farms().size());
  for (const Signer& signer : take(demo_elevators().size()))
    stage.season.elevators.push_back({signer, 0, {}});
  stage.season.laboratories = take(demo_laboratories().size());
  stage.season.banks = take(demo_banks().size());
  stage.season.traders = take(demo_traders().size());
  stage.season.money_issuer = take(1).front();
  stage.summary.parties = names.size();
  return Done{};
}

Operation grant_licence(const Signer& holder, licences::v1::LicenceKind kind,
                        std::int64_t from_ns) {
  Operation operation;
  auto& verb = *operation.mutable_grant_licence();
  verb.set_holder(holder.party);
  verb.set_kind(kind);
  verb.set_number("DEMO-" + std::to_string(holder.party));
  verb.set_valid_from_ns(from_ns);
  return operation;
}

Operation register_elevator(const Signer& signer, const DemoGranary& granary) {
  Operation operation;
  auto& verb = *operation.mutable_register_elevator();
  verb.set_operator_party(signer.party);
  verb.set_name(granary.name);
  verb.set_place(granary.place);
  verb.set_technical_capacity_kg(kTechnicalCapacityKg);
  return operation;
}

Operation define_basis(const Basis& basis) {
  Operation operation;
  auto& verb = *operation.mutable_define_basis_profile();
  verb.set_crop(basis.crop);
  verb.set_standard(basis.standard);
  verb.set_basis_moisture_bps(basis.moisture_bps);
  verb.set_basis_foreign_matter_bps(basis.foreign_matter_bps);
  return operation;
}

Status license_everybody(Stage& stage) {
  Season& season = stage.season;
  const auto head = stage.client.head();
  if (!head) return head.fault();
  const Signer akimat = demo_signer(std::string(engine::kDemoAkimat), kAkimatParty);
  std::vector<Batch> batches;
  for (const SeasonElevator& elevator : season.elevators)
    append(batches, akimat, grant_licence(elevator.signer, licences::v1::ELEVATOR, head->time_ns));
  for (const Signer& laboratory : season.laboratories)
    append(batches, akimat, grant_licence(laboratory, licences::v1::LABORATORY, head->time_ns));
  for (const Signer& bank : season.banks)
    append(batches, akimat, grant_licence(bank, licences::v1::BANK, head->time_ns));
  append(batches, akimat,
         grant_licence(season.money_issuer, licences::v1::MONEY_ISSUER, head->time_ns));
  std::vector<Place> granaries;
  granaries.reserve(season.elevators.size());
  for (std::size_t i = 0; i < season.elevators.size(); ++i)
    granaries.push_back(append(batches, akimat,
                               register_elevator(season.elevators[i].signer, demo_granaries()[i])));
  std::vector<Place> profiles;
  profiles.reserve(kBases.size());
  for (const Basis& basis : kBases)
    profiles.push_back(append(batches, akimat, define_basis(basis)));
  const auto answers = play(stage, "licences granted", batches);
  if (!answers) return answers.fault();
  for (std::size_t i = 0; i < granaries.size(); ++i)
    season.elevators[i].id = (*answers)[granaries[i].batch][granaries[i].operation].first_id;
  for (std::size_t i = 0; i < profiles.size(); ++i)
    season.profiles[kBases[i].crop] = (*answers)[profiles[i].batch][profiles[i].operation].first_id;
  return Done{};
}

Operation add_bin(std::uint64_t elevator, Crop crop) {
  Operation operation;
  auto& verb = *operation.mutable_add_bin();
  verb.set_elevator(elevator);
  verb.set_name(Crop_Name(crop));
  verb.set_capacity_kg(crop == WHEAT ? kWheatBinKg : kOtherBinKg);
  return operation;
}

Status add_bins(Stage& stage) {
  std::vector<Batch> batches;
  for (const SeasonElevator& elevator : stage.season.elevators)
    for (const Basis& basis : kBases)
      append(batches, elevator.signer, add_bin(elevator.id, basis.crop));
  const auto answers = play(stage, "bins added", batches);
  if (!answers) return answers.fault();
  for (std::size_t e = 0; e < stage.season.elevators.size(); ++e)
    for (std::size_t i = 0; i < kBases.size(); ++i)
      stage.season.elevators[e].bins[kBases[i].crop] = (*answers)[e][i].first_id;
  return Done{};
}

Status issue_money(Stage& stage) {
  Season& season = stage.season;
  std::vector<Batch> open;
  Operation define;
  define.mutable_define_money()->set_code("KZT");
  append(open, season.money_issuer, std::move(define));
  const auto opened = play(stage, "money opened", open);
  if (!opened) return opened.fault();
  season.money = opened->front().front().first_id;

  std::vector<Batch> batches;
  const auto give = [&](const Signer& to, std::uint64_t amount_tiyn) {
    Operation operation;
    auto& verb = *operation.mutable_issue_money();
    verb.set_asset(season.money);
    verb.set_to(to.party);
    verb.set_amount_tiyn(amount_tiyn);
    append(batches, season.money_issuer, std::move(operation));
  };
  for (const Signer& trader : season.traders) give(trader, kTraderMoneyTiyn);
  for (const Signer& bank : season.banks) give(bank, kBankMoneyTiyn);
  for (const Signer& farm : season.farms) give(farm, kFarmMoneyTiyn);
  const auto answers = play(stage, "money issued", batches);
  if (!answers) return answers.fault();
  return Done{};
}

}  // namespace

Status set_the_stage(Stage& stage) {
  for (const auto act : {register_everybody, license_everybody, add_bins, issue_money})
    if (const Status done = act(stage); !done) return done.fault();
  return Done{};
}

}  // namespace astyq::cli
