// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <algorithm>

#include "cli/season.h"
#include "cli/settings.h"
#include "cli/suggestions.h"

namespace astyq::cli {
namespace {

constexpr const char* kVersion = "astyq " ASTYQ_VERSION;

void add_global_options(Commands& commands, Settings& settings, std::string& config) {
  CLI::App& root = commands.root();
  struct Text {
    const char* name;
    std::string& value;
    const char* doc;
    const char* type;
  };
  for (const Text& text :
       {Text{"--node", settings.node, "address of a node (default http://127.0.0.1:8080)", "URL"},
        Text{"--as", settings.as, "who signs: a key of your keyring, or demo:farm-01", "NAME"},
        Text{"--keyring", settings.keyring, "file of your keys", "FILE"},
        Text{"--password-file", settings.password_file, "first line opens the keyring", "FILE"},
        Text{"--reader-token-file", settings.reader_token_file,
             "reader.token of the node: opens restricted parts", "FILE"},
        Text{"--config", config, "instead of config.toml in your configuration folder", "FILE"}})
    root.add_option(text.name, text.value, text.doc)->type_name(text.type)->expected(1);
  // The names in a keyring are sealed with its keys: only a password would show them.
  commands.option_values()[root.get_option("--as")] = &demo_signer_names;
  root.add_flag("--json", settings.json, "one JSON document on the output");
  root.add_flag("--dry-run", settings.dry_run, "ask what would happen; nothing is changed");
  root.add_flag("--yes", settings.yes, "do not ask before what cannot be undone");
  root.add_flag("--no-input", settings.no_input, "never ask");
  root.add_flag("--no-color", settings.no_colour, "no colours (also NO_COLOR)");
  root.set_version_flag("--version", kVersion);
}

// What CLI11 throws, as an exit code: help and version are data, the rest is wrong use.
int say_parse_error(CLI::App& root, const CLI::ParseError& error, Io& io) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
    return root.exit(error, io.out, io.err), kExitOk;
  show_fault(io, {"usage", error.what()});
  show_hint(io, "the same command with --help");
  return kExitUsage;
}

}  // namespace

Commands::Commands() : root_("Astyq: grain receipts on a ledger.", "astyq") {
  root_.require_subcommand(1, 1);
  root_.fallthrough();
  root_.get_formatter()->column_width(36);
}

CLI::App& Commands::noun(const std::string& word) {
  if (CLI::App* app = find_command(root_, word); app != nullptr) return *app;
  CLI::App* app = root_.add_subcommand(word);
  app->require_subcommand(1, 1);
  app->fallthrough();
  return *app;
}

CLI::App& Commands::add(CLI::App& parent, const std::string& word, const std::string& doc,
                        Action action) {
  CLI::App* app = parent.add_subcommand(word, doc);
  app->fallthrough();
  on_parsed(*app, std::move(action));
  return *app;
}

// A noun's own action gives way to that of a command below it, which is parsed later.
void Commands::on_parsed(CLI::App& app, Action action) {
  app.callback([this, &app, action = std::move(action)] {
    if (app.get_subcommands().empty()) chosen_ = action;
  });
}

int run(std::vector<std::string> arguments, Io io, const Connect& connect,
        crypto::KeyringCost keyring_cost) {
  Commands commands;
  Settings settings;
  std::string config;
  add_global_options(commands, settings, config);
  add_ledger_commands(commands);
  add_key_commands(commands);
  add_verb_commands(commands);
  add_table_commands(commands);
  add_grain_commands(commands);
  add_help_commands(commands);

  if (const auto mark = std::ranges::find(arguments, "--");
      mark != arguments.end() && mark != arguments.begin() && mark[-1] == "complete") {
    commands.begun_words().assign(mark + 1, arguments.end());
    arguments.erase(mark, arguments.end());
  }
  if (const std::string unknown = unknown_word(commands.root(), arguments); !unknown.empty()) {
    show_fault(io, {"usage", unknown});
    show_hint(io, "astyq --help");
    return kExitUsage;
  }
  if (arguments.empty()) arguments.push_back("--help");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants a vector
  try {
    commands.root().parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return say_parse_error(commands.root(), error, io);
  }
  if (settings.no_colour) io.colour = false;
  Context context{io, settings, connect, keyring_cost};
  if (const Status complete = complete_settings(settings, config); !complete)
    return fail(context, complete.fault());
  return commands.chosen()(context);
}

}  // namespace astyq::cli
