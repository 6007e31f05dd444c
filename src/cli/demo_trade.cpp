// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "cli/demo_stage.h"
#include "crypto/sha256.h"
#include "engine/demo.h"

namespace astyq::cli {
namespace {

constexpr std::uint64_t kRegistrarParty = 1;
constexpr std::uint64_t kAkimatParty = 2;
constexpr std::uint64_t kPriceTiynPerKg = 9'200;  // 92,000 tenge a tonne
constexpr std::uint64_t kLoanPercent = 60;
constexpr std::int64_t kLoanNs = 120ll * 24 * 3600 * 1'000'000'000;
constexpr std::uint64_t kGramsPerKg = 1'000;
constexpr std::size_t kMostPools = 12;
constexpr std::size_t kMostRedemptions = 3;
constexpr std::size_t kMostArrests = 2;

// What becomes of a receipt, by its place in the list: most stay with their farms.
enum class Fortune {
  kKept,
  kPledged,
  kPledgeOffered,
  kSplit,
  kTokenised,
  kTransferred,
  kTransferOffered,
  kSold,
  kForSale,
  kRedeemed,
  kArrested
};
Fortune fortune_of(std::size_t index) {
  switch (index % 24) {
    case 0:
    case 1:
      return Fortune::kPledged;
    case 2:
      return Fortune::kPledgeOffered;
    case 3:
      return Fortune::kSplit;
    case 4:
    case 5:
    case 6:
      return Fortune::kTokenised;
    case 7:
      return Fortune::kTransferred;
    case 8:
      return Fortune::kTransferOffered;
    case 9:
      return Fortune::kSold;
    case 10:
      return Fortune::kForSale;
    case 11:
      return index < kMostRedemptions * 24 ? Fortune::kRedeemed : Fortune::kKept;
    case 12:
      return index < kMostArrests * 24 ? Fortune::kArrested : Fortune::kKept;
    default:
      return Fortune::kKept;
  }
}

using PoolKey = std::tuple<std::size_t, int, std::uint32_t, std::uint32_t>;
PoolKey pool_key(const DemoReceipt& receipt) {
  return {receipt.elevator, static_cast<int>(receipt.grade.crop()), receipt.grade.grain_class(),
          receipt.grade.crop_year()};
}

struct Pool {
  const DemoReceipt* like = nullptr;  // a receipt of its grade
  std::size_t receipts = 0;
  Place defined;
  std::uint64_t id = 0;
  std::uint64_t asset = 0;
};

// The acts of one trading day, over the receipts of the season.
class Market {
 public:
  Market(Stage& stage, const std::vector<DemoReceipt>& receipts)
      : stage_(stage), season_(stage.season), receipts_(receipts) {}

  Status open() {
    const auto head = stage_.client.head();
    if (!head) return head.fault();
    loan_due_ns_ = head->time_ns + kLoanNs;
    choose_pools();
    std::vector<Batch> batches;
    for (std::size_t farm = 0; farm < season_.farms.size(); ++farm)
      for (std::size_t i = 0; i < receipts_.size(); ++i)
        if (receipts_[i].farm == farm) farm_acts(batches, i);
    for (std::size_t i = 0; i < receipts_.size(); ++i)
      if (fortune_of(i) == Fortune::kPledged) accept_pledge(batches, i);
    for (std::size_t i = 0; i < receipts_.size(); ++i)
      if (fortune_of(i) == Fortune::kTransferred) accept_transfer(batches, i);
    for (auto& [key, pool] : pools_) define_pool(batches, pool);
    const auto answers = play(stage_, "receipts traded", batches);
    if (!answers) return answers.fault();
    for (auto& [index, sale] : sales_) sale.delivery = id_at(*answers, sale.offered);
    for (auto& [key, pool] : pools_) pool.id = id_at(*answers, pool.defined);
    return find_assets();
  }

  Status tokenise() {
    std::vector<Batch> batches;
    std::vector<std::pair<Place, std::size_t>> offers;  // and the trader
    for (std::size_t farm = 0; farm < season_.farms.size(); ++farm)
      tokens_of(batches, farm, offers);
    for (const auto& [index, sale] : sales_)
      if (sale.accepted) accept_delivery(batches, trader_of(index), sale.delivery);
    const auto answers = play(stage_, "grain tokenised", batches);
    if (!answers) return answers.fault();

    std::vector<Batch> accepts;
    for (const auto& [place, trader] : offers)
      accept_delivery(accepts, trader, id_at(*answers, place));
    const auto accepted = play(stage_, "tokens paid for", accepts);
    if (!accepted) return accepted.fault();
    return Done{};
  }

  // The akimat records acts about two farms, and the registrar blocks a receipt of each.
  Status arrest() {
    std::vector<Batch> acts;
    std::vector<std::pair<Place, std::uint64_t>> arrests;  // and the receipt
    for (std::size_t i = 0; i < receipts_.size(); ++i)
      if (fortune_of(i) == Fortune::kArrested)
        arrests.emplace_back(record_act(acts, receipts_[i]), receipts_[i].id);
    const auto recorded = play(stage_, "acts recorded", acts);
    if (!recorded) return recorded.fault();
    std::vector<Batch> blocks;
    for (const auto& [act, receipt] : arrests) {
      Operation operation;
      operation.mutable_block_receipt()->set_receipt(receipt);
      operation.mutable_block_receipt()->set_act(id_at(*recorded, act));
      append(blocks, registrar_, std::move(operation));
      ++stage_.summary.blocked;
    }
    const auto blocked = play(stage_, "receipts blocked", blocks);
    if (!blocked) return blocked.fault();
    return Done{};
  }

  Status redeem() {
    std::vector<Batch> batches;
    for (std::size_t i = 0; i < receipts_.size(); ++i)
      if (fortune_of(i) == Fortune::kRedeemed) redeem_one(batches, receipts_[i]);
    const auto answers = play(stage_, "grain released", batches);
    if (!answers) return answers.fault();
    return Done{};
  }

 private:
  struct Sale {
    Place offered;
    bool accepted = false;
    std::uint64_t delivery = 0;
  };

  static std::uint64_t id_at(const Answers& answers, const Place& place) {
    return answers[place.batch][place.operation].first_id;
  }
  std::size_t trader_of(std::size_t index) const { return index / 24 % season_.traders.size(); }
  const Signer& bank_of(std::size_t index) const {
    return season_.banks[index % season_.banks.size()];
  }
  std::uint64_t debt_tiyn(const DemoReceipt& receipt) const {
    return receipt.kg * kPriceTiynPerKg * kLoanPercent / 100;
  }
  static Bytes contract_digest(const DemoReceipt& receipt) {
    const std::string name = "demonstration's pledge contract " + std::to_string(receipt.id);
    return Bytes(view(crypto::sha256(name)));
  }

  // The pools of the grades that most of the receipts to be tokenised have.
  void choose_pools() {
    for (std::size_t i = 0; i < receipts_.size(); ++i) {
      if (fortune_of(i) != Fortune::kTokenised) continue;
      Pool& pool = pools_[pool_key(receipts_[i])];
      pool.like = &receipts_[i];
      ++pool.receipts;
    }
    while (pools_.size() > kMostPools)
      pools_.erase(std::min_element(pools_.begin(), pools_.end(), [](const auto& a, const auto& b) {
        return a.second.receipts < b.second.receipts;
      }));
  }

  void farm_acts(std::vector<Batch>& batches, std::size_t index) {
    const DemoReceipt& receipt = receipts_[index];
    const Signer& farm = season_.farms[receipt.farm];
    const Fortune fortune = fortune_of(index);
    Operation operation;
    if (fortune == Fortune::kSplit) {
      operation.mutable_split_receipt()->set_receipt(receipt.id);
      operation.mutable_split_receipt()->add_parts_kg(receipt.kg / 3);
      operation.mutable_split_receipt()->add_parts_kg(receipt.kg - receipt.kg / 3);
      ++stage_.summary.splits;
    } else if (fortune == Fortune::kPledged || fortune == Fortune::kPledgeOffered) {
      auto& verb = *operation.mutable_pledge_receipt();
      verb.set_receipt(receipt.id);
      verb.set_pledgee(bank_of(index).party);
      verb.set_debt_tiyn(debt_tiyn(receipt));
      verb.set_due_at_ns(loan_due_ns_);
      verb.set_contract_digest(contract_digest(receipt));
    } else if (fortune == Fortune::kTransferred || fortune == Fortune::kTransferOffered) {
      operation.mutable_offer_transfer()->set_receipt(receipt.id);
      operation.mutable_offer_transfer()->set_to(season_.traders[trader_of(index)].party);
    } else if (fortune == Fortune::kSold || fortune == Fortune::kForSale) {
      auto& verb = *operation.mutable_offer_receipt();
      verb.set_receipt(receipt.id);
      verb.set_buyer(season_.traders[trader_of(index)].party);
      verb.set_money_asset(season_.money);
      verb.set_price_tiyn(receipt.kg * kPriceTiynPerKg);
      sales_[index] = {append(batches, farm, std::move(operation)), fortune == Fortune::kSold, 0};
      return;
    } else {
      return;
    }
    append(batches, farm, std::move(operation));
  }

  void accept_pledge(std::vector<Batch>& batches, std::size_t index) {
    Operation operation;
    auto& verb = *operation.mutable_accept_pledge();
    verb.set_receipt(receipts_[index].id);
    verb.set_debt_tiyn(debt_tiyn(receipts_[index]));
    verb.set_due_at_ns(loan_due_ns_);
    verb.set_contract_digest(contract_digest(receipts_[index]));
    append(batches, bank_of(index), std::move(operation));
    ++stage_.summary.pledges;
  }

  void accept_transfer(std::vector<Batch>& batches, std::size_t index) {
    Operation operation;
    operation.mutable_accept_transfer()->set_receipt(receipts_[index].id);
    append(batches, season_.traders[trader_of(index)], std::move(operation));
    ++stage_.summary.transfers;
  }

  void accept_delivery(std::vector<Batch>& batches, std::size_t trader, std::uint64_t delivery) {
    Operation operation;
    operation.mutable_accept_delivery()->set_delivery(delivery);
    append(batches, season_.traders[trader], std::move(operation));
    ++stage_.summary.deliveries_versus_payment;
  }

  void define_pool(std::vector<Batch>& batches, Pool& pool) {
    Operation operation;
    auto& verb = *operation.mutable_define_pool();
    verb.set_elevator(season_.elevators[pool.like->elevator].id);
    *verb.mutable_grade() = pool.like->grade;
    pool.defined = append(batches, registrar_, std::move(operation));
    ++stage_.summary.pools;
  }

  Status find_assets() {
    const auto rows = all_rows(stage_.client, "pools");
    if (!rows) return rows.fault();
    for (const Row& row : *rows)
      for (auto& [key, pool] : pools_)
        if (pool.id == number_of(row, "pool")) pool.asset = number_of(row, "asset");
    return Done{};
  }

  // A farm locks its receipts, hands a quarter of the tokens on and sells half of them.
  void tokens_of(std::vector<Batch>& batches, std::size_t farm,
                 std::vector<std::pair<Place, std::size_t>>& offers) {
    std::map<PoolKey, std::uint64_t> kg_of;
    for (std::size_t i = 0; i < receipts_.size(); ++i) {
      const DemoReceipt& receipt = receipts_[i];
      const auto pool = pools_.find(pool_key(receipt));
      if (receipt.farm != farm || fortune_of(i) != Fortune::kTokenised || pool == pools_.end())
        continue;
      Operation operation;
      operation.mutable_tokenise_receipt()->set_receipt(receipt.id);
      operation.mutable_tokenise_receipt()->set_pool(pool->second.id);
      append(batches, season_.farms[farm], std::move(operation));
      kg_of[pool->first] += receipt.kg;
      ++stage_.summary.tokenised;
    }
    for (const auto& [key, kg] : kg_of) {
      const std::size_t trader = farm % season_.traders.size();
      Operation transfer;
      transfer.mutable_transfer()->set_asset(pools_[key].asset);
      transfer.mutable_transfer()->set_to(season_.traders[trader].party);
      transfer.mutable_transfer()->set_amount(kg / 4 * kGramsPerKg);
      append(batches, season_.farms[farm], std::move(transfer));
      Operation offer;
      auto& verb = *offer.mutable_offer_tokens();
      verb.set_token_asset(pools_[key].asset);
      verb.set_grams(kg / 2 * kGramsPerKg);
      verb.set_buyer(season_.traders[trader].party);
      verb.set_money_asset(season_.money);
      verb.set_price_tiyn(kg / 2 * kPriceTiynPerKg);
      offers.emplace_back(append(batches, season_.farms[farm], std::move(offer)), trader);
    }
  }

  Place record_act(std::vector<Batch>& batches, const DemoReceipt& receipt) {
    Operation operation;
    auto& verb = *operation.mutable_record_act();
    verb.set_number("DEMO-" + std::to_string(receipt.id));
    verb.set_document_digest(
        Bytes(view(crypto::sha256("demonstration's act " + std::to_string(receipt.id)))));
    verb.set_subject(season_.farms[receipt.farm].party);
    verb.add_scopes(authority::v1::BLOCK_RECEIPT);
    return append(batches, akimat_, std::move(operation));
  }

  void redeem_one(std::vector<Batch>& batches, const DemoReceipt& receipt) {
    const Signer& farm = season_.farms[receipt.farm];
    const SeasonElevator& elevator = season_.elevators[receipt.elevator];
    Operation order;
    order.mutable_order_redemption()->set_receipt(receipt.id);
    order.mutable_order_redemption()->set_receiver(farm.party);
    append(batches, farm, std::move(order));
    Operation outbound;
    outbound.mutable_record_redemption_outbound()->set_receipt(receipt.id);
    outbound.mutable_record_redemption_outbound()->set_bin(elevator.bins.at(receipt.grade.crop()));
    outbound.mutable_record_redemption_outbound()->set_kg(receipt.kg);
    append(batches, elevator.signer, std::move(outbound));
    Operation release;
    release.mutable_release_grain()->set_receipt(receipt.id);
    append(batches, farm, std::move(release));
    ++stage_.summary.redemptions;
  }

  Stage& stage_;
  const Season& season_;
  const std::vector<DemoReceipt>& receipts_;
  const Signer registrar_ = demo_signer(std::string(engine::kDemoRegistrar), kRegistrarParty);
  const Signer akimat_ = demo_signer(std::string(engine::kDemoAkimat), kAkimatParty);
  std::int64_t loan_due_ns_ = 0;
  std::map<PoolKey, Pool> pools_;
  std::map<std::size_t, Sale> sales_;  // by the receipt's place in the list
};

}  // namespace

Status trade(Stage& stage, const std::vector<DemoReceipt>& receipts) {
  Market market(stage, receipts);
  if (const Status opened = market.open(); !opened) return opened.fault();
  if (const Status tokenised = market.tokenise(); !tokenised) return tokenised.fault();
  if (const Status arrested = market.arrest(); !arrested) return arrested.fault();
  return market.redeem();
}

}  // namespace astyq::cli
