// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_load.h"

#include <gtest/gtest.h>

#include "cli/engine_client_test.h"
#include "support/vectors.h"

namespace astyq::cli {
namespace {

using test::EngineClient;

std::vector<TableRow> rows_of(const char* file) {
  auto rows = read_table(astyq::test::read_text(std::string("data/grain/") + file));
  EXPECT_TRUE(rows.ok());
  return std::move(*rows);
}
std::vector<TableRow> real_rows() {
  return rows_of("usda_ars_cook_farm_grain_samples_1999_2016.csv");
}
std::vector<TableRow> planted_rows() {
  return rows_of("samples_planted.csv");
}

std::uint64_t count(EngineClient& client, const char* table) {
  return all_rows(client, table).value().size();
}

std::uint64_t count_where(EngineClient& client, const char* table, const char* name,
                          const std::string& value) {
  std::uint64_t rows = 0;
  const std::vector<Row> all = all_rows(client, table).value();
  for (const Row& row : all) rows += text_of(row, name) == value ? 1 : 0;
  return rows;
}

TEST(DemoLoad, whole_season) {
  EngineClient client;
  const auto summary = load_demo(client, real_rows(), {}, {});
  ASSERT_TRUE(summary.ok()) << summary.fault().code << ": " << summary.fault().text;
  EXPECT_FALSE(summary->already_loaded);
  EXPECT_EQ(summary->import.rows(), 6642u);
  EXPECT_EQ(summary->import.imported, 1368u);
  EXPECT_TRUE(summary->import.refused.empty());
  EXPECT_GE(summary->receipts, 2000u);
  EXPECT_EQ(count(client, "parties"), 2 + summary->parties);
  EXPECT_EQ(count(client, "elevators"), 5u);
  EXPECT_EQ(count_where(client, "tickets", "state", "CLOSED"), 1368u);
  EXPECT_EQ(count(client, "receipts"), summary->receipts + 2 * summary->splits);
  EXPECT_EQ(count_where(client, "receipts", "state", "TOKENISED"), summary->tokenised);
  EXPECT_EQ(count_where(client, "receipts", "state", "REDEEMED"), summary->redemptions);
  EXPECT_EQ(count(client, "pools"), summary->pools);
  EXPECT_EQ(count(client, "acts"), summary->blocked);
  for (const std::uint64_t happened :
       {summary->splits, summary->pledges, summary->transfers, summary->tokenised,
        summary->redemptions, summary->deliveries_versus_payment, summary->blocked})
    EXPECT_GT(happened, 0u);

  const auto again = load_demo(client, real_rows(), {}, {});
  ASSERT_TRUE(again.ok()) << again.fault().text;
  EXPECT_TRUE(again->already_loaded);
  EXPECT_EQ(count(client, "parties"), 2 + summary->parties);
}

// The same seed makes the same rows, block by block.
TEST(DemoLoad, is_deterministic) {
  EngineClient first, second;
  ASSERT_TRUE(load_demo(first, real_rows(), {.most_deliveries = 150}, {}).ok());
  ASSERT_TRUE(load_demo(second, real_rows(), {.most_deliveries = 150}, {}).ok());
  for (const char* table : {"tickets", "analyses", "receipts", "pools", "delivery_offers"})
    EXPECT_EQ(all_rows(first, table).value(), all_rows(second, table).value()) << table;
}

TEST(DemoLoad, a_season_that_was_cut_short_is_not_loaded_again) {
  EngineClient client;
  client.break_after(3);
  const auto cut = load_demo(client, real_rows(), {.most_deliveries = 50}, {});
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.fault().code, "unknown_outcome");
  client.break_after(UINT64_MAX);
  const auto again = load_demo(client, real_rows(), {}, {});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.fault().code, "season_partial");
}

class Import : public ::testing::Test {
 protected:
  // A season with a few of the real deliveries in it.
  void SetUp() override {
    ASSERT_TRUE(load_demo(client_, real_rows(), {.most_deliveries = 100}, {}).ok());
  }
  ImportSummary import(const std::vector<TableRow>& rows) {
    const auto season = find_season(client_);
    EXPECT_TRUE(season.ok()) << season.fault().text;
    const auto result = import_samples(client_, *season, rows, {}, {});
    EXPECT_TRUE(result.ok()) << result.fault().text;
    return result->summary;
  }
  EngineClient client_;
};

TEST_F(Import, planted_rows_are_accounted_for_one_by_one) {
  const auto expected = astyq::test::read_json("data/grain/samples_planted.summary.json");
  const ImportSummary summary = import(planted_rows());
  const boost::json::object json = to_json(summary);
  for (const char* name : {"rows", "not_measured", "unknown_crop", "refused"})
    EXPECT_EQ(json.at(name), expected.at(name)) << name;
  // The planted file holds real rows, some of which the season has already.
  EXPECT_EQ(std::to_string(summary.imported + summary.already_there),
            std::string(expected.at("imported").as_string()));
  const auto& rows = expected.at("refused_rows").as_array();
  ASSERT_EQ(summary.refused.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(std::to_string(summary.refused[i].row), rows[i].as_string());
  EXPECT_NE(summary.refused.back().reason.find("duplicate: row "), std::string::npos);
}

TEST_F(Import, again_imports_nothing) {
  const ImportSummary first = import(planted_rows());
  const std::uint64_t tickets = count(client_, "tickets");
  const ImportSummary second = import(planted_rows());
  EXPECT_EQ(second.imported, 0u);
  EXPECT_EQ(second.already_there, first.imported + first.already_there);
  EXPECT_EQ(second.rows(), first.rows());
  EXPECT_EQ(count(client_, "tickets"), tickets);
}

// Once the codes of samples were made of the whole row: a file that was saved anew, with a comment
// or fewer decimals, credited every delivery a second time.
TEST_F(Import, a_file_saved_anew_is_not_another_harvest) {
  auto rows = real_rows();
  for (TableRow& row : rows) row.cells["Comments"] = "saved anew";
  const auto season = find_season(client_);
  ASSERT_TRUE(season.ok());
  const auto again = import_samples(client_, *season, rows, {.most_deliveries = 100}, {});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->summary.imported, 0u);
  EXPECT_EQ(again->summary.already_there, 100u);

  for (TableRow& row : rows)
    if (!row.cell("GrainMoisture").empty()) row.cells["GrainMoisture"] = "13.37";
  const auto changed = import_samples(client_, *season, rows, {.most_deliveries = 100}, {});
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed->summary.imported, 0u);
  EXPECT_EQ(changed->summary.already_there, changed->summary.moisture_generated);
  EXPECT_EQ(changed->summary.already_there + changed->summary.refused.size(), 100u);
  ASSERT_FALSE(changed->summary.refused.empty());
  EXPECT_NE(changed->summary.refused.front().reason.find(", not 1337"), std::string::npos)
      << changed->summary.refused.front().reason;
  EXPECT_EQ(count(client_, "tickets"), 100u);
}

TEST_F(Import, what_was_left_half_done_is_finished) {
  client_.break_after(1);
  const auto season = find_season(client_);
  ASSERT_TRUE(season.ok());
  const auto cut = import_samples(client_, *season, planted_rows(), {}, {});
  ASSERT_FALSE(cut.ok());
  client_.break_after(UINT64_MAX);
  ASSERT_GT(count_where(client_, "tickets", "state", "WEIGHED"), 0u);
  const std::uint64_t tickets = count(client_, "tickets");
  import(planted_rows());
  EXPECT_EQ(count_where(client_, "tickets", "state", "WEIGHED"), 0u);
  EXPECT_EQ(count(client_, "analyses"), count(client_, "tickets"));
  const ImportSummary after = import(planted_rows());
  EXPECT_EQ(after.imported, 0u);
  EXPECT_GE(count(client_, "tickets"), tickets);
}

}  // namespace
}  // namespace astyq::cli
