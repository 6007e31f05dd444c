// SPDX-License-Identifier: Apache-2.0
#include "node/durable_ledger.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "crypto/sha256.h"
#include "support/fault_file_system.h"
#include "support/payments_story.h"
#include "support/temporary_directory.h"

namespace astyq::node {
namespace {

using astyq::test::Chain;

constexpr engine::AnnexKey kKey{4, 5, 6};

// A ledger whose log stands on a disk that fails on request; its image stands on a real one. What
// is written into it is a chain's story.
struct DurableLedgerTest : testing::Test {
  Chain chain;
  astyq::test::TemporaryDirectory directory;
  store::test::FaultFileSystem files;
  const std::string path = directory / "ledger";
  const std::string log_file = path + "/log/000000000001.blocks";
  std::unique_ptr<DurableLedger> ledger;

  DurableLedgerTest() {
    std::filesystem::create_directories(path);
    open();
  }
  std::string fault_of_opening() {
    ledger.reset();
    ledger::v1::Genesis genesis = chain.genesis();
    genesis.set_annex_digest(Bytes(view(crypto::sha256(view(kKey)))));
    auto opened =
        DurableLedger::open(files, path, {std::move(genesis), kKey, *chain.registrar().key});
    if (!opened.ok()) return opened.fault().code + ": " + opened.fault().text;
    ledger = std::move(*opened);
    return "";
  }
  void open() { ASSERT_EQ(fault_of_opening(), ""); }

  Result<DurableLedger::Committed> commit(const std::vector<Bytes>& signed_txs,
                                          std::int64_t time_ns) {
    const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
    return ledger->commit(signed_txs, engine::prepare(views, ledger->engine().form()), time_ns);
  }
  // What the chain did since.
  void catch_up() {
    for (std::size_t i = ledger->engine().head().height; i < chain.blocks().size(); ++i)
      ASSERT_TRUE(commit(chain.blocks()[i].signed_txs, chain.blocks()[i].time_ns).ok());
  }
};

// What consensus found stands in the log, so that a restart comes to the same.
TEST_F(DurableLedgerTest, a_block_with_misbehaviour_is_replayed) {
  const engine::Head head = ledger->engine().head();
  const engine::Misbehaviour nobody{{1, 2, 3}, 5};
  auto executed =
      ledger->engine().execute_block({head.height + 1, head.time_ns + kSecondNs, {}, {nobody}});
  ASSERT_TRUE(executed.ok());
  ASSERT_TRUE(ledger->commit({}, std::move(*executed)).ok());
  const Hash root = ledger->engine().tree().root();
  EXPECT_EQ(engine::misbehaviour_of(*ledger->read_block(head.height + 1)),
            std::vector<engine::Misbehaviour>{nobody});
  open();
  EXPECT_EQ(ledger->engine().head().height, head.height + 1);
  EXPECT_EQ(ledger->engine().tree().root(), root);
}

// What is not durable is nobody's to see: neither its rows nor its block.
TEST_F(DurableLedgerTest, after_a_fault_of_the_log_readers_see_the_last_durable_block) {
  for (const std::uint64_t action : {1u, 2u}) {  // the record is half written; it is not synced
    SCOPED_TRACE(action);
    chain.company("Agro");
    catch_up();
    const engine::Head before = ledger->engine().head();
    const Hash root = ledger->engine().tree().root();
    const auto body = chain.body(chain.registrar(), {verbs::SetThreshold{1}.operation()});
    const Bytes tx = chain.sign(body, chain.registrar());
    files.fail_at(action);
    for (int tries = 0; tries < 2; ++tries) {
      const auto failed = commit({tx}, chain.now_ns() + kSecondNs);
      ASSERT_FALSE(failed.ok());
      EXPECT_EQ(failed.fault().code, "log_write_failed");
      EXPECT_EQ(ledger->engine().head().height, before.height);
      EXPECT_EQ(ledger->engine().head().time_ns, before.time_ns);
      EXPECT_EQ(ledger->engine().tree().root(), root);
      EXPECT_EQ(ledger->undos().last_height(), before.height);
      const BytesView views[] = {tx};
      const auto member = engine::prepare(views, ledger->engine().form()).at(0);
      const engine::Member* asked = &member;
      EXPECT_EQ(ledger->engine().check_admission({&asked, 1}, chain.now_ns() + kSecondNs).at(0),
                kAccepted)
          << "its id is unknown again";
      EXPECT_EQ(ledger->read_block(before.height + 1).fault().code, "log_missing");
      EXPECT_TRUE(ledger->read_block(before.height).ok());
    }
    files.fail_at(0);
    open();
    // The half is cut and told; the whole one may as well last, and does here.
    EXPECT_EQ(ledger->cut().has_value(), action == 1);
    if (ledger->cut()) {
      EXPECT_EQ(ledger->cut()->height, before.height + 1);
    }
    EXPECT_EQ(ledger->engine().head().height, before.height + (action == 1 ? 0 : 1));
  }
}

// No header certifies the state after a block before the next one: a host makes one at once when
// there is something to certify.
TEST_F(DurableLedgerTest, a_block_that_only_did_a_job_wants_to_be_certified) {
  astyq::test::DeliveryStory story(chain);
  chain.ok(story.farmer(), story.receipt_offer());
  chain.wait_days(static_cast<int>(chain.engine().rules().offer_days()));
  std::vector<std::uint64_t> heights;
  for (const Chain::Block& block : chain.blocks()) {
    ASSERT_TRUE(commit(block.signed_txs, block.time_ns).ok());
    if (!block.signed_txs.empty()) {
      EXPECT_TRUE(ledger->last_is_uncertified());
    } else if (ledger->last_is_uncertified()) {
      heights.push_back(ledger->engine().head().height);
    }
  }
  EXPECT_EQ(heights, (std::vector<std::uint64_t>{chain.blocks().size()}));
  open();  // by the log
  EXPECT_TRUE(ledger->last_is_uncertified());
  ASSERT_TRUE(ledger->checkpoint().ok());
  open();  // by the image
  EXPECT_TRUE(ledger->last_is_uncertified());
  ASSERT_TRUE(commit({}, chain.now_ns() + kSecondNs).ok());
  EXPECT_FALSE(ledger->last_is_uncertified());
  open();
  EXPECT_FALSE(ledger->last_is_uncertified());
}

TEST_F(DurableLedgerTest, what_the_image_holds_is_never_cut) {
  for (int i = 0; i < 3; ++i) chain.company("Agro");
  catch_up();
  const Bytes whole = files.bytes_of(log_file);
  Bytes damaged = whole;
  damaged[damaged.size() - 3] ^= 1;
  files.bytes_of(log_file) = damaged;
  open();
  ASSERT_TRUE(ledger->cut().has_value()) << "it might never have been acknowledged";
  EXPECT_EQ(ledger->cut()->height, 3u);

  files.bytes_of(log_file) = whole;
  open();
  EXPECT_FALSE(ledger->cut().has_value());
  ASSERT_TRUE(ledger->checkpoint().ok());
  files.bytes_of(log_file) = damaged;
  const std::string fault = fault_of_opening();
  EXPECT_TRUE(fault.starts_with("log_corrupt")) << fault;
  EXPECT_EQ(files.bytes_of(log_file), damaged);
}

TEST_F(DurableLedgerTest, the_header_carries_the_version_that_the_block_ran_under) {
  chain.company("Agro");
  const std::uint32_t before = ledger->engine().rules().protocol_version();
  catch_up();
  const auto record = ledger->read_block(1);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->signed_header().header().version().app(), before);
}

}  // namespace
}  // namespace astyq::node
