// SPDX-License-Identifier: Apache-2.0
#include "localnet/network.h"

#include <boost/json.hpp>
#include <filesystem>

#include "consortium/comet_genesis.h"
#include "consortium/comet_home.h"
#include "consortium/member_card.h"
#include "crypto/entropy.h"
#include "engine/demo.h"
#include "engine/engine.h"
#include "node/setup.h"

namespace astyq::localnet {
namespace {

namespace json = boost::json;
using consortium::MemberCard;
using ledger::v1::Genesis;

constexpr const char* kFile = "network.json";
constexpr const char* kFormat = "astyq-localnet-1";
constexpr std::size_t kMostBytes = 1u << 20;
constexpr std::size_t kMostSocketPath = 107;  // of a unix socket; unix(7)
constexpr std::uint32_t kTrustingDays = 365;
constexpr std::uint16_t kPortsOfOne = 3;
constexpr std::size_t kAuthorities = 2;  // of the demonstration
constexpr std::size_t kAkimat = 1;       // among them

std::string socket_of(const Member& member) {
  return member.directory + "/abci.sock";
}

std::string loopback(const char* scheme, std::uint16_t port) {
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(port);
}

Network network_of(const Plan& plan) {
  Network network{std::filesystem::absolute(plan.directory).lexically_normal().string(),
                  std::string(engine::kDemoNetwork),
                  {}};
  if (network.directory.ends_with('/')) network.directory.pop_back();
  for (std::size_t i = 0; i < plan.validators; ++i) {
    const std::string name = "node-" + std::to_string(i + 1);
    const auto port = static_cast<std::uint16_t>(plan.first_port + kPortsOfOne * i);
    network.members.push_back({name, network.directory + "/" + name, port,
                               static_cast<std::uint16_t>(port + 1),
                               static_cast<std::uint16_t>(port + 2)});
  }
  return network;
}

Status check(const Plan& plan, const Network& network) {
  if (plan.validators < 1 || plan.validators > kMostValidators)
    return Fault{"option_wrong",
                 "--validators is a number from 1 to " + std::to_string(kMostValidators) + "."};
  if (plan.first_port < 1024 || plan.first_port + kPortsOfOne * plan.validators > 65'535)
    return Fault{"option_wrong",
                 "--first-port is a number from 1024 on, with three ports for each validator below "
                 "65536."};
  std::error_code error;
  if (std::filesystem::exists(network.directory, error) &&
      !std::filesystem::is_empty(network.directory, error))
    return Fault{"net_exists", network.directory +
                                   " is there and not empty. Name a new directory with --dir, or "
                                   "remove that one first."};
  if (socket_of(network.members.back()).size() > kMostSocketPath)
    return Fault{"net_path_too_long", network.directory +
                                          " is too long a name for the sockets that lie in it: at "
                                          "most some 90 characters. Name another with --dir."};
  return Done{};
}

// The demonstration's. The akimat may admit and remove validators and nodes.
Genesis draft() {
  Genesis genesis = engine::demo_genesis();
  auto& akimat = *genesis.mutable_authorities(kAkimat);
  akimat.add_permissions("authority.validators");
  akimat.add_permissions("authority.nodes");
  return genesis;
}

Status write_comet(store::FileSystem& files, const Network& network, std::size_t index,
                   const std::vector<MemberCard>& cards, const std::string& comet_genesis) {
  const Member& member = network.members[index];
  consortium::CometHome home;
  home.moniker = member.name;
  home.abci_address = "unix://" + socket_of(member);
  home.rpc_address = loopback("tcp", member.rpc_port);
  home.p2p_address = loopback("tcp", member.p2p_port);
  for (std::size_t i = 0; i < network.members.size(); ++i)
    if (i != index)
      home.peers.push_back(cards[i].peer_id +
                           "@127.0.0.1:" + std::to_string(network.members[i].p2p_port));
  home.genesis = comet_genesis;
  home.local = true;
  return consortium::write_comet_home(files, member.comet(), home);
}

Status write_node_config(store::FileSystem& files, const Member& member) {
  return store::replace_file(files, member.data(), "node.toml",
                             "listen = \"127.0.0.1:" + std::to_string(member.api_port) +
                                 "\"\nengine_socket = \"unix://" + socket_of(member) +
                                 "\"\nengine_rpc = \"" + member.rpc_url() + "\"\n");
}

Status write_network(store::FileSystem& files, const Network& network) {
  json::array members;
  for (const Member& member : network.members)
    members.push_back({{"name", member.name},
                       {"api_port", member.api_port},
                       {"rpc_port", member.rpc_port},
                       {"p2p_port", member.p2p_port}});
  const json::object document{
      {"format", kFormat}, {"network_id", network.network_id}, {"nodes", std::move(members)}};
  return store::replace_file(files, network.directory, kFile, json::serialize(document) + "\n");
}

Status join(const Member& member, const Genesis& genesis, const engine::AnnexKey& annex_key) {
  const auto held = node::Directory::hold(member.data());
  if (!held.ok()) return held.fault();
  return node::join_network(*held, genesis, annex_key);
}

std::uint16_t port_of(const json::value& member, const char* name) {
  return member.at(name).to_number<std::uint16_t>();
}

}  // namespace

std::string Member::api_url() const {
  return loopback("http", api_port);
}

std::string Member::rpc_url() const {
  return loopback("http", rpc_port);
}

Result<Network> make_network(const Plan& plan) {
  const Network network = network_of(plan);
  if (Status right = check(plan, network); !right.ok()) return right.fault();
  const auto files = store::posix_file_system();
  std::vector<MemberCard> cards;
  for (std::size_t i = 0; i < network.members.size(); ++i) {
    const Member& member = network.members[i];
    const auto held = node::Directory::hold(member.data());
    if (!held.ok()) return held.fault();
    auto card = consortium::make_member(*held, member.comet(), member.name, i % kAuthorities + 1);
    if (!card.ok()) return card.fault();
    cards.push_back(std::move(*card));
  }
  engine::AnnexKey annex_key{};
  crypto::system_entropy(annex_key);
  const auto assembled = consortium::assemble_genesis(draft(), cards, kTrustingDays, annex_key);
  if (!assembled.ok()) return assembled.fault();
  const Genesis& genesis = *assembled;
  const auto first = engine::Engine::from_genesis(genesis, annex_key);
  if (!first.ok()) return first.fault();
  const std::string comet_genesis = consortium::comet_genesis(genesis, first->tree().root());
  for (std::size_t i = 0; i < network.members.size(); ++i) {
    if (Status joined = join(network.members[i], genesis, annex_key); !joined.ok())
      return joined.fault();
    if (Status written = write_node_config(*files, network.members[i]); !written.ok())
      return written.fault();
    if (Status written = write_comet(*files, network, i, cards, comet_genesis); !written.ok())
      return written.fault();
  }
  // The last file: a directory that has it is complete.
  if (Status written = write_network(*files, network); !written.ok()) return written.fault();
  return network;
}

Result<Network> read_network(const std::string& directory) {
  Network network;
  network.directory = std::filesystem::absolute(directory).lexically_normal().string();
  if (network.directory.ends_with('/')) network.directory.pop_back();
  const std::string path = network.directory + "/" + kFile;
  const auto files = store::posix_file_system();
  if (const auto there = files->exists(path); !there.ok() || !*there)
    return Fault{"net_missing", "There is no network in " + network.directory +
                                    ". Make one with `astyq net init`, or name its directory with "
                                    "--dir."};
  const auto text = store::read_file(*files, path, kMostBytes);
  if (!text.ok()) return text.fault();
  try {
    const json::value document = json::parse(*text);
    if (document.at("format").as_string() == kFormat) {
      network.network_id = std::string(document.at("network_id").as_string());
      for (const json::value& each : document.at("nodes").as_array()) {
        const std::string name(each.at("name").as_string());
        network.members.push_back({name, network.directory + "/" + name, port_of(each, "api_port"),
                                   port_of(each, "rpc_port"), port_of(each, "p2p_port")});
      }
    }
  } catch (const std::exception&) {
    network.members.clear();
  }
  if (!network.members.empty()) return network;
  return Fault{"net_malformed", path +
                                    " is not what `astyq net init` writes. Make the network anew "
                                    "in an empty directory."};
}

}  // namespace astyq::localnet
