// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/transaction.h"

// Who takes part in the demonstration's season, and where they stand in a ledger.
namespace astyq::cli {

// A party of the demonstration: its key is engine::demo_key(key_name).
struct DemoParty {
  std::string key_name;  // farm-01
  std::string name;      // as registered; every one is marked as a demonstration
};

const std::vector<DemoParty>& demo_farms();         // 24
const std::vector<DemoParty>& demo_elevators();     // 5: the operators
const std::vector<DemoParty>& demo_laboratories();  // 2
const std::vector<DemoParty>& demo_banks();         // 2
const std::vector<DemoParty>& demo_traders();       // 3
const DemoParty& demo_money_issuer();
// Who may sign there: "demo:registrar", "demo:farm-01", ...
std::vector<std::string> demo_signer_names();

// Where the operator's granary stands.
struct DemoGranary {
  std::string name;
  std::string place;
};
const std::vector<DemoGranary>& demo_granaries();  // one an operator, in their order

// One bin a crop, named after it.
inline constexpr std::uint64_t kWheatBinKg = 20'000'000;
inline constexpr std::uint64_t kOtherBinKg = 4'000'000;

struct SeasonElevator {
  Signer signer;
  std::uint64_t id = 0;
  std::map<int, std::uint64_t> bins;  // by crop
};

// The season as it stands in a ledger.
struct Season {
  std::string network_id{};
  std::vector<Signer> farms{};
  std::vector<SeasonElevator> elevators{};
  std::vector<Signer> laboratories{};
  std::vector<Signer> banks{};
  std::vector<Signer> traders{};
  Signer money_issuer;
  std::uint64_t money = 0;                  // asset
  std::map<int, std::uint64_t> profiles{};  // by crop

  // The fixed rules by which samples find their way.
  std::size_t farm_of(std::uint64_t point) const { return (point - 1) % farms.size(); }
  std::size_t elevator_of(std::size_t farm) const { return farm % elevators.size(); }
};

// Requires: name is that of a demonstration's party, such as "farm-01".
Signer demo_signer(const std::string& name, std::uint64_t party);

// Reads the season out of a ledger. Faults: `season_missing`, those of the client.
Result<Season> find_season(LedgerClient& client);

}  // namespace astyq::cli
