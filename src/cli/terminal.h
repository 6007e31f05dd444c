// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/transaction.h"

namespace astyq::cli {

// Where a command talks: data to `out`, everything else to `err`. Tests hand in their own.
struct Io {
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool err_is_terminal = false;
  bool colour = false;      // on `err`
  std::size_t columns = 0;  // of the terminal that `out` is; 0: it is none
  // Asks a person; `hidden` shows nothing of what is typed. Faults: `interrupted`, `no_terminal`.
  std::function<Result<std::string>(const std::string& question, bool hidden)> ask;
};

// The process's own streams and terminal. Honours NO_COLOR and TERM=dumb.
Io process_io();

// "error: ...", in red where there is colour, and the stable code below it.
void show_fault(Io& io, const Fault& fault);
void show_hint(Io& io, const std::string& text);
// The same as one JSON document on `err`, with the exit code and, unless it is empty, what to do
// next.
void show_fault_json(Io& io, const Fault& fault, int exit, const std::string& next);

// Text from elsewhere as a terminal may show it: what moves the cursor, colours, or turns the
// direction of writing is shown as '?', so that nobody's name can forge a line.
std::string harmless(std::string_view text);

// Columns as wide as their widest cell, for people; the first line is the header. Requires:
// harmless cells.
std::string aligned(const std::vector<std::vector<std::string>>& lines);
// How many of the first columns `aligned` can set side by side in so many characters; at least 1.
std::size_t columns_that_fit(const std::vector<std::vector<std::string>>& lines,
                             std::size_t characters);

// Nanoseconds since 1970 as date and time of day in UTC. Requires: not negative.
std::string moment(std::int64_t time_ns);

// A row's or an answer's members, one a line, nested ones dotted, harmless; moments as date and
// time of day in UTC.
std::string listed(const boost::json::object& object);
// The members that a list shows: those of listed, as cells under these names.
std::vector<std::pair<std::string, std::string>> flattened(const boost::json::object& object);

// A bar on `err` when that is a terminal, else nothing. The last call of a phase ends its line.
Progress progress_bar(Io& io);

}  // namespace astyq::cli
