// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "cli/command_line.h"
#include "cli/engine_client_test.h"
#include "support/temporary_directory.h"

// The whole program in this process, over a ledger of the test.
namespace astyq::cli {

using test::EngineClient;

// Hands the one ledger of a test to each command.
class Borrowed final : public LedgerClient {
 public:
  explicit Borrowed(LedgerClient& lender) : lender_(lender) {}
  Result<LedgerHead> head() override { return lender_.head(); }
  Result<TxAnswer> send(BytesView tx) override {
    return broken ? Result<TxAnswer>(Fault{"unknown_outcome", "it broke."}) : lender_.send(tx);
  }
  Result<TxAnswer> dry_run(BytesView tx) override { return lender_.dry_run(tx); }
  Result<std::vector<TxAnswer>> send_all(const std::vector<Bytes>& txs) override {
    return lender_.send_all(txs);
  }
  Result<Row> row(std::string_view table, std::string_view key) override {
    return lender_.row(table, key);
  }
  Result<Page> rows(std::string_view table, const RowQuery& query) override {
    return lender_.rows(table, query);
  }
  Result<boost::json::object> transaction(std::uint64_t party, BytesView id) override {
    return lender_.transaction(party, id);
  }
  Result<std::string> proof(const ProofQuery& query) override { return lender_.proof(query); }
  std::int64_t now_ns() override { return lender_.now_ns(); }

  bool broken = false;

 private:
  LedgerClient& lender_;
};

class CommandLine : public ::testing::Test {
 public:
  int astyq(std::vector<std::string> arguments) {
    out.str("");
    err.str("");
    Io io{.out = out, .err = err, .ask = {}};
    io.ask = [this](const std::string& question, bool) -> Result<std::string> {
      asked += question;
      return answer;
    };
    io.in_is_terminal = terminal;
    const Connect connect = [this](const std::string&, const std::string&) {
      auto client = std::make_unique<Borrowed>(ledger);
      client->broken = broken;
      return Result<std::unique_ptr<LedgerClient>>(std::move(client));
    };
    // No configuration of whoever runs the tests.
    const std::string empty = folder / "empty.toml";
    std::ofstream(empty, std::ios::app).flush();
    arguments.insert(arguments.begin(), {"--config", empty});
    return run(std::move(arguments), std::move(io), connect, {1, 8192});
  }

  EngineClient ledger;
  astyq::test::TemporaryDirectory folder;
  std::ostringstream out, err;
  std::string answer;
  std::string asked;
  bool terminal = false;
  bool broken = false;
};

}  // namespace astyq::cli
