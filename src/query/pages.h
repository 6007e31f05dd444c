// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "query/rows.h"

// Pages over a table: bounded work each, an opaque cursor to the next and the one before.
namespace astyq::query {

inline constexpr std::size_t kMostRows = 200;
inline constexpr std::size_t kUsualRows = 50;

// Equality with a part of the key or a public scalar field; "grade.crop" reaches into a message.
struct Filter {
  std::string name;
  std::string text;  // as the JSON shows the value, without quotes
};

struct PageRequest {
  const wire::TableEntry* table = nullptr;
  std::size_t limit = kUsualRows;
  Order order = Order::kAscending;
  std::string cursor;  // of an earlier page; empty: the first page
  std::vector<Filter> filters;
};

struct Page {
  std::vector<store::Entry> rows;
  std::string next;  // empty: nothing follows
  std::string prev;  // empty: nothing stands before
};

// Where rows come from: one scan of one state, which may be behind a lock. Faults are handed on.
using Source = std::function<Result<std::vector<store::Entry>>(const Scan&)>;

// At most `limit` rows. With filters that few rows meet, a page may hold fewer rows than asked for,
// even none, and still have a next one: a page looks at 20,000 rows at most.
// Requires: 1 <= limit <= kMostRows.
// Faults: `cursor_invalid`, `filter_unknown`, `filter_invalid`, those of the source.
Result<Page> read_page(const PageRequest& request, const Source& source);

}  // namespace astyq::query
