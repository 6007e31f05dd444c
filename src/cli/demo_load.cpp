// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_load.h"

#include <algorithm>
#include <boost/json/value.hpp>

#include "cli/demo_stage.h"
#include "cli/fixed_decimal.h"
#include "engine/demo.h"

namespace astyq::cli {
namespace {

// The last act leaves an outbound ticket, so that its presence tells a whole season from a part.
Result<bool> is_loaded(LedgerClient& client) {
  const auto parties = client.rows("parties", {3, "", {}});
  if (!parties) return parties.fault();
  if (parties->rows.size() < 3) return false;
  const auto outbounds = client.rows("outbounds", {1, "", {}});
  if (!outbounds) return outbounds.fault();
  if (outbounds->rows.empty() || !find_season(client))
    return Fault{"season_partial",
                 "This network holds other parties or a season that was cut short. Load the season "
                 "into a fresh network: begin one in an empty data directory."};
  return true;
}

}  // namespace

Result<Answers> play(Stage& stage, std::string_view what, const std::vector<Batch>& batches) {
  auto answers = send_batches(stage.client, {what, stage.network_id, stage.progress}, batches);
  if (!answers) return answers.fault();
  for (std::size_t b = 0; b < batches.size(); ++b) {
    stage.summary.operations += batches[b].operations.size();
    for (const OperationAnswer& answer : (*answers)[b])
      if (!answer.accepted())
        return Fault{"demo_refused", std::string(what) + ": " + answer.code + ": " + answer.text};
  }
  return answers;
}

Result<DemoSummary> load_demo(LedgerClient& client, const std::vector<TableRow>& rows,
                              const ImportOptions& options, const Progress& progress) {
  const auto head = client.head();
  if (!head) return head.fault();
  if (head->network_id != engine::kDemoNetwork)
    return Fault{"not_the_demo", "The node serves the network " + head->network_id +
                                     "; the season belongs to " +
                                     std::string(engine::kDemoNetwork) + " alone."};
  const auto loaded = is_loaded(client);
  if (!loaded) return loaded.fault();
  if (*loaded) return DemoSummary{.already_loaded = true};

  Stage stage{client,
              progress,
              head->network_id,
              Season{.network_id = head->network_id,
                     .money_issuer = demo_signer(demo_money_issuer().key_name, 0)},
              {}};
  if (const Status set = set_the_stage(stage); !set) return set.fault();
  auto imported = import_samples(client, stage.season, rows, options, progress);
  if (!imported) return imported.fault();
  constexpr std::uint64_t kOperationsADelivery = 4;
  stage.summary.operations += kOperationsADelivery * imported->summary.imported;
  stage.summary.import = std::move(imported->summary);
  const auto receipts = issue_receipts(stage, imported->deliveries);
  if (!receipts) return receipts.fault();
  if (const Status traded = trade(stage, *receipts); !traded) return traded.fault();
  return stage.summary;
}

boost::json::object to_json(const DemoSummary& summary) {
  const auto text = [](std::uint64_t number) { return std::to_string(number); };
  return {{"already_loaded", summary.already_loaded},
          {"operations", text(summary.operations)},
          {"parties", text(summary.parties)},
          {"receipts", text(summary.receipts)},
          {"splits", text(summary.splits)},
          {"pledges", text(summary.pledges)},
          {"transfers", text(summary.transfers)},
          {"pools", text(summary.pools)},
          {"tokenised", text(summary.tokenised)},
          {"deliveries_versus_payment", text(summary.deliveries_versus_payment)},
          {"blocked", text(summary.blocked)},
          {"redemptions", text(summary.redemptions)},
          {"import", to_json(summary.import)}};
}

std::string to_text(const DemoSummary& summary) {
  if (summary.already_loaded) return "The season is already loaded; nothing was done.\n";
  std::string text;
  const auto line = [&](std::uint64_t number, std::string_view words) {
    const std::string shown = show_whole(number);
    text += std::string(8 - std::min<std::size_t>(shown.size(), 8), ' ') + shown + "  " +
            std::string(words) + "\n";
  };
  line(summary.parties, "parties: farms, elevators, laboratories, banks, traders, money issuer");
  line(summary.import.imported, "truck deliveries out of real samples");
  line(summary.receipts, "grain receipts issued");
  line(summary.splits, "receipts split");
  line(summary.pledges, "receipts pledged to banks");
  line(summary.transfers, "receipts transferred");
  line(summary.pools, "pools");
  line(summary.tokenised, "receipts tokenised");
  line(summary.deliveries_versus_payment, "deliveries versus payment");
  line(summary.blocked, "receipts blocked on an act of the akimat");
  line(summary.redemptions, "receipts redeemed, grain out of the gate");
  line(summary.operations, "operations in all");
  return text + "\n" + to_text(summary.import);
}

}  // namespace astyq::cli
