// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>

#include "astyq/log/v1/log.pb.h"
#include "engine/member.h"
#include "store/block_log.h"

namespace astyq::audit {

// A block out of the log, with all its signatures verified.
struct LoggedBlock {
  std::uint64_t height = 0;
  bool is_record = false;  // whether the log holds a block of this format there
  log::v1::BlockRecord record;
  std::vector<Bytes> signed_txs;
  std::vector<engine::Member> members;
};

// Reads a log from its first height on, some blocks ahead on other threads, since signatures cost
// more than all the rest: those of many blocks are verified together, on all cores.
class BlockSource {
 public:
  // Requires: the log is not empty, outlives the source, and nobody else reads it meanwhile.
  BlockSource(const store::BlockLog& log, std::size_t threads);
  ~BlockSource();

  // The next block, verified by this form; nothing after the last. Faults: those of the log.
  Result<std::optional<LoggedBlock>> next(const engine::Form& form);

 private:
  struct Window {
    std::vector<LoggedBlock> blocks;
    std::optional<Fault> fault;  // of the height after them
    engine::Form form;
  };
  Window read(std::uint64_t height, const engine::Form& form) const;
  void verify(Window& window, std::size_t from) const;
  void begin(std::uint64_t height, const engine::Form& form);

  const store::BlockLog* log_;
  std::size_t threads_;
  Window window_;
  std::size_t at_ = 0;
  std::future<Window> ahead_;
};

}  // namespace astyq::audit
