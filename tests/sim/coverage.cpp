// SPDX-License-Identifier: Apache-2.0
#include "sim/coverage.h"

#include <iomanip>
#include <sstream>

#include "pools/handlers.gen.h"
#include "receipts/handlers.gen.h"
#include "wire/catalogue.h"

namespace astyq::sim {
namespace {

std::uint64_t count_in(const std::map<std::uint32_t, std::uint64_t>& counts, std::uint32_t code) {
  const auto found = counts.find(code);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

void Coverage::count(std::uint32_t verb, Refusal refusal) {
  ++(refusal.refused() ? met_[refusal.code()] : accepted_[verb]);
}
std::uint64_t Coverage::accepted(std::uint32_t verb) const {
  return count_in(accepted_, verb);
}
std::uint64_t Coverage::met(std::uint32_t refusal) const {
  return count_in(met_, refusal);
}

std::string Coverage::table() const {
  std::ostringstream text;
  for (const auto& verb : wire::verbs())
    text << std::setw(7) << accepted(verb.code) << "  " << verb.name << "\n";
  for (const auto& refusal : wire::refusals()) {
    text << std::setw(7) << met(refusal.code) << "  " << refusal.name;
    const auto found = out_of_reach().find(refusal.code);
    if (found != out_of_reach().end())
      text << "  (out of reach: " << found->second.why << "; " << found->second.test << ")";
    text << "\n";
  }
  return text.str();
}

std::string Coverage::gaps(std::uint64_t least_accepted) const {
  std::ostringstream text;
  for (const auto& verb : wire::verbs())
    if (accepted(verb.code) < least_accepted)
      text << verb.name << " was accepted " << accepted(verb.code) << " times only\n";
  for (const auto& refusal : wire::refusals()) {
    const bool reachable = !out_of_reach().contains(refusal.code);
    if (reachable && met(refusal.code) == 0) text << refusal.name << " was never met\n";
    if (!reachable && met(refusal.code) != 0) text << refusal.name << " can be met after all\n";
  }
  return text.str();
}

const std::map<std::uint32_t, OutOfReach>& out_of_reach() {
  static const std::map<std::uint32_t, OutOfReach> table = [] {
    std::map<std::uint32_t, OutOfReach> rows;
    const auto add = [&](Refusal refusal, const char* why, const char* test) {
      rows.emplace(refusal.code(), OutOfReach{refusal, why, test});
    };
    (void)add;
    return rows;
  }();
  return table;
}

}  // namespace astyq::sim
