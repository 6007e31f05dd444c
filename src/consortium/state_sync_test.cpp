// SPDX-License-Identifier: Apache-2.0
#include "consortium/state_sync.h"

#include <gtest/gtest.h>

#include "node/consortium_nodes_test.h"

namespace astyq::consortium {
namespace {

using abci::v1::ResponseApplySnapshotChunk;
using abci::v1::ResponseOfferSnapshot;

// Node 0 has a state that it kept; node 1 begins anew and is given it.
struct StateSyncTest : node::test::ConsortiumNodes {
  abci::v1::Snapshot snapshot;
  std::unique_ptr<StateSync> giver;
  std::unique_ptr<StateSync> taker;

  StateSyncTest() {
    for (std::uint64_t i = 1; i <= 3; ++i) {
      auto answer = submit(0, {person(i)});
      wait_for_bundles(1);
      decide();
      EXPECT_EQ(answer_of(answer).fate, node::Fate::kApplied);
    }
    decide(7'200 * kSecondNs);  // a copy of it is due
    for (auto& node : nodes_) node.reset();
    std::filesystem::remove_all(configs_[1].data_directory + "/ledger");
    open(1);
    open(0);
    const std::string& network = nodes_[0]->genesis().network_id();
    giver = std::make_unique<StateSync>(of(0), network, kAnnex);
    taker = std::make_unique<StateSync>(of(1), network, kAnnex);
    const auto list = giver->list();
    EXPECT_TRUE(list.ok()) << list.fault().text;
    EXPECT_GE(list->snapshots_size(), 1);
    snapshot = list->snapshots(0);
  }
  abci::v1::RequestOfferSnapshot offer() const {
    abci::v1::RequestOfferSnapshot request;
    *request.mutable_snapshot() = snapshot;
    request.set_app_hash(Bytes(view(roots_[snapshot.height() - 1])));
    return request;
  }
  abci::v1::RequestApplySnapshotChunk chunk(std::uint32_t index) const {
    abci::v1::RequestLoadSnapshotChunk asked;
    asked.set_height(snapshot.height());
    asked.set_format(snapshot.format());
    asked.set_chunk(index);
    const auto loaded = giver->load(asked);
    EXPECT_TRUE(loaded.ok());
    abci::v1::RequestApplySnapshotChunk request;
    request.set_index(index);
    request.set_chunk(loaded->chunk());
    request.set_sender("peer");
    return request;
  }
};

TEST_F(StateSyncTest, story) {
  EXPECT_EQ(of(1).standing().height, 0u);
  EXPECT_EQ(taker->offer(offer()).result(), ResponseOfferSnapshot::ACCEPT);
  for (std::uint32_t i = 0; i < snapshot.chunks(); ++i) {
    const auto applied = taker->apply(chunk(i));
    ASSERT_TRUE(applied.ok()) << applied.fault().text;
    EXPECT_EQ(applied->result(), ResponseApplySnapshotChunk::ACCEPT);
  }
  EXPECT_EQ(of(1).standing().height, snapshot.height());
  EXPECT_EQ(of(1).standing().root, roots_[snapshot.height() - 1]);
  // It goes on with the others, and finds its state again after a restart.
  for (std::uint64_t height = snapshot.height() + 1; height <= decided_.size(); ++height)
    EXPECT_EQ(decide_on(1, height, true), roots_[height - 1]);
  decide();
  nodes_[1].reset();
  open(1);
  EXPECT_EQ(of(1).standing().root, roots_.back());
}

// A peer that lies is told from one that does not, at its first lie.
TEST_F(StateSyncTest, property_lies_are_refused_and_the_good_goes_on) {
  auto lie = offer();
  lie.mutable_snapshot()->set_format(1);
  EXPECT_EQ(taker->offer(lie).result(), ResponseOfferSnapshot::REJECT_FORMAT);
  lie = offer();
  lie.mutable_snapshot()->mutable_metadata()->back() ^= 1;
  EXPECT_EQ(taker->offer(lie).result(), ResponseOfferSnapshot::REJECT_SENDER);
  lie = offer();
  lie.mutable_snapshot()->set_height(snapshot.height() + 1);
  EXPECT_EQ(taker->offer(lie).result(), ResponseOfferSnapshot::REJECT_SENDER);
  lie = offer();
  lie.mutable_snapshot()->set_chunks(snapshot.chunks() + 1);
  EXPECT_EQ(taker->offer(lie).result(), ResponseOfferSnapshot::REJECT_SENDER);
  lie = offer();
  lie.set_app_hash(Bytes(32, 'r'));
  EXPECT_EQ(taker->offer(lie).result(), ResponseOfferSnapshot::REJECT);
  StateSync stranger(of(1), nodes_[0]->genesis().network_id(), engine::AnnexKey{8});
  EXPECT_EQ(stranger.offer(offer()).result(), ResponseOfferSnapshot::REJECT_SENDER);

  ASSERT_EQ(taker->offer(offer()).result(), ResponseOfferSnapshot::ACCEPT);
  auto wrong = chunk(0);
  wrong.mutable_chunk()->back() ^= 1;
  const auto answer = taker->apply(wrong);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->result(), ResponseApplySnapshotChunk::RETRY);
  EXPECT_EQ(answer->refetch_chunks(0), 0u);
  EXPECT_EQ(answer->reject_senders(0), "peer");
  for (std::uint32_t i = 0; i < snapshot.chunks(); ++i)
    EXPECT_EQ(taker->apply(chunk(i))->result(), ResponseApplySnapshotChunk::ACCEPT);
  EXPECT_EQ(of(1).standing().root, roots_[snapshot.height() - 1]);
}

// What it holds of people is for those who have the annex key.
TEST_F(StateSyncTest, nothing_goes_over_the_wire_in_the_clear) {
  bool any = snapshot.metadata().find("AQSM") != Bytes::npos;
  for (std::uint32_t i = 0; i < snapshot.chunks(); ++i)
    any = any || chunk(i).chunk().find("astyq") != Bytes::npos ||
          chunk(i).chunk().find(nodes_[0]->genesis().authorities(0).name()) != Bytes::npos;
  EXPECT_FALSE(any);
}

}  // namespace
}  // namespace astyq::consortium
