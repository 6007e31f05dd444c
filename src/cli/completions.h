// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace astyq::cli {

// The values that an option takes, asked for when somebody presses TAB. "state=" asks for more.
using OptionValues = std::map<const CLI::Option*, std::function<std::vector<std::string>()>>;

// What may stand at the cursor.
struct Candidate {
  std::string word;
  std::string doc;  // one line; may be empty
};
struct Candidates {
  std::vector<Candidate> words;
  bool files = false;  // names of files too
};

// `words` follow the program's name; the last one is what has been typed of a word, perhaps
// nothing. Asks neither a node nor a keyring.
Candidates candidates(CLI::App& root, const OptionValues& values,
                      const std::vector<std::string>& words);

// Scripts for shells. Each hands the words of the line to `astyq complete`, which prints the
// candidates one a line, a tab before the doc, and ":files" where files may stand.
std::string bash_completions();
std::string zsh_completions();
std::string fish_completions();

}  // namespace astyq::cli
