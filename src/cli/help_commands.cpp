// SPDX-License-Identifier: Apache-2.0
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/completions.h"

namespace astyq::cli {
namespace {

struct ExitCode {
  int code;
  const char* meaning;
};
constexpr ExitCode kExitCodes[] = {
    {kExitOk, "done"},
    {kExitFailed, "failed; nothing happened, or what happened is said"},
    {kExitUsage, "wrong use: an unknown word, an option that is wrong or missing"},
    {kExitNotFound, "not found: no such row, transaction, key or file"},
    {kExitNotAllowed, "not allowed: no or a wrong key, password or token"},
    {kExitRefused, "refused by a rule of the ledger; the code says which"},
    {kExitFindings, "the check worked and found something wrong"},
    {kExitUnknown, "unknown: it was sent and no answer came; it may have happened"},
    {kExitInterrupted, "interrupted"}};
constexpr const char* kOfImports =
    "\nAn import that refuses rows of its file ends with 0: it did what it should, and\n"
    "its summary names each of them (`refused_rows` with --json).\n";

int show_exit_codes(Context& context) {
  boost::json::array json;
  std::vector<std::vector<std::string>> lines;
  for (const ExitCode& exit : kExitCodes) {
    json.push_back(boost::json::object{{"exit", exit.code}, {"meaning", exit.meaning}});
    lines.push_back({std::to_string(exit.code), exit.meaning});
  }
  if (context.settings.json)
    context.io.out << boost::json::serialize(json) << "\n";
  else
    context.io.out << aligned(lines) << kOfImports;
  return kExitOk;
}

int show_script(Context& context, const std::string& script) {
  if (context.settings.json)
    context.io.out << boost::json::serialize(boost::json::object{{"script", script}}) << "\n";
  else
    context.io.out << script;
  return kExitOk;
}

int complete_words(Commands& commands, Context& context) {
  const Candidates found =
      candidates(commands.root(), commands.option_values(), commands.begun_words());
  for (const Candidate& candidate : found.words)
    context.io.out << candidate.word << "\t" << candidate.doc << "\n";
  if (found.files) context.io.out << ":files\n";
  return kExitOk;
}

}  // namespace

void add_help_commands(Commands& commands) {
  CLI::App& completions = commands.noun("completions");
  completions.description("A script that completes commands: astyq completions bash|zsh|fish");
  struct Shell {
    const char* name;
    std::string (*script)();
    const char* place;
  };
  for (const Shell& shell :
       {Shell{"bash", &bash_completions, "~/.local/share/bash-completion/completions/astyq"},
        Shell{"zsh", &zsh_completions, "_astyq in a folder of $fpath"},
        Shell{"fish", &fish_completions, "~/.config/fish/completions/astyq.fish"}})
    commands
        .add(completions, shell.name, std::string("For ") + shell.name + ".",
             [shell](Context& context) { return show_script(context, shell.script()); })
        .footer(std::string("Write it to ") + shell.place + "; new shells then know it.");
  commands
      .add(commands.root(), "complete", "What may stand after `--`; the scripts of shells ask it.",
           [&commands](Context& context) { return complete_words(commands, context); })
      .group("");
  CLI::App& help = commands.noun("help");
  help.description("More about a topic.");
  commands.add(help, "exit-codes", "What the program's exit codes mean.", &show_exit_codes);
  help.require_subcommand(0, 1);
  commands.on_parsed(help, [&commands](Context& context) {
    CLI::App& root = commands.root();
    context.io.out << root.get_formatter()->make_help(&root, root.get_name(),
                                                      CLI::AppFormatMode::Normal);
    return kExitOk;
  });
}

}  // namespace astyq::cli
