// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

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

// Shows the state of a place: the newest, one that the undos reach, or one further back for those
// who may make the node bring it back. Faults: `height_ahead`, `height_gone`, those of Node::past.
Status show_state(const node::Node& node, const Place& place, bool far_back,
                  const std::function<void(const query::State&)>& show) {
  Status readable = Done{};
  node.read([&](const engine::Engine& engine, const store::UndoRing& undos) {
    const auto state = state_at(place, engine, undos);
    if (state.ok())
      show(*state);
    else
      readable = state.fault();
  });
  if (readable.ok() || readable.fault().code != "height_gone" || !far_back) return readable;
  const auto past = node.past(*place.at);
  if (!past.ok()) return past.fault();
  show({(*past)->tree(), nullptr, *place.at});
  return Done{};
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
  const bool opened = sight(request) == Sight::kOpened;
  const query::Source source = [&](const query::Scan& scan) {
    Result<std::vector<store::Entry>> rows = std::vector<store::Entry>();
    const Status shown = show_state(node_, *place, opened, [&](const query::State& state) {
      // All of a page comes from one state, however many scans it takes.
      place->at = place->read = state.height;
      rows = query::scan_rows(state, scan);
    });
    if (!shown.ok()) return Result<std::vector<store::Entry>>(shown.fault());
    return rows;
  };
  const auto page = query::read_page(*wanted, source);
  if (!page.ok()) return problem(page.fault(), request);
  Response response;
  response.body = "{\"height\":\"" + std::to_string(place->read) + "\",\"items\":[";
  for (const store::Entry& entry : page->rows) {
    if (response.body.back() != '[') response.body += ',';
    response.body += store::row_json(*wanted->table, entry.key, entry.row, opened);
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
  const bool opened = sight(request) == Sight::kOpened;
  std::optional<store::Row> found;
  const Status shown = show_state(node_, *place, opened, [&](const query::State& state) {
    place->read = state.height;
    found = query::find_row(state, *key);
  });
  if (!shown.ok()) return problem(shown.fault(), request);
  const std::string at = std::to_string(place->read);
  if (!found)
    return problem("row_unknown",
                   "At height " + at + " " + table.name + " have none with the key " +
                       store::key_text(table, *key) + ".",
                   request);
  Response response;
  response.body =
      "{\"height\":\"" + at + "\",\"item\":" + store::row_json(table, *key, *found, opened) + "}";
  return response;
}

}  // namespace astyq::http
