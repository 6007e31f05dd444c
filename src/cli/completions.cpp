// SPDX-License-Identifier: Apache-2.0
#include "cli/completions.h"

#include <algorithm>

#include "cli/suggestions.h"

namespace astyq::cli {
namespace {

bool is_shown(const CLI::App& app) {
  return !app.get_group().empty();
}

bool takes_file(const CLI::Option& option) {
  return option.get_type_name() == "FILE";
}

// Up to the first full stop, since a shell shows a line.
std::string first_sentence(const std::string& doc) {
  return doc.substr(0, doc.find(". "));
}

// Of the words that begin as what has been typed.
void add(Candidates& out, const std::string& typed, std::string word, const std::string& doc) {
  if (word.starts_with(typed)) out.words.push_back({std::move(word), first_sentence(doc)});
}

void add_values(Candidates& out, const OptionValues& values, const CLI::Option& option,
                const std::string& before, const std::string& typed) {
  if (takes_file(option)) out.files = true;
  const auto known = values.find(&option);
  if (known == values.end()) return;
  for (const std::string& value : known->second()) add(out, typed, before + value, "");
}

// An option that was given is offered again only where it may be repeated.
void add_options(Candidates& out, const std::string& typed, const CLI::App& app,
                 const std::vector<std::string>& given) {
  for (const CLI::Option* option : app.get_options()) {
    const bool once = option->get_items_expected_max() <= 1;
    for (const std::string& name : option->get_lnames())
      if (!once || std::ranges::find(given, "--" + name) == given.end())
        add(out, typed, "--" + name, option->get_description());
  }
}

void add_words(Candidates& out, const OptionValues& values, CLI::App& app,
               const std::string& typed) {
  for (const CLI::App* command : app.get_subcommands([](CLI::App*) { return true; }))
    if (is_shown(*command)) add(out, typed, command->get_name(), command->get_description());
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional()) add_values(out, values, *option, "", typed);
}

}  // namespace

Candidates candidates(CLI::App& root, const OptionValues& values,
                      const std::vector<std::string>& words) {
  Reached reached{&root};
  std::vector<std::string> given;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (reached.open == nullptr) given.push_back(words[i].substr(0, words[i].find('=')));
    reached.take(words[i]);
  }
  CLI::App* app = reached.app;
  Candidates out;
  const std::string typed = words.empty() ? "" : words.back();
  if (reached.open != nullptr) {
    add_values(out, values, *reached.open, "", typed);
  } else if (const std::size_t equals = typed.find('=');
             typed.starts_with("--") && equals != std::string::npos) {
    if (const CLI::Option* option = find_option(app, typed.substr(0, equals)); option != nullptr)
      add_values(out, values, *option, typed.substr(0, equals + 1), typed);
  } else {
    if (!typed.starts_with('-')) add_words(out, values, *app, typed);
    if (typed.starts_with('-') || (out.words.empty() && typed.empty()))
      add_options(out, typed, *app, given);
    for (const CLI::App* above = app; typed.starts_with('-') && above->get_parent() != nullptr;) {
      above = above->get_parent();
      add_options(out, typed, *above, given);
    }
  }
  return out;
}

// Bash breaks words at '=' and ':' as well, and then wants the rest of the word alone.
std::string bash_completions() {
  return R"bash(_astyq() {
  local line="${COMP_LINE:0:COMP_POINT}" begun breaks cut='' word doc files=''
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  begun="${words[${#words[@]} - 1]}"
  breaks="${COMP_WORDBREAKS//[^=:]/}"
  [[ -n $breaks ]] && cut="${begun%"${begun##*["$breaks"]}"}"
  COMPREPLY=()
  while IFS=$'\t' read -r word doc; do
    if [[ $word == :files ]]; then files=1; else COMPREPLY+=("${word#"$cut"}"); fi
  done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "${begun#"$cut"}")
  fi
  return 0
}
complete -F _astyq astyq
)bash";
}

std::string zsh_completions() {
  return R"zsh(#compdef astyq
_astyq() {
  local word doc files
  local -a whole begun
  while IFS=$'\t' read -r word doc; do
    if [[ $word == :files ]]; then files=1
    elif [[ $word == *= ]]; then begun+=("${word//:/\\:}:$doc")
    else whole+=("${word//:/\\:}:$doc")
    fi
  done < <("${(Q)words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
  _describe -t words astyq whole -- begun -S ''
  [[ -n $files ]] && { compset -P '--*='; _files }
}
if [[ $funcstack[1] == _astyq ]]; then _astyq "$@"; else compdef _astyq astyq; fi
)zsh";
}

std::string fish_completions() {
  return R"fish(function __astyq_candidates
  set -l words (commandline -opc)
  $words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c astyq -f -a '(__astyq_candidates | string match -v :files)'
complete -c astyq -n '__astyq_candidates | string match -q :files' -F
)fish";
}

}  // namespace astyq::cli
