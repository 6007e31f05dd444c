// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <future>

#include "crypto/sha256.h"
#include "engine/demo.h"
#include "node/clock.h"
#include "node/consensus.h"
#include "node/node.h"
#include "node/setup.h"
#include "support/temporary_directory.h"
#include "tests/verbs.gen.h"
#include "wire/signing.h"

// Nodes of a consortium over their own directories. The test takes the part of the consensus
// engine: it carries bundles and says which block was decided.
namespace astyq::node::test {

inline constexpr std::int64_t kStepNs = 100'000'000;
inline constexpr std::chrono::seconds kPatience{60};

struct Pooled {
  std::mutex lock;
  std::condition_variable changed;
  std::deque<Bytes> bundles;
  std::size_t offers = 0;
  bool lost = false;  // whatever is offered
};

struct DecidedBlock {
  std::int64_t time_ns;
  std::vector<Bytes> bundles;
};

class ConsortiumNodes : public testing::Test {
 protected:
  static constexpr std::size_t kNodes = 2;
  static constexpr std::uint32_t kNoticeBlocks = 100;
  static constexpr engine::AnnexKey kAnnex{7, 7, 7};

  ConsortiumNodes() {
    ledger::v1::Genesis genesis = engine::demo_genesis();
    genesis.set_annex_digest(Bytes(view(crypto::sha256(view(kAnnex)))));
    genesis.set_trusting_days(365);
    genesis.mutable_rules()->set_upgrade_notice_blocks(kNoticeBlocks);
    genesis.set_time_ns(wall_clock_ns());
    for (std::size_t i = 0; i < kNodes; ++i) {
      configs_[i].data_directory = directory_ / "node" + std::to_string(i);
      const auto held = Directory::hold(configs_[i].data_directory);
      const auto key = make_node_key(*held);
      EXPECT_TRUE(key.ok()) << key.fault().text;
      auto& node = *genesis.add_nodes();
      node.set_name("node " + std::to_string(i));
      node.set_key(Bytes(view(key->public_key())));
      node.set_quota_bytes(4'000'000);
      node.set_operator_party(1);
      auto& validator = *genesis.add_validators();
      validator.set_name(node.name());
      validator.set_key(Bytes(view(engine::demo_key("validator " + node.name()).public_key())));
      validator.set_power(10);
      validator.set_operator_party(1);
    }
    for (const Config& config : configs_) {
      const auto held = Directory::hold(config.data_directory);
      const Status joined = join_network(*held, genesis, kAnnex);
      EXPECT_TRUE(joined.ok()) << joined.fault().text;
    }
    for (std::size_t i = 0; i < kNodes; ++i) open(i);
    time_ns_ = genesis.time_ns();
  }

  void open(std::size_t i) {
    auto node = Node::open(configs_[i]);
    ASSERT_TRUE(node.ok()) << node.fault().text;
    nodes_[i] = std::move(*node);
    ASSERT_NE(nodes_[i]->consensus(), nullptr);
    nodes_[i]->consensus()->connect({[this](BytesView bundle) -> Status {
                                       const std::lock_guard guard(pool_.lock);
                                       ++pool_.offers;
                                       if (!pool_.lost) pool_.bundles.emplace_back(bundle);
                                       pool_.changed.notify_all();
                                       return Done{};
                                     },
                                     [](std::uint64_t) -> Result<comet::v1::LightBlock> {
                                       return Fault{"height_gone", "The test has no headers."};
                                     }});
  }
  Consensus& of(std::size_t i) { return *nodes_[i]->consensus(); }

  // A natural person, who needs nothing but two digests and a key.
  Bytes person(std::uint64_t number, std::int64_t valid_ns = 30 * kSecondNs) const {
    const Bytes tag(view(crypto::sha256("person " + std::to_string(number))));
    verbs::RegisterParty verb{
        .kind = identity::v1::NATURAL_PERSON, .commitment = tag, .uniqueness_tag = tag};
    verb.key.set_kind(identity::v1::ED25519);
    verb.key.set_public_key(Bytes(view(engine::demo_key(std::to_string(number)).public_key())));
    return signed_tx({verb.operation()}, tag.substr(0, 16), valid_ns);
  }
  // Signed by the registrar, who operates all validators.
  Bytes signed_tx(const std::vector<base::v1::Operation>& operations, const Bytes& id,
                  std::int64_t valid_ns = 30 * kSecondNs) const {
    base::v1::TxBody body;
    body.set_party(1);
    body.set_id(id);
    body.set_valid_until(time_ns_ + valid_ns);
    for (const auto& operation : operations) *body.add_operations() = operation;
    const crypto::Ed25519Key registrar = engine::demo_key(engine::kDemoRegistrar);
    return wire::sign_transaction(body, nodes_[0]->genesis().network_id(), {&registrar, 1});
  }
  std::future<std::vector<Answer>> submit(std::size_t i, std::vector<Bytes> signed_txs) {
    auto promise = std::make_shared<std::promise<std::vector<Answer>>>();
    auto future = promise->get_future();
    const Status taken = nodes_[i]->submit(
        std::move(signed_txs), [promise](auto answers) { promise->set_value(std::move(answers)); });
    EXPECT_TRUE(taken.ok()) << taken.fault().text;
    return future;
  }
  void wait_for_bundles(std::size_t count) {
    std::unique_lock guard(pool_.lock);
    ASSERT_TRUE(
        pool_.changed.wait_for(guard, kPatience, [&] { return pool_.bundles.size() >= count; }));
  }
  void lose_bundles(bool lost) {
    const std::lock_guard guard(pool_.lock);
    pool_.lost = lost;
  }
  void wait_for_offers(std::size_t count) {
    std::unique_lock guard(pool_.lock);
    ASSERT_TRUE(pool_.changed.wait_for(guard, kPatience, [&] { return pool_.offers >= count; }));
  }
  // One height: node 0 proposes of what is offered, all judge, all decide and commit.
  void decide(std::int64_t step_ns = kStepNs) {
    std::vector<Bytes> offered;
    {
      const std::lock_guard guard(pool_.lock);
      offered.assign(pool_.bundles.begin(), pool_.bundles.end());
      pool_.bundles.clear();
    }
    const std::vector<BytesView> views(offered.begin(), offered.end());
    time_ns_ += step_ns;
    std::vector<Bytes> chosen;
    for (const std::size_t index : of(0).choose(views, 8u << 20, time_ns_))
      chosen.push_back(offered[index]);
    decided_.push_back({time_ns_, chosen});
    std::vector<Hash> roots;
    for (std::size_t i = 0; i < kNodes; ++i) {
      const Status judged = judge_on(i, decided_.size());
      EXPECT_TRUE(judged.ok()) << judged.fault().text;
      roots.push_back(decide_on(i, decided_.size(), true));
    }
    for (const Hash& root : roots) EXPECT_EQ(root, roots[0]);
    roots_.push_back(roots[0]);
  }
  Status judge_on(std::size_t i, std::uint64_t height) {
    const DecidedBlock& block = decided_[height - 1];
    const std::vector<BytesView> views(block.bundles.begin(), block.bundles.end());
    return of(i).judge({height, block.time_ns, views, {}});
  }
  Hash decide_on(std::size_t i, std::uint64_t height, bool commit) {
    const DecidedBlock& block = decided_[height - 1];
    const std::vector<BytesView> views(block.bundles.begin(), block.bundles.end());
    const auto decision = of(i).decide({height, block.time_ns, views, {}});
    EXPECT_TRUE(decision.ok()) << decision.fault().text;
    if (!decision.ok()) return {};
    if (commit) {
      const auto retained = of(i).commit();
      EXPECT_TRUE(retained.ok()) << retained.fault().text;
    }
    return decision->root;
  }
  Answer answer_of(std::future<std::vector<Answer>>& future) {
    EXPECT_EQ(future.wait_for(kPatience), std::future_status::ready);
    return future.get().at(0);
  }

  astyq::test::TemporaryDirectory directory_;
  std::array<Config, kNodes> configs_;
  Pooled pool_;
  std::array<std::unique_ptr<Node>, kNodes> nodes_;
  std::int64_t time_ns_ = 0;
  std::vector<DecidedBlock> decided_;
  std::vector<Hash> roots_;
};

}  // namespace astyq::node::test
