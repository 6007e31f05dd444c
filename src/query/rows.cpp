// SPDX-License-Identifier: Apache-2.0
#include "query/rows.h"

#include "base/check.h"

namespace astyq::query {
namespace {

using Found = std::optional<std::pair<store::RowKey, const store::Row*>>;

Found bound(const State& state, const store::RowKey& key, bool or_equal) {
  if (state.undos == nullptr)
    return or_equal ? state.tree.lower_bound(key) : state.tree.upper_bound(key);
  return or_equal ? state.undos->lower_bound_at(state.tree, key, state.height)
                  : state.undos->upper_bound_at(state.tree, key, state.height);
}

store::RowKey padded(const wire::TableEntry& table, Bytes prefix, char with) {
  ASTYQ_CHECK(prefix.size() <= store::key_size(table));
  prefix.resize(store::key_size(table), with);
  return store::RowKey(prefix);
}

// Half way between two keys of the same length, low < high.
store::RowKey middle(BytesView low, BytesView high) {
  Bytes sum(low.size(), '\0');
  unsigned carry = 0;
  for (std::size_t i = low.size(); i-- > 0;) {
    const unsigned digit =
        static_cast<unsigned char>(low[i]) + static_cast<unsigned char>(high[i]) + carry;
    sum[i] = static_cast<char>(digit & 0xff);
    carry = digit >> 8;
  }
  for (char& digit : sum) {
    const unsigned whole = (carry << 8) | static_cast<unsigned char>(digit);
    digit = static_cast<char>(whole >> 1);
    carry = whole & 1;
  }
  return store::RowKey(sum);
}

// The greatest key in [first, below). The tree knows successors only: halving the gap needs about
// as many steps as the number of rows has bits, and one where keys are consecutive.
Found last_below(const State& state, const store::RowKey& first, store::RowKey below) {
  Found low = bound(state, first, true);
  if (!low || low->first >= below) return std::nullopt;
  Bytes before(below.bytes());
  std::size_t i = before.size();
  while (i > 0 && before[--i] == '\0') before[i] = '\xff';
  before[i] = static_cast<char>(before[i] - 1);
  if (Found direct = bound(state, store::RowKey(before), true); direct && direct->first < below)
    return direct;
  for (;;) {
    const Found next = bound(state, low->first, false);
    if (!next || next->first >= below) return low;
    const store::RowKey half = middle(low->first.bytes(), below.bytes());
    const Found above = bound(state, half, true);
    if (above && above->first < below)
      low = above->first == low->first ? next : above;
    else
      below = half;
  }
}

void scan_up(const State& state, const Scan& scan, std::vector<store::Entry>& out) {
  const store::RowKey last = padded(scan.table, scan.prefix, '\xff');
  Found next = scan.after ? bound(state, *scan.after, false)
                          : bound(state, padded(scan.table, scan.prefix, '\0'), true);
  while (next && next->first <= last && out.size() < scan.most) {
    out.push_back({next->first, *next->second});
    next = bound(state, next->first, false);
  }
}

void scan_down(const State& state, const Scan& scan, std::vector<store::Entry>& out) {
  const store::RowKey first = padded(scan.table, scan.prefix, '\0');
  const store::RowKey last = padded(scan.table, scan.prefix, '\xff');
  store::RowKey below = scan.after ? *scan.after : last;
  if (!scan.after)
    if (auto row = find_row(state, last)) out.push_back({last, std::move(*row)});
  while (out.size() < scan.most) {
    const Found found = last_below(state, first, below);
    if (!found) return;
    out.push_back({found->first, *found->second});
    below = found->first;
  }
}

}  // namespace

std::optional<store::Row> find_row(const State& state, const store::RowKey& key) {
  const store::Row* row = state.undos == nullptr
                              ? state.tree.find(key)
                              : state.undos->find_at(state.tree, key, state.height);
  return row == nullptr ? std::nullopt : std::optional(*row);
}

std::vector<store::Entry> scan_rows(const State& state, const Scan& scan) {
  std::vector<store::Entry> out;
  if (scan.order == Order::kAscending)
    scan_up(state, scan, out);
  else
    scan_down(state, scan, out);
  return out;
}

}  // namespace astyq::query
