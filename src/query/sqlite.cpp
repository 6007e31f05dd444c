// SPDX-License-Identifier: Apache-2.0
#include "query/sqlite.h"

#include <sqlite3.h>

namespace astyq::query {
namespace {

Fault failed(sqlite3* database, const std::string& doing) {
  const char* why = database == nullptr ? "no memory" : sqlite3_errmsg(database);
  return {"index_failed", "The index of transactions failed while " + doing + ": " + why +
                              ". It can be deleted while the node is stopped; the node makes it "
                              "again from its log."};
}

}  // namespace

Statement::Statement(sqlite3_stmt* statement) : statement_(statement) {}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement& Statement::bind(int place, std::uint64_t number) {
  sqlite3_bind_int64(statement_.get(), place, static_cast<sqlite3_int64>(number));
  return *this;
}

Statement& Statement::bind(int place, BytesView bytes) {
  // A pointer that is not null, or else SQLite binds NULL for no bytes.
  const char* data = bytes.empty() ? "" : bytes.data();
  sqlite3_bind_blob64(statement_.get(), place, data, bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failed(sqlite3_db_handle(statement_.get()), "running a statement");
}

std::uint64_t Statement::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

Bytes Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? Bytes() : Bytes(static_cast<const char*>(data), size);
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

Database::Database(sqlite3* database) : database_(database) {}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

Result<Database> Database::open(const std::string& path) {
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) return failed(opened, "opening " + path);
  sqlite3_busy_timeout(opened, 10'000);
  return database;
}

Status Database::execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return failed(database_.get(), "running '" + sql + "'");
  return Done{};
}

Result<Statement> Database::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    return failed(database_.get(), "preparing '" + sql + "'");
  return Statement(statement);
}

}  // namespace astyq::query
