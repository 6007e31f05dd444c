// SPDX-License-Identifier: Apache-2.0
#include "sim/world.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/sha256.h"
#include "ledger/permission.h"
#include "tests/verbs.gen.h"
#include "wire/catalogue.h"
#include "wire/signing.h"

namespace astyq::sim {
namespace {

constexpr std::size_t kCompanies = 16, kPersons = 6, kOperators = 3, kElevatorsEach = 2;
constexpr std::uint64_t kManyTiyn = 1'000'000'000'000;

template <typename Message>
void learn_row(Rows<Message>& rows, const store::Change& change) {
  if (change.key.type() == rows.type()) rows.set(change.key, change.row ? &*change.row : nullptr);
}

}  // namespace

World::World(std::uint64_t seed) : dice(seed) {
  chain.skip_final_checks();
  for (const wire::VerbEntry& verb : wire::verbs())
    if (!verb.permission.empty()) permissions.push_back(verb.permission);
  std::sort(permissions.begin(), permissions.end());
  permissions.erase(std::unique(permissions.begin(), permissions.end()), permissions.end());
  store::Changes genesis;
  const store::Tree& tree = chain.engine().tree();
  for (auto at = tree.lower_bound(store::RowKey(BytesView("\0", 1))); at;
       at = tree.upper_bound(at->first))
    genesis.push_back({at->first, *at->second});
  const auto& registrar = *chain.registrar().key;
  secrets_.emplace(Bytes(view(registrar.public_key())), registrar);
  learn(genesis);

  for (std::size_t i = 0; i < kCompanies; ++i) traders.push_back(found(identity::v1::LEGAL_ENTITY));
  for (std::size_t i = 0; i < kPersons; ++i) traders.push_back(found(identity::v1::NATURAL_PERSON));
  operators.assign(traders.begin(), traders.begin() + kOperators);
  laboratories.assign(traders.begin() + 3, traders.begin() + 5);
  issuers.assign(traders.begin() + 5, traders.begin() + 7);
  for (const std::uint64_t party : operators) license(party, licences::v1::ELEVATOR);
  for (const std::uint64_t party : laboratories) license(party, licences::v1::LABORATORY);
  for (const std::uint64_t party : issuers) license(party, licences::v1::MONEY_ISSUER);
  found_granaries();
  found_money();
}

void World::must(std::uint64_t party, const base::v1::Operation& op) {
  const auto result = apply({sign(body(party, {op}))});
  ASSERT_FALSE(result.members.at(0).admission.refused());
  const Refusal refusal = result.members[0].operations.at(0).refusal;
  ASSERT_FALSE(refusal.refused()) << wire::refusal_text(refusal.code()).name;
}

std::uint64_t World::found(identity::v1::PartyKind kind) {
  verbs::RegisterParty verb{.kind = kind, .key = new_key()};
  if (kind == identity::v1::NATURAL_PERSON) {
    verb.commitment = dice.bytes(32);
    verb.uniqueness_tag = dice.bytes(32);
  } else {
    verb.bin = chain.new_bin();
    verb.name = "Company " + verb.bin;
  }
  must(kRegistrar, verb.operation());
  return parties.all().rbegin()->first.first;
}

void World::license(std::uint64_t party, licences::v1::LicenceKind kind) {
  must(kRegistrar, verbs::GrantLicence{.holder = party,
                                       .kind = kind,
                                       .number = "L-1",
                                       .valid_from_ns = time_ns(),
                                       .valid_to_ns = 0}
                       .operation());
}

void World::found_granaries() {
  using elevators::v1::BARLEY, elevators::v1::WHEAT;
  for (const auto crop : {WHEAT, BARLEY})
    must(kRegistrar, verbs::DefineBasisProfile{.crop = crop,
                                               .standard = "GOST 9353-2016",
                                               .basis_moisture_bps = 1'400,
                                               .basis_foreign_matter_bps = 200}
                         .operation());
  for (const std::uint64_t party : operators) {
    for (std::size_t i = 0; i < kElevatorsEach; ++i) {
      must(kRegistrar, verbs::RegisterElevator{.operator_party = party,
                                               .name = "Granary",
                                               .place = "Kostanay",
                                               .technical_capacity_kg = 400'000'000}
                           .operation());
      for (int bin = 0; bin < 4; ++bin)
        must(party, verbs::AddBin{.elevator = elevators.all().rbegin()->first.first,
                                  .name = "Bin",
                                  .capacity_kg = bin == 0 ? 60'000u : 200'000'000u}
                        .operation());
    }
  }
}

void World::found_money() {
  for (const std::uint64_t issuer : issuers) {
    must(issuer, verbs::DefineMoney{.code = "KZT"}.operation());
    const std::uint64_t money = assets.all().rbegin()->first.first;
    for (const std::uint64_t trader : traders)
      must(issuer,
           verbs::IssueMoney{.asset = money, .to = trader, .amount_tiyn = kManyTiyn}.operation());
  }
}

void World::choose_time() {
  if (!dice.percent(15)) {
    step_ns_ = static_cast<std::int64_t>(dice.between(1, 400'000'000));
    return;
  }
  // Empty blocks, none of them late enough to be an outage, until the next one is to see how
  // something open runs out; or, where nothing does so soon, for most of a day.
  step_ns_ = std::int64_t{rules().outage_step_s()} * kSecondNs;
  std::int64_t until_ns = next_end_running_ns() - 1;
  if (until_ns > running_ns() + kDayNs)
    until_ns = running_ns() + static_cast<std::int64_t>(dice.between(50'000, 86'400)) * kSecondNs;
  while (running_ns() <= until_ns) apply({});
}

std::int64_t World::next_end_running_ns() const {
  const engine::Head& head = chain.engine().head();
  std::int64_t next_ns = INT64_MAX;
  const auto look = [&](std::int64_t end_ns) {
    if (end_ns > head.time_ns - head.outages_ns) next_ns = std::min(next_ns, end_ns);
  };
  for (const auto& [key, row] : proposals.all()) look(row.expires_at_running_ns());
  for (const auto& [key, row] : transfer_offers.all()) look(row.expires_at_running_ns());
  for (const auto& [key, row] : deliveries.all()) look(row.expires_at_running_ns());
  for (const auto& [key, row] : receipts.all()) look(row.redemption_expires_at_running_ns());
  return next_ns;
}

engine::BlockResult World::apply(const std::vector<Bytes>& signed_txs, const Look& look) {
  engine::BlockResult result = chain.block(signed_txs, step_ns_);
  if (look) look(result);
  learn(result.changes);
  for (std::size_t i = 0; i < signed_txs.size(); ++i) {
    if (result.members[i].admission.refused()) continue;
    base::v1::SignedTx signed_tx;
    base::v1::TxBody body;
    signed_tx.ParseFromString(signed_txs[i]);
    body.ParseFromString(signed_tx.body());
    if (body.has_sequence()) continue;
    settled_ = signed_txs[i];
    settled_valid_until_ = body.valid_until();
    break;
  }
  return result;
}

const Bytes* World::last_settled() const {
  return settled_valid_until_ > time_ns() ? &settled_ : nullptr;
}

std::uint64_t World::highest_sequence(std::uint64_t party) {
  const Hash tag = crypto::sha256(keys_of(party).front());
  return keys.find(read_u64(view(tag)), read_u64(view(tag).substr(8)))->highest_sequence();
}

void World::learn(const store::Changes& changes) {
  for (const store::Change& change : changes) {
    [&](auto&... rows) { (learn_row(rows, change), ...); }(
        parties, keys, grants, acts, validators, nodes, consensus_keys, validator_totals,
        version_votes, licences, current_licences, assets, balances, elevators, profiles, bins,
        tickets, analyses, samples, batches, permits, returns, receipts, proposals, transfer_offers,
        pools, deliveries);
    if (!change.row) continue;
    if (change.key.type() == keys.type()) learn_key(decode_row<identity::v1::Key>(*change.row));
    if (change.key.type() == acts.type()) {
      const auto [act] = authority::kActs.parts(change.key);
      acts_about_[decode_row<authority::v1::Act>(*change.row).restricted().subject()].push_back(
          act);
    }
  }
}

void World::learn_key(const identity::v1::Key& key) {
  auto& active = active_keys_[{key.party(), key.generation()}];
  std::erase(active, key.public_key());
  if (key.revoked_at_ns() == 0) active.push_back(key.public_key());
}

const std::vector<Bytes>& World::keys_of(std::uint64_t party) {
  const auto* row = parties.find(party);
  return active_keys_[{party, row == nullptr ? 0 : row->key_generation()}];
}

bool World::is_frozen(std::uint64_t party) const {
  const auto* row = parties.find(party);
  return row != nullptr && row->frozen_by_act() != 0;
}

std::uint64_t World::trader() {
  std::uint64_t party = dice.pick(traders);
  for (int tries = 0; tries < 5 && is_frozen(party); ++tries) party = dice.pick(traders);
  return party;
}

std::uint64_t World::trader_but(std::uint64_t party) {
  std::uint64_t other = trader();
  while (other == party) other = dice.pick(traders);
  return other;
}

std::uint64_t World::fiddler() {
  const std::uint64_t last = parties.all().rbegin()->first.first;
  const std::uint64_t first = traders.back() + 1;
  if (last < first) return 0;
  // Some fiddle much, so that they come to many keys.
  return dice.between(first, dice.percent(50) ? std::min(first + 5, last) : last);
}

std::uint64_t World::granted(const std::string& permission) {
  if (dice.percent(20)) {
    const auto* grant = grants.pick(
        dice, [&](const authority::v1::Grant& row) { return row.permission() == permission; });
    if (grant != nullptr && !is_frozen(grant->first.first)) return grant->first.first;
  }
  return kRegistrar;
}

std::uint64_t World::not_granted(const std::string& permission) {
  for (int tries = 0; tries < 20; ++tries) {
    const std::uint64_t party = dice.pick(traders);
    if (grants.find(party, permission_id(permission)) == nullptr) return party;
  }
  return 0;
}

bool World::is_licensed(std::uint64_t party, licences::v1::LicenceKind kind) const {
  const auto* current = current_licences.find(party, static_cast<std::uint64_t>(kind));
  if (current == nullptr) return false;
  const auto& licence = *licences.find(current->licence());
  return licence.status() == licences::v1::ACTIVE && licence.valid_from_ns() <= time_ns() &&
         (licence.valid_to_ns() == 0 || licence.valid_to_ns() > time_ns());
}

namespace {

bool orders(const authority::v1::Act& act, authority::v1::ActScope scope) {
  return std::find(act.scopes().begin(), act.scopes().end(), scope) != act.scopes().end();
}

}  // namespace

bool World::is_citable(const authority::v1::Act& act, authority::v1::ActScope scope) const {
  return orders(act, scope) && (act.expires_at_ns() == 0 || act.expires_at_ns() > time_ns());
}

std::uint64_t World::act_about(std::uint64_t party, authority::v1::ActScope scope) {
  const auto& known = acts_about_[party];
  for (int tries = 0; tries < 8 && !known.empty(); ++tries) {
    const std::uint64_t act = dice.pick(known);
    if (is_citable(*acts.find(act), scope)) return act;
  }
  return 0;
}

std::uint64_t World::act_beside(std::uint64_t party, authority::v1::ActScope scope) {
  const auto* act = acts.pick(dice, [&](const auto& row) {
    return row.restricted().subject() != party || !orders(row, scope);
  });
  return act == nullptr ? kNobody : act->first.first;
}

std::uint64_t World::balance(std::uint64_t party, std::uint64_t asset) const {
  const auto* row = balances.find(party, asset);
  return row == nullptr ? 0 : row->restricted().amount() - row->restricted().locked();
}

identity::v1::NewKey World::new_key() {
  const crypto::Ed25519Key key(*to_array<32>(dice.bytes(32)));
  secrets_.emplace(Bytes(view(key.public_key())), key);
  return chain.new_key_message(key);
}

base::v1::TxBody World::body(std::uint64_t party,
                             const std::vector<base::v1::Operation>& operations) {
  base::v1::TxBody body;
  body.set_party(party);
  Bytes id(8, '\2');
  append_u64(id, ++last_id_);
  body.set_id(id);
  body.set_valid_until(time_ns() + 25 * kSecondNs);
  for (const auto& op : operations) *body.add_operations() = op;
  return body;
}

Bytes World::sign(const base::v1::TxBody& body) {
  const auto* row = parties.find(body.party());
  return sign_as(body, body.party(), row == nullptr ? 1 : row->threshold());
}

Bytes World::sign_as(const base::v1::TxBody& body, std::uint64_t signer, std::size_t key_count) {
  std::vector<crypto::Ed25519Key> chosen;
  for (const Bytes& key : keys_of(signer))
    if (chosen.size() < key_count) chosen.push_back(secrets_.at(key));
  return wire::sign_transaction(body, chain.engine().network_id(), chosen);
}

}  // namespace astyq::sim
