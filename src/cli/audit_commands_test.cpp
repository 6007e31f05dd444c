// SPDX-License-Identifier: Apache-2.0
#include "audit/operator_test.h"
#include "cli/command_line_test.h"
#include "support/payments_story.h"
#include "wire/json.h"

namespace astyq::cli {
namespace {

// A log and the files that an auditor is given.
class AuditCommand : public CommandLine {
 protected:
  AuditCommand() : story(chain), keeper(chain) {
    write("genesis.json", wire::to_json(chain.genesis()) + "\n");
    write("annex.key", to_hex(view(astyq::test::Chain::annex_key())) + "\n");
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
    return folder / name;
  }
  int audit(std::vector<std::string> more = {}) {
    keeper.write(folder / "log");
    std::vector<std::string> words{"audit",       "--genesis",          folder / "genesis.json",
                                   "--annex",     folder / "annex.key", "--log",
                                   folder / "log"};
    words.insert(words.end(), more.begin(), more.end());
    const int exit = astyq(words);
    std::filesystem::remove_all(folder / "log");
    return exit;
  }

  astyq::test::Chain chain;
  astyq::test::DeliveryStory story;
  audit::Operator keeper;
};

TEST_F(AuditCommand, passes_with_totals) {
  EXPECT_EQ(audit(), kExitOk) << err.str();
  for (const char* part :
       {"PASS\n", "WHEAT", "50,000", "tokens of pool 1", "30,000,000", "500,000,000", "tiyn"})
    EXPECT_NE(out.str().find(part), std::string::npos) << part << "\n" << out.str();
  EXPECT_NE(out.str().find("--witness FILE"), std::string::npos) << out.str();
  EXPECT_EQ(audit({"--json"}), kExitOk);
  const auto json = boost::json::parse(out.str()).as_object();
  EXPECT_EQ(json.at("verdict").as_string(), "PASS");
  EXPECT_EQ(json.at("blocks").as_string(), std::to_string(keeper.last()));
  EXPECT_EQ(json.at("grain").as_array()[0].at("live_kg").as_string(), "50000");
  EXPECT_EQ(json.at("assets").as_array().size(), 2u);
  EXPECT_FALSE(json.at("witness").as_bool());
  EXPECT_FALSE(json.at("left_out").as_bool());
  EXPECT_FALSE(json.contains("finding"));
}

TEST_F(AuditCommand, fails_with_height_transaction_and_figure) {
  auto& result = *keeper.at(keeper.last()).mutable_results(0)->mutable_operations(0);
  result.set_code(701'01);
  EXPECT_EQ(audit(), kExitFindings);
  const std::string found = "FAIL at height " + std::to_string(keeper.last()) + ", transaction 0 (";
  EXPECT_EQ(out.str().substr(0, found.size()), found);
  EXPECT_NE(out.str().find("operation 0: result\n"), std::string::npos) << out.str();
  EXPECT_EQ(audit({"--json"}), kExitFindings);
  const auto finding = boost::json::parse(out.str()).at("finding").as_object();
  EXPECT_EQ(finding.at("height").as_string(), std::to_string(keeper.last()));
  EXPECT_EQ(finding.at("figure").as_string(), "result");
  EXPECT_EQ(finding.at("transaction").as_string().size(), 64u);
}

TEST_F(AuditCommand, wants_the_right_files) {
  const auto expect = [this](int exit, const std::string& code) {
    EXPECT_EQ(audit(), exit) << code;
    EXPECT_NE(err.str().find(code), std::string::npos) << err.str();
  };
  write("annex.key", std::string(64, 'a'));
  expect(kExitUsage, "annex_key_wrong");
  write("annex.key", "no key");
  expect(kExitUsage, "annex_key_wrong");
  write("annex.key", to_hex(view(astyq::test::Chain::annex_key())));
  auto genesis = chain.genesis();
  genesis.set_time_ns(genesis.time_ns() - 1);
  write("genesis.json", wire::to_json(genesis));
  EXPECT_EQ(audit(), kExitFindings);
  EXPECT_NE(out.str().find("FAIL at height 1: app_hash"), std::string::npos) << out.str();
  write("genesis.json", "{}");
  expect(kExitUsage, "genesis_invalid");
  write("genesis.json", wire::to_json(chain.genesis()));
  EXPECT_EQ(astyq({"audit", "--genesis", folder / "genesis.json", "--annex", folder / "annex.key",
                   "--log", folder / "absent"}),
            kExitNotFound);
  EXPECT_NE(err.str().find("log_empty"), std::string::npos) << err.str();
  keeper.records.clear();
  expect(kExitNotFound, "log_empty");
}

TEST_F(AuditCommand, holds_the_log_against_a_header_that_was_kept) {
  const auto& header = keeper.at(keeper.last()).signed_header();
  const std::string kept =
      write("kept.json", "{\"height\":\"1\",\"signed_header\":" + wire::to_json(header) + "}");
  EXPECT_EQ(audit({"--witness", kept}), kExitOk) << out.str() << err.str();
  EXPECT_NE(out.str().find("the header that you kept is in the log"), std::string::npos);
  keeper.records.pop_back();
  EXPECT_EQ(audit({"--witness", kept}), kExitFindings);
  EXPECT_NE(out.str().find(": witness\n"), std::string::npos) << out.str();
  for (const char* none : {"[]", "{}", "{\"signed_header\":{}}", "%PDF-1.7"})
    EXPECT_EQ(audit({"--witness", write("none.json", none)}), kExitUsage) << none;
}

}  // namespace
}  // namespace astyq::cli
