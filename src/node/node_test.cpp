// SPDX-License-Identifier: Apache-2.0
#include "node/node.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>

#include "crypto/sha256.h"
#include "engine/demo.h"
#include "ledger/rules.h"
#include "node/clock.h"
#include "node/durable_ledger.h"
#include "node/restore.h"
#include "node/setup.h"
#include "store/file_system.h"
#include "support/temporary_directory.h"
#include "tests/verbs.gen.h"
#include "wire/block_header.h"
#include "wire/signing.h"

namespace astyq::node {
namespace {

constexpr std::int64_t kMinuteNs = 60'000'000'000;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A node over its own directory, which goes with the test.
class NodeTest : public testing::Test {
 protected:
  NodeTest() {
    config_.data_directory = directory_ / "node";
    config_.block_interval_ms = 1;
    const Status begun = begin_network(config_.data_directory, engine::demo_genesis());
    EXPECT_TRUE(begun.ok()) << begun.fault().text;
  }

  std::unique_ptr<Node> open() {
    auto node = Node::open(config_);
    EXPECT_TRUE(node.ok()) << node.fault().text;
    return node.ok() ? std::move(*node) : nullptr;
  }

  // A natural person, who needs nothing but two digests and a key.
  Bytes register_person(std::uint64_t number) const {
    const Bytes tag(view(crypto::sha256("person " + std::to_string(number))));
    verbs::RegisterParty verb{
        .kind = identity::v1::NATURAL_PERSON, .commitment = tag, .uniqueness_tag = tag};
    verb.key.set_kind(identity::v1::ED25519);
    verb.key.set_public_key(Bytes(view(engine::demo_key(std::to_string(number)).public_key())));
    return signed_tx(verb.operation(), tag.substr(0, 16));
  }
  static Bytes signed_tx(const base::v1::Operation& operation, const Bytes& id) {
    base::v1::TxBody body;
    body.set_party(1);
    body.set_id(id);
    body.set_valid_until(now_ns() + kMinuteNs / 2);
    *body.add_operations() = operation;
    const auto key = engine::demo_key(engine::kDemoRegistrar);
    return wire::sign_transaction(body, engine::kDemoNetwork, {&key, 1});
  }

  std::vector<Answer> submit(Node& node, std::vector<Bytes> txs) {
    std::promise<std::vector<Answer>> promise;
    const Status taken = node.submit(
        std::move(txs), [&](std::vector<Answer> a) { promise.set_value(std::move(a)); });
    EXPECT_TRUE(taken.ok()) << taken.fault().text;
    if (!taken.ok()) return {};
    return promise.get_future().get();
  }

  std::pair<std::uint64_t, Hash> head(const Node& node) const {
    std::pair<std::uint64_t, Hash> out;
    node.read([&](const engine::Engine& engine, const store::UndoRing&) {
      out = {engine.head().height, engine.tree().root()};
    });
    return out;
  }

  astyq::test::TemporaryDirectory directory_;
  Config config_;
};

TEST_F(NodeTest, applies_answers_and_remembers) {
  auto node = open();
  const Bytes tx = register_person(1);
  const auto answers = submit(*node, {tx, register_person(2), tx});
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].fate, Fate::kApplied);
  EXPECT_EQ(answers[0].operations.at(0).first_id, 3u);
  EXPECT_EQ(answers[1].operations.at(0).first_id, 4u);
  EXPECT_EQ(answers[2].fate, Fate::kAlreadyApplied);
  EXPECT_EQ(submit(*node, {tx})[0].fate, Fate::kAlreadyApplied);
  EXPECT_EQ(submit(*node, {"garbage"})[0].admission, Refusal(base::v1::NOT_CANONICAL));
  const auto [height, root] = head(*node);
  node.reset();

  auto again = open();
  EXPECT_GE(head(*again).first, height);
  EXPECT_EQ(submit(*again, {tx})[0].fate, Fate::kAlreadyApplied);
  EXPECT_EQ(submit(*again, {register_person(3)})[0].operations.at(0).first_id, 5u);
}

// In a network of one node a change of rules says the version. It stops by itself, and again when
// it is started again, until it is taken back to before that or has software that knows it.
TEST_F(NodeTest, stops_before_a_version_that_it_does_not_know) {
  auto node = open();
  verbs::ChangeRules change;
  node->read([&](const engine::Engine& engine, const auto&) { change.rules = engine.rules(); });
  change.rules.set_protocol_version(kProtocolVersion + 1);
  submit(*node, {register_person(2)});
  const auto answer = submit(*node, {signed_tx(change.operation(), Bytes(16, 'r'))});
  EXPECT_EQ(node->wait().fault().code, "protocol_unknown");
  EXPECT_EQ(head(*node).first, answer[0].height);
  node.reset();
  EXPECT_EQ(Node::open(config_).fault().code, "protocol_unknown");
  const auto back = roll_back({config_.data_directory, answer[0].height - 1, "", {}});
  ASSERT_TRUE(back.ok()) << back.fault().text;
  node = open();
  EXPECT_EQ(submit(*node, {register_person(1)})[0].fate, Fate::kApplied);
}

// Whoever could make blocks for nothing could push recent heights out of everybody's reach.
TEST_F(NodeTest, rubbish_and_replays_make_no_block) {
  auto node = open();
  const Bytes tx = register_person(1);
  const auto applied = submit(*node, {tx});
  ASSERT_EQ(applied[0].fate, Fate::kApplied);
  while (head(*node).first < applied[0].height + 1)  // the empty block that certifies it
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const std::uint64_t height = head(*node).first;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(submit(*node, {"garbage", ""})[0].admission, Refusal(base::v1::NOT_CANONICAL));
    EXPECT_EQ(submit(*node, {tx, tx})[1].fate, Fate::kAlreadyApplied);
  }
  EXPECT_EQ(head(*node).first, height);
  // Beside one that is admitted they are answered the same.
  const auto mixed = submit(*node, {"garbage", register_person(2), tx});
  EXPECT_EQ(mixed[0].fate, Fate::kNotAdmitted);
  EXPECT_EQ(mixed[1].height, height + 1);
  EXPECT_EQ(mixed[2].fate, Fate::kAlreadyApplied);
}

// A block that is due makes a visitor wait; where none comes he is told so at once.
TEST_F(NodeTest, a_visitor_sees_all_that_was_settled_before_he_came) {
  const auto visit = [](const Node& node, std::optional<std::uint64_t> height) {
    std::promise<Result<std::uint64_t>> seen;
    std::uint64_t at = 0;
    node.visit(
        height, [&](const store::Tree&, std::uint64_t shown) { at = shown; },
        [&](const Status& status) {
          seen.set_value(status.ok() ? Result<std::uint64_t>(at) : status.fault());
        });
    return seen.get_future().get();
  };
  auto node = open();
  EXPECT_EQ(visit(*node, {}).fault().code, "height_ahead");
  std::uint64_t height = 0;
  for (std::uint64_t i = 0; i < 10; ++i) {
    height = submit(*node, {register_person(i)})[0].height;
    EXPECT_GE(*visit(*node, {}), height);
    height = submit(*node, {register_person(100 + i)})[0].height;
    EXPECT_EQ(*visit(*node, height), height);
  }
  EXPECT_EQ(head(*node).first, height + 1);
  EXPECT_EQ(visit(*node, height + 1).fault().code, "not_certified");
  EXPECT_EQ(visit(*node, height + 2).fault().code, "height_ahead");
  node->stop();
  EXPECT_EQ(visit(*node, {}).fault().code, "node_stopping");
  node.reset();
  {
    const auto files = store::posix_file_system();
    auto identity = read_identity(config_.data_directory);
    ASSERT_TRUE(identity.ok());
    auto ledger =
        DurableLedger::open(*files, config_.data_directory + "/ledger", std::move(*identity));
    ASSERT_TRUE(ledger.ok()) << ledger.fault().text;
    const Bytes tx = register_person(200);
    const BytesView bytes = tx;
    ASSERT_TRUE(
        (*ledger)
            ->commit({tx}, engine::prepare({&bytes, 1}, (*ledger)->engine().form()), now_ns())
            .ok());
  }
  config_.disk_reserve_mib = 1u << 30;
  node = open();
  EXPECT_EQ(visit(*node, {}).fault().code, "not_certified");
  EXPECT_EQ(*visit(*node, height + 1), height + 1);
}

TEST_F(NodeTest, dry_run_answers_as_the_block_would_and_changes_nothing) {
  auto node = open();
  const Bytes tx = register_person(1);
  const Answer tried = node->dry_run(tx);
  EXPECT_EQ(tried.fate, Fate::kApplied);
  const Answer done = submit(*node, {tx})[0];
  EXPECT_EQ(tried.operations.at(0).first_id, done.operations.at(0).first_id);
  EXPECT_EQ(node->dry_run(tx).fate, Fate::kAlreadyApplied);
}

TEST_F(NodeTest, headers_chain_and_an_empty_block_certifies_the_newest_change) {
  auto node = open();
  const auto answer = submit(*node, {register_person(1)})[0];
  while (head(*node).first <= answer.height)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto block = node->read_block(answer.height);
  const auto next = node->read_block(answer.height + 1);
  ASSERT_TRUE(block.ok() && next.ok());
  EXPECT_EQ(block->signed_txs_size(), 1);
  EXPECT_EQ(next->signed_txs_size(), 0);
  EXPECT_EQ(next->signed_header().header().app_hash(), block->app_hash());
  const Bytes validator = node->genesis().validator_key();
  EXPECT_TRUE(wire::verify_signed_header(block->signed_header(), engine::kDemoNetwork, validator));
  EXPECT_TRUE(wire::verify_signed_header(next->signed_header(), engine::kDemoNetwork, validator));
  EXPECT_EQ(next->signed_header().header().last_block_id().hash(),
            block->signed_header().commit().block_id().hash());
}

TEST_F(NodeTest, thousands_in_one_submission_keep_their_order) {
  auto node = open();
  std::vector<Bytes> txs;
  for (std::uint64_t i = 0; i < 6'000; ++i) txs.push_back(register_person(i));
  const auto answers = submit(*node, std::move(txs));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_EQ(answers[i].fate, Fate::kApplied);
    ASSERT_EQ(answers[i].operations.at(0).first_id, i + 3);
  }
}

TEST_F(NodeTest, of_more_than_the_pool_ever_holds_nothing_is_taken) {
  config_.pool_transactions = 10;
  auto node = open();
  std::vector<Bytes> txs(11, register_person(1));
  const Status taken = node->submit(txs, [](const std::vector<Answer>&) { ADD_FAILURE(); });
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.fault().code, "too_many_at_once");
  node->stop();
  EXPECT_EQ(node->submit({register_person(1)}, [](const std::vector<Answer>&) { ADD_FAILURE(); })
                .fault()
                .code,
            "node_stopping");
}

// Slow syncs must not let one party have the whole pool.
TEST_F(NodeTest, a_party_is_held_to_its_quota_while_a_block_is_written) {
  config_.pool_transactions = 4;
  config_.pool_party_transactions = 1;
  auto node = open();
  std::promise<std::vector<Answer>> first;
  std::promise<std::vector<Answer>> others;
  node->read([&](const engine::Engine&, const store::UndoRing&) {
    // The block of the first waits for this reader.
    EXPECT_TRUE(
        node->submit({register_person(1)},
                     [&](std::vector<Answer> answers) { first.set_value(std::move(answers)); })
            .ok());
    while (node->pool_size() > 0) std::this_thread::yield();
    std::vector<Bytes> txs;
    for (std::uint64_t i = 2; i <= 5; ++i) txs.push_back(register_person(i));
    EXPECT_TRUE(
        node->submit(std::move(txs),
                     [&](std::vector<Answer> answers) { others.set_value(std::move(answers)); })
            .ok());
  });
  EXPECT_EQ(first.get_future().get()[0].fate, Fate::kApplied);
  const auto answers = others.get_future().get();
  EXPECT_EQ(answers[0].fate, Fate::kApplied);
  EXPECT_EQ(std::ranges::count(answers, Fate::kOverQuota, &Answer::fate), 3);
}

TEST_F(NodeTest, a_second_node_on_the_directory_is_refused) {
  auto node = open();
  const auto second = Node::open(config_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.fault().code, "data_directory_locked");
}

// The second of two first starts must not write over the keys of the first.
TEST_F(NodeTest, a_network_is_begun_by_whoever_holds_the_directory) {
  config_.data_directory = directory_ / "new";
  auto held = Directory::hold(config_.data_directory);
  ASSERT_TRUE(held.ok()) << held.fault().text;
  EXPECT_EQ(Directory::hold(config_.data_directory).fault().code, "data_directory_locked");
  EXPECT_EQ(begin_network(config_.data_directory, engine::demo_genesis()).fault().code,
            "data_directory_locked");
  EXPECT_EQ(store::posix_file_system()->list(config_.data_directory)->size(), 1u) << "the lock";
  ASSERT_TRUE(begin_network(*held, engine::demo_genesis()).ok());
  const auto node = Node::open(config_, std::move(*held));
  ASSERT_TRUE(node.ok()) << node.fault().text;
  EXPECT_EQ(begin_network(config_.data_directory, engine::demo_genesis()).fault().code,
            "network_exists");
  EXPECT_EQ(Node::open(config_).fault().code, "data_directory_locked");
}

// What a first start that was killed while it wrote the keyring has left.
TEST_F(NodeTest, a_network_is_begun_after_a_first_start_that_was_killed) {
  const std::string data = directory_ / "killed";
  std::filesystem::create_directory(data);
  for (const char* left : {"/validator.keyring", "/validator.keyring.new", "/node.password.new"}) {
    std::ofstream(data + left) << "half";
    std::filesystem::permissions(data + left, std::filesystem::perms(0600));
  }
  const Status begun = begin_network(data, engine::demo_genesis());
  EXPECT_TRUE(begun.ok()) << begun.fault().code;
  EXPECT_TRUE(read_identity(data).ok());
}

TEST_F(NodeTest, another_genesis_is_refused) {
  submit(*open(), {register_person(1)});
  const std::string path = config_.data_directory + "/genesis.json";
  std::string text;
  {
    std::ifstream file(path);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  const auto rewrite = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    std::ofstream(path) << changed;
    const auto opened = Node::open(config_);
    return opened.ok() ? std::string("opened") : opened.fault().code;
  };
  EXPECT_EQ(rewrite("astyq-demo", "other-demo"), "data_directory_foreign");
  EXPECT_EQ(rewrite("\"rules\":{", "\"rules\":{\"unknown\":1,"), "genesis_invalid");
  EXPECT_EQ(rewrite("Akimat", "Other"), "genesis_differs");
  std::ofstream(path) << text;
  EXPECT_NE(open(), nullptr);
}

// Two networks of one name would take each other's transactions.
TEST_F(NodeTest, a_network_is_not_begun_again_from_its_finished_document) {
  auto taken = engine::demo_genesis();
  taken.set_validator_key(Bytes(32, 'v'));
  EXPECT_EQ(begin_network(directory_ / "again", taken).fault().code, "genesis_taken");
  EXPECT_FALSE(*has_network(directory_ / "again"));
}

TEST_F(NodeTest, a_missing_genesis_says_what_to_do) {
  config_.data_directory = directory_ / "nothing";
  const auto opened = Node::open(config_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.fault().code, "genesis_missing");
}

// The image and its copies are thrown away: the log alone brings back the same state.
TEST_F(NodeTest, replay_of_the_log_gives_the_same_root) {
  std::pair<std::uint64_t, Hash> before;
  {
    auto node = open();
    std::vector<Bytes> txs;
    for (std::uint64_t i = 0; i < 200; ++i) txs.push_back(register_person(i));
    submit(*node, std::move(txs));
    node->stop();
    before = head(*node);
  }
  std::filesystem::remove_all(config_.data_directory + "/ledger/image");
  std::filesystem::remove_all(config_.data_directory + "/ledger/kept");
  const auto files = store::posix_file_system();
  auto identity = read_identity(config_.data_directory);
  ASSERT_TRUE(identity.ok());
  const auto ledger =
      DurableLedger::open(*files, config_.data_directory + "/ledger", std::move(*identity));
  ASSERT_TRUE(ledger.ok()) << ledger.fault().text;
  EXPECT_EQ((*ledger)->engine().head().height, before.first);
  EXPECT_EQ((*ledger)->engine().tree().root(), before.second);
}

TEST_F(NodeTest, a_torn_tail_is_cut_and_the_rest_serves) {
  {
    auto node = open();
    submit(*node, {register_person(1)});
    node->stop();
  }
  std::filesystem::remove_all(config_.data_directory + "/ledger/image");
  std::filesystem::remove_all(config_.data_directory + "/ledger/kept");
  const std::string log = config_.data_directory + "/ledger/log/000000000001.blocks";
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 3);
  EXPECT_NE(open(), nullptr);
}

TEST_F(NodeTest, the_clock_is_watched_at_start) {
  submit(*open(), {register_person(1)});
  const std::int64_t last = now_ns();
  EXPECT_TRUE(check_clock_at_start(last, last + 1, false).ok());
  EXPECT_EQ(check_clock_at_start(last, last, false).fault().code, "clock_behind");
  EXPECT_EQ(check_clock_at_start(last, last + 31 * 1'440 * kMinuteNs, false).fault().code,
            "clock_far_ahead");
  EXPECT_TRUE(check_clock_at_start(last, last + 31 * 1'440 * kMinuteNs, true).ok());
  EXPECT_TRUE(check_clock_at_start(last, last + 29 * 1'440 * kMinuteNs, false).ok());
}

}  // namespace
}  // namespace astyq::node
