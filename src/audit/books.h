// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace astyq::audit {

// A figure of the ledger, as of party 5 in asset 1 the "balance of party # in asset #".
struct Place {
  std::string_view figure;
  std::uint64_t of = 0;
  std::uint64_t in = 0;

  bool operator==(const Place&) const = default;
};
struct PlaceHash {
  std::size_t operator()(const Place& place) const;
};

// A figure that differs, and which operation spoke of it last: its transaction in the block and its
// place in that, from 0.
struct Difference {
  using Operation = std::optional<std::pair<std::size_t, std::size_t>>;
  std::string text;
  Operation operation;
};

// Each figure twice: as it follows from elsewhere, and as the row that holds it says. Numbers are
// modulo 2^64, so that to fall is to grow by the negative.
class Books {
 public:
  using Figures = std::unordered_map<Place, std::uint64_t, PlaceHash>;

  // What the operations came to; without what is 0.
  const Figures& figures() const { return figures_; }
  std::uint64_t at(const Place& place) const;
  // An operation says that a figure grows, or what it is from now on.
  void add(const Place& place, std::uint64_t growth);
  void set(const Place& place, std::uint64_t value) { add(place, value - at(place)); }
  // A row that is part of a figure grows; the row that holds it does.
  void add_part(const Place& place, std::uint64_t growth) { touch(place).due += growth; }
  void add_held(const Place& place, std::uint64_t growth) { touch(place).held += growth; }
  // What must hold of it does not.
  void deny(const Place& place) { touch(place).denied = true; }
  // Who speaks; nothing: the rows.
  void now(Difference::Operation operation) { now_ = operation; }

  // The first figure, in the order of speaking, that did not grow alike since the last settling.
  std::optional<Difference> settle();
  // The operations' figures, to be held against all rows of a state.
  Books reopened() const;

 private:
  struct Growth {
    std::uint64_t due = 0;
    std::uint64_t held = 0;
    bool denied = false;
    Difference::Operation operation;
  };
  Growth& touch(const Place& place);

  Figures figures_;
  std::unordered_map<Place, Growth, PlaceHash> growths_;
  std::vector<Place> touched_;
  Difference::Operation now_;
};

}  // namespace astyq::audit
