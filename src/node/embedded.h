// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/clock.h"
#include "node/running.h"

namespace astyq::node {

// A node that is a network of its own: its maker executes blocks and makes them durable, when there
// is work and at the latest after a heartbeat.
struct Node::Embedded final : Node::Running {
  using Running::Running;

  std::int64_t next_time_ns() const override { return wall_clock_ns(); }
  Result<comet::v1::LightBlock> certified(std::uint64_t height) override;

 private:
  Status make() override;
  bool all_made() const override { return pool.size() == 0; }
  void give_up() override {}

  Status make_or_rest();
  bool needs_block() const;
  bool none_is_admitted(const std::vector<engine::Member>& members, std::int64_t time_ns,
                        std::vector<Answer>& answers) const;
  std::vector<engine::Member> members_of(std::vector<Pool::Waiting>& waiting) const;
  Status make_block(std::vector<Pool::Waiting> waiting);
  void settle(std::vector<Pool::Waiting> waiting, Finished block);
  Result<engine::BlockResult> commit(std::vector<Bytes> signed_txs,
                                     std::vector<engine::Member> members, std::int64_t time_ns);

  ClockWatch clock_;
  std::chrono::steady_clock::time_point last_block_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_begin_{};
};

}  // namespace astyq::node
