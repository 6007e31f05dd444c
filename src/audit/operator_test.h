// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "astyq/log/v1/log.pb.h"
#include "audit/auditor.h"
#include "audit/replay.h"
#include "crypto/sha256.h"
#include "support/chain.h"
#include "support/temporary_directory.h"
#include "wire/block_header.h"

namespace astyq::audit {

// Changes rows of a state; what it changed.
using Lie = std::function<store::Changes(const store::Tree&)>;

// Whoever runs the node of a chain: has its log and its validator's key, and writes what he likes,
// under checksums that are right.
class Operator {
 public:
  // Keeps the chain's blocks as an honest node does; with a lie, as one whose state machine changes
  // those rows as well at that height, in earnest.
  explicit Operator(const test::Chain& chain, std::uint64_t lie_height = 0, const Lie& lie = {})
      : chain_(chain), engine_(begin()) {
    for (const auto& block : chain.blocks()) {
      auto& record = records.emplace_back();
      record.set_time_ns(block.time_ns);
      record.mutable_signed_header()->mutable_header()->set_app_hash(
          Bytes(view(engine_.tree().root())));
      versions_.push_back(engine_.rules().protocol_version());
      auto result = apply(block);
      add_members(block, result, record);
      if (last() == lie_height) tell(lie(engine_.tree()), result);
      record.set_app_hash(Bytes(view(engine_.tree().root())));
      show_auditor(record, result);
    }
    sign_from(1);
  }

  log::v1::BlockRecord& at(std::uint64_t height) { return records.at(height - 1); }
  std::uint64_t last() const { return records.size(); }
  // Headers of what stands in the records now, with the app hashes that stand in them, chained and
  // signed by the validator.
  void sign_from(std::uint64_t height) {
    for (; height <= last(); ++height) {
      auto& record = at(height);
      const std::vector<Bytes> txs(record.signed_txs().begin(), record.signed_txs().end());
      wire::BlockFacts facts{};
      facts.chain_id = chain_.genesis().network_id();
      facts.app_version = versions_.at(height - 1);
      facts.height = static_cast<std::int64_t>(height);
      facts.time_ns = record.time_ns();
      facts.txs = txs;
      facts.app_hash = *to_array<32>(record.signed_header().header().app_hash());
      if (height > 1) {
        facts.last_tx_count = static_cast<std::size_t>(at(height - 1).signed_txs_size());
        facts.last = &at(height - 1).signed_header();
      }
      *record.mutable_signed_header() = wire::sign_header(facts, *chain_.registrar().key);
    }
  }

  void write(const std::string& directory, std::uint64_t first = 1) const {
    const auto files = store::posix_file_system();
    auto log = store::BlockLog::open(*files, directory, {});
    for (std::size_t i = 0; i < records.size(); ++i)
      EXPECT_TRUE(log->append(first + i, records[i].SerializeAsString()).ok());
    EXPECT_TRUE(log->sync().ok());
  }
  // What an auditor of the log says, which begins at this height.
  Result<Report> audited(std::uint64_t first = 1,
                         std::optional<comet::v1::SignedHeader> witness = {}) const {
    const test::TemporaryDirectory directory;
    write(directory / "log", first);
    const auto files = store::posix_file_system();
    const auto log = store::BlockLog::open(*files, directory / "log", {.read_only = true});
    return audit_history({chain_.genesis(), test::Chain::annex_key(), *log, std::move(witness)},
                         {});
  }
  Finding finding() const {
    const auto report = audited();
    EXPECT_TRUE(report.ok()) << report.fault().text;
    EXPECT_TRUE(report->finding) << "nothing was found";
    return report->finding.value_or(Finding());
  }

  std::vector<log::v1::BlockRecord> records;
  // The first thing that an auditor who trusts this state machine finds, and its height.
  std::optional<std::pair<std::uint64_t, Difference>> difference;

 private:
  engine::Engine begin() const {
    return engine::Engine::from_genesis(chain_.genesis(), test::Chain::annex_key(),
                                        kHighestProtocolVersion)
        .value();
  }
  engine::BlockResult apply(const test::Chain::Block& block) {
    const std::vector<BytesView> views(block.signed_txs.begin(), block.signed_txs.end());
    return engine_
        .apply_block(
            {engine_.head().height + 1, block.time_ns, engine::prepare(views, engine_.form())})
        .value();
  }
  static void add_members(const test::Chain::Block& block, const engine::BlockResult& result,
                          log::v1::BlockRecord& record) {
    for (std::size_t i = 0; i < block.signed_txs.size(); ++i) {
      if (result.members[i].admission.refused()) continue;
      record.add_signed_txs(block.signed_txs[i]);
      auto& row = *record.add_results();
      for (const auto& operation : result.members[i].operations) {
        auto& out = *row.add_operations();
        out.set_code(operation.refusal.code());
        out.set_first_id(operation.first_id);
        out.set_count(operation.count);
      }
    }
  }
  // The same state with the lie in it, from which all goes on.
  void tell(const store::Changes& lie, engine::BlockResult& result) {
    store::Tree::Builder builder;
    const store::RowKey first(BytesView("\0", 1));
    for (auto at = engine_.tree().lower_bound(first); at;
         at = engine_.tree().upper_bound(at->first))
      builder.add({at->first, *at->second});
    store::Tree copy = builder.finish();
    merge(copy.apply(lie), result.undo, false);
    merge(lie, result.changes, true);
    engine_ = engine::Engine::from_tree(std::move(copy), chain_.genesis().network_id(),
                                        test::Chain::annex_key())
                  .value();
  }
  static void merge(const store::Changes& more, store::Changes& all, bool replace) {
    for (const store::Change& change : more) {
      const auto at = std::ranges::lower_bound(all, change.key, {}, &store::Change::key);
      if (at == all.end() || at->key != change.key)
        all.insert(at, change);
      else if (replace)
        *at = change;
    }
  }

  void show_auditor(const log::v1::BlockRecord& record, const engine::BlockResult& result) {
    std::vector<Settled> settled;
    for (int i = 0; i < record.signed_txs_size(); ++i) {
      base::v1::SignedTx signed_tx;
      signed_tx.ParseFromString(record.signed_txs(i));
      auto& [body, row] = settled.emplace_back();
      body.ParseFromString(signed_tx.body());
      row = record.results(i);
    }
    const auto found = auditor_.follow(settled, {result.undo, result.changes, engine_.tree()});
    if (found && !difference) difference = {last(), *found};
  }

  const test::Chain& chain_;
  engine::Engine engine_;
  std::vector<std::uint32_t> versions_;  // that each block ran under
  Auditor auditor_;
};

}  // namespace astyq::audit
