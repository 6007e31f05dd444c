// SPDX-License-Identifier: Apache-2.0
#include "cli/bench_load.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <thread>

#include "cli/season.h"
#include "crypto/sha256.h"
#include "engine/demo.h"
#include "wire/signing.h"

namespace astyq::cli {
namespace {

constexpr std::uint64_t kRegistrarParty = 1;
constexpr std::uint64_t kAkimatParty = 2;
constexpr std::uint64_t kMoneyTiyn = 1'000'000'000;
constexpr const char* kIssuerBin = "000000000010";  // nine zeros: no company's
constexpr std::size_t kAccountsAtOnce = 12'000;
constexpr double kZipfExponent = 0.99;

Hash numbered_hash(std::string_view what, std::uint64_t number) {
  Bytes bytes(what);
  append_u64(bytes, number);
  return crypto::sha256(bytes);
}

// Sends batches of one signer; faults with the first refusal.
class Sender {
 public:
  Sender(LedgerClient& client, std::string network_id)
      : client_(client), network_id_(std::move(network_id)) {}

  Result<std::vector<OperationAnswer>> send(const Signer& signer,
                                            const std::vector<Operation>& operations) {
    std::vector<Batch> batches;
    for (const Operation& operation : operations) append(batches, signer, operation);
    const Progress silent;
    auto answers = send_batches(client_, {"accounts", network_id_, silent}, batches);
    if (!answers) return answers.fault();
    std::vector<OperationAnswer> all;
    for (auto& batch : *answers) std::ranges::move(batch, std::back_inserter(all));
    for (const OperationAnswer& answer : all)
      if (!answer.accepted())
        return Fault{"demo_refused", "The ledger refused to prepare the benchmark: " + answer.code +
                                         ". It wants "
                                         "a demonstration network that was just begun."};
    return all;
  }

 private:
  LedgerClient& client_;
  const std::string network_id_;
};

Operation register_person(const crypto::Ed25519Key& key, std::uint64_t number) {
  Operation operation;
  auto& verb = *operation.mutable_register_party();
  verb.set_kind(identity::v1::NATURAL_PERSON);
  verb.set_commitment(Bytes(view(numbered_hash("astyq bench commitment", number))));
  verb.set_uniqueness_tag(Bytes(view(numbered_hash("astyq bench tag", number))));
  verb.mutable_key()->set_kind(identity::v1::ED25519);
  verb.mutable_key()->set_public_key(Bytes(view(key.public_key())));
  return operation;
}

// The issuer of the benchmark's money, licensed, with a currency of its own.
Result<Signer> open_issuer(Sender& sender, std::int64_t now_ns, std::uint64_t& asset) {
  const Signer registrar = demo_signer(std::string(engine::kDemoRegistrar), kRegistrarParty);
  const Signer akimat = demo_signer(std::string(engine::kDemoAkimat), kAkimatParty);
  const crypto::Ed25519Key key(numbered_hash("astyq bench issuer", 0));
  Operation company;
  auto& party = *company.mutable_register_party();
  party.set_kind(identity::v1::LEGAL_ENTITY);
  party.set_bin(kIssuerBin);
  party.set_name("Issuer of the benchmark's money");
  party.mutable_key()->set_kind(identity::v1::ED25519);
  party.mutable_key()->set_public_key(Bytes(view(key.public_key())));
  auto registered = sender.send(registrar, {company});
  if (!registered) return registered.fault();
  const Signer issuer{key, registered->front().first_id};
  Operation licence;
  licence.mutable_grant_licence()->set_holder(issuer.party);
  licence.mutable_grant_licence()->set_kind(licences::v1::MONEY_ISSUER);
  licence.mutable_grant_licence()->set_number("BENCH");
  licence.mutable_grant_licence()->set_valid_from_ns(now_ns);
  if (const auto granted = sender.send(akimat, {licence}); !granted) return granted.fault();
  Operation money;
  money.mutable_define_money()->set_code("KZT");
  const auto defined = sender.send(issuer, {money});
  if (!defined) return defined.fault();
  asset = defined->front().first_id;
  return issuer;
}

// Chooses numbers below `count` by Zipf's law.
class Zipf {
 public:
  explicit Zipf(std::size_t count) : sums_(count) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
      sums_[i] = sum += 1 / std::pow(static_cast<double>(i + 1), kZipfExponent);
  }
  std::size_t operator()(std::mt19937_64& random) const {
    std::uniform_real_distribution<double> anywhere(0, sums_.back());
    const auto found = std::ranges::lower_bound(sums_, anywhere(random));
    return std::min<std::size_t>(static_cast<std::size_t>(found - sums_.begin()), sums_.size() - 1);
  }

 private:
  std::vector<double> sums_;
};

using Pair = std::array<std::uint32_t, 2>;  // payer, receiver

std::vector<Pair> choose_pairs(std::size_t accounts, const TransferPlan& plan) {
  std::mt19937_64 random(plan.seed);
  const Zipf zipf(plan.mix == Mix::kZipf ? accounts : 1);
  const auto one = [&] {
    return plan.mix == Mix::kZipf ? zipf(random) : static_cast<std::size_t>(random() % accounts);
  };
  std::vector<Pair> pairs(plan.count);
  for (Pair& pair : pairs) {
    do {
      pair[0] = static_cast<std::uint32_t>(one());
      pair[1] = plan.mix == Mix::kHot ? 0 : static_cast<std::uint32_t>(one());
    } while (pair[0] == pair[1]);
  }
  return pairs;
}

}  // namespace

std::optional<Mix> mix_of(std::string_view name) {
  if (name == "uniform") return Mix::kUniform;
  if (name == "zipf") return Mix::kZipf;
  if (name == "hot") return Mix::kHot;
  return std::nullopt;
}

void on_all_cores(std::size_t count,
                  const std::function<void(std::size_t begin, std::size_t end)>& work) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::jthread> threads;
  for (std::size_t core = 0; core < cores; ++core)
    threads.emplace_back(work, count * core / cores, count * (core + 1) / cores);
}

Result<BenchAccounts> open_bench_accounts(LedgerClient& client, std::size_t count,
                                          const Progress& progress) {
  const auto head = client.head();
  if (!head) return head.fault();
  BenchAccounts accounts{head->network_id, 0, {}, {}};
  accounts.keys.assign(count, crypto::Ed25519Key(Hash{}));
  on_all_cores(count, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
      accounts.keys[i] = crypto::Ed25519Key(numbered_hash("astyq bench account", i));
  });
  Sender sender(client, head->network_id);
  const Signer registrar = demo_signer(std::string(engine::kDemoRegistrar), kRegistrarParty);
  const auto issuer = open_issuer(sender, head->time_ns, accounts.asset);
  if (!issuer) return issuer.fault();
  while (accounts.parties.size() < count) {
    const std::size_t begin = accounts.parties.size();
    const std::size_t end = std::min(count, begin + kAccountsAtOnce);
    std::vector<Operation> operations;
    for (std::size_t i = begin; i < end; ++i)
      operations.push_back(register_person(accounts.keys[i], i));
    const auto registered = sender.send(registrar, operations);
    if (!registered) return registered.fault();
    operations.clear();
    for (const OperationAnswer& answer : *registered) {
      accounts.parties.push_back(answer.first_id);
      auto& verb = *operations.emplace_back().mutable_issue_money();
      verb.set_asset(accounts.asset);
      verb.set_to(answer.first_id);
      verb.set_amount_tiyn(kMoneyTiyn);
    }
    if (const auto paid = sender.send(*issuer, operations); !paid) return paid.fault();
    if (progress) progress("accounts opened", end, count);
  }
  return accounts;
}

std::vector<Bytes> sign_transfers(const BenchAccounts& accounts, const TransferPlan& plan) {
  const std::vector<Pair> pairs = choose_pairs(accounts.keys.size(), plan);
  std::vector<Bytes> made(pairs.size());
  on_all_cores(pairs.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto [payer, receiver] = pairs[i];
      base::v1::TxBody body;
      body.set_party(accounts.parties[payer]);
      Bytes number;
      append_u64(number, plan.seed);
      append_u64(number, i);
      body.set_id(Bytes(view(crypto::sha256(number)).substr(0, 16)));
      body.set_valid_until(plan.valid_until_ns);
      auto& verb = *body.add_operations()->mutable_transfer();
      verb.set_asset(accounts.asset);
      verb.set_to(accounts.parties[receiver]);
      verb.set_amount(1);
      made[i] = wire::sign_transaction(body, accounts.network_id, {&accounts.keys[payer], 1});
    }
  });
  return made;
}

}  // namespace astyq::cli
