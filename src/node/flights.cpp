// SPDX-License-Identifier: Apache-2.0
#include "node/flights.h"

#include <utility>

namespace astyq::node {

void Flights::add(const Hash& name, Flight flight) {
  const std::lock_guard guard(lock_);
  transactions_ += flight.waiting.size();
  flights_.emplace(name, std::move(flight));
}

std::vector<Flights::Flight> Flights::land(const Hash& name) {
  const std::lock_guard guard(lock_);
  std::vector<Flight> out;
  for (auto found = flights_.extract(name); !found.empty(); found = flights_.extract(name)) {
    transactions_ -= found.mapped().waiting.size();
    out.push_back(std::move(found.mapped()));
  }
  return out;
}

std::vector<Flights::Flight> Flights::land_all() {
  const std::lock_guard guard(lock_);
  std::vector<Flight> out;
  for (auto& [name, flight] : std::exchange(flights_, {})) out.push_back(std::move(flight));
  transactions_ = 0;
  return out;
}

std::vector<Flights::Overdue> Flights::overdue(Time now, Time next) {
  const std::lock_guard guard(lock_);
  std::vector<Overdue> out;
  for (auto& [name, flight] : flights_) {
    if (flight.offer_again > now) continue;
    flight.offer_again = next;
    out.push_back({name, flight.bundle});
  }
  return out;
}

void Flights::offer_again_at(const Hash& name, Time time) {
  const std::lock_guard guard(lock_);
  const auto [first, last] = flights_.equal_range(name);
  for (auto it = first; it != last; ++it) it->second.offer_again = time;
}

std::size_t Flights::size() const {
  const std::lock_guard guard(lock_);
  return transactions_;
}

}  // namespace astyq::node
