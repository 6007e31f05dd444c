// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>
#include <chrono>

#include "cli/commands.h"
#include "cli/statement_words.h"
#include "cli/terminal.h"
#include "paper/receipt_paper.h"
#include "proof/proof_file.h"

namespace astyq::cli {
namespace {

struct VerifyCommand {
  std::string what;
  std::string trust;
  std::string reader;
  std::string output;  // of `astyq trust`
};

// Of a genesis, or of a file that `astyq trust` wrote.
Result<proof::Anchor> read_anchor(const std::string& path) {
  const std::int64_t now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                  std::chrono::system_clock::now().time_since_epoch())
                                  .count();
  const auto text = read_file(path);
  if (!text) return text.fault();
  if (proof::is_trust_text(*text)) return proof::read_trust(*text, now_ns);
  const auto genesis = read_genesis(path);
  if (!genesis) return genesis.fault();
  return proof::anchor_of(*genesis, now_ns);
}

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
    const auto read = read_anchor(command.trust);
    if (!read) return fail(context, read.fault());
    anchor = *read;
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

// The block of a proof that is right, to begin with in later years.
int trust(Context& context, const VerifyCommand& command) {
  const auto anchor = read_anchor(command.trust);
  if (!anchor) return fail(context, anchor.fault());
  const auto text = read_file(command.what);
  if (!text) return fail(context, text.fault());
  const auto read = proof::read_proof(*text);
  if (!read) return fail(context, read.fault());
  const auto statement = proof::verify(*read, &*anchor, nullptr);
  if (!statement) return fail(context, statement.fault());
  const auto trusted = proof::trusted_block(*read, *anchor);
  if (!trusted) return fail(context, trusted.fault());
  if (const Status written = write_file(command.output, proof::write_trust(*trusted)); !written)
    return fail(context, written.fault());
  const std::int64_t height = trusted->block().signed_header().header().height();
  if (context.settings.json)
    context.io.out << boost::json::serialize(boost::json::object{
                          {"file", command.output}, {"height", std::to_string(height)}})
                   << "\n";
  else
    context.io.out << "wrote " << command.output << ": block " << height << " of "
                   << harmless(anchor->network_id) << ", to be trusted for "
                   << trusted->trusting_days() << " days from its time\n";
  return kExitOk;
}

void add_trust_command(Commands& commands) {
  VerifyCommand& command = commands.keep<VerifyCommand>();
  CLI::App& app =
      commands.add(commands.root(), "trust",
                   "Writes the block of a proof that is right as a start for checking later ones.",
                   [&command](Context& context) { return trust(context, command); });
  app.add_option("what", command.what, "a file of `astyq proof`")->required()->type_name("FILE");
  app.add_option("--trust", command.trust, "what you trust now, as with `astyq verify`")
      ->required()
      ->type_name("GENESIS");
  app.add_option("-o,--output", command.output, "where to write it")->required()->type_name("FILE");
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
  app.add_option(
         "--trust", command.trust,
         "the network's genesis.json or a file of `astyq trust`, from a source of your own; "
         "without it: untrusted")
      ->type_name("GENESIS");
  app.add_option("--reader", command.reader,
                 "your key that a restricted part is sealed for (`astyq key reader`)")
      ->type_name("NAME");
  add_trust_command(commands);
}

}  // namespace astyq::cli
