// SPDX-License-Identifier: Apache-2.0
#include "audit/replay_test.h"

namespace astyq::audit {
namespace {

TEST_F(ReplayTest, an_honest_history_passes_with_its_totals) {
  const auto report = Operator(chain).audited();
  ASSERT_TRUE(report.ok()) << report.fault().text;
  EXPECT_FALSE(report->finding) << report->finding->text;
  EXPECT_EQ(report->blocks, height());
  EXPECT_EQ(view(report->app_hash), view(chain.engine().tree().root()));
  EXPECT_EQ(report->last_time_ns, chain.now_ns());
  const auto& totals = report->totals;
  ASSERT_EQ(totals.grain.size(), 1u);
  EXPECT_EQ(totals.grain[0].crop, "WHEAT");
  EXPECT_EQ(totals.grain[0].live_kg, story.kReceiptKg + story.kTokensG / 1'000);
  ASSERT_EQ(totals.assets.size(), 2u);
  for (const auto& asset : totals.assets)
    EXPECT_EQ(asset.amount, asset.is_money ? story.kMoneyTiyn : story.kTokensG);
}

// An auditor whose program is too old to judge says so, and accuses nobody.
TEST_F(ReplayTest, a_version_that_this_program_does_not_know) {
  Rules rules = chain.engine().rules();
  rules.set_protocol_version(kProtocolVersion + 1);
  chain.ok(chain.registrar(), verbs::ChangeRules{.rules = rules});
  const auto up_to_it = Operator(chain).audited();
  ASSERT_TRUE(up_to_it.ok());
  EXPECT_FALSE(up_to_it->finding) << up_to_it->finding->text;
  chain.wait(kSecondNs);
  const auto beyond = Operator(chain).audited();
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.fault().code, "protocol_unknown");
}

TEST_F(ReplayTest, lie_of_a_forged_signature) {
  Operator liar(chain);
  base::v1::SignedTx signed_tx;
  signed_tx.ParseFromString(liar.at(full_height).signed_txs(1));
  signed_tx.mutable_auth(0)->mutable_ed25519()->mutable_signature()->at(40) ^= 1;
  liar.at(full_height).set_signed_txs(1, signed_tx.SerializeAsString());
  expect(liar.finding(), full_height, "data_hash");
  liar.sign_from(full_height);
  expect(liar.finding(), full_height, "wrong_signature", 1);
}

TEST_F(ReplayTest, lie_of_a_dropped_block) {
  Operator liar(chain);
  liar.records.erase(liar.records.begin() + static_cast<std::ptrdiff_t>(full_height) - 1);
  expect(liar.finding(), full_height, "height");
  liar.sign_from(full_height);
  expect(liar.finding(), full_height, "app_hash");
}

TEST_F(ReplayTest, lie_of_blocks_in_another_order) {
  Operator liar(chain);
  std::swap(liar.at(full_height), liar.at(full_height + 1));
  expect(liar.finding(), full_height, "height");
  liar.sign_from(full_height);
  expect(liar.finding(), full_height, "app_hash");
}

TEST_F(ReplayTest, lie_of_transactions_in_another_order) {
  Operator liar(chain);
  liar.at(full_height).mutable_signed_txs()->SwapElements(0, 1);
  expect(liar.finding(), full_height, "data_hash");
  liar.sign_from(full_height);
  expect(liar.finding(), full_height, "app_hash");
}

TEST_F(ReplayTest, lie_about_the_time) {
  Operator liar(chain);
  auto& record = liar.at(full_height);
  record.set_time_ns(record.time_ns() + 1);
  expect(liar.finding(), full_height, "time");
  liar.sign_from(full_height);
  expect(liar.finding(), full_height, "app_hash");
  record.set_time_ns(liar.at(full_height - 1).time_ns());
  liar.sign_from(full_height);
  expect(liar.finding(), full_height, "time");
}

TEST_F(ReplayTest, lie_of_another_header) {
  Operator liar(chain);
  const auto change = [&liar, this] {
    auto& header = *liar.at(full_height).mutable_signed_header()->mutable_header();
    header.mutable_app_hash()->at(7) ^= 1;
    liar.sign_from(full_height);
  };
  change();
  expect(liar.finding(), full_height, "app_hash");
  change();
  // By a key that is not the validator's.
  auto& commit = *liar.at(full_height).mutable_signed_header()->mutable_commit();
  const Bytes message = wire::precommit_sign_bytes(chain.genesis().network_id(), commit,
                                                   commit.signatures(0).timestamp());
  commit.mutable_signatures(0)->set_signature(Bytes(view(story.mill().key->sign(message))));
  expect(liar.finding(), full_height, "header_signature");
}

// Nobody signs what the log has beside a header that holds no evidence.
TEST_F(ReplayTest, lie_about_a_validator) {
  Operator liar(chain);
  auto& accused = *liar.at(full_height).add_misbehaviour();
  accused.set_address(Bytes(20, 'a'));
  accused.set_height(full_height - 1);
  liar.sign_from(full_height);
  expect(liar.finding(), full_height, "misbehaviour");
}

TEST_F(ReplayTest, lie_of_an_invented_result) {
  Operator liar(chain);
  auto& operation = *liar.at(refused_height).mutable_results(0)->mutable_operations(0);
  ASSERT_NE(operation.code(), 0u);
  operation.set_code(0);
  const Finding finding = liar.finding();
  expect(finding, refused_height, "result", 0);
  EXPECT_EQ(finding.transaction->operation, 0u);
  base::v1::SignedTx signed_tx;
  signed_tx.ParseFromString(liar.at(refused_height).signed_txs(0));
  EXPECT_EQ(finding.transaction->hash, crypto::sha256(signed_tx.body()));
  EXPECT_NE(finding.text.find("transfer.not_enough"), std::string::npos) << finding.text;

  Operator maker(chain);
  maker.at(full_height).mutable_results(2)->mutable_operations(0)->set_first_id(77);
  expect(maker.finding(), full_height, "result", 2);
  Operator miser(chain);
  miser.at(full_height).mutable_results()->RemoveLast();
  expect(miser.finding(), full_height, "results", 2);
}

TEST_F(ReplayTest, lie_of_a_transaction_that_is_done_twice) {
  Operator liar(chain);
  auto& later = liar.at(full_height + 1);
  later.add_signed_txs(liar.at(full_height).signed_txs(0));
  *later.add_results() = liar.at(full_height).results(0);
  liar.sign_from(full_height + 1);
  expect(liar.finding(), full_height + 1, "already_applied", 0);
}

// Without a block from the first to the last and all signed anew: an honest history of something
// else, which only shows beside a header of the former one.
TEST_F(ReplayTest, another_history_shows_beside_a_header_that_was_kept) {
  const Operator honest(chain);
  test::Chain other;
  test::DeliveryStory other_story(other);
  other.wait(kSecondNs);
  const Operator liar(other);
  ASSERT_LT(liar.last(), honest.last());
  const auto without = liar.audited();
  ASSERT_TRUE(without.ok());
  EXPECT_FALSE(without->finding) << without->finding->text;
  auto witness = honest.records[liar.last() - 1].signed_header();
  auto report = liar.audited(1, witness);
  ASSERT_TRUE(report.ok() && report->finding);
  expect(*report->finding, liar.last(), "witness");
  witness = honest.records.back().signed_header();
  report = liar.audited(1, witness);
  ASSERT_TRUE(report.ok() && report->finding);
  EXPECT_EQ(report->finding->figure, "witness");
  EXPECT_FALSE(honest.audited(1, witness)->finding);
}

TEST_F(ReplayTest, what_is_no_history_is_said) {
  Operator liar(chain);
  liar.at(full_height).mutable_signed_header()->mutable_header()->set_chain_id("other");
  expect(liar.finding(), full_height, "chain_id");

  const auto pruned = Operator(chain).audited(5);
  ASSERT_FALSE(pruned.ok());
  EXPECT_EQ(pruned.fault().code, "log_pruned");
  EXPECT_NE(pruned.fault().text.find("height 5"), std::string::npos);
  Operator nothing(chain);
  nothing.records.clear();
  const auto empty = nothing.audited();
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.fault().code, "log_empty");
}

// A network that goes on from where the chain stands, with two blocks of its own, and the folder
// that holds both logs.
struct ForkTest : ReplayTest {
  ForkTest() : before(chain), fork(chain.genesis()) {
    fork.set_network_id("astyq-after");
    auto& origin = *fork.mutable_origin();
    origin.set_network_id(chain.genesis().network_id());
    origin.set_height(height());
    origin.set_time_ns(chain.now_ns());
    origin.set_app_hash(Bytes(view(chain.engine().tree().root())));
    auto engine = chain.copy_engine();
    for (int i = 1; i <= 2; ++i) {
      auto& record = records.emplace_back();
      wire::BlockFacts facts{};
      facts.chain_id = fork.network_id();
      facts.app_version = engine.rules().protocol_version();
      facts.height = static_cast<std::int64_t>(engine.head().height) + 1;
      facts.time_ns = engine.head().time_ns + kSecondNs;
      facts.app_hash = engine.tree().root();
      facts.last = i == 1 ? nullptr : &records[0].signed_header();
      *record.mutable_signed_header() = wire::sign_header(facts, *chain.registrar().key);
      record.set_time_ns(facts.time_ns);
      const auto applied =
          engine.apply_block({engine.head().height + 1, facts.time_ns, std::vector<Member>()});
      record.set_app_hash(Bytes(view(applied->app_hash)));
    }
  }

  using Member = engine::Member;
  Result<Report> audited(bool with_origin = true, std::uint64_t first = 1) const {
    const test::TemporaryDirectory directory;
    before.write(directory / "before");
    const auto files = store::posix_file_system();
    {
      auto log = store::BlockLog::open(*files, directory / "log", {});
      for (std::size_t i = 0; i < records.size(); ++i)
        EXPECT_TRUE(log->append(height() + first + i, records[i].SerializeAsString()).ok());
      EXPECT_TRUE(log->sync().ok());
    }
    const auto log = store::BlockLog::open(*files, directory / "log", {.read_only = true});
    const auto log_before =
        store::BlockLog::open(*files, directory / "before", {.read_only = true});
    History history{fork, test::Chain::annex_key(), *log, {}};
    if (with_origin) history.before.push_back({chain.genesis(), *log_before});
    return audit_history(history, {});
  }
  Finding finding() const {
    const auto report = audited();
    EXPECT_TRUE(report.ok()) << report.fault().text;
    return report->finding.value_or(Finding());
  }

  Operator before;
  ledger::v1::Genesis fork;
  std::vector<log::v1::BlockRecord> records;
};

TEST_F(ForkTest, a_fork_passes_with_all_that_was_before_it) {
  const auto report = audited();
  ASSERT_TRUE(report.ok()) << report.fault().text;
  EXPECT_FALSE(report->finding) << report->finding->text;
  EXPECT_EQ(report->blocks, height() + 2);
  EXPECT_EQ(report->app_hash, *to_array<32>(records[1].app_hash()));
  EXPECT_EQ(report->operations, before.audited()->operations);
}

TEST_F(ForkTest, a_fork_that_goes_on_from_elsewhere_is_found) {
  const auto right = fork;
  const auto expect_after = [&](const std::function<void(ledger::v1::Genesis&)>& lie) {
    fork = right;
    lie(fork);
    expect(finding(), height(), "origin");
  };
  expect_after([](auto& genesis) { genesis.mutable_origin()->set_app_hash(Bytes(32, 'x')); });
  expect_after([](auto& genesis) { genesis.mutable_origin()->set_network_id("another"); });
  expect_after([](auto& genesis) { genesis.mutable_origin()->set_time_ns(1); });
  expect_after([](auto& genesis) { genesis.set_validator_key(Bytes(32, 'v')); });
  fork = right;
  before.records.pop_back();
  expect(finding(), height() - 1, "origin");
}

TEST_F(ForkTest, what_an_audit_of_a_fork_needs_is_said) {
  const auto alone = audited(false);
  ASSERT_FALSE(alone.ok());
  EXPECT_EQ(alone.fault().code, "origin_needed");
  EXPECT_NE(alone.fault().text.find("--origin"), std::string::npos);
  const auto pruned = audited(true, 2);
  ASSERT_FALSE(pruned.ok());
  EXPECT_EQ(pruned.fault().code, "log_pruned");
  // What was signed for the network before it is none of its blocks.
  records[0].mutable_signed_header()->mutable_header()->set_chain_id(chain.genesis().network_id());
  expect(finding(), height() + 1, "chain_id");
}

}  // namespace
}  // namespace astyq::audit
