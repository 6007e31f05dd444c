// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

// The little of SQLite that a read model needs.
namespace astyq::query {

class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement);
  // Bound by place, from 1. Text and bytes are copied.
  Statement& bind(int place, std::uint64_t number);
  Statement& bind(int place, BytesView bytes);
  // True: a row stands ready. Faults: `index_failed`.
  Result<bool> step();
  std::uint64_t number(int column) const;
  Bytes bytes(int column) const;
  // Ready for other values.
  void reset();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection; not for two threads at once.
class Database {
 public:
  // Faults of all: `index_failed`, the text says why.
  static Result<Database> open(const std::string& path);
  Status execute(const std::string& sql);
  Result<Statement> prepare(const std::string& sql);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database);
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace astyq::query
