// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/statement_words.h"
#include "paper/receipt_paper.h"
#include "proof/proof_file.h"

namespace astyq::cli {
namespace {

struct VerifyCommand {
  std::string what;
  std::string trust;
  std::string reader;
};

// Without a genesis nothing is known of who signed, however right the rest is.
int show(Context& context, const boost::json::object& json, const std::string& words,
         bool trusted) {
  if (context.settings.json)
    context.io.out << boost::json::serialize(json) << "\n";
  else
    context.io.out << words;
  return trusted ? kExitOk : kExitFindings;
}

int verify(Context& context, const VerifyCommand& command) {
  std::optional<proof::Anchor> anchor;
  if (!command.trust.empty()) {
    const auto genesis = read_genesis(command.trust);
    if (!genesis) return fail(context, genesis.fault());
    anchor = proof::anchor_of(*genesis);
  }
  const proof::Anchor* trusted = anchor ? &*anchor : nullptr;
  if (proof::is_qr_text(command.what)) {
    const auto code = proof::read_qr(command.what, trusted);
    if (!code) return fail(context, code.fault());
    return show(context, json_of(*code, anchor.has_value()), words_of(*code, anchor.has_value()),
                anchor.has_value());
  }
  std::optional<crypto::ReaderKey> reader;
  if (!command.reader.empty()) {
    const auto key = context.key(command.reader);
    if (!key) return fail(context, key.fault());
    reader.emplace(*key);
  }
  auto text = read_file(command.what);
  const bool is_paper = text && paper::is_pdf(*text);
  if (is_paper) text = paper::attached_proof(*text);
  if (!text) return fail(context, text.fault());
  const auto read = proof::read_proof(*text);
  if (!read) return fail(context, read.fault());
  const auto statement = proof::verify(*read, trusted, reader ? &*reader : nullptr);
  if (!statement) return fail(context, statement.fault());
  auto json = json_of(*statement);
  // Anybody can attach a right proof to a page that says something else.
  if (is_paper) json["page"] = "not_checked";
  const char* page =
      "The page itself was not looked at; compare it with the proof attached to it:\n";
  return show(context, json, (is_paper ? page : "") + words_of(*statement), statement->trusted);
}

}  // namespace

void add_verify_command(Commands& commands) {
  VerifyCommand& command = commands.keep<VerifyCommand>();
  CLI::App& app = commands.add(
      commands.root(), "verify",
      "Checks a proof, a receipt's PDF or the text of its QR code; needs no node and no network.",
      [&command](Context& context) { return verify(context, command); });
  app.add_option("what", command.what,
                 "a file of `astyq proof`, its PDF too, or a text that begins ASTYQ1:")
      ->required()
      ->type_name("FILE");
  app.add_option("--trust", command.trust,
                 "the network's genesis.json, from a source of your own; without it: untrusted")
      ->type_name("GENESIS");
  app.add_option("--reader", command.reader,
                 "your key that a restricted part is sealed for (`astyq key reader`)")
      ->type_name("NAME");
}

}  // namespace astyq::cli
