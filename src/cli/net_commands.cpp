// SPDX-License-Identifier: Apache-2.0
// A consortium on this machine: made, started, looked at and stopped with one command each.
#include <boost/json/serialize.hpp>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "cli/commands.h"
#include "cli/demo_load.h"
#include "cli/samples_file.h"
#include "localnet/programs.h"
#include "localnet/standing.h"

namespace astyq::cli {
namespace {

using localnet::Member;
using localnet::Network;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kReadyWithin{120};
constexpr milliseconds kLook{100};
// Stays until the season is complete, so that a load cut short is noticed.
constexpr const char* kSeasonMark = "season.loading";

struct NetOptions {
  localnet::Plan plan{.directory = "./astyq-net", .validators = 4, .first_port = 8200};
  std::string cometbft;
  std::vector<std::string> names;  // of members; all when empty
  bool empty = false;
};

std::string mark_of(const Network& network) {
  return network.directory + "/" + kSeasonMark;
}

// Those that are named. Faults: `option_wrong`.
Result<std::vector<Member>> chosen(const Network& network, const std::vector<std::string>& names) {
  if (names.empty()) return network.members;
  std::set<std::string> wanted(names.begin(), names.end());
  std::vector<Member> found;
  for (const Member& member : network.members)
    if (wanted.erase(member.name) > 0) found.push_back(member);
  if (wanted.empty()) return found;
  return Fault{"option_wrong", "There is no '" + *wanted.begin() + "' here: the network has " +
                                   network.members.front().name + " to " +
                                   network.members.back().name + "."};
}

boost::json::object json_of(const Member& member, const Context& context) {
  boost::json::object node{{"name", member.name}, {"url", member.api_url()}};
  const auto process = localnet::running(localnet::node_pid_file(member));
  const auto comet = localnet::running(localnet::comet_pid_file(member));
  if (process) node["process_id"] = *process;
  if (comet) {
    node["comet_process_id"] = *comet;
    if (const auto peers = localnet::peers_of(member)) node["peers"] = *peers;
  }
  const auto client = context.connect(member.api_url(), "");
  if (!process || !client) return node;
  const auto head = (*client)->head();
  if (!head) return node;
  node["height"] = std::to_string(head->height);
  node["app_hash"] = head->root;
  for (const char* name : {"ready", "not_ready", "alarm"})
    if (const auto* value = head->json.if_contains(name)) node[name] = *value;
  return node;
}

boost::json::object json_of(const Network& network, const Context& context) {
  boost::json::array nodes;
  for (const Member& member : network.members) nodes.push_back(json_of(member, context));
  return {{"network_id", network.network_id},
          {"directory", network.directory},
          {"nodes", std::move(nodes)}};
}

std::string cell(const boost::json::object& node, const char* name) {
  const auto* value = node.if_contains(name);
  if (value == nullptr) return "-";
  return value->is_string() ? harmless(value->as_string()) : boost::json::serialize(*value);
}

void show(Context& context, const Network& network) {
  const auto standing = json_of(network, context);
  if (context.settings.json) {
    context.io.out << boost::json::serialize(standing) << '\n';
    return;
  }
  std::vector<std::vector<std::string>> lines{
      {"node", "process", "cometbft", "peers", "height", "root", "ready", "address"}};
  for (const auto& each : standing.at("nodes").as_array()) {
    const auto& node = each.as_object();
    lines.push_back({cell(node, "name"), cell(node, "process_id"), cell(node, "comet_process_id"),
                     cell(node, "peers"), cell(node, "height"),
                     cell(node, "app_hash").substr(0, 12), cell(node, "ready"), cell(node, "url")});
  }
  context.io.out << aligned(lines);
}

bool is_ready(const Context& context, const Member& member) {
  const auto client = context.connect(member.api_url(), "");
  if (!client) return false;
  const auto head = (*client)->head();
  return head.ok() && head->json.contains("ready") && head->json.at("ready").as_bool();
}

// Faults: `net_not_ready`.
Status wait_until_ready(const Context& context, const std::vector<Member>& members) {
  const auto deadline = steady_clock::now() + kReadyWithin;
  for (const Member& member : members)
    while (!is_ready(context, member)) {
      for (const std::string& log :
           {localnet::running(localnet::node_pid_file(member)) ? ""
                                                               : localnet::node_log_file(member),
            localnet::running(localnet::comet_pid_file(member)) ? ""
                                                                : localnet::comet_log_file(member)})
        if (!log.empty())
          return Fault{"net_not_ready", member.name + " came to its end while it started. " + log +
                                            " says why; `astyq net stop` ends the others."};
      if (steady_clock::now() > deadline)
        return Fault{"net_not_ready", member.name + " is not ready after " +
                                          std::to_string(kReadyWithin.count()) + " s. See " +
                                          localnet::node_log_file(member) + " and " +
                                          localnet::comet_log_file(member) + "."};
      std::this_thread::sleep_for(kLook);
    }
  return Done{};
}

// Whether so many run that blocks are made: more than two thirds of equal powers.
bool makes_blocks(const Network& network) {
  std::size_t run = 0;
  for (const Member& member : network.members)
    if (localnet::running(localnet::comet_pid_file(member))) ++run;
  return 3 * run > 2 * network.members.size();
}

// Of a network that was made just now. Faults: those of load_demo.
Status load_season(Context& context, const Network& network) {
  std::error_code error;
  if (!std::filesystem::exists(mark_of(network), error)) return Done{};
  const auto rows = read_samples_file(default_samples_path());
  if (!rows) return rows.fault();
  const auto client = context.connect(network.members.front().api_url(), "");
  if (!client) return client.fault();
  const auto summary = load_demo(**client, *rows, {}, progress_bar(context.io));
  if (!summary) return summary.fault();
  std::filesystem::remove(mark_of(network), error);
  return Done{};
}

int init_net(Context& context, const NetOptions& options) {
  const auto network = localnet::make_network(options.plan);
  if (!network) return fail(context, network.fault());
  if (!options.empty)
    if (const Status marked = write_file(mark_of(*network), ""); !marked)
      return fail(context, marked.fault());
  show(context, *network);
  show_hint(context.io, "astyq net start --dir " + network->directory);
  return kExitOk;
}

int start_net(Context& context, const NetOptions& options) {
  const auto network = localnet::read_network(options.plan.directory);
  if (!network) return fail(context, network.fault());
  const auto members = chosen(*network, options.names);
  if (!members) return fail(context, members.fault());
  const auto programs = localnet::find_programs(options.cometbft);
  if (!programs) return fail(context, programs.fault());
  for (const Member& member : *members)
    if (const Status started = localnet::start_member(member, *programs); !started)
      return fail(context, started.fault());
  if (makes_blocks(*network)) {
    if (const Status ready = wait_until_ready(context, *members); !ready)
      return fail(context, ready.fault());
    if (const Status loaded = load_season(context, *network); !loaded)
      return fail(context, loaded.fault());
  }
  show(context, *network);
  show_hint(context.io, "astyq --node " + network->members.front().api_url() +
                            " receipt list; astyq net stop --dir " + network->directory);
  return kExitOk;
}

int show_net(Context& context, const NetOptions& options) {
  const auto network = localnet::read_network(options.plan.directory);
  if (!network) return fail(context, network.fault());
  show(context, *network);
  return kExitOk;
}

int stop_net(Context& context, const NetOptions& options) {
  const auto network = localnet::read_network(options.plan.directory);
  if (!network) return fail(context, network.fault());
  const auto members = chosen(*network, options.names);
  if (!members) return fail(context, members.fault());
  for (const Member& member : *members) {
    const auto killed = localnet::stop_member(member);
    if (!killed) return fail(context, killed.fault());
    for (const std::string& name : *killed)
      context.io.err << name << " did not end in time and was killed; nothing is lost\n";
  }
  show(context, *network);
  return kExitOk;
}

struct Word {
  const char* word;
  const char* doc;
  int (*act)(Context&, const NetOptions&);
};

CLI::App& add_net(Commands& commands, CLI::App& noun, NetOptions& options, const Word& word) {
  CLI::App& app =
      commands.add(noun, word.word, word.doc,
                   [&options, act = word.act](Context& context) { return act(context, options); });
  app.add_option("--dir", options.plan.directory, "the network's directory (default ./astyq-net)")
      ->type_name("DIR");
  return app;
}

}  // namespace

void add_net_commands(Commands& commands) {
  NetOptions& options = commands.keep<NetOptions>();
  CLI::App& noun = commands.noun("net");
  noun.description("A consortium on this machine: several nodes, each with its CometBFT.");
  CLI::App& init =
      add_net(commands, noun, options, {"init", "Keys, genesis and configurations.", &init_net});
  init.add_option("--validators", options.plan.validators, "how many (default 4)")->type_name("N");
  init.add_option("--first-port", options.plan.first_port,
                  "of three for each, on loopback (default 8200)")
      ->type_name("PORT");
  init.add_flag("--empty", options.empty, "do not load the demonstration's season at the start");
  CLI::App& start =
      add_net(commands, noun, options,
              {"start", "Start what does not run; the first time load the season.", &start_net});
  start.add_option("--cometbft", options.cometbft, "CometBFT v0.38 to v0.40 (default: as found)")
      ->type_name("FILE");
  CLI::App& stop = add_net(commands, noun, options, {"stop", "Stop what runs.", &stop_net});
  for (CLI::App* each : {&start, &stop})
    each->add_option("nodes", options.names, "only these, like node-2")->type_name("NODE");
  add_net(commands, noun, options,
          {"status", "Each node's processes, peers, height and root.", &show_net});
}

}  // namespace astyq::cli
