// SPDX-License-Identifier: Apache-2.0
#include "astyqd/member_commands.h"

#include <filesystem>

#include "consortium/comet_genesis.h"
#include "consortium/member_card.h"
#include "crypto/entropy.h"
#include "crypto/sha256.h"
#include "engine/engine.h"
#include "wire/json.h"

namespace astyqd {
namespace {

using astyq::Bytes;
using astyq::Done;
using astyq::Fault;
using astyq::Result;
using astyq::Status;
using astyq::view;
using astyq::consortium::MemberCard;
using astyq::ledger::v1::Genesis;
namespace consortium = astyq::consortium;
namespace node = astyq::node;
namespace store = astyq::store;

constexpr std::size_t kMostBytes = 16u << 20;

struct Options {
  explicit Options(std::string& where) : data(where) {}

  std::string& data;
  std::string comet;
  std::string name;
  std::uint64_t party = 0;
  std::vector<std::string> cards;
  std::string genesis;
  std::string annex_key;
  std::string out;
  std::uint32_t trusting_days = 365;
  std::vector<std::string> peers;
  std::string p2p = "0.0.0.0:26656";
  std::string rpc = "127.0.0.1:26657";
};

Result<std::string> read(const std::string& path) {
  auto text = store::read_file(*store::posix_file_system(), path, kMostBytes);
  if (!text.ok()) return text.fault();
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  return text;
}

// A new file, for this user alone. Faults: `file_exists`, `file_failed`.
Status write_new(const std::string& path, const std::string& text) {
  const auto files = store::posix_file_system();
  const auto there = files->exists(path);
  if (!there.ok()) return there.fault();
  if (*there)
    return Fault{"file_exists", path + " is there already. Name another file, or move it away."};
  const std::filesystem::path whole = std::filesystem::absolute(path);
  return store::replace_file(*files, whole.parent_path().string(), whole.filename().string(), text);
}

Result<Genesis> read_genesis(const std::string& path) {
  const auto text = read(path);
  if (!text.ok()) return text.fault();
  Genesis genesis;
  if (const Status read = astyq::wire::from_json(*text, genesis, kMostBytes); !read.ok())
    return Fault{"genesis_invalid", path + ": " + read.fault().text};
  return genesis;
}

Result<astyq::engine::AnnexKey> read_annex_key(const std::string& path) {
  const auto text = read(path);
  if (!text.ok()) return text.fault();
  const auto bytes = astyq::from_hex(*text);
  const auto key = bytes ? astyq::to_array<32>(*bytes) : std::nullopt;
  if (key) return *key;
  return Fault{"annex_key_wrong", path + " is not 64 hexadecimal digits."};
}

// What all compare with each other, by a way that nobody can forge.
std::string digest_of(const Genesis& genesis) {
  return astyq::to_hex(view(astyq::crypto::sha256(astyq::wire::to_json(genesis))));
}

Status make_member(const Options& options) {
  const auto held = node::Directory::hold(options.data);
  if (!held.ok()) return held.fault();
  const auto card = consortium::make_member(*held, options.comet, options.name, options.party);
  if (!card.ok()) return card.fault();
  if (Status written = write_new(options.out, consortium::write_card(*card)); !written.ok())
    return written;
  say("made the keys of " + options.name + ": the node's in " + options.data + ", CometBFT's in " +
      options.comet + "; give " + options.out + ", which holds nothing secret, to the others");
  return Done{};
}

Status make_genesis(const Options& options) {
  const auto draft = read_genesis(options.genesis);
  if (!draft.ok()) return draft.fault();
  std::vector<MemberCard> cards;
  for (const std::string& path : options.cards) {
    const auto text = read(path);
    if (!text.ok()) return text.fault();
    auto card = consortium::read_card(*text);
    if (!card.ok()) return Fault{card.fault().code, path + ": " + card.fault().text};
    cards.push_back(std::move(*card));
  }
  astyq::engine::AnnexKey annex_key{};
  astyq::crypto::system_entropy(annex_key);
  const auto genesis =
      consortium::assemble_genesis(*draft, cards, options.trusting_days, annex_key);
  if (!genesis.ok()) return genesis.fault();
  if (Status written = write_new(options.annex_key, astyq::to_hex(view(annex_key)) + "\n");
      !written.ok())
    return written;
  if (Status written = write_new(options.out, astyq::wire::to_json(*genesis) + "\n"); !written.ok())
    return written;
  say("wrote " + options.out + ", SHA-256 " + digest_of(*genesis) + ": all compare this digest, " +
      "each with each other; " + options.annex_key +
      " goes to full nodes and auditors alone, by a way that nobody else can read");
  return Done{};
}

// Where the two programs of the node find each other, unless a configuration is there that says so.
Status write_config(const std::string& data, const consortium::CometHome& home) {
  const auto files = store::posix_file_system();
  const auto there = files->exists(data + "/node.toml");
  if (!there.ok()) return there.fault();
  if (*there) return Done{};
  return store::replace_file(*files, data, "node.toml",
                             "engine_socket = \"" + home.abci_address + "\"\nengine_rpc = \"http" +
                                 home.rpc_address.substr(3) + "\"\n");
}

Status join(const Options& options) {
  const auto genesis = read_genesis(options.genesis);
  if (!genesis.ok()) return genesis.fault();
  const auto annex_key = read_annex_key(options.annex_key);
  if (!annex_key.ok()) return annex_key.fault();
  if (genesis->validators_size() == 0)
    return Fault{"genesis_invalid", options.genesis +
                                        " is the genesis of an embedded network: it names no "
                                        "validators that one could join."};
  const auto first = astyq::engine::Engine::from_genesis(*genesis, *annex_key);
  if (!first.ok()) return first.fault();
  const auto files = store::posix_file_system();
  consortium::CometHome home;
  home.moniker = options.name;
  home.abci_address = "unix://" +
                      std::filesystem::absolute(options.data).lexically_normal().string() +
                      "/abci.sock";
  home.rpc_address = "tcp://" + options.rpc;
  home.p2p_address = "tcp://" + options.p2p;
  home.local = options.p2p.starts_with("127.");  // a rehearsal
  home.peers = options.peers;
  home.genesis = consortium::comet_genesis(*genesis, first->tree().root());
  // The node's directory last: one that has a genesis is complete.
  const auto held = node::Directory::hold(options.data);
  if (!held.ok()) return held.fault();
  if (Status written = consortium::write_comet_home(*files, options.comet, home); !written.ok())
    return written;
  if (Status written = write_config(options.data, home); !written.ok()) return written;
  if (Status joined = node::join_network(*held, *genesis, *annex_key); !joined.ok()) return joined;
  say("joined " + genesis->network_id() + ", genesis SHA-256 " + digest_of(*genesis) +
      "; start the node with astyqd --data " + options.data +
      " and CometBFT with cometbft start "
      "--home " +
      options.comet);
  return Done{};
}

}  // namespace

Commands add_member_commands(CLI::App& app, std::string& data) {
  const auto options = std::make_shared<Options>(data);
  CLI::App& member = *app.add_subcommand("member", "Make the keys of a consortium's new member");
  member.add_option("--name", options->name, "Of the institution")->required();
  member.add_option("--party", options->party, "Its number on the ledger")->required();
  member.add_option("--out", options->out, "New file for the card")->required();
  CLI::App& genesis = *app.add_subcommand("genesis", "Make a consortium's genesis of its cards");
  genesis.add_option("--draft", options->genesis, "Document with network, authorities and rules")
      ->required();
  genesis.add_option("--card", options->cards, "A member's card; once for each")->required();
  genesis
      .add_option("--trusting-days", options->trusting_days,
                  "How long a validator answers for its key")
      ->capture_default_str();
  genesis.add_option("--out", options->out, "New file for the document")->required();
  CLI::App& joining = *app.add_subcommand("join", "Begin with a consortium's genesis");
  joining.add_option("--name", options->name, "By which peers know the node")->required();
  joining.add_option("--genesis", options->genesis, "The document")->required();
  joining.add_option("--peer", options->peers, "ID@HOST:PORT of a peer; once for each");
  joining.add_option("--p2p", options->p2p, "HOST:PORT where CometBFT listens for peers")
      ->capture_default_str();
  joining.add_option("--rpc", options->rpc, "HOST:PORT of its RPC, which nobody else may reach")
      ->capture_default_str();
  for (CLI::App* each : {&member, &joining}) {
    each->add_option("--data", options->data, "The node's directory")->capture_default_str();
    each->add_option("--comet", options->comet, "CometBFT's directory")->required();
  }
  for (CLI::App* each : {&genesis, &joining})
    each->add_option("--annex-key", options->annex_key, "File of the annex key")->required();
  return {{&member, [options] { return make_member(*options); }},
          {&genesis, [options] { return make_genesis(*options); }},
          {&joining, [options] { return join(*options); }}};
}

}  // namespace astyqd
