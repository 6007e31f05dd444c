// SPDX-License-Identifier: Apache-2.0
// The benchmark runs end to end on a node of its own, counts what was applied, and cleans up.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

TEST(Bench, transfers_are_all_applied_and_nothing_is_left) {
  const TemporaryDirectory directory;
  const std::string data = directory / "disk";
  const std::string out = directory / "out";
  std::filesystem::create_directory(data);
  std::string command = ASTYQ_BIN_DIR "/astyq bench transfers --accounts 50 --seconds 1 --json";
  command.append(" --data ").append(data).append(" > ").append(out);
  ASSERT_EQ(WEXITSTATUS(std::system(command.c_str())), 0);
  std::stringstream text;
  text << std::ifstream(out).rdbuf();
  const boost::json::value found = boost::json::parse(text.str());
  for (const char* figure : {"transfers_per_s", "raw_verify_per_s", "ratio", "p50_ms", "p99_ms",
                             "p999_ms", "hot_to_uniform", "written_bytes_per_transfer"})
    EXPECT_GT(found.at(figure).to_number<double>(), 0) << figure;
  EXPECT_EQ(found.at("not_applied"), 0);
  EXPECT_TRUE(std::filesystem::is_empty(data));
}

}  // namespace
}  // namespace astyq::test
