// SPDX-License-Identifier: Apache-2.0
#include "sim/coverage.h"

#include <iomanip>
#include <sstream>

#include "authority/handlers.gen.h"
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
    if (const OutOfReach* row = find_out_of_reach(refusal.code))
      text << "  (out of reach: " << row->why << "; " << row->file << ": " << row->test << ")";
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
    const bool reachable = find_out_of_reach(refusal.code) == nullptr;
    if (reachable && met(refusal.code) == 0) text << refusal.name << " was never met\n";
    if (!reachable && met(refusal.code) != 0) text << refusal.name << " can be met after all\n";
  }
  return text.str();
}

namespace {

using enum base::v1::Common;

// Invariants guard against mistakes of the program: every way to break one from outside is refused
// before it by the verb, so only writes that no verb makes can meet them.
constexpr const char* kProgramError = "guards against a mistake of the program";

const std::vector<OutOfReach> kOutOfReach{
    {EFFECT_NOT_DECLARED, kProgramError, "src/engine/execute_test.cpp",
     "Execute, only_declared_tables_change"},
    {INVARIANT_RECEIPT_CONSERVATION, kProgramError, "src/modules/receipts/invariants_test.cpp",
     "Rows, kilograms_pass_from_parents_to_children"},
    {INVARIANT_CAPACITY, kProgramError, "src/modules/elevators/invariants_test.cpp",
     "ElevatorInvariants, capacity"},
    {INVARIANT_UNRECEIPTED_CREDIT, kProgramError, "src/modules/elevators/invariants_test.cpp",
     "ElevatorInvariants, unreceipted_credit"},
    {INVARIANT_CREDIT_ONCE, kProgramError, "src/modules/elevators/invariants_test.cpp",
     "ElevatorInvariants, credit_once"},
    {INVARIANT_ONE_HOLDER, kProgramError, "src/modules/receipts/invariants_test.cpp",
     "Rows, one_holder_and_one_pledge"},
    {INVARIANT_ENCUMBERED, kProgramError, "src/modules/receipts/invariants_test.cpp",
     "Rows, what_is_not_free_does_not_move"},
    {INVARIANT_OUTBOUND_SOURCE, kProgramError, "src/modules/elevators/invariants_test.cpp",
     "ElevatorInvariants, outbound_source"},
    {INVARIANT_BIN_BALANCE, kProgramError, "src/modules/elevators/invariants_test.cpp",
     "ElevatorInvariants, bin_balance"},
    {INVARIANT_TOKEN_SUPPLY, kProgramError, "src/modules/pools/invariants_test.cpp",
     "PoolsInvariants, tokens_kilograms_and_receipts_go_together"},
    {INVARIANT_MONEY_CONSERVATION, kProgramError, "src/modules/assets/invariants_test.cpp",
     "AssetsInvariants, supply_and_balances_go_together"},
    {INVARIANT_RECEIPT_FINAL, kProgramError, "src/modules/receipts/invariants_test.cpp",
     "Rows, the_end_is_final"},
    {INVARIANT_PARTY_KEYS, kProgramError, "src/modules/identity/invariants_test.cpp",
     "IdentityInvariants, party_keeps_as_many_keys_as_must_sign"},
    {INVARIANT_ACT_CHANGED, kProgramError, "src/modules/authority/invariants_test.cpp",
     "AuthorityInvariants, act_neither_changes_nor_goes"},
    {INVARIANT_VALIDATORS, kProgramError, "src/modules/authority/validators_test.cpp",
     "ValidatorInvariants, rows_and_totals_go_together"},
    {INVARIANT_CONSENSUS_KEY, kProgramError, "src/modules/authority/validators_test.cpp",
     "ValidatorInvariants, a_key_is_taken_once"},
    {INVARIANT_UPGRADE, kProgramError, "src/modules/authority/upgrades_test.cpp",
     "UpgradeInvariants, a_row_stands_and_falls_with_its_votes"},
    {INVARIANT_KEY_HISTORY, kProgramError, "src/modules/identity/invariants_test.cpp",
     "IdentityInvariants, keys_have_one_history"},
    {INVARIANT_ONE_LICENCE, kProgramError, "src/modules/licences/invariants_test.cpp",
     "LicencesInvariants, two_of_a_kind"},
    {INVARIANT_LOCKED_BALANCE, kProgramError, "src/modules/assets/invariants_test.cpp",
     "AssetsInvariants, locks_are_what_is_locked"},
    {INVARIANT_DEFINITION_CHANGED, kProgramError, "src/modules/assets/invariants_test.cpp",
     "AssetsInvariants, an_asset_stays_what_it_is"},
    {INVARIANT_OFFER_HOLDS, kProgramError, "src/modules/payments/invariants_test.cpp",
     "PaymentsInvariants, an_offer_never_changes"},
    {authority::v1::ChangeRules::VERSION_LOWERED, "there is one protocol version so far",
     "src/modules/authority/change_rules_test.cpp", "ChangeRules, version_lowered"},
    {pools::v1::TokeniseReceipt::SUPPLY_FULL,
     "needs 9 x 10^15 kg of grain, and a truck weighs 200 t at most",
     "src/modules/pools/tokenise_receipt_test.cpp", "TokeniseReceipt, supply_full"},
    {receipts::v1::AcceptTransfer::HOLDER_CHANGED,
     "an offer lapses with whatever changes the holder",
     "src/modules/receipts/accept_transfer_test.cpp", "AcceptTransfer, refusals_in_order"},
};

}  // namespace

const std::vector<OutOfReach>& out_of_reach() {
  return kOutOfReach;
}
const OutOfReach* find_out_of_reach(std::uint32_t refusal) {
  for (const OutOfReach& row : kOutOfReach)
    if (row.refusal.code() == refusal) return &row;
  return nullptr;
}

}  // namespace astyq::sim
