// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "roots/recorded.h"
#include "support/temporary_directory.h"

namespace astyq::roots {

// The ways to a state. Each prints `way height root` for every height that it comes to, and ends
// with the fault `root_differs` at the first that is not the log's.
class Ways {
 public:
  // Signatures are verified on so many threads.
  Ways(const Recorded& recorded, std::size_t threads) : recorded_(recorded), threads_(threads) {}

  Status all();
  // How many roots each way came to.
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  Status from_genesis();
  Status from_snapshots();
  Status back_and_again();
  Status go_back(node::DurableLedger& ledger, std::uint64_t height);
  Status from_backups();
  Status from_backup(std::uint64_t height);

  std::vector<engine::Member> members(std::uint64_t height, const engine::Form& form) const;
  Status commit(node::DurableLedger& ledger, const std::string& way);
  Status commit_to(node::DurableLedger& ledger, std::uint64_t height, const std::string& way);
  Result<std::unique_ptr<node::DurableLedger>> open(const std::string& name);
  Status reached(const std::string& way, std::uint64_t height, const Hash& root);
  // A directory of the node, of a snapshot, of a backup.
  std::string place(const std::string& name, std::uint64_t height) const {
    return directory_ / (name + "-" + std::to_string(height));
  }

  const Recorded& recorded_;
  const std::size_t threads_;
  const test::TemporaryDirectory directory_;
  const std::unique_ptr<store::FileSystem> files_ = store::posix_file_system();
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace astyq::roots
