// SPDX-License-Identifier: Apache-2.0
#include "http/index_of_log.h"

#include <filesystem>

namespace astyq::http {
namespace {

using query::TransactionIndex;

using Index = std::unique_ptr<TransactionIndex>;

// The root after a block of the log, or after the one before its first.
Result<Bytes> root_after(const node::Node& node, std::uint64_t height) {
  const bool before = height + 1 == node.first_block();
  const auto record = node.read_block(before ? height + 1 : height);
  if (!record.ok()) return record.fault();
  return before ? record->signed_header().header().app_hash() : record->app_hash();
}

// Whether the index was made of blocks that came to the same state.
Result<bool> is_of_log(const TransactionIndex& index, const node::Node& node,
                       std::uint64_t height) {
  const auto root = root_after(node, height);
  if (!root.ok()) return root.fault();
  const auto indexed = index.blocks_down_from(height, 1);
  if (!indexed.ok()) return indexed.fault();
  return indexed->size() == 1 && indexed->front().height == height &&
         view(indexed->front().app_hash) == *root;
}

Fault advised(const Fault& fault, const node::Node& node, const std::string& path) {
  return {fault.code,
          fault.text + " The log begins at height " + std::to_string(node.first_block()) +
              ", so what " + path +
              " knows of the blocks before is nowhere else here: bring that directory back from a "
              "copy, or move it away, and the node tells what came of later transactions alone."};
}

Result<Index> made_anew(const std::string& path) {
  std::error_code reason;
  std::filesystem::remove_all(path, reason);
  return TransactionIndex::open(path);
}

}  // namespace

Result<Index> open_index(const node::Node& node, std::uint64_t head, const std::string& path) {
  auto index = TransactionIndex::open(path);
  const bool whole_log = node.first_block() <= 1;
  if (!index.ok()) {
    if (index.fault().code != "index_corrupt") return index.fault();
    return whole_log ? made_anew(path) : advised(index.fault(), node, path);
  }
  const std::uint64_t last = (*index)->last_height();
  if (last == 0 || head == 0) return last == 0 ? std::move(index) : made_anew(path);
  if (last + 1 < node.first_block())
    return advised(
        {"index_behind", "The index of transactions ends at height " + std::to_string(last) + "."},
        node, path);
  const auto same = is_of_log(**index, node, std::min(last, head));
  if (!same.ok()) return same.fault();
  if (!*same) {
    index->reset();
    return made_anew(path);
  }
  if (const Status ended = (*index)->cut_above(head); !ended.ok()) return ended.fault();
  return index;
}

}  // namespace astyq::http
