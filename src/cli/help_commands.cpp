// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/completions.h"

namespace astyq::cli {
namespace {

constexpr const char* kExitCodes =
    "  0  done\n"
    "  1  failed; nothing happened, or what happened is said\n"
    "  2  wrong use: an unknown word, an option that is wrong or missing\n"
    "  3  not found: no such row, transaction, key or file\n"
    "  4  not allowed: no or a wrong key, password or token\n"
    "  5  refused by a rule of the ledger; the code says which\n"
    "  6  the check worked and found something wrong\n"
    "  7  unknown: it was sent and no answer came, so that it may have happened\n"
    "130  interrupted\n\n"
    "An import that refuses rows of its file ends with 0: it did what it should, and its summary\n"
    "names each of them (`refused_rows` with --json).\n";

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
             [shell](Context& context) {
               context.io.out << shell.script();
               return kExitOk;
             })
        .footer(std::string("Write it to ") + shell.place + "; new shells then know it.");
  commands
      .add(commands.root(), "complete", "What may stand after `--`; the scripts of shells ask it.",
           [&commands](Context& context) { return complete_words(commands, context); })
      .group("");
  CLI::App& help = commands.noun("help");
  help.description("More about a topic.");
  commands.add(help, "exit-codes", "What the program's exit codes mean.", [](Context& context) {
    context.io.out << kExitCodes;
    return kExitOk;
  });
}

}  // namespace astyq::cli
