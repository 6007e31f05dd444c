// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "astyq/ledger/v1/genesis.pb.h"
#include "cli/completions.h"
#include "cli/exit_codes.h"
#include "cli/ledger_client.h"
#include "cli/terminal.h"
#include "cli/transaction.h"
#include "crypto/keyring.h"

namespace astyq::cli {

// What stands above the commands: a flag, else the configuration file, else the default.
struct Settings {
  std::string node;
  std::string keyring;
  std::string reader_token_file;
  std::string password_file;
  std::string as;
  bool json = false;
  bool no_colour = false;
  bool yes = false;
  bool no_input = false;
  bool dry_run = false;
};

using Connect = std::function<Result<std::unique_ptr<LedgerClient>>(const std::string& url,
                                                                    const std::string& token)>;

// What a command works with.
struct Context {
  Io& io;
  Settings& settings;
  const Connect& connect;
  crypto::KeyringCost keyring_cost;

  Result<std::unique_ptr<LedgerClient>> client() const;
  // The keyring's password: from --password-file, else asked for. `twice` for a new one.
  Result<std::string> password(bool twice) const;
  // Of --keyring, opened; no password is asked for where there is none. Faults: those of the
  // keyring and of `password`.
  Result<crypto::Keyring> keyring() const;
  // A key by its name: of the keyring, or demo:NAME of the demonstration. Faults: those of the
  // keyring.
  Result<crypto::Ed25519Key> key(const std::string& name) const;
  // When the person agrees, says --yes, or is none: a script's input is no terminal. Faults:
  // `not_confirmed`, also with --no-input; `interrupted`.
  Status confirm(const std::string& question) const;
  // Of --as, against this ledger. Faults: `no_signer`, `key_unknown`, those of the keyring.
  Result<Signer> signer(LedgerClient& client, const LedgerHead& head) const;
};

// Prints the fault and returns its exit code.
int fail(Context& context, const Fault& fault);

// The tree of commands, and which one was chosen.
class Commands {
 public:
  using Action = std::function<int(Context&)>;

  Commands();
  CLI::App& root() { return root_; }
  Settings& settings() { return settings_; }
  // The same one for the same word.
  CLI::App& noun(const std::string& word);
  CLI::App& add(CLI::App& parent, const std::string& word, const std::string& doc, Action action);
  void on_parsed(CLI::App& app, Action action);
  // One that signs one transaction: it can be tried before.
  void add_dry_run(CLI::App& app);
  const Action& chosen() const { return chosen_; }
  // What completions know of options, and the words that they are asked about.
  OptionValues& option_values() { return option_values_; }
  std::vector<std::string>& begun_words() { return begun_words_; }
  // Keeps what options write into for as long as the tree lives.
  template <typename T>
  T& keep() {
    auto owned = std::make_shared<T>();
    kept_.push_back(owned);
    return *owned;
  }

 private:
  Settings settings_;
  CLI::App root_;
  Action chosen_;
  OptionValues option_values_;
  std::vector<std::string> begun_words_;
  std::vector<std::shared_ptr<void>> kept_;
};

// Each adds its branch of the tree.
void add_verb_commands(Commands& commands);    // receipt split, ticket open, ... one a verb
void add_table_commands(Commands& commands);   // receipt list, receipt show, ... two a table
void add_key_commands(Commands& commands);     // key new, key list
void add_ledger_commands(Commands& commands);  // status, transaction show, batch FILE
void add_grain_commands(Commands& commands);   // import samples, demo load, credit-weight
void add_bench_commands(Commands& commands);   // bench transfers
void add_proof_commands(Commands& commands);   // proof receipt, proof absent, proof result
void add_verify_command(Commands& commands);   // verify FILE, trust FILE
void add_audit_command(Commands& commands);    // audit
void add_net_commands(Commands& commands);     // net init, net start, net status, net stop
void add_help_commands(Commands& commands);    // completions, help exit-codes

// Signs, sends and reports one transaction; a person is asked before what is final.
int send_and_report(Context& context, const std::vector<Operation>& operations);

// Reads a whole file. Faults: `file_unreadable`, `file_too_large`.
Result<std::string> read_file(const std::string& path);

// Writes a file, over one that is there. Faults: `file_unwritable`.
Status write_file(const std::string& path, const std::string& text);

// A network's genesis.json. Faults: `genesis_invalid`, those of read_file.
Result<ledger::v1::Genesis> read_genesis(const std::string& path);

// The file where the keyring lies unless --keyring names another.
std::string default_keyring_path();

}  // namespace astyq::cli
