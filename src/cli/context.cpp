// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <fstream>

#include "cli/commands.h"
#include "crypto/entropy.h"
#include "engine/demo.h"
#include "engine/genesis.h"
#include "wire/json.h"

namespace astyq::cli {
namespace {

constexpr std::string_view kDemoPrefix = "demo:";
// More than any file that a command reads, and little enough to be held in memory.
constexpr std::size_t kMostFileBytes = std::size_t{256} << 20;

std::string first_line(std::string text) {
  text.erase(std::find(text.begin(), text.end(), '\n'), text.end());
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

struct CodeExit {
  std::string_view code;
  int exit;
};
constexpr CodeExit kExits[] = {{"option_wrong", kExitUsage},
                               {"table_invalid", kExitUsage},
                               {"file_too_large", kExitUsage},
                               {"usage", kExitUsage},
                               {"no_signer", kExitUsage},
                               {"not_confirmed", kExitUsage},
                               {"no_terminal", kExitUsage},
                               {"node_url_wrong", kExitUsage},
                               {"config_invalid", kExitUsage},
                               {"keyring_wrong_name", kExitUsage},
                               {"parameter_invalid", kExitUsage},
                               {"parameter_unknown", kExitUsage},
                               {"filter_invalid", kExitUsage},
                               {"filter_unknown", kExitUsage},
                               {"cursor_invalid", kExitUsage},
                               {"key_invalid", kExitUsage},
                               {"reader_key_invalid", kExitUsage},
                               {"genesis_invalid", kExitUsage},
                               {"annex_key_wrong", kExitUsage},
                               {"witness_invalid", kExitUsage},
                               {"row_unknown", kExitNotFound},
                               {"row_present", kExitNotFound},
                               {"table_unknown", kExitNotFound},
                               {"transaction_unknown", kExitNotFound},
                               {"results_incomplete", kExitNotFound},
                               {"height_ahead", kExitNotFound},
                               {"height_gone", kExitNotFound},
                               {"file_unreadable", kExitNotFound},
                               {"keyring_missing", kExitNotFound},
                               {"keyring_no_such_key", kExitNotFound},
                               {"season_missing", kExitNotFound},
                               {"net_missing", kExitNotFound},
                               {"net_path_too_long", kExitUsage},
                               {"program_missing", kExitNotFound},
                               {"log_empty", kExitNotFound},
                               {"origin_needed", kExitUsage},
                               {"token_wrong", kExitNotAllowed},
                               {"token_needed", kExitNotAllowed},
                               {"key_unknown", kExitNotAllowed},
                               {"opening_not_yours", kExitNotAllowed},
                               {"opening_wrong_signature", kExitNotAllowed},
                               {"proof_not_for_you", kExitNotAllowed},
                               {"keyring_wrong_password", kExitNotAllowed},
                               {"keyring_too_open", kExitNotAllowed},
                               {"password_missing", kExitNotFound},
                               {"password_too_open", kExitNotAllowed},
                               {"not_admitted", kExitRefused},
                               {"demo_refused", kExitRefused},
                               {"unknown_outcome", kExitUnknown},
                               {"interrupted", kExitInterrupted}};

}  // namespace

int fail(Context& context, const Fault& fault) {
  const auto* found = std::ranges::find(kExits, fault.code, &CodeExit::code);
  // A proof that does not hold is what was looked for, and found.
  const bool is_of_proof = fault.code.starts_with("proof_") || fault.code.starts_with("light_") ||
                           fault.code.starts_with("trust_");
  const int other = is_of_proof ? kExitFindings : kExitFailed;
  const int exit = found == std::end(kExits) ? other : found->exit;
  if (context.settings.json)
    show_fault_json(context.io, fault, exit, "");
  else
    show_fault(context.io, fault);
  return exit;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 65'536> part;
  while (file.read(part.data(), part.size()), file.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMostFileBytes)
      return Fault{"file_too_large", "'" + path + "' has more than " +
                                         std::to_string(kMostFileBytes >> 20) +
                                         " MiB. Check that it is the file that you meant."};
  }
  if (!file.is_open() || file.bad())
    return Fault{"file_unreadable",
                 "'" + path + "' cannot be read. Check that it is a file, its name and rights."};
  return text;
}

Status write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file) return Done{};
  return Fault{"file_unwritable",
               "'" + path + "' cannot be written. Check its folder, its rights and the disk."};
}

Result<ledger::v1::Genesis> read_genesis(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.fault();
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  ledger::v1::Genesis genesis;
  const Status read = wire::from_json(*text, genesis, kMostFileBytes);
  if (read.ok() && !genesis.network_id().empty() && engine::validators_problem(genesis).empty())
    return genesis;
  return Fault{"genesis_invalid", path +
                                      " is no genesis document that names a network and its "
                                      "validators. Ask the network for its genesis.json."};
}

Result<std::unique_ptr<LedgerClient>> Context::client() const {
  std::string token;
  if (!settings.reader_token_file.empty()) {
    auto text = read_file(settings.reader_token_file);
    if (!text) return text.fault();
    token = first_line(std::move(*text));
  }
  return connect(settings.node, token);
}

Result<std::string> Context::password(bool twice) const {
  if (!settings.password_file.empty()) return crypto::read_password(settings.password_file);
  if (settings.no_input)
    return Fault{"no_terminal", "The keyring needs its password: give --password-file FILE."};
  auto first = io.ask("Password of the keyring " + settings.keyring + ": ", true);
  if (!first || !twice) return first;
  auto second = io.ask("Once more: ", true);
  if (!second) return second.fault();
  if (*first != *second) return Fault{"usage", "The two passwords differ. Nothing was written."};
  return first;
}

Result<crypto::Keyring> Context::keyring() const {
  if (const Status there = crypto::Keyring::check(settings.keyring); !there) {
    if (there.fault().code != "keyring_missing") return there.fault();
    return Fault{"keyring_missing", "There is no keyring at " + settings.keyring +
                                        " yet. Make one with `astyq key new NAME`, or name "
                                        "another with --keyring FILE."};
  }
  const auto secret = password(false);
  if (!secret) return secret.fault();
  return crypto::Keyring::open(settings.keyring, *secret, crypto::system_entropy);
}

Status Context::confirm(const std::string& question) const {
  if (settings.yes || settings.dry_run) return Done{};
  if (settings.no_input)
    return Fault{
        "not_confirmed",
        "It cannot be taken back, and --no-input lets nobody be asked. Say --yes, or try it "
        "with --dry-run. Nothing was sent."};
  if (!io.in_is_terminal) return Done{};
  const auto answer = io.ask(question + " [y/N] ", false);
  if (!answer) return answer.fault();
  if (*answer == "y" || *answer == "Y" || *answer == "yes") return Done{};
  return Fault{"not_confirmed", "Not confirmed; nothing was sent."};
}

Result<crypto::Ed25519Key> Context::key(const std::string& name) const {
  if (name.starts_with(kDemoPrefix)) return engine::demo_key(name.substr(kDemoPrefix.size()));
  const auto ring = keyring();
  if (!ring) return ring.fault();
  return ring->get(name);
}

Result<Signer> Context::signer(LedgerClient& client, const LedgerHead& head) const {
  if (settings.as.empty())
    return Fault{"no_signer",
                 "Say who signs: --as NAME of your keyring, or --as demo:farm-01 on the "
                 "demonstration network."};
  if (settings.as.starts_with(kDemoPrefix) && head.network_id != engine::kDemoNetwork)
    return Fault{"no_signer", "Anybody has the demonstration's keys, so they sign only for " +
                                  std::string(engine::kDemoNetwork) + "; this node serves " +
                                  head.network_id + "."};
  const auto signing = key(settings.as);
  if (!signing) return signing.fault();
  return signer_of(client, *signing);
}

}  // namespace astyq::cli
