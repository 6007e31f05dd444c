// SPDX-License-Identifier: Apache-2.0
#include "audit/block_source.h"

#include <algorithm>
#include <thread>

namespace astyq::audit {
namespace {

// Enough for batches of signatures to be full on every core, few enough to be held twice.
constexpr std::size_t kTransactionsAhead = 4'096;
constexpr std::size_t kBlocksAhead = 4'096;
constexpr std::size_t kBytesAhead = 32u << 20;

}  // namespace

BlockSource::BlockSource(const store::BlockLog& log, std::size_t threads)
    : log_(&log), threads_(std::max<std::size_t>(threads, 1)) {}

BlockSource::~BlockSource() = default;

BlockSource::Window BlockSource::read(std::uint64_t height, const engine::Form& form) const {
  Window window;
  window.form = form;
  std::size_t transactions = 0, bytes = 0;
  for (; height <= log_->last_height() && window.blocks.size() < kBlocksAhead &&
         transactions < kTransactionsAhead && bytes < kBytesAhead;
       ++height) {
    const auto payload = log_->read(height);
    if (!payload.ok()) {
      window.fault = payload.fault();
      break;
    }
    LoggedBlock& block = window.blocks.emplace_back();
    block.height = height;
    block.is_record = block.record.ParseFromString(*payload);
    block.signed_txs.assign(block.record.signed_txs().begin(), block.record.signed_txs().end());
    transactions += block.signed_txs.size();
    bytes += payload->size();
  }
  verify(window, 0);
  return window;
}

void BlockSource::verify(Window& window, std::size_t from) const {
  std::vector<BytesView> views;
  for (std::size_t i = from; i < window.blocks.size(); ++i)
    views.insert(views.end(), window.blocks[i].signed_txs.begin(),
                 window.blocks[i].signed_txs.end());
  std::vector<std::vector<engine::Member>> parts(threads_);
  {
    std::vector<std::jthread> others;
    for (std::size_t part = 0; part < threads_; ++part)
      others.emplace_back([&, part] {
        const std::size_t begin = views.size() * part / threads_;
        const std::size_t end = views.size() * (part + 1) / threads_;
        parts[part] = engine::prepare(std::span(views).subspan(begin, end - begin), window.form);
      });
  }
  std::size_t part = 0, place = 0;
  for (std::size_t i = from; i < window.blocks.size(); ++i) {
    LoggedBlock& block = window.blocks[i];
    block.members.clear();
    while (block.members.size() < block.signed_txs.size()) {
      if (place == parts[part].size()) {
        ++part;
        place = 0;
        continue;
      }
      block.members.push_back(std::move(parts[part][place++]));
    }
  }
}

void BlockSource::begin(std::uint64_t height, const engine::Form& form) {
  ahead_ = std::async(std::launch::async, [this, height, form] { return read(height, form); });
}

Result<std::optional<LoggedBlock>> BlockSource::next(const engine::Form& form) {
  if (at_ == window_.blocks.size()) {
    if (window_.fault) return *window_.fault;
    if (!ahead_.valid()) begin(log_->first_height(), form);
    window_ = ahead_.get();
    at_ = 0;
    if (window_.blocks.empty() && window_.fault) return *window_.fault;
    if (window_.blocks.empty()) return std::optional<LoggedBlock>();
    begin(window_.blocks.back().height + 1, form);
  }
  // The rules changed on the way.
  if (window_.form != form) {
    window_.form = form;
    verify(window_, at_);
  }
  return std::optional(std::move(window_.blocks[at_++]));
}

}  // namespace astyq::audit
