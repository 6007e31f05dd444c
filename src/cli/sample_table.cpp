// SPDX-License-Identifier: Apache-2.0
#include "cli/sample_table.h"

#include <algorithm>

#include "wire/utf8.h"

namespace astyq::cli {
namespace {

// Takes one record off the front of `text`; counts the lines that it spans.
class Records {
 public:
  explicit Records(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  }

  bool done() const { return at_ >= text_.size(); }
  std::uint64_t line() const { return line_; }

  // Nothing when a quote is never closed.
  std::optional<std::vector<std::string>> next() {
    std::vector<std::string> cells(1);
    bool quoted = false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\n') ++line_;
      if (quoted)
        take_quoted(c, cells.back(), quoted);
      else if (c == '"' && cells.back().empty())
        quoted = true;
      else if (c == ',')
        cells.emplace_back();
      else if (c == '\n')
        return cells;
      else if (c != '\r' || at_ >= text_.size() || text_[at_] != '\n')
        cells.back() += c;
    }
    if (quoted) return std::nullopt;
    return cells;
  }

 private:
  void take_quoted(char c, std::string& cell, bool& quoted) {
    if (c != '"') {
      cell += c;
    } else if (at_ < text_.size() && text_[at_] == '"') {
      cell += '"';
      ++at_;
    } else {
      quoted = false;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
};

Fault wrong(std::uint64_t line, std::string_view why) {
  return {"table_invalid", "line " + std::to_string(line) + ": " + std::string(why)};
}

}  // namespace

std::string_view TableRow::cell(std::string_view column) const {
  const auto found = cells.find(column);
  return found == cells.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::vector<TableRow>> read_table(std::string_view text) {
  if (!wire::is_utf8(text)) return wrong(1, "the file is not UTF-8 text.");
  Records records(text);
  if (records.done()) return wrong(1, "the file is empty; it needs a header.");
  const auto header = records.next();
  if (!header) return wrong(1, "a quote is never closed.");
  for (auto column = header->begin(); column != header->end(); ++column)
    if (std::find(header->begin(), column, *column) != column)
      return wrong(1, "the header names the column '" + *column + "' twice.");
  std::vector<TableRow> rows;
  while (!records.done()) {
    const std::uint64_t line = records.line();
    const auto cells = records.next();
    if (!cells) return wrong(line, "a quote is never closed.");
    if (cells->size() == 1 && cells->front().empty()) continue;
    TableRow row{line, {}};
    if (cells->size() == header->size())
      for (std::size_t i = 0; i < cells->size(); ++i) row.cells[(*header)[i]] = (*cells)[i];
    else
      row.broken = "it has " + std::to_string(cells->size()) + " cells, the header " +
                   std::to_string(header->size());
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace astyq::cli
