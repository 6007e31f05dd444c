// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"
#include "http/answers.h"
#include "http/api.h"
#include "http/parameters.h"
#include "http/problem.h"
#include "ledger/rules.h"
#include "modules/authority/upgrades.h"
#include "wire/json.h"

namespace astyq::http {
namespace {

constexpr std::uint64_t kMostBlocks = 200;
constexpr std::uint64_t kUsualBlocks = 50;
constexpr std::size_t kRandomIdBytes = 16;

std::string quoted(std::uint64_t number) {
  return "\"" + std::to_string(number) + "\"";
}

std::string summary_json(const query::BlockSummary& block) {
  return "{\"height\":" + quoted(block.height) + ",\"time_ns\":\"" + std::to_string(block.time_ns) +
         "\",\"app_hash\":\"" + to_hex(view(block.app_hash)) +
         "\",\"transactions\":" + std::to_string(block.transactions) +
         ",\"refused\":" + std::to_string(block.refused) + "}";
}

Response json(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

std::string health_metrics(const node::Health& health) {
  return metric("astyq_disk_free_bytes", "gauge", "Free space of the node's disk.",
                std::to_string(health.disk_free_bytes)) +
         metric("astyq_disk_low", "gauge", "1 when no transaction is taken for want of space.",
                health.disk_low ? "1" : "0") +
         metric("astyq_scrub_finished_seconds", "gauge",
                "When log, image and copies were last read for decay, in Unix time; 0: not yet.",
                std::to_string(health.scrubbed_ns / 1'000'000'000)) +
         metric("astyq_scrub_alarm", "gauge",
                "1 when that reading found damage, or no copy of the image could be kept.",
                health.alarm ? "1" : "0");
}

// The upgrade that is scheduled, if any.
std::optional<authority::v1::Upgrade> upgrade_of(const engine::Engine& engine) {
  Overlay overlay(engine.tree());
  return authority::scheduled_upgrade(View(overlay, engine.rules(), BlockTime{}));
}

bool is_known(const std::optional<authority::v1::Upgrade>& upgrade) {
  return !upgrade || upgrade->protocol_version() <= kProtocolVersion;
}

std::string upgrade_json(const authority::v1::Upgrade& upgrade) {
  return ",\"upgrade\":{\"protocol_version\":" + std::to_string(upgrade.protocol_version()) +
         ",\"height\":" + quoted(upgrade.height()) +
         ",\"known\":" + (is_known(upgrade) ? "true" : "false") + "}";
}

std::string upgrade_metrics(const std::optional<authority::v1::Upgrade>& upgrade) {
  return metric("astyq_upgrade_height", "gauge",
                "From which height on the network goes by another protocol version; 0: none is "
                "scheduled.",
                std::to_string(upgrade ? upgrade->height() : 0)) +
         metric("astyq_upgrade_unknown", "gauge",
                "1 when this software does not know that version: the node will stop there.",
                is_known(upgrade) ? "0" : "1");
}

std::string health_json(const node::Health& health) {
  std::string json = ",\"disk_free_bytes\":" + quoted(health.disk_free_bytes) +
                     ",\"disk_reserve_bytes\":" + quoted(health.disk_reserve_bytes) +
                     ",\"scrubbed_ns\":\"" + std::to_string(health.scrubbed_ns) + "\"";
  if (health.alarm)
    json += ",\"alarm\":" + wire::json_string(health.alarm->code + ": " + health.alarm->text);
  return json;
}

}  // namespace

Response Api::ready(const Request& request) {
  const std::string why = node_.not_ready();
  if (why.empty()) return json("{\"status\":\"ready\"}");
  return problem("not_ready", "Not now: " + why + ".", request);
}

Response Api::metrics(const Request& request) {
  (void)request;
  const Feed::Totals totals = feed_.totals();
  std::optional<authority::v1::Upgrade> upgrade;
  node_.read([&](const engine::Engine& engine, const auto&) { upgrade = upgrade_of(engine); });
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body =
      metric("astyq_height", "gauge", "Height of the newest block.",
             std::to_string(feed_.height())) +
      metric("astyq_ready", "gauge", "1 when the node takes transactions.",
             node_.not_ready().empty() ? "1" : "0") +
      metric("astyq_pool_transactions", "gauge", "Transactions that wait for a block.",
             std::to_string(node_.pool_size())) +
      metric("astyq_transactions_total", "counter",
             "Transactions in blocks since the start, and in those that the index caught up with.",
             std::to_string(totals.transactions)) +
      metric("astyq_operations_accepted_total", "counter", "Operations accepted, likewise.",
             std::to_string(totals.accepted)) +
      metric("astyq_operations_refused_total", "counter", "Operations refused, likewise.",
             std::to_string(totals.refused)) +
      upgrade_metrics(upgrade) + health_metrics(node_.health()) + metrics_.text();
  return response;
}

Response Api::status(const Request& request) {
  engine::Head head;
  std::string network_id;
  Hash root{};
  std::uint32_t protocol_version = 0;
  std::optional<authority::v1::Upgrade> upgrade;
  node_.read([&](const engine::Engine& engine, const store::UndoRing&) {
    head = engine.head();
    network_id = engine.network_id();
    root = engine.tree().root();
    protocol_version = engine.rules().protocol_version();
    upgrade = upgrade_of(engine);
  });
  const std::string why = node_.not_ready();
  std::string body = "{\"network_id\":" + wire::json_string(network_id) +
                     ",\"protocol_version\":" + std::to_string(protocol_version) +
                     ",\"height\":" + quoted(head.height) + ",\"time_ns\":\"" +
                     std::to_string(head.time_ns) + "\",\"app_hash\":\"" + to_hex(view(root)) +
                     "\",\"ready\":" + (why.empty() ? "true" : "false") +
                     ",\"pool_transactions\":" + std::to_string(node_.pool_size());
  if (!why.empty()) body += ",\"not_ready\":" + wire::json_string(why);
  if (upgrade) body += upgrade_json(*upgrade);
  const auto first = node_.first_height();
  if (!first.ok()) return problem(first.fault(), request);
  body += ",\"first_height\":" + quoted(*first) + health_json(node_.health());
  // A network that was forked just now has no block of its own yet; and a consortium's node says
  // how it stands without asking another program.
  if (head.height >= node_.first_block() && node_.consensus() == nullptr) {
    const auto newest = node_.certified(head.height);
    if (!newest.ok()) return problem(newest.fault(), request);
    body += ",\"signed_header\":" + wire::to_json(newest->signed_header());
  }
  return json(body + "}");
}

Response Api::blocks(const Request& request) {
  const auto limit = positive_parameter(request, "limit", kUsualBlocks, kMostBlocks);
  if (!limit.ok()) return problem(limit.fault(), request);
  const auto from = positive_parameter(request, "cursor", feed_.height(), UINT64_MAX >> 1);
  if (!from.ok()) return problem("cursor_invalid", "", request);
  const auto found = feed_.index().blocks_down_from(*from, static_cast<std::size_t>(*limit));
  if (!found.ok()) return problem(found.fault(), request);
  std::string body = "{\"height\":" + quoted(feed_.height()) + ",\"items\":[";
  for (const query::BlockSummary& block : *found) {
    if (body.back() != '[') body += ',';
    body += summary_json(block);
  }
  body += ']';
  if (!found->empty() && found->back().height > 1)
    body += ",\"next\":" + quoted(found->back().height - 1);
  if (*from < feed_.height())
    body += ",\"prev\":" + quoted(std::min(*from + *limit, feed_.height()));
  return json(body + "}");
}

Response Api::block(const Request& request) {
  const auto height = parse_number("height", request.path[2]);
  if (!height.ok()) return problem(height.fault(), request);
  if (*height < 1 || *height > feed_.height())
    return problem("block_unknown", "The last block is " + std::to_string(feed_.height()) + ".",
                   request);
  const auto record = node_.read_block(*height);
  if (!record.ok()) return problem(record.fault(), request);
  const auto certified = node_.certified(*height);
  if (!certified.ok()) return problem(certified.fault(), request);
  const auto transactions = settled_of(*record, *height);
  if (!transactions.ok()) return problem(transactions.fault(), request);
  const auto summary = summary_of(*height, record->time_ns(), record->app_hash(), *transactions);
  std::string body = summary_json(summary);
  body.pop_back();
  body += ",\"signed_header\":" + wire::to_json(certified->signed_header()) + ",\"outcomes\":[";
  for (const query::Settled& settled : *transactions) {
    if (body.back() != '[') body += ',';
    body += "{\"hash\":\"" + to_hex(view(settled.body_hash)) +
            "\",\"operations\":" + operations_json(settled.operations);
    // The bytes name holders and amounts: they are for whoever may open restricted parts.
    if (sight(request) == Sight::kOpened)
      body += ",\"signed_tx\":\"" + to_hex(record->signed_txs(static_cast<int>(settled.position))) +
              "\"";
    body += '}';
  }
  return json(body + "]}");
}

// Nothing was settled under this name, as far as the index goes back.
Fault Api::not_settled() const {
  const std::uint64_t begin = feed_.index().first_height();
  if (begin <= 1) return {"transaction_unknown", ""};
  return {"results_incomplete",
          "Since height " + std::to_string(begin) +
              ", where this node's results begin, no transaction of this name was settled; whether "
              "one was before is not known here."};
}

Response Api::transaction(const Request& request) {
  const auto name = parse_name(request.path[2], request.path[3]);
  if (!name.ok()) return problem(name.fault(), request);
  // A random id is known to its sender alone; keys and numbers can be tried one after another.
  if (name->id.size() != kRandomIdBytes && sight(request) != Sight::kOpened)
    return problem("token_needed", "", request);
  const auto found = feed_.index().find(*name);
  if (!found.ok()) return problem(found.fault(), request);
  if (!*found) return problem(not_settled(), request);
  return json(settled_json(**found));
}

Response Api::events(const Request& request) {
  const auto only = request.query.find("only");
  if (only != request.query.end() && only->second != "blocks")
    return problem("parameter_invalid", "only is `blocks`, or left out.", request);
  const std::string_view last = request.header("last-event-id");
  if (!last.empty()) {
    const auto height = parse_number("Last-Event-ID", last);
    if (!height.ok()) return problem(height.fault(), request);
    if (*height > feed_.height())
      return problem("height_ahead", "The last event is " + std::to_string(feed_.height()) + ".",
                     request);
    // A stream that ends at once would only be asked for again.
    if (*height < feed_.height())
      if (const auto next = feed_.event(*height + 1, Feed::Kind::kBlocks); !next.ok())
        return problem(next.fault(), request);
  }
  Response response;
  response.content_type = "text/event-stream";
  response.events = true;
  return response;
}

}  // namespace astyq::http
