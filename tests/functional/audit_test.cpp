// SPDX-License-Identifier: Apache-2.0
// A season on a real node, audited beside it: the same figures as its API tells.
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json.hpp>
#include <map>

#include "support/daemon.h"
#include "support/places.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

namespace json = boost::json;

class AuditTest : public testing::Test {
 protected:
  json::object audit() const {
    const Ran ran = astyq(directory_ / "data",
                          "audit --json --genesis genesis.json --annex annex.key --log ledger/log");
    EXPECT_EQ(ran.exit, 0) << ran.out << ran.err;
    return ran.json();
  }
  // What the API says of each row of a table.
  static std::map<std::string, std::uint64_t> told(const Daemon& node, const std::string& table,
                                                   const std::string& id,
                                                   const std::string& figure) {
    std::map<std::string, std::uint64_t> figures;
    const auto answer = node.get("/v1/" + table + "?limit=100");
    EXPECT_TRUE(answer && answer->status == 200) << table;
    const json::value page = json::parse(answer->body);
    for (const auto& row : page.at("items").as_array())
      if (const auto value = std::stoull(row.at(figure).as_string().c_str()); value != 0)
        figures[row.at(id).as_string().c_str()] = value;
    return figures;
  }
  static std::map<std::string, std::uint64_t> audited(const json::object& report, const char* list,
                                                      const char* id, const char* figure) {
    std::map<std::string, std::uint64_t> figures;
    for (const auto& row : report.at(list).as_array())
      if (const auto value = std::stoull(row.at(figure).as_string().c_str()); value != 0)
        figures[row.at(id).as_string().c_str()] += value;
    return figures;
  }

  TemporaryDirectory directory_;
};

TEST_F(AuditTest, a_season_passes_with_the_figures_of_the_api) {
  Daemon node(directory_ / "data");
  std::string load = "--node http://127.0.0.1:";
  load.append(std::to_string(node.port()))
      .append(" demo load --samples ")
      .append(source_path("data/grain/usda_ars_cook_farm_grain_samples_1999_2016.csv"));
  ASSERT_EQ(astyq(directory_ / ".", load).exit, 0);
  const auto live = told(node, "elevators", "elevator", "live_receipts_kg");
  const auto supplies = told(node, "supplies", "asset", "amount");
  EXPECT_EQ(live.size(), 5u);
  EXPECT_GT(supplies.size(), 1u);
  const auto beside = audit();
  EXPECT_EQ(node.stop(SIGTERM), 0);
  const auto after = audit();
  for (const auto& report : {beside, after}) {
    EXPECT_EQ(report.at("verdict").as_string(), "PASS");
    EXPECT_EQ(audited(report, "grain", "elevator", "live_kg"), live);
    EXPECT_EQ(audited(report, "assets", "asset", "amount"), supplies);
    EXPECT_GT(std::stoull(report.at("operations").as_string().c_str()), 8'000u);
  }
}

}  // namespace
}  // namespace astyq::test
