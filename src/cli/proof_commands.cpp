// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/fixed_decimal.h"
#include "cli/statement_words.h"
#include "cli/words.h"
#include "paper/receipt_paper.h"
#include "proof/opening.h"
#include "proof/proof_file.h"
#include "store/row_text.h"
#include "wire/json.h"

namespace astyq::cli {
namespace {

struct ProofCommand {
  std::string of;  // a receipt's number, or TABLE/KEY
  std::string party;
  std::string id;
  std::string file;
  std::string pdf;
  std::string language = "kk";
  std::string open;  // reader's key
  std::string at_height;
};

struct RowName {
  const wire::TableEntry* table = nullptr;
  store::RowKey key;
};

// "receipts/7", "receipt/7" or, with a default table, "7".
Result<RowName> row_name(const std::string& text, const char* usual_table) {
  const std::size_t slash = text.find('/');
  const std::string table = slash == std::string::npos ? usual_table : text.substr(0, slash);
  for (const wire::TableEntry& each : wire::tables()) {
    if (each.name != table && noun_of(each) != table) continue;
    const auto key =
        store::parse_key(each, slash == std::string::npos ? text : text.substr(slash + 1));
    if (!key) return key.fault();
    return RowName{&each, *key};
  }
  return Fault{"usage",
               "'" + harmless(text) + "' names no row. Write TABLE/KEY, such as receipts/7."};
}

// Believes nothing but that the node made a whole proof of what was asked for.
Result<proof::v1::Proof> read_answer(const std::string& text) {
  auto read = proof::read_proof(text);
  if (!read) return read.fault();
  const auto statement = proof::verify(*read, nullptr, nullptr);
  if (!statement) return statement.fault();
  return read;
}

Result<crypto::ReaderPublicKey> reader_key(const std::string& hex) {
  const auto bytes = from_hex(hex);
  const auto key = bytes ? to_array<32>(*bytes) : std::nullopt;
  if (!key)
    return Fault{"reader_key_invalid",
                 "--open takes the 64 hexadecimal digits that `astyq key reader NAME` shows."};
  return *key;
}

// The owner's signed request for a row, sealed by the node.
Result<std::string> opening_request(Context& context, LedgerClient& client, const RowName& row,
                                    const crypto::ReaderPublicKey& reader) {
  const auto head = client.head();
  if (!head) return head.fault();
  const auto signer = context.signer(client, *head);
  if (!signer) return signer.fault();
  proof::v1::OpeningBody body;
  body.set_party(signer->party);
  body.set_key(Bytes(row.key.bytes()));
  body.set_reader(Bytes(view(reader)));
  body.set_valid_until_ns(client.now_ns() + proof::kRequestLastsNs / 2);
  return wire::to_json(proof::sign_request(body, head->network_id, signer->key));
}

// With the node's reader token this program seals what the node opens; without, the row's owner
// signs and the node seals.
Result<proof::v1::Proof> opened_row(Context& context, LedgerClient& client, const RowName& row,
                                    ProofQuery query, const std::string& reader_hex) {
  const auto reader = reader_key(reader_hex);
  if (!reader) return reader.fault();
  query.opened = !context.settings.reader_token_file.empty();
  if (!query.opened) {
    auto request = opening_request(context, client, row, *reader);
    if (!request) return request.fault();
    query.opening_request = std::move(*request);
  }
  const auto answer = client.proof(query);
  if (!answer) return answer.fault();
  auto read = read_answer(*answer);
  if (!read || !query.opened || !read->has_opening()) return read;
  const auto sealed = proof::sealed_for(*reader, read->opening());
  if (!sealed) return sealed.fault();
  read->clear_opening();
  *read->mutable_sealed() = *sealed;
  return read;
}

Result<proof::v1::Proof> prove_row(Context& context, const RowName& row,
                                   const ProofCommand& command) {
  const auto client = context.client();
  if (!client) return client.fault();
  ProofQuery query;
  query.of = row.table->name + "/" + store::key_text(*row.table, row.key);
  query.at_height = command.at_height;
  query.paper = !command.pdf.empty();
  if (!command.open.empty())
    return opened_row(context, **client, row, std::move(query), command.open);
  const auto answer = (*client)->proof(query);
  if (!answer) return answer.fault();
  return read_answer(*answer);
}

// The name of the receipt's elevator, as the node gives it. Empty when it does not.
std::string elevator_name(LedgerClient& client, const proof::v1::Proof& made) {
  const auto statement = proof::verify(made, nullptr, nullptr);
  receipts::v1::Receipt receipt;
  if (!statement || !receipt.ParseFromString(statement->row.open)) return "";
  const auto row = client.row("elevators", std::to_string(receipt.elevator()));
  if (!row) return "";
  const std::string place = text_of(*row, "place");
  return text_of(*row, "name") + (place.empty() ? "" : ", " + place);
}

Status write_paper(Context& context, const ProofCommand& command, const proof::v1::Proof& made) {
  const auto language = paper::language_of(command.language);
  if (!language) return Fault{"usage", "--language is kk, ru or en."};
  const auto client = context.client();
  if (!client) return client.fault();
  const std::string receipt = std::to_string(read_u64(BytesView(made.present().key()).substr(1)));
  const auto pdf = paper::receipt_paper({made, *language, elevator_name(**client, made),
                                         context.settings.node + "/v1/receipts/" + receipt});
  if (!pdf) return pdf.fault();
  return write_file(command.pdf, *pdf);
}

int report(Context& context, const ProofCommand& command, const proof::v1::Proof& made) {
  if (!command.pdf.empty())
    if (const Status written = write_paper(context, command, made); !written)
      return fail(context, written.fault());
  const std::string text = proof::write_proof(made);
  if (command.file == "-") {
    context.io.out << text;
    return kExitOk;
  }
  if (!command.file.empty())
    if (const Status written = write_file(command.file, text); !written)
      return fail(context, written.fault());
  const std::string& file = command.file.empty() ? command.pdf : command.file;
  const auto statement = proof::verify(made, nullptr, nullptr);
  if (context.settings.json) {
    boost::json::object shown = json_of(*statement);
    shown.erase("verdict");
    if (!command.file.empty()) shown["file"] = command.file;
    if (!command.pdf.empty()) shown["pdf"] = command.pdf;
    context.io.out << boost::json::serialize(shown) << "\n";
    return kExitOk;
  }
  context.io.out << "wrote " << file << ": what was so at " << moment(statement->time_ns)
                 << " UTC, after block " << statement->height << "\n";
  show_hint(context.io, "astyq verify " + file + " --trust GENESIS checks it anywhere");
  return kExitOk;
}

int prove(Context& context, const ProofCommand& command, const char* usual_table, bool absent) {
  if (command.file.empty() && command.pdf.empty())
    return fail(context, {"usage", "Say where to write it: -o FILE, or --pdf FILE for a paper."});
  if (!command.pdf.empty() && !paper::language_of(command.language))
    return fail(context, {"usage", "--language is kk, ru or en."});
  const auto row = row_name(command.of, usual_table);
  if (!row) return fail(context, row.fault());
  const auto made = prove_row(context, *row, command);
  if (!made) return fail(context, made.fault());
  const std::string name = row->table->name + "/" + store::key_text(*row->table, row->key);
  const BytesView key = made->has_present() ? made->present().key() : made->absent().key();
  if (key != row->key.bytes())
    return fail(context, {"node_failed", "The node proves another row than the one asked for."});
  if (!absent && made->has_absent())
    return fail(context, {"row_unknown", "There is no " + name + ". `astyq proof absent " + name +
                                             "` proves that."});
  if (absent && made->has_present())
    return fail(context, {"row_present", name + " is there. `astyq proof row " + name +
                                             "` proves how it stands."});
  return report(context, command, *made);
}

int prove_result(Context& context, const ProofCommand& command) {
  const auto party = parse_whole(command.party);
  const std::size_t colon = std::min(command.id.find(':'), command.id.size());
  const bool number = colon == command.id.size() || parse_whole(command.id.substr(colon + 1));
  if (!party || !from_hex(command.id.substr(0, colon)) || !number)
    return fail(context, {"usage",
                          "PARTY is a number, ID hexadecimal as `astyq` printed it when the "
                          "transaction was settled, or a public key, ':' and its number."});
  const auto client = context.client();
  if (!client) return fail(context, client.fault());
  ProofQuery query;
  query.of = "transactions/" + std::to_string(*party) + "/" + command.id;
  query.at_height = command.at_height;
  const auto answer = (*client)->proof(query);
  if (!answer) return fail(context, answer.fault());
  const auto made = read_answer(*answer);
  if (!made) return fail(context, made.fault());
  if (!made->has_result())
    return fail(context, {"node_failed", "The node proves something else than a result."});
  return report(context, command, *made);
}

void add_output(CLI::App& app, ProofCommand& command) {
  app.add_option("-o,--output", command.file, "where to write it; - for the output")
      ->type_name("FILE");
  app.add_option("--at-height", command.at_height, "after an earlier block")->type_name("HEIGHT");
}

void add_paper(Commands& commands, CLI::App& app, ProofCommand& command) {
  app.add_option("--pdf", command.pdf, "a page to print, with its QR code and the proof attached")
      ->type_name("FILE");
  const CLI::Option* language =
      app.add_option("--language", command.language, "of the page: kk, ru or en (default kk)")
          ->type_name("CODE");
  commands.option_values()[language] = [] { return std::vector<std::string>{"kk", "ru", "en"}; };
}

}  // namespace

void add_proof_commands(Commands& commands) {
  CLI::App& noun = commands.noun("proof");
  noun.description("Proofs that anybody can check without the node: `astyq verify`.");
  struct Word {
    const char* word;
    const char* doc;
    const char* table;
    bool absent;
  };
  for (const Word& word : {Word{"receipt", "That a receipt was so.", "receipts", false},
                           Word{"row", "That any row was so.", "", false},
                           Word{"absent", "That there was no row with a key.", "", true}}) {
    ProofCommand& command = commands.keep<ProofCommand>();
    CLI::App& app = commands.add(noun, word.word, word.doc, [&command, word](Context& context) {
      return prove(context, command, word.table, word.absent);
    });
    app.add_option("of", command.of, *word.table != '\0' ? "number of the receipt" : "TABLE/KEY")
        ->required()
        ->type_name(*word.table != '\0' ? "ID" : "KEY");
    add_output(app, command);
    if (std::string_view(word.word) == "receipt") add_paper(commands, app, command);
    if (!word.absent)
      app.add_option("--open", command.open,
                     "seal the restricted part for this reader: signed by --as, whose it is")
          ->type_name("READER");
  }
  ProofCommand& command = commands.keep<ProofCommand>();
  CLI::App& result =
      commands.add(noun, "result", "That a transaction was applied or refused.",
                   [&command](Context& context) { return prove_result(context, command); });
  result.add_option("party", command.party, "number of the party")->required()->type_name("PARTY");
  result.add_option("id", command.id, "32 hexadecimal digits, or a public key, ':' and its number")
      ->required()
      ->type_name("ID");
  add_output(result, command);
  result.get_option("--output")->required();
}

}  // namespace astyq::cli
