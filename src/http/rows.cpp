// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "http/api.h"
#include "http/parameters.h"
#include "http/problem.h"
#include "wire/catalogue.h"
#include "wire/json.h"

namespace astyq::http {
namespace {

// Height 0 is the genesis; `at` absent: the newest.
struct Place {
  std::optional<std::uint64_t> at;
  std::uint64_t read = 0;  // the height that was read
};

Result<query::State> state_at(const Place& place, const engine::Engine& engine,
                              const store::UndoRing& undos) {
  const std::uint64_t head = engine.head().height;
  if (!place.at || *place.at == head) return query::State{engine.tree(), nullptr, head};
  if (*place.at > head)
    return Fault{"height_ahead", "The ledger stands at height " + std::to_string(head) + "."};
  if (undos.empty() || !undos.can_read(*place.at))
    return Fault{"height_gone", "The ledger stands at height " + std::to_string(head) + "."};
  return query::State{engine.tree(), &undos, *place.at};
}

Result<Place> place_of(const Request& request) {
  const auto height = height_parameter(request);
  if (!height.ok()) return height.fault();
  return Place{*height, 0};
}

Result<query::PageRequest> page_request(const Request& request) {
  query::PageRequest page;
  page.table = wire::find_table(request.path[1]);
  const auto limit = positive_parameter(request, "limit", query::kUsualRows, query::kMostRows);
  if (!limit.ok()) return limit.fault();
  page.limit = static_cast<std::size_t>(*limit);
  for (const auto& [name, value] : request.query) {
    if (name == "cursor") {
      page.cursor = value;
    } else if (name == "order") {
      if (value != "asc" && value != "desc")
        return Fault{"parameter_invalid", "order is asc or desc."};
      page.order = value == "asc" ? query::Order::kAscending : query::Order::kDescending;
    } else if (name != "limit" && name != "at_height") {
      page.filters.push_back({name, value});
    }
  }
  return page;
}

std::string cursors_json(const query::Page& page) {
  std::string json;
  if (!page.next.empty()) json += ",\"next\":\"" + page.next + "\"";
  if (!page.prev.empty()) json += ",\"prev\":\"" + page.prev + "\"";
  return json;
}

}  // namespace

Response Api::rows(const Request& request) {
  const auto wanted = page_request(request);
  if (!wanted.ok()) return problem(wanted.fault(), request);
  auto place = place_of(request);
  if (!place.ok()) return problem(place.fault(), request);
  const query::Source source = [&](const query::Scan& scan) {
    Result<std::vector<store::Entry>> rows = std::vector<store::Entry>();
    node_.read([&](const engine::Engine& engine, const store::UndoRing& undos) {
      const auto state = state_at(*place, engine, undos);
      if (!state.ok()) {
        rows = state.fault();
        return;
      }
      // All of a page comes from one state, however many scans it takes.
      place->at = place->read = state->height;
      rows = query::scan_rows(*state, scan);
    });
    return rows;
  };
  const auto page = query::read_page(*wanted, source);
  if (!page.ok()) return problem(page.fault(), request);
  Response response;
  response.body = "{\"height\":\"" + std::to_string(place->read) + "\",\"items\":[";
  for (const store::Entry& entry : page->rows) {
    if (response.body.back() != '[') response.body += ',';
    response.body +=
        store::row_json(*wanted->table, entry.key, entry.row, sight(request) == Sight::kOpened);
  }
  response.body += "]" + cursors_json(*page) + "}";
  return response;
}

Response Api::row(const Request& request) {
  const wire::TableEntry& table = *wire::find_table(request.path[1]);
  const auto key = store::parse_key(table, request.path[2]);
  if (!key.ok()) return problem(key.fault(), request);
  auto place = place_of(request);
  if (!place.ok()) return problem(place.fault(), request);
  Status readable = Done{};
  std::optional<store::Row> found;
  node_.read([&](const engine::Engine& engine, const store::UndoRing& undos) {
    const auto state = state_at(*place, engine, undos);
    if (!state.ok()) {
      readable = state.fault();
      return;
    }
    place->read = state->height;
    found = query::find_row(*state, *key);
  });
  if (!readable.ok()) return problem(readable.fault(), request);
  const std::string at = std::to_string(place->read);
  if (!found)
    return problem("row_unknown",
                   "At height " + at + " " + table.name + " have none with the key " +
                       store::key_text(table, *key) + ".",
                   request);
  Response response;
  response.body = "{\"height\":\"" + at + "\",\"item\":" +
                  store::row_json(table, *key, *found, sight(request) == Sight::kOpened) + "}";
  return response;
}

}  // namespace astyq::http
