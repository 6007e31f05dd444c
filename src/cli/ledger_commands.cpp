// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/fixed_decimal.h"
#include "wire/catalogue.h"
#include "wire/json.h"

namespace astyq::cli {
namespace {

constexpr std::size_t kMaxBatchBytes = 8u << 20;

int show_status(Context& context) {
  const auto client = context.client();
  if (!client) return fail(context, client.fault());
  const auto head = (*client)->head();
  if (!head) return fail(context, head.fault());
  if (context.settings.json) {
    context.io.out << boost::json::serialize(head->json) << "\n";
    return kExitOk;
  }
  // The signed header is for programs: --json.
  boost::json::object shown;
  for (const char* name : {"network_id", "protocol_version", "height", "time_ns", "app_hash",
                           "ready", "not_ready", "pool_transactions", "first_height", "alarm"})
    if (const auto* value = head->json.if_contains(name)) shown[name] = *value;
  context.io.out << listed(shown);
  return kExitOk;
}

struct Named {
  std::string party;
  std::string id;
};

int show_transaction(Context& context, const Named& named) {
  const auto party = parse_whole(named.party);
  const auto id = from_hex(named.id);
  if (!party || !id)
    return fail(context, {"usage",
                          "PARTY is a number and ID is hexadecimal, as `astyq` printed them "
                          "when the transaction was sent."});
  const auto client = context.client();
  if (!client) return fail(context, client.fault());
  const auto answer = (*client)->transaction(*party, *id);
  if (!answer) return fail(context, answer.fault());
  context.io.out << (context.settings.json ? boost::json::serialize(*answer) + "\n"
                                           : listed(*answer));
  return kExitOk;
}

// A TxBody in JSON, of which only the operations count: party, id and validity are this program's.
int send_batch(Context& context, const std::string& path) {
  const auto text = read_file(path);
  if (!text) return fail(context, text.fault());
  base::v1::TxBody body;
  if (const Status read = wire::from_json(*text, body, kMaxBatchBytes); !read)
    return fail(context, {"option_wrong", path + ": " + read.fault().text});
  if (body.operations().empty())
    return fail(context, {"option_wrong", path + ": there are no operations."});
  if (body.party() != 0 || body.valid_until() != 0 || !body.id().empty() || body.has_sequence())
    return fail(context,
                {"option_wrong", path + ": leave out party, id, sequence and valid_until; "
                                        "the signer of --as and a fresh id fill them in."});
  const std::vector<Operation> operations(body.operations().begin(), body.operations().end());
  return send_and_report(context, operations);
}

}  // namespace

void add_ledger_commands(Commands& commands) {
  commands.add(commands.root(), "status", "The node's network, height, time and root.",
               &show_status);

  Named& named = commands.keep<Named>();
  CLI::App& transaction = commands.noun("transaction");
  transaction.description("What became of a transaction, for ever.");
  CLI::App& show =
      commands.add(transaction, "show", "By the party that sent it and its id.",
                   [&named](Context& context) { return show_transaction(context, named); });
  show.add_option("party", named.party, "number of the party")->required()->type_name("PARTY");
  show.add_option("id", named.id, "32 hexadecimal digits")->required()->type_name("ID");

  std::string& path = commands.keep<std::string>();
  CLI::App& batch = commands.noun("batch");
  batch.require_subcommand(0, 1);
  batch
      .add_option("file", path, "TxBody in JSON: {\"operations\":[{\"split_receipt\":{...}},...]}")
      ->type_name("FILE");
  commands.add_dry_run(batch);
  commands.on_parsed(batch, [&path](Context& context) {
    if (path.empty())
      return fail(context, {"usage", "Name a FILE of operations to send, or `list` or `show`."});
    return send_batch(context, path);
  });
}

}  // namespace astyq::cli
