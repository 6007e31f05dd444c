// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "cli/command_line_test.h"
#include "cli/words.h"

namespace astyq::cli {
namespace {

class Completions : public CommandLine {
 protected:
  // What stands at the cursor, a line each, without the docs.
  std::vector<std::string> after(std::vector<std::string> words) {
    words.insert(words.begin(), {"complete", "--"});
    EXPECT_EQ(astyq(words), kExitOk) << err.str();
    std::vector<std::string> lines;
    std::istringstream text(out.str());
    for (std::string line; std::getline(text, line);)
      lines.push_back(line.substr(0, line.find('\t')));
    return lines;
  }
  bool offers(const std::vector<std::string>& words, const std::string& word) {
    const auto lines = after(words);
    return std::ranges::find(lines, word) != lines.end();
  }
  // Whether a shell takes the script; true where the shell is not installed.
  bool is_script_of(const std::string& shell) {
    EXPECT_EQ(astyq({"completions", shell}), kExitOk);
    const std::string path = folder / (shell + ".script");
    std::ofstream(path) << out.str();
    const std::string command =
        "! command -v " + shell + " >/dev/null || " + shell + " -n '" + path + "'";
    return std::system(command.c_str()) == 0;
  }
};

using Lines = std::vector<std::string>;

TEST_F(Completions, know_every_command_and_option) {
  for (const wire::VerbEntry& verb : wire::verbs()) {
    const CommandWords words = words_of(verb);
    EXPECT_TRUE(offers({""}, words.noun)) << words.noun;
    EXPECT_TRUE(offers({words.noun, ""}, words.verb)) << words.noun << " " << words.verb;
  }
  EXPECT_EQ(after({"receipt", "sp"}), (Lines{"split"}));
  EXPECT_EQ(after({"receipt", "split", "--parts"}), (Lines{"--parts-kg"}));
  EXPECT_EQ(after({"--jso"}), (Lines{"--json"}));
  EXPECT_EQ(after({"receipt", "split", "--dry"}), (Lines{"--dry-run"}));
  EXPECT_FALSE(offers({""}, "complete"));
}

TEST_F(Completions, know_the_values_of_options) {
  EXPECT_TRUE(offers({"pool", "define", "--grade.crop", ""}, "WHEAT"));
  EXPECT_FALSE(offers({"pool", "define", "--grade.crop", ""}, "CROP_UNSPECIFIED"));
  EXPECT_EQ(after({"pool", "define", "--grade.crop", "WH"}), (Lines{"WHEAT"}));
  EXPECT_EQ(after({"pool", "define", "--grade.crop=WH"}), (Lines{"--grade.crop=WHEAT"}));
  EXPECT_EQ(after({"receipt", "list", "--order", ""}), (Lines{"asc", "desc"}));
  EXPECT_EQ(after({"receipt", "list", "--where", "state=ACT"}), (Lines{"state=ACTIVE"}));
  EXPECT_EQ(after({"receipt", "list", "--where", "elev"}), (Lines{"elevator="}));
  EXPECT_EQ(after({"receipt", "list", "--where", "grade.crop=WH"}), (Lines{"grade.crop=WHEAT"}));
  EXPECT_FALSE(offers({"receipt", "list", "--where", ""}, "restricted.holder="));
  EXPECT_TRUE(offers({"--as", ""}, "demo:farm-01"));
  EXPECT_EQ(after({"import", "samples", "--season", ""}), (Lines{"demo"}));
  EXPECT_TRUE(after({"receipt", "split", "--receipt", ""}).empty());
}

TEST_F(Completions, know_where_files_stand) {
  EXPECT_EQ(after({"--keyring", "/tm"}), (Lines{":files"}));
  EXPECT_EQ(after({"--keyring=/tm"}), (Lines{":files"}));
  EXPECT_TRUE(offers({"batch", ""}, ":files"));
  EXPECT_TRUE(offers({"batch", ""}, "list"));
  EXPECT_TRUE(offers({"import", "samples", ""}, ":files"));
  EXPECT_FALSE(offers({"receipt", ""}, ":files"));
}

// A value that is also a command's word leads nowhere.
TEST_F(Completions, a_value_is_no_command) {
  EXPECT_EQ(after({"--as", "key", "receipt", "spl"}), (Lines{"split"}));
  EXPECT_EQ(after({"receipt", "list", "--where", "pool", "--ord"}), (Lines{"--order"}));
}

TEST_F(Completions, an_option_that_was_given_is_not_offered_again) {
  const auto rest = after({"receipt", "split", "--receipt", "7", "--parts-kg", "1", ""});
  EXPECT_EQ(std::ranges::count(rest, "--receipt"), 0);
  EXPECT_EQ(std::ranges::count(rest, "--parts-kg"), 1);
}

TEST_F(Completions, are_scripts_that_their_shells_take) {
  for (const char* shell : {"bash", "zsh", "fish"}) EXPECT_TRUE(is_script_of(shell)) << shell;
}

// What bash breaks at '=' and ':' is put together again.
TEST_F(Completions, in_bash_end_the_word_that_was_begun) {
  EXPECT_EQ(astyq({"completions", "bash"}), kExitOk);
  const std::string script = folder / "astyq.bash";
  std::ofstream(script) << out.str();
  EXPECT_EQ(after({"receipt", "list", "--where", "state=ACT"}), (Lines{"state=ACTIVE"}));
  const std::string answers = folder / "answers";
  std::ofstream(answers) << out.str();
  // A program that answers as this one has just done; the test links none.
  const std::string program = folder / "astyq";
  std::ofstream(program) << "#!/bin/sh\ncat '" << answers << "'\n";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string line = program + " receipt list --where state=ACT";
  const std::string command = "bash -c \". '" + script + "'; COMP_LINE='" + line +
                              "'; COMP_POINT=" + std::to_string(line.size()) +
                              "; COMP_WORDBREAKS='=: '; _astyq; test \\\"\\${COMPREPLY[*]}\\\" = "
                              "ACTIVE\"";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace astyq::cli
