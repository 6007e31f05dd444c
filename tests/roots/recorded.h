// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "astyq/log/v1/log.pb.h"
#include "node/durable_ledger.h"
#include "node/setup.h"
#include "store/block_log.h"

namespace astyq::roots {

// A node's log, which says what every way must come to.
class Recorded {
 public:
  // Of a node's directory, which stays as it is. Faults: those of the identity and of the log;
  // `log_too_short`.
  static Result<Recorded> read(const std::string& data);

  const std::string& data() const { return data_; }
  const node::Identity& identity() const { return identity_; }
  const store::BlockLog& log() const { return log_; }
  std::uint64_t last_height() const { return blocks_.size(); }
  // Requires: 1 <= height <= last_height().
  const log::v1::BlockRecord& block(std::uint64_t height) const { return blocks_[height - 1]; }
  // After a height; 0: of the genesis, as the first header has it.
  BytesView root(std::uint64_t height) const {
    return height == 0 ? BytesView(block(1).signed_header().header().app_hash())
                       : BytesView(block(height).app_hash());
  }
  // Where snapshots and backups are taken: early, so that they show nearly every height, and later,
  // when there is much in them.
  std::vector<std::uint64_t> middles() const {
    return {1, last_height() / 4, last_height() / 2, last_height() * 3 / 4};
  }
  bool is_middle(std::uint64_t height) const;

 private:
  Recorded(std::string data, std::unique_ptr<store::FileSystem> files, node::Identity identity,
           store::BlockLog log)
      : data_(std::move(data)),
        files_(std::move(files)),
        identity_(std::move(identity)),
        log_(std::move(log)) {}

  std::string data_;
  std::unique_ptr<store::FileSystem> files_;
  node::Identity identity_;
  store::BlockLog log_;
  std::vector<log::v1::BlockRecord> blocks_;
};

}  // namespace astyq::roots
