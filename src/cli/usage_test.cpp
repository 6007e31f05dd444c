// SPDX-License-Identifier: Apache-2.0
// What the program says of itself and of its wrong use.
#include "cli/command_line_test.h"
#include "cli/words.h"

namespace astyq::cli {
namespace {

class Usage : public CommandLine {
 protected:
  // The one document on `err`; the exit code in it is the real one.
  boost::json::object fault_of(const std::vector<std::string>& arguments, int exit) {
    EXPECT_EQ(astyq(arguments), exit) << err.str();
    EXPECT_EQ(out.str(), "");
    const auto json = boost::json::parse(err.str()).as_object();
    EXPECT_EQ(json.at("exit"), exit);
    return json;
  }
};

TEST_F(Usage, help_stays_within_80_columns) {
  std::vector<std::vector<std::string>> commands{{}};
  for (const wire::VerbEntry& verb : wire::verbs()) {
    const CommandWords words = words_of(verb);
    commands.push_back({words.noun});
    commands.push_back({words.noun, words.verb});
  }
  for (const wire::TableEntry& table : wire::tables()) commands.push_back({noun_of(table), "list"});
  for (std::vector<std::string>& command : commands) {
    command.emplace_back("--help");
    ASSERT_EQ(astyq(command), kExitOk);
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST_F(Usage, every_command_says_what_it_is_for) {
  EXPECT_EQ(astyq({"--help"}), kExitOk);
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);)
    EXPECT_FALSE(line.starts_with("  ") && line.find_first_of(' ', 2) == std::string::npos) << line;
  EXPECT_NE(out.str().find("Rows to list and show:"), std::string::npos) << out.str();
  const std::string help = out.str();
  EXPECT_EQ(astyq({"help"}), kExitOk);
  EXPECT_EQ(out.str(), help);
}

TEST_F(Usage, wrong_use_names_the_commands_own_help) {
  EXPECT_EQ(astyq({"key"}), kExitUsage);
  EXPECT_NE(err.str().find("astyq key needs one of its commands: new, list"), std::string::npos);
  EXPECT_NE(err.str().find("next: astyq key --help"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"receipt", "splitt"}), kExitUsage);
  EXPECT_NE(err.str().find("astyq receipt has no command 'splitt'. Did you mean split?"),
            std::string::npos);
  EXPECT_NE(err.str().find("next: astyq receipt --help"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"receipt", "show"}), kExitUsage);
  EXPECT_NE(err.str().find("next: astyq receipt show --help"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"-x", "status"}), kExitUsage);
  EXPECT_NE(err.str().find("There is no option '-x'."), std::string::npos) << err.str();
}

TEST_F(Usage, what_is_wrong_is_json_too) {
  EXPECT_EQ(fault_of({"reciept", "--json"}, kExitUsage).at("next"), "astyq --help");
  EXPECT_EQ(fault_of({"receipt", "show", "--json"}, kExitUsage).at("code"), "usage");
  EXPECT_EQ(fault_of({"receipt", "list", "--limit", "1e3", "--json"}, kExitUsage).at("code"),
            "usage");
  EXPECT_EQ(fault_of({"receipt", "show", "7", "--json"}, kExitNotFound).at("code"), "row_unknown");
}

TEST_F(Usage, one_document_of_json_from_every_command) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"--version"},
        {"help", "exit-codes"},
        {"completions", "fish"},
        {"status"},
        {"credit-weight", "--mass-kg", "1", "--moisture", "1", "--basis-moisture", "1", "--foreign",
         "1", "--basis-foreign", "1"},
        {"receipt", "list"}}) {
    auto arguments = command;
    arguments.emplace_back("--json");
    EXPECT_EQ(astyq(arguments), kExitOk) << err.str();
    EXPECT_NO_THROW(boost::json::parse(out.str())) << out.str();
    EXPECT_EQ(std::ranges::count(out.str(), '\n'), 1) << out.str();
  }
}

TEST_F(Usage, an_unknown_outcome_is_json_too) {
  broken = true;
  EXPECT_EQ(astyq({"bin", "rename", "--bin", "1", "--name", "A", "--as", "demo:akimat", "--json"}),
            kExitUnknown);
  const auto json = boost::json::parse(out.str()).as_object();
  EXPECT_EQ(json.at("status"), "unknown");
  EXPECT_EQ(json.at("party"), "2");
  EXPECT_EQ(json.at("id").as_string().size(), 32u);
}

// The program once ended in a fault of its own when nobody was to send anything.
TEST_F(Usage, a_benchmark_without_senders_is_refused) {
  for (const auto& [option, value] : {std::pair{"--connections", "0"},
                                      {"--connections", "1001"},
                                      {"--accounts", "1"},
                                      {"--seconds", "41"}})
    EXPECT_EQ(fault_of({"bench", "transfers", option, value, "--json"}, kExitUsage).at("code"),
              "option_wrong");
}

TEST_F(Usage, output_that_cannot_be_written_is_a_failure) {
  out.setstate(std::ios::badbit);
  EXPECT_EQ(astyq({"help", "exit-codes"}), kExitFailed);
  EXPECT_NE(err.str().find("output_failed"), std::string::npos) << err.str();
}

// Amounts are whole and canonical on the command line as in the API.
TEST_F(Usage, amounts_are_plain_whole_numbers) {
  for (const char* amount :
       {"1e3", "+5", "007", "1.5", "-1", "NaN", "", " 5", "0x10", "18446744073709551616"}) {
    EXPECT_EQ(astyq({"payment", "transfer", "--asset", "1", "--to", "2", "--amount", amount, "--as",
                     "demo:akimat"}),
              kExitUsage)
        << amount;
    EXPECT_NE(err.str().find("--amount"), std::string::npos) << err.str();
  }
}

// Whoever asks what would happen must not find that it has.
TEST_F(Usage, only_what_can_be_tried_takes_dry_run) {
  const std::vector<std::string> commands[] = {{"import", "samples", folder / "samples.csv"},
                                               {"demo", "load"},
                                               {"key", "new", "me"},
                                               {"receipt", "list"},
                                               {"status"}};
  for (std::vector<std::string> command : commands) {
    command.push_back("--dry-run");
    EXPECT_EQ(astyq(command), kExitUsage) << command[0];
    EXPECT_NE(err.str().find("There is no option '--dry-run'."), std::string::npos) << err.str();
  }
  EXPECT_EQ(astyq({"batch", folder / "nothing", "--as", "demo:akimat", "--dry-run"}),
            kExitNotFound);
}

}  // namespace
}  // namespace astyq::cli
