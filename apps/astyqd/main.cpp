// SPDX-License-Identifier: Apache-2.0
// The node: one process, one data directory, one address.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <thread>

#include "astyqd/member_commands.h"
#include "consortium/membership.h"
#include "engine/demo.h"
#include "http/server.h"
#include "node/backup.h"
#include "node/consensus.h"
#include "node/descriptors.h"
#include "node/node.h"
#include "node/restore.h"
#include "node/setup.h"
#include "node/status.h"
#include "store/file_system.h"
#include "wire/json.h"

void astyqd::say(const std::string& text) {
  std::fprintf(stderr, "astyqd: %s\n", text.c_str());
}

namespace {

using astyq::Fault;
using astyq::Result;
using astyq::Status;
using astyq::consortium::Membership;
using astyq::node::Config;
using astyqd::say;

constexpr int kFailed = 1;
constexpr int kWrongUse = 2;
constexpr std::size_t kMostGenesisBytes = 16u << 20;

struct Arguments {
  std::string data = "./astyq-data";
  std::string directory;  // of a backup or a snapshot
  std::string password_file;
  std::uint64_t height = 0;
  astyq::node::Evidence evidence;
  std::string listen;
  std::string config;
  std::string genesis;
  std::string engine;  // as the genesis says, when empty
  bool demo = false;
  bool accept_outage = false;
};

int fail(const Fault& fault) {
  say(fault.code + ": " + fault.text);
  return fault.code.starts_with("config_") ? kWrongUse : kFailed;
}

std::string config_path(const Arguments& arguments) {
  return arguments.config.empty() ? arguments.data + "/node.toml" : arguments.config;
}

// Defaults, then the file where there is one, then flags.
Result<Config> configure(const Arguments& arguments) {
  Config config;
  const std::string path = config_path(arguments);
  const auto exists = astyq::store::posix_file_system()->exists(path);
  if (!exists.ok()) return exists.fault();
  if (!arguments.config.empty() || *exists) {
    auto read = astyq::node::read_config(path, config);
    if (!read.ok()) return read.fault();
    config = std::move(*read);
  }
  config.data_directory = arguments.data;
  config.accept_outage = arguments.accept_outage;
  if (!arguments.password_file.empty()) {
    config.password_file = arguments.password_file;
    config.origins["password_file"] = "flag --password-file";
  }
  if (arguments.listen.empty()) return config;
  if (const Status set = astyq::node::set_listen(config, arguments.listen); !set.ok())
    return set.fault();
  config.origins["listen"] = "flag --listen";
  return config;
}

// Waits for SIGINT, SIGTERM or the node's own end. Returns the fault that ended the node, if any.
// Requires: both signals are blocked in every thread.
Status wait_for_end(astyq::node::Node& node, std::unique_ptr<Membership> membership,
                    astyq::http::Server& server, const sigset_t& signals) {
  Status ended = astyq::Done{};
  std::thread watcher([&] {
    ended = node.wait();
    kill(getpid(), SIGTERM);
  });
  int signal = 0;
  sigwait(&signals, &signal);
  say("stopping");
  server.stop();
  membership.reset();  // no block comes any more
  node.stop();
  watcher.join();
  return ended;
}

void welcome(astyq::node::Node& node, const Config& config, std::uint16_t port,
             std::chrono::steady_clock::time_point began) {
  std::uint64_t height = 0;
  node.read(
      [&](const astyq::engine::Engine& engine, const auto&) { height = engine.head().height; });
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  say("network " + node.genesis().network_id() + " at height " + std::to_string(height) +
      ", data in " + config.data_directory + ", started in " + std::to_string(took.count()) +
      " ms");
  if (const auto& cut = node.cut())
    say("the log ended in a block that was not whole, height " + std::to_string(cut->height) +
        ": cut " + std::to_string(cut->bytes) + " bytes from " + cut->file +
        ". After a loss of power that is a block which nobody was told of; if there was none, the "
        "disk has lost a block: compare with a backup or another node");
  Config serving = config;
  serving.listen_port = port;
  say("serving http://" + astyq::node::listen_text(serving));
}

Result<std::unique_ptr<astyq::node::Node>> open_node(const Arguments& arguments,
                                                     const Config& config) {
  if (!arguments.demo) return astyq::node::Node::open(config);
  // Held from before the first file is made: of two first starts one goes on.
  auto directory = astyq::node::Directory::hold(config.data_directory);
  if (!directory.ok()) return directory.fault();
  const auto has_network = astyq::node::has_network(config.data_directory);
  if (!has_network.ok()) return has_network.fault();
  if (!*has_network) {
    const Status begun = astyq::node::begin_network(*directory, astyq::engine::demo_genesis());
    if (!begun.ok()) return begun.fault();
    say("began the demonstration network; its keys are public, it holds nothing of value");
  }
  return astyq::node::Node::open(config, std::move(*directory));
}

// What was said of the engine is what the genesis says of the network.
Status check_engine(const astyq::node::Node& node, const std::string& engine) {
  const char* const of_genesis = node.consensus() == nullptr ? "embedded" : "cometbft";
  if (engine.empty() || engine == of_genesis) return astyq::Done{};
  return Fault{"config_engine", "The network " + node.genesis().network_id() +
                                    " runs with --engine " + of_genesis +
                                    ": its genesis says so. Leave --engine out, or "
                                    "name the directory of the network that you meant."};
}

// Of a consortium's node; null for an embedded one.
Result<std::unique_ptr<Membership>> join_engine(astyq::node::Node& node, const Config& config) {
  if (node.consensus() == nullptr) return std::unique_ptr<Membership>();
  auto membership = Membership::begin(
      node, config, [](const Fault& fault) { say("CometBFT: " + fault.code + ": " + fault.text); });
  if (membership.ok())
    say("CometBFT finds the node at " + (*membership)->socket() + ", and is asked at " +
        config.engine_rpc);
  return membership;
}

int serve(const Arguments& arguments) {
  const auto began = std::chrono::steady_clock::now();
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a fault of its write
  auto config = configure(arguments);
  if (!config.ok()) return fail(config.fault());
  const auto connections = astyq::node::connections_that_fit(config->max_connections);
  if (!connections.ok()) return fail(connections.fault());
  if (*connections < config->max_connections)
    say("holds at most " + std::to_string(*connections) +
        " connections: the system lets it open no more files");
  config->max_connections = *connections;
  auto node = open_node(arguments, *config);
  if (!node.ok()) return fail(node.fault());
  if (const Status right = check_engine(**node, arguments.engine); !right.ok())
    return fail(right.fault());
  auto membership = join_engine(**node, *config);
  if (!membership.ok()) return fail(membership.fault());
  auto server = astyq::http::Server::start(**node, *config);
  if (!server.ok()) return fail(server.fault());
  welcome(**node, *config, (*server)->port(), began);
  const Status ended = wait_for_end(**node, std::move(*membership), **server, signals);
  if (!ended.ok()) return fail(ended.fault());
  say("stopped; all blocks are on the disk");
  return 0;
}

int init(const Arguments& arguments) {
  const auto files = astyq::store::posix_file_system();
  auto text = astyq::store::read_file(*files, arguments.genesis, kMostGenesisBytes);
  if (!text.ok()) return fail(text.fault());
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  astyq::ledger::v1::Genesis genesis;
  if (const Status read = astyq::wire::from_json(*text, genesis, kMostGenesisBytes); !read.ok())
    return fail({"genesis_invalid", arguments.genesis + ": " + read.fault().text});
  const Status begun = astyq::node::begin_network(arguments.data, std::move(genesis));
  if (!begun.ok()) return fail(begun.fault());
  say("began the network in " + arguments.data + "; start it with astyqd --data " + arguments.data);
  return 0;
}

int write_config(const Arguments& arguments) {
  const std::string path = config_path(arguments);
  const auto files = astyq::store::posix_file_system();
  const auto exists = files->exists(path);
  if (!exists.ok()) return fail(exists.fault());
  if (*exists)
    return fail({"config_exists", path + " is there already. Edit it, or remove it first."});
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (const Status made = files->create_directory(parent); !made.ok()) return fail(made.fault());
  const Status written = astyq::store::replace_file(*files, parent, path.substr(slash + 1),
                                                    astyq::node::default_config_text());
  if (!written.ok()) return fail(written.fault());
  say("wrote " + path);
  return 0;
}

int show_config(const Arguments& arguments, bool quiet) {
  const auto config = configure(arguments);
  if (!config.ok()) return fail(config.fault());
  if (quiet)
    say("the configuration is right");
  else
    std::cout << astyq::node::show_config(*config);
  return 0;
}

int back_up(const Arguments& arguments) {
  const auto config = configure(arguments);
  if (!config.ok()) return fail(config.fault());
  const auto backup = astyq::node::back_up(arguments.data, arguments.directory);
  if (!backup.ok()) return fail(backup.fault());
  say("backed up network " + backup->network_id() + " up to height " +
      std::to_string(backup->height()) + " into " + arguments.directory +
      "; the password of its keyring is not in it, keep " +
      (config->password_file.empty() ? arguments.data + "/node.password" : config->password_file) +
      " elsewhere");
  return 0;
}

int tell(const Result<astyq::node::WentBack>& went, const Arguments& arguments) {
  if (!went.ok()) return fail(went.fault());
  say("network " + went->network_id + " stands at height " + std::to_string(went->height) +
      ", root " + astyq::to_hex(astyq::view(went->root)) +
      (went->from_tail > 0
           ? ", with " + std::to_string(went->from_tail) + " blocks of the log's tail"
           : "") +
      "; start it with astyqd --data " + arguments.data +
      (arguments.password_file.empty() ? "" : " --password-file " + arguments.password_file));
  return 0;
}

int restore(const Arguments& arguments) {
  return tell(astyq::node::restore({arguments.directory, arguments.data, arguments.password_file,
                                    arguments.evidence}),
              arguments);
}

int roll_back(const Arguments& arguments) {
  const auto config = configure(arguments);
  if (!config.ok()) return fail(config.fault());
  return tell(astyq::node::roll_back(
                  {arguments.data, arguments.height, config->password_file, arguments.evidence}),
              arguments);
}

int make_snapshot(const Arguments& arguments) {
  const auto made = astyq::node::make_snapshot(
      arguments.data, arguments.directory,
      arguments.height == 0 ? std::nullopt : std::optional(arguments.height));
  if (!made.ok()) return fail(made.fault());
  say("wrote the state of network " + made->network_id + " at height " +
      std::to_string(made->height) + " into " + arguments.directory);
  return 0;
}

int show_status(const Arguments& arguments) {
  const auto config = configure(arguments);
  if (!config.ok()) return fail(config.fault());
  const auto status = astyq::node::directory_status(*config);
  if (!status.ok()) return fail(status.fault());
  std::cout << *status;
  return 0;
}

void add_place(CLI::App& app, Arguments& arguments) {
  app.add_option("--data", arguments.data, "Data directory")->capture_default_str();
}

void add_password(CLI::App& app, Arguments& arguments) {
  app.add_option("--password-file", arguments.password_file,
                 "File with the password of the validator's keyring; usually DATA/node.password");
}

void add_config(CLI::App& app, Arguments& arguments) {
  add_place(app, arguments);
  app.add_option("--config", arguments.config, "Configuration; usually DATA/node.toml");
  app.add_option("--listen", arguments.listen, "ADDRESS:PORT of the API; port 0: any that is free");
  add_password(app, arguments);
}

void add_evidence(CLI::App& app, Arguments& arguments) {
  app.add_option("--log-tail", arguments.evidence.log_tail,
                 "Directory with the newest log of this node, taken up to its end");
  app.add_option("--witness", arguments.evidence.witness,
                 "File with the newest signed header that somebody saved, as GET /v1/status gives");
  app.add_option("--fork", arguments.evidence.fork,
                 "Name of another network that goes on from here: what is missing is given up");
}

using Run = int (*)(const Arguments&);

// The commands over a directory; each is given what runs it.
std::vector<std::pair<CLI::App*, Run>> add_operations(CLI::App& app, Arguments& arguments) {
  CLI::App& backup = *app.add_subcommand("backup", "Copy a node, which may run, into a directory");
  backup.add_option("directory", arguments.directory, "New directory")->required();
  CLI::App& back = *app.add_subcommand("restore", "Make a node of a backup, in an empty directory");
  back.add_option("directory", arguments.directory, "The backup")->required();
  CLI::App& rollback = *app.add_subcommand("rollback", "Take a node back to an earlier height");
  rollback.add_option("--to", arguments.height, "The height")->required();
  CLI::App& snapshot = *app.add_subcommand("snapshot", "Write the state of a height into files");
  snapshot.add_option("directory", arguments.directory, "New directory")->required();
  snapshot.add_option("--height", arguments.height, "The height; usually that of the last block");
  CLI::App& status = *app.add_subcommand("status", "What a node's directory holds and keeps");
  status.add_option("--config", arguments.config, "Configuration; usually DATA/node.toml");
  for (CLI::App* each : {&backup, &back, &rollback, &snapshot, &status})
    add_place(*each, arguments);
  for (CLI::App* each : {&backup, &back, &rollback}) add_password(*each, arguments);
  for (CLI::App* each : {&back, &rollback}) add_evidence(*each, arguments);
  return {{&backup, back_up},
          {&back, restore},
          {&rollback, roll_back},
          {&snapshot, make_snapshot},
          {&status, show_status}};
}

}  // namespace

int main(int argc, char** argv) {
  // What a node keeps is for its operator alone.
  umask(S_IRWXG | S_IRWXO);
  Arguments arguments;
  CLI::App app(
      "Astyq's node: keeps the ledger of one data directory and serves its API.\n"
      "Exit codes: 0 stopped as asked, 1 failed, 2 wrong use or configuration.",
      "astyqd");
  app.set_version_flag("--version", "astyqd 0.1.0");
  add_config(app, arguments);
  app.add_flag("--demo", arguments.demo, "Begin the demonstration network in an empty directory");
  app.add_option("--engine", arguments.engine,
                 "embedded or cometbft: what the network's genesis must say; usually not needed")
      ->check(CLI::IsMember({"embedded", "cometbft"}));
  app.add_flag("--accept-outage", arguments.accept_outage,
               "Start although the last block is over 30 days old");
  CLI::App& begin = *app.add_subcommand("init", "Begin a network from a genesis document");
  add_place(begin, arguments);
  begin.add_option("--genesis", arguments.genesis, "The document")->required();
  CLI::App& config = *app.add_subcommand("config", "The configuration file");
  config.require_subcommand(1);
  CLI::App& config_init = *config.add_subcommand("init", "Write one with every default");
  CLI::App& config_check = *config.add_subcommand("check", "Read it and say what is wrong");
  CLI::App& config_show = *config.add_subcommand("show", "Print what is in force, and from where");
  for (CLI::App* each : {&config_init, &config_check, &config_show}) add_config(*each, arguments);
  const auto operations = add_operations(app, arguments);
  const auto member_commands = astyqd::add_member_commands(app, arguments.data);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUse;
  }
  for (const auto& [command, run] : operations)
    if (command->parsed()) return run(arguments);
  for (const auto& [command, run] : member_commands)
    if (command->parsed()) {
      const Status done = run();
      return done.ok() ? 0 : fail(done.fault());
    }
  if (begin.parsed()) return init(arguments);
  if (config_init.parsed()) return write_config(arguments);
  if (config_check.parsed()) return show_config(arguments, true);
  if (config_show.parsed()) return show_config(arguments, false);
  return serve(arguments);
}
