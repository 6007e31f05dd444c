// SPDX-License-Identifier: Apache-2.0
#include "cli/season.h"

#include <array>

#include "astyq/elevators/v1/state.pb.h"
#include "engine/demo.h"

namespace astyq::cli {
namespace {

constexpr std::array kFarmNames{
    "Zhana Astyk",  "Kostanay Dan",   "Tobol Agro",    "Turgay Dalasy",   "Altyn Dan",
    "Ak Biday",     "Sarykol Egin",   "Uzunkol Agro",  "Fyodorovka Niva", "Mendykara Dan",
    "Karasu Zher",  "Auliekol Agro",  "Zhitikara Dan", "Denisovka Kolos", "Kamysty Egin",
    "Naurzum Dala", "Amangeldy Zher", "Beimbet Agro",  "Altynsarin Dan",  "Karabalyk Kolos",
    "Arka Egin",    "Dostyk Agro",    "Birlik Dan",    "Enbek Zher"};
constexpr std::array kElevatorNames{"Kostanay Elevator", "Tobol Elevator", "Karabalyk Elevator",
                                    "Fyodorovka Elevator", "Sarykol Elevator"};
constexpr std::array kPlaces{"Kostanay, Kostanay region", "Tobol, Beimbet Mailin district",
                             "Karabalyk, Karabalyk district", "Fyodorovka, Fyodorovka district",
                             "Sarykol, Sarykol district"};
constexpr std::array kLaboratoryNames{"Kostanay Grain Laboratory", "Tobol Valley Laboratory"};
constexpr std::array kBankNames{"Steppe Bank", "Golden Ear Bank"};
constexpr std::array kTraderNames{"Caspian Grain Trade", "Silk Road Grain", "Northern Flour Mill"};

std::string two_digits(std::size_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

template <typename Names>
std::vector<DemoParty> make(const Names& names, const std::string& kind, bool padded) {
  std::vector<DemoParty> parties;
  for (const char* name : names) {
    const std::size_t number = parties.size() + 1;
    parties.push_back({kind + "-" + (padded ? two_digits(number) : std::to_string(number)),
                       std::string(name) + " LLP (demonstration)"});
  }
  return parties;
}

using ByName = std::map<std::string, std::uint64_t>;

Result<std::vector<Signer>> signers(const std::vector<DemoParty>& parties, const ByName& ids) {
  std::vector<Signer> all;
  for (const DemoParty& party : parties) {
    const auto found = ids.find(party.name);
    if (found == ids.end())
      return Fault{"season_missing",
                   "'" + party.name +
                       "' is not a party of this ledger. Load the demonstration's "
                       "season first: astyq demo load"};
    all.push_back(demo_signer(party.key_name, found->second));
  }
  return all;
}

Result<ByName> ids_by_name(LedgerClient& client, std::string_view table, std::string_view key,
                           std::string_view name) {
  const auto rows = all_rows(client, table);
  if (!rows) return rows.fault();
  ByName ids;
  for (const Row& row : *rows) ids.emplace(text_of(row, name), number_of(row, key));
  return ids;
}

int crop_named(const std::string& name) {
  elevators::v1::Crop crop{};
  return elevators::v1::Crop_Parse(name, &crop) ? crop : 0;
}

Status find_parties(LedgerClient& client, Season& season) {
  const auto ids = ids_by_name(client, "parties", "party", "name");
  if (!ids) return ids.fault();
  struct Group {
    const std::vector<DemoParty>& parties;
    std::vector<Signer>& found;
  };
  for (const Group& group :
       {Group{demo_farms(), season.farms}, Group{demo_laboratories(), season.laboratories},
        Group{demo_banks(), season.banks}, Group{demo_traders(), season.traders}}) {
    auto found = signers(group.parties, *ids);
    if (!found) return found.fault();
    group.found = std::move(*found);
  }
  auto operators = signers(demo_elevators(), *ids);
  if (!operators) return operators.fault();
  for (Signer& signer : *operators) season.elevators.push_back({std::move(signer), 0, {}});
  auto issuer = signers({demo_money_issuer()}, *ids);
  if (!issuer) return issuer.fault();
  season.money_issuer = issuer->front();
  return Done{};
}

Status find_granaries(LedgerClient& client, Season& season) {
  const auto granaries = all_rows(client, "elevators");
  if (!granaries) return granaries.fault();
  const auto bins = all_rows(client, "bins");
  if (!bins) return bins.fault();
  for (SeasonElevator& elevator : season.elevators) {
    for (const Row& row : *granaries)
      if (number_of(row, "operator") == elevator.signer.party)
        elevator.id = number_of(row, "elevator");
    for (const Row& row : *bins)
      if (number_of(row, "elevator") == elevator.id && elevator.id != 0)
        elevator.bins[crop_named(text_of(row, "name"))] = number_of(row, "bin");
    if (elevator.id == 0 || elevator.bins.empty())
      return Fault{"season_missing",
                   "An elevator of the demonstration has no bins yet. Load the "
                   "season into a fresh network: astyq demo load"};
  }
  return Done{};
}

}  // namespace

const std::vector<DemoParty>& demo_farms() {
  static const std::vector<DemoParty> kParties = make(kFarmNames, "farm", true);
  return kParties;
}
const std::vector<DemoParty>& demo_elevators() {
  static const std::vector<DemoParty> kParties = make(kElevatorNames, "elevator", false);
  return kParties;
}
const std::vector<DemoParty>& demo_laboratories() {
  static const std::vector<DemoParty> kParties = make(kLaboratoryNames, "laboratory", false);
  return kParties;
}
const std::vector<DemoParty>& demo_banks() {
  static const std::vector<DemoParty> kParties = make(kBankNames, "bank", false);
  return kParties;
}
const std::vector<DemoParty>& demo_traders() {
  static const std::vector<DemoParty> kParties = make(kTraderNames, "trader", false);
  return kParties;
}
const DemoParty& demo_money_issuer() {
  static const DemoParty kParty{"issuer", "Settlement House JSC (demonstration)"};
  return kParty;
}

std::vector<std::string> demo_signer_names() {
  std::vector<std::string> names{"demo:" + std::string(engine::kDemoRegistrar),
                                 "demo:" + std::string(engine::kDemoAkimat),
                                 "demo:" + demo_money_issuer().key_name};
  for (const auto* parties :
       {&demo_farms(), &demo_elevators(), &demo_laboratories(), &demo_banks(), &demo_traders()}) {
    names.reserve(names.size() + parties->size());
    for (const DemoParty& party : *parties) names.push_back("demo:" + party.key_name);
  }
  return names;
}

const std::vector<DemoGranary>& demo_granaries() {
  static const std::vector<DemoGranary> kGranaries = [] {
    std::vector<DemoGranary> granaries;
    for (std::size_t i = 0; i < kElevatorNames.size(); ++i)
      granaries.push_back({std::string(kElevatorNames[i]) + " (demonstration)", kPlaces[i]});
    return granaries;
  }();
  return kGranaries;
}

Signer demo_signer(const std::string& name, std::uint64_t party) {
  return {engine::demo_key(name), party};
}

Result<Season> find_season(LedgerClient& client) {
  const auto head = client.head();
  if (!head) return head.fault();
  Season season{.network_id = head->network_id,
                .money_issuer = demo_signer(demo_money_issuer().key_name, 0)};
  if (const Status found = find_parties(client, season); !found) return found.fault();
  if (const Status found = find_granaries(client, season); !found) return found.fault();
  const auto profiles = all_rows(client, "basis_profiles");
  if (!profiles) return profiles.fault();
  for (const Row& row : *profiles)
    season.profiles.emplace(crop_named(text_of(row, "crop")), number_of(row, "profile"));
  const auto assets = all_rows(client, "assets");
  if (!assets) return assets.fault();
  for (const Row& row : *assets)
    if (number_of(row, "issuer") == season.money_issuer.party && text_of(row, "kind") == "MONEY")
      season.money = number_of(row, "asset");
  if (season.profiles.empty() || season.money == 0)
    return Fault{"season_missing",
                 "The demonstration has no basis profiles or no money yet. Load "
                 "the season into a fresh network: astyq demo load"};
  return season;
}

}  // namespace astyq::cli
