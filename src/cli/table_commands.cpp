// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/message_options.h"
#include "cli/words.h"
#include "wire/catalogue.h"

namespace astyq::cli {
namespace {

constexpr std::uint32_t kUsualRows = 50;
constexpr std::uint32_t kPageRows = 200;

struct TableCommand {
  const wire::TableEntry* table = nullptr;
  std::string key;
  std::string cursor;
  std::uint32_t limit = kUsualRows;
  std::vector<std::string> where;
  std::string order;
  std::string at_height;
};

std::string key_shape(const wire::TableEntry& table) {
  std::string shape;
  for (const wire::KeyPart& part : table.key) shape += (shape.empty() ? "" : ":") + part.name;
  return shape;
}

// state=ACTIVE, state=SPLIT, ... of a column with few values; holder= of any other.
std::vector<std::string> conditions_of(const wire::TableEntry& table) {
  std::vector<std::string> out;
  for (const std::string& name : wire::filter_names(table)) {
    const bool of_key = std::ranges::find(table.key, name, &wire::KeyPart::name) != table.key.end();
    const auto values =
        of_key ? std::vector<std::string>() : values_of(*wire::filter_path(table, name).back());
    if (values.empty()) out.push_back(name + "=");
    for (const std::string& value : values) out.push_back(name + "=" + value);
  }
  return out;
}

// The API's parameters; it judges their names and values.
Result<RowQuery> query_of(const TableCommand& command) {
  RowQuery query{0, command.cursor, {}};
  for (const std::string& condition : command.where) {
    const std::size_t equals = condition.find('=');
    if (equals == std::string::npos || equals == 0)
      return Fault{"usage", "--where " + condition + " is not NAME=VALUE, such as state=ACTIVE."};
    query.parameters.emplace_back(condition.substr(0, equals), condition.substr(equals + 1));
  }
  if (!command.order.empty()) query.parameters.emplace_back("order", command.order);
  if (!command.at_height.empty()) query.parameters.emplace_back("at_height", command.at_height);
  return query;
}

void print_rows(Io& io, const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> lines{{}};
  for (const Row& row : rows)
    for (const auto& [name, value] : flattened(row))
      if (std::find(lines[0].begin(), lines[0].end(), name) == lines[0].end())
        lines[0].push_back(name);
  for (const Row& row : rows) {
    const auto members = flattened(row);
    std::vector<std::string> line;
    for (const std::string& column : lines[0]) {
      const auto found = std::find_if(members.begin(), members.end(),
                                      [&](const auto& member) { return member.first == column; });
      line.push_back(found == members.end() ? "-" : found->second);
    }
    lines.push_back(std::move(line));
  }
  if (rows.empty()) return;
  const std::size_t all = lines[0].size();
  const std::size_t fit = io.columns == 0 ? all : columns_that_fit(lines, io.columns);
  for (auto& line : lines) line.resize(fit);
  io.out << aligned(lines);
  if (fit < all)
    io.err << all - fit << " more columns do not fit this terminal; --json and `show` have them.\n";
}

int list_rows(Context& context, const TableCommand& command) {
  if (command.limit == 0) return fail(context, {"usage", "--limit must be at least 1."});
  auto query = query_of(command);
  if (!query) return fail(context, query.fault());
  const auto client = context.client();
  if (!client) return fail(context, client.fault());
  std::vector<Row> rows;
  std::string& cursor = query->cursor;
  do {
    query->limit = std::min(command.limit - static_cast<std::uint32_t>(rows.size()), kPageRows);
    auto page = (*client)->rows(command.table->name, *query);
    if (!page) return fail(context, page.fault());
    for (Row& row : page->rows) rows.push_back(std::move(row));
    cursor = page->next_cursor;
  } while (!cursor.empty() && rows.size() < command.limit);

  if (context.settings.json) {
    boost::json::array items;
    for (const Row& row : rows) items.push_back(row);
    boost::json::object document{{"items", std::move(items)}};
    if (!cursor.empty()) document["next"] = cursor;
    context.io.out << boost::json::serialize(document) << "\n";
  } else {
    print_rows(context.io, rows);
    if (rows.empty()) context.io.err << "no rows\n";
    if (!cursor.empty())
      show_hint(context.io, "there are more: add --limit N, or --cursor " + cursor);
  }
  return kExitOk;
}

int show_row(Context& context, const TableCommand& command) {
  const auto client = context.client();
  if (!client) return fail(context, client.fault());
  const auto row = (*client)->row(command.table->name, command.key);
  if (!row) return fail(context, row.fault());
  context.io.out << (context.settings.json ? boost::json::serialize(*row) + "\n" : listed(*row));
  if (command.table->restricted != nullptr && !row->contains("restricted"))
    context.io.err << "The restricted part needs --reader-token-file FILE.\n";
  return kExitOk;
}

}  // namespace

void add_table_commands(Commands& commands) {
  for (const wire::TableEntry& table : wire::tables()) {
    CLI::App& noun = commands.noun(noun_of(table));
    if (noun.get_description().empty()) noun.description(table.doc);
    TableCommand& command = commands.keep<TableCommand>();
    command.table = &table;
    CLI::App& list =
        commands.add(noun, "list", "Rows of " + table.name + ".",
                     [&command](Context& context) { return list_rows(context, command); });
    list.add_option("--limit", command.limit, "at most so many rows")->type_name("N");
    list.add_option("--cursor", command.cursor, "where an earlier list ended")->type_name("TEXT");
    const CLI::Option* where =
        list.add_option("--where", command.where,
                        "only rows with this value, e.g. state=ACTIVE; may be repeated")
            ->type_name("NAME=VALUE");
    const CLI::Option* order =
        list.add_option("--order", command.order, "asc or desc, by key")->type_name("ORDER");
    commands.option_values()[where] = [&table] { return conditions_of(table); };
    commands.option_values()[order] = [] { return std::vector<std::string>{"asc", "desc"}; };
    list.add_option("--at-height", command.at_height, "after an earlier block")
        ->type_name("HEIGHT");
    CLI::App& show =
        commands.add(noun, "show", "One row of " + table.name + ".",
                     [&command](Context& context) { return show_row(context, command); });
    show.add_option("key", command.key, key_shape(table))->required()->type_name("KEY");
  }
}

}  // namespace astyq::cli
