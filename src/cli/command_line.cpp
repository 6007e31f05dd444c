// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <algorithm>

#include "cli/help_text.h"
#include "cli/season.h"
#include "cli/settings.h"
#include "cli/suggestions.h"

namespace astyq::cli {
namespace {

constexpr const char* kVersion = "astyq " ASTYQ_VERSION;

void add_global_options(Commands& commands, std::string& config) {
  CLI::App& root = commands.root();
  Settings& settings = commands.settings();
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
  root.add_flag("--yes", settings.yes, "do not ask before what cannot be undone");
  root.add_flag("--no-input", settings.no_input, "never ask");
  root.add_flag("--no-color", settings.no_colour, "no colours (also NO_COLOR)");
  root.set_version_flag("--version", kVersion);
}

// Wrong use, told with the help of the command that was meant.
int say_wrong_use(const CLI::App& command, Io& io, bool json, const std::string& what) {
  const Fault fault{"usage", what};
  const std::string next = path_of(command) + " --help";
  if (json) {
    show_fault_json(io, fault, kExitUsage, next);
  } else {
    show_fault(io, fault);
    show_hint(io, next);
  }
  return kExitUsage;
}

// What CLI11 throws, as an exit code: help and version are data, the rest is wrong use.
int say_parse_error(const CLI::App& root, const CLI::App& command, const CLI::ParseError& error,
                    Io& io, bool json) {
  if (json && dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr) {
    io.out << "{\"version\":\"" ASTYQ_VERSION "\"}\n";
    return kExitOk;
  }
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
    return root.exit(error, io.out, io.err), kExitOk;
  const bool no_command =
      error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) &&
      command.get_require_subcommand_min() > 0;
  return say_wrong_use(
      command, io, json,
      no_command ? path_of(command) + " needs one of its commands: " + commands_of(command) + "."
                 : error.what());
}

// What a noun has only rows for stands below what can be done.
void arrange(CLI::App& root) {
  const auto all = [](CLI::App*) { return true; };
  for (CLI::App* noun : root.get_subcommands(all)) {
    const auto commands = noun->get_subcommands(all);
    if (commands.empty()) continue;
    if (noun->get_description().empty()) noun->description(commands.front()->get_description());
    const bool rows = std::ranges::all_of(commands, [](const CLI::App* command) {
      return command->get_name() == "list" || command->get_name() == "show";
    });
    if (rows) noun->group("Rows to list and show");
  }
}

}  // namespace

Commands::Commands() : root_("Astyq: grain receipts on a ledger.", "astyq") {
  root_.require_subcommand(1, 1);
  root_.fallthrough();
  root_.formatter(std::make_shared<HelpText>());
}

CLI::App& Commands::noun(const std::string& word) {
  if (CLI::App* app = find_command(root_, word); app != nullptr) return *app;
  CLI::App* app = root_.add_subcommand(word)->group("Commands");
  app->require_subcommand(1, 1);
  app->fallthrough();
  return *app;
}

CLI::App& Commands::add(CLI::App& parent, const std::string& word, const std::string& doc,
                        Action action) {
  CLI::App* app = parent.add_subcommand(word, doc)->group("Commands");
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

void Commands::add_dry_run(CLI::App& app) {
  app.add_flag("--dry-run", settings_.dry_run, "ask what would happen; nothing is changed");
}

int run(std::vector<std::string> arguments, Io io, const Connect& connect,
        crypto::KeyringCost keyring_cost) {
  Commands commands;
  Settings& settings = commands.settings();
  std::string config;
  add_global_options(commands, config);
  add_ledger_commands(commands);
  add_key_commands(commands);
  add_verb_commands(commands);
  add_table_commands(commands);
  add_grain_commands(commands);
  add_bench_commands(commands);
  add_proof_commands(commands);
  add_verify_command(commands);
  add_audit_command(commands);
  add_net_commands(commands);
  add_help_commands(commands);

  arrange(commands.root());

  const bool json = std::ranges::find(arguments, "--json") != arguments.end();
  Reached reached{&commands.root()};
  for (const std::string& word : arguments) reached.take(word);
  if (const auto mark = std::ranges::find(arguments, "--");
      mark != arguments.end() && mark != arguments.begin() && mark[-1] == "complete") {
    commands.begun_words().assign(mark + 1, arguments.end());
    arguments.erase(mark, arguments.end());
  }
  if (const std::string unknown = unknown_word(commands.root(), arguments); !unknown.empty())
    return say_wrong_use(*reached.app, io, json, unknown);
  if (arguments.empty()) arguments.push_back("--help");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants a vector
  try {
    commands.root().parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return say_parse_error(commands.root(), *reached.app, error, io, json);
  }
  if (settings.no_colour) io.colour = false;
  Context context{io, settings, connect, keyring_cost};
  if (const Status complete = complete_settings(settings, config); !complete)
    return fail(context, complete.fault());
  const int exit = commands.chosen()(context);
  io.out.flush();
  if (io.out.good() || exit != kExitOk) return exit;
  return fail(context, {"output_failed",
                        "It was done, but the output could not be written in full. Is the disk "
                        "full?"});
}

}  // namespace astyq::cli
