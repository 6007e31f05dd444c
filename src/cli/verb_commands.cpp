// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/message_options.h"
#include "cli/words.h"
#include "wire/canonical.h"
#include "wire/catalogue.h"
#include "wire/json.h"

namespace astyq::cli {
namespace {

const wire::VerbEntry* verb_of(const Operation& operation) {
  const auto* oneof = Operation::descriptor()->oneof_decl(0);
  const auto* field = Operation::GetReflection()->GetOneofFieldDescriptor(operation, oneof);
  return field == nullptr ? nullptr : wire::find_verb(field->name());
}

void show_operation(Io& io, const wire::VerbEntry* verb, const OperationAnswer& answer) {
  const std::string name = verb == nullptr ? "operation" : verb->name;
  if (!answer.accepted()) {
    io.err << name << ": refused: " << answer.text << "\n  code: " << answer.code << "\n";
    return;
  }
  io.out << name << ": accepted";
  const wire::TableEntry* table =
      verb == nullptr || answer.first_id == 0 ? nullptr : wire::find_table(verb->creates);
  if (table != nullptr) {
    io.out << ", " << noun_of(*table) << " " << answer.first_id;
    if (answer.count > 1) io.out << " to " << answer.first_id + answer.count - 1;
  }
  io.out << "\n";
  if (table != nullptr)
    show_hint(io, "astyq " + noun_of(*table) + " show " + std::to_string(answer.first_id));
}

int exit_of(const TxAnswer& answer) {
  if (answer.fate == Fate::kUnknown) return kExitUnknown;
  if (answer.fate == Fate::kNotAdmitted) {
    const bool keys = answer.admission.code == "key_not_of_party" ||
                      answer.admission.code == "too_few_keys" ||
                      answer.admission.code == "wrong_signature";
    return keys ? kExitNotAllowed : kExitRefused;
  }
  for (const OperationAnswer& operation : answer.operations)
    if (!operation.accepted()) return kExitRefused;
  return kExitOk;
}

void report(Context& context, const std::vector<Operation>& operations, const TxAnswer& answer,
            const Signed& sent) {
  if (context.settings.json) {
    boost::json::object shown = answer.json;
    shown["party"] = std::to_string(sent.party);
    shown["id"] = to_hex(sent.id);
    context.io.out << boost::json::serialize(shown) << "\n";
    return;
  }
  if (answer.fate == Fate::kNotAdmitted) {
    context.io.err << "not admitted, nothing was consumed: " << answer.admission.text
                   << "\n  code: " << answer.admission.code << "\n";
    return;
  }
  for (std::size_t i = 0; i < answer.operations.size(); ++i)
    show_operation(context.io, i < operations.size() ? verb_of(operations[i]) : nullptr,
                   answer.operations[i]);
  if (context.settings.dry_run)
    context.io.err << "dry run: nothing was changed\n";
  else
    context.io.err << "settled at height " << answer.height << " as " << sent.party << " "
                   << to_hex(sent.id) << "\n";
}

// What was sent may have happened: never a failure, and always a way to find out.
int report_unknown(Context& context, const Signed& sent, const std::string& why) {
  if (context.settings.json)
    context.io.out << boost::json::serialize(
                          boost::json::object{{"status", "unknown"},
                                              {"party", std::to_string(sent.party)},
                                              {"id", to_hex(sent.id)}})
                   << "\n";
  context.io.err << "unknown: " << why << " The transaction may have been applied.\n";
  show_hint(context.io,
            "astyq transaction show " + std::to_string(sent.party) + " " + to_hex(sent.id));
  return kExitUnknown;
}

// What is final of them, as it will be signed; empty when nothing is.
std::string question_of(const std::vector<Operation>& operations) {
  std::string question;
  for (const Operation& operation : operations)
    if (const wire::VerbEntry* verb = verb_of(operation); verb != nullptr && is_asked(*verb))
      question += verb->doc + "\n  " + harmless(wire::to_json(operation)) + "\n";
  return question.empty() ? question : question + "It cannot be taken back. Send it?";
}

struct VerbCommand {
  const wire::VerbEntry* verb = nullptr;
  MessageOptions options;
};

int send_verb(Context& context, const VerbCommand& command) {
  Operation operation;
  const auto* field = Operation::descriptor()->FindFieldByName(command.verb->name);
  ASTYQ_CHECK(field != nullptr);
  auto* message = Operation::GetReflection()->MutableMessage(&operation, field);
  if (const Status filled = command.options.fill(*message); !filled)
    return fail(context, filled.fault());
  return send_and_report(context, {operation});
}

}  // namespace

int send_and_report(Context& context, const std::vector<Operation>& operations) {
  // A digest of another length, too long a text: no ledger would read it, and nobody may sign it.
  const std::size_t form = wire::message_index("astyq.base.v1.Operation");
  for (const Operation& operation : operations)
    if (!wire::walk(operation.SerializeAsString(), form, UINT32_MAX).ok())
      return fail(context, {"option_wrong",
                            "A value has a length that the ledger does not take: bytes of a fixed "
                            "size, or too much of something. See --help of the verb. Nothing was "
                            "sent."});
  const auto client = context.client();
  if (!client) return fail(context, client.fault());
  const auto head = (*client)->head();
  if (!head) return fail(context, head.fault());
  const auto signer = context.signer(**client, *head);
  if (!signer) return fail(context, signer.fault());
  if (const std::string question = question_of(operations); !question.empty())
    if (const Status agreed = context.confirm(question); !agreed)
      return fail(context, agreed.fault());

  const Signed signed_tx = sign(**client, head->network_id, *signer, operations);
  const auto answer = context.settings.dry_run ? (*client)->dry_run(signed_tx.bytes)
                                               : (*client)->send(signed_tx.bytes);
  if (!answer && answer.fault().code == "unknown_outcome")
    return report_unknown(context, signed_tx, answer.fault().text);
  if (!answer) return fail(context, answer.fault());
  if (answer->fate == Fate::kUnknown)
    return report_unknown(context, signed_tx, "The node stopped before it could tell.");
  report(context, operations, *answer, signed_tx);
  return exit_of(*answer);
}

void add_verb_commands(Commands& commands) {
  for (const wire::VerbEntry& verb : wire::verbs()) {
    const CommandWords words = words_of(verb);
    VerbCommand& command = commands.keep<VerbCommand>();
    command.verb = &verb;
    CLI::App& app =
        commands.add(commands.noun(words.noun), words.verb, verb.doc,
                     [&command](Context& context) { return send_verb(context, command); });
    command.options.add_to(app, *verb.message, commands.option_values());
    commands.add_dry_run(app);
    std::string footer;
    if (!verb.permission.empty()) footer = "Needs the permission " + verb.permission + ".\n";
    if (command.options.has_unreachable_fields())
      footer += "Some fields are lists of records: send these by `astyq batch FILE`.\n";
    if (is_asked(verb)) footer += "Asks first on a terminal; --yes does not.\n";
    app.footer(footer);
  }
}

}  // namespace astyq::cli
