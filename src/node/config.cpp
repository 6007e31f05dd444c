// SPDX-License-Identifier: Apache-2.0
#include "node/config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <toml++/toml.h>

#include <algorithm>
#include <limits>
#include <sstream>
#include <vector>

#include "store/file_system.h"
#include "wire/nearest.h"

namespace astyq::node {
namespace {

constexpr std::size_t kMostBytes = 1u << 20;

struct Setting {
  const char* name;
  const char* comment;
  std::uint64_t least;
  std::uint64_t most;
  std::uint64_t (*get)(const Config&);
  void (*set)(Config&, std::uint64_t);
};

template <auto Member>
constexpr Setting setting(const char* name, const char* comment, std::uint64_t least,
                          std::uint64_t most) {
  return {name,
          comment,
          least,
          most,
          [](const Config& config) { return static_cast<std::uint64_t>(config.*Member); },
          [](Config& config, std::uint64_t value) {
            config.*Member = static_cast<std::remove_reference_t<decltype(config.*Member)>>(value);
          }};
}

const Setting kSettings[] = {
    setting<&Config::block_interval_ms>(
        "block_interval_ms", "milliseconds from the beginning of one block to that of the next", 0,
        10'000),
    setting<&Config::heartbeat_s>("heartbeat_s", "seconds until an empty block, at the latest", 1,
                                  60),
    setting<&Config::checkpoint_s>("checkpoint_s", "seconds between checkpoints, at most", 1,
                                   3'600),
    setting<&Config::checkpoint_rows>("checkpoint_rows", "changed rows until a checkpoint, at most",
                                      1, 10'000'000),
    setting<&Config::keep_checkpoint_s>(
        "keep_checkpoint_s", "seconds of block time between two copies of the state that are kept",
        1, 31'536'000),
    setting<&Config::keep_checkpoints>(
        "keep_checkpoints", "copies of the state that are kept, for the past and for backups", 1,
        10'000),
    setting<&Config::keep_blocks>(
        "keep_blocks", "blocks that the log keeps, beside those that a kept copy needs; 0: all", 0,
        std::uint64_t{1} << 62),
    setting<&Config::disk_reserve_mib>(
        "disk_reserve_mib", "MiB of free space below which no transaction is taken", 128, 1u << 30),
    setting<&Config::scrub_hours>(
        "scrub_hours",
        "hours from one reading of log, image and kept copies for decay to the next; 0: never", 0,
        8'760),
    setting<&Config::scrub_mib_per_s>("scrub_mib_per_s", "MiB a second of that reading", 1,
                                      100'000),
    setting<&Config::pool_transactions>(
        "pool_transactions", "transactions that wait at most; more are refused for the moment", 1,
        10'000'000),
    setting<&Config::pool_party_transactions>(
        "pool_party_transactions",
        "transactions of one party, and its share of the bytes, once half are there", 1,
        10'000'000),
    setting<&Config::pool_bytes>("pool_bytes", "bytes of transactions that wait at most", 1u << 20,
                                 std::uint64_t{1} << 40),
    setting<&Config::verify_threads>("verify_threads",
                                     "threads that verify signatures; 0: one a core", 0, 1'024),
    setting<&Config::max_request_bytes>("max_request_bytes", "largest body of a request", 1u << 16,
                                        1u << 30),
    setting<&Config::under_way_mib>(
        "under_way_mib",
        "MiB of bodies under way at once, and as many of answers; max_request_bytes at least", 1,
        1u << 20),
    setting<&Config::max_connections>("max_connections", "connections that are open at once", 1,
                                      1'000'000),
    setting<&Config::request_s>(
        "request_s", "seconds until a request has arrived, and one more for each 64 KiB of body", 1,
        3'600),
    setting<&Config::answer_s>(
        "answer_s", "seconds until a client has taken its answer, and one more for each 64 KiB", 1,
        3'600),
};

struct Text {
  const char* name;
  const char* comment;
  std::string Config::* value;
};

constexpr Text kTexts[] = {
    {"password_file",
     "file with the password of the node's keyring; empty: node.password beside it",
     &Config::password_file},
    {"engine_socket",
     "a consortium's node: the socket that CometBFT calls, unix://PATH or tcp://HOST:PORT; empty: "
     "abci.sock beside it",
     &Config::engine_socket},
    {"engine_rpc", "a consortium's node: CometBFT's RPC, http://HOST:PORT or unix://PATH",
     &Config::engine_rpc},
};

bool is_ip_address(const std::string& text) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

Fault invalid(const std::string& path, const toml::source_region& where, const std::string& what) {
  std::ostringstream text;
  text << path << ":" << where.begin.line << ":" << where.begin.column << ": " << what;
  return {"config_invalid", text.str()};
}

Fault unknown_name(const std::string& path, const std::string& name, const toml::node& node) {
  std::vector<std::string_view> names{"listen"};
  for (const Text& known : kTexts) names.emplace_back(known.name);
  for (const Setting& known : kSettings) names.emplace_back(known.name);
  const std::string near(wire::nearest_name(name, names));
  return invalid(
      path, node.source(),
      "unknown name '" + name + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

Status apply(const std::string& path, const std::string& name, const toml::node& node,
             Config& config) {
  if (name == "listen") {
    const auto text = node.value<std::string>();
    if (!text)
      return invalid(path, node.source(), "listen must be a string such as \"127.0.0.1:8080\"");
    const Status set = set_listen(config, *text);
    if (!set.ok()) return invalid(path, node.source(), set.fault().text);
    config.origins["listen"] = path;
    return Done{};
  }
  for (const Text& known : kTexts) {
    if (name != known.name) continue;
    const auto text = node.value<std::string>();
    if (!text) return invalid(path, node.source(), name + " must be a string");
    config.*known.value = *text;
    config.origins[name] = path;
    return Done{};
  }
  for (const Setting& known : kSettings) {
    if (name != known.name) continue;
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < 0 || static_cast<std::uint64_t>(*value) < known.least ||
        static_cast<std::uint64_t>(*value) > known.most)
      return invalid(path, node.source(),
                     name + " must be a whole number from " + std::to_string(known.least) + " to " +
                         std::to_string(known.most));
    known.set(config, static_cast<std::uint64_t>(*value));
    config.origins[name] = path;
    return Done{};
  }
  return unknown_name(path, name, node);
}

}  // namespace

Status set_listen(Config& config, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  std::string address = text.substr(0, std::min(colon, text.size()));
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  if (!digits || !is_ip_address(address) ||
      std::stoul(port) > std::numeric_limits<std::uint16_t>::max())
    return Fault{"config_invalid", "'" + text +
                                       "' is not ADDRESS:PORT with an IP address, such as "
                                       "127.0.0.1:8080 or [::1]:8080"};
  config.listen_address = std::move(address);
  config.listen_port = static_cast<std::uint16_t>(std::stoul(port));
  return Done{};
}

std::string listen_text(const Config& config) {
  const bool colons = config.listen_address.find(':') != std::string::npos;
  return (colons ? "[" + config.listen_address + "]" : config.listen_address) + ":" +
         std::to_string(config.listen_port);
}

std::string default_config_text() {
  const Config usual;
  std::ostringstream text;
  text << "# Astyq node. A value left out is the default shown here; `astyqd config show` tells "
          "what is in force.\n\n"
       << "# address and port of the API\nlisten = \"" << listen_text(usual) << "\"\n";
  for (const Text& known : kTexts)
    text << "\n# " << known.comment << "\n"
         << known.name << " = \"" << usual.*known.value << "\"\n";
  for (const Setting& known : kSettings)
    text << "\n# " << known.comment << "\n" << known.name << " = " << known.get(usual) << "\n";
  return text.str();
}

Result<Config> read_config(const std::string& path, Config config) {
  const auto text = store::read_file(*store::posix_file_system(), path, kMostBytes);
  if (!text.ok())
    return Fault{"config_unreadable",
                 text.fault().text + " `astyqd config init` writes a configuration."};
  toml::table table;
  try {
    table = toml::parse(*text, path);
  } catch (const toml::parse_error& error) {
    return invalid(path, error.source(), std::string(error.description()));
  }
  for (const auto& [key, node] : table)
    if (const Status set = apply(path, std::string(key.str()), node, config); !set.ok())
      return set.fault();
  return config;
}

std::string show_config(const Config& config) {
  std::ostringstream text;
  const auto line = [&](const std::string& name, const std::string& value) {
    const auto origin = config.origins.find(name);
    text << name << " = " << value << "  # "
         << (origin == config.origins.end() ? "default" : origin->second) << "\n";
  };
  line("listen", "\"" + listen_text(config) + "\"");
  for (const Text& known : kTexts) line(known.name, "\"" + config.*known.value + "\"");
  for (const Setting& known : kSettings) line(known.name, std::to_string(known.get(config)));
  return text.str();
}

}  // namespace astyq::node
