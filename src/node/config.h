// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"

namespace astyq::node {

// What an operator sets. One TOML file, node.toml in the data directory; a flag stands above it.
struct Config {
  std::string data_directory;
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8080;

  std::uint32_t block_interval_ms = 20;  // from one block to the next, at least
  std::uint32_t heartbeat_s = 60;        // an empty block at the latest
  std::uint32_t checkpoint_s = 5;
  std::uint32_t checkpoint_rows = 500'000;
  std::uint32_t keep_checkpoint_s = 3'600;  // of block time between two kept images
  std::uint32_t keep_checkpoints = 24;      // kept images, for the past
  std::uint64_t keep_blocks = 0;            // of the log; 0: all
  std::uint32_t disk_reserve_mib = 512;     // free space below which no transaction is taken
  std::uint32_t scrub_hours = 24;     // from one reading of the whole disk to the next; 0: never
  std::uint32_t scrub_mib_per_s = 8;  // of that reading
  std::uint32_t pool_transactions = 100'000;       // more are refused until some are settled
  std::uint32_t pool_party_transactions = 25'000;  // of one party, once half of these are there
  std::uint64_t pool_bytes = 256u << 20;
  std::uint32_t verify_threads = 0;  // 0: one a core
  std::uint64_t max_request_bytes = 64u << 20;
  std::uint32_t under_way_mib = 512;  // of bodies, and as many of answers, of all connections
  std::uint32_t max_connections = 10'000;
  std::uint32_t request_s = 20;  // for a request to arrive; a large body has longer
  std::uint32_t answer_s = 30;   // for an answer to be taken; a large one has longer
  std::string password_file;     // of the node's keyring; empty: node.password
  // Of a consortium's node: the socket that CometBFT calls (unix://PATH or tcp://HOST:PORT; empty:
  // abci.sock in the data directory), and CometBFT's RPC (http://HOST:PORT or unix://PATH).
  std::string engine_socket;
  std::string engine_rpc = "http://127.0.0.1:26657";
  bool accept_outage = false;  // start although the last block is over 30 days old

  std::map<std::string, std::string>
      origins;  // of values that are not the default: a file, or a flag
};

// The default file, with a comment for each value.
std::string default_config_text();

// Reads a file over `config`. Faults: `config_unreadable`, `config_invalid` with line, column, and
// the nearest known name for an unknown one.
Result<Config> read_config(const std::string& path, Config config);

// Reads "127.0.0.1:8080" or "[::1]:8080"; port 0 lets the system choose. Faults: `config_invalid`.
Status set_listen(Config& config, const std::string& text);

// The address as set_listen reads it.
std::string listen_text(const Config& config);

// Every value with where it comes from (default, file, flag), one a line.
std::string show_config(const Config& config);

}  // namespace astyq::node
