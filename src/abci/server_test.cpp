// SPDX-License-Identifier: Apache-2.0
#include "abci/server.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <thread>

#include "abci/limits.h"
#include "abci/served_test.h"

namespace astyq::abci {
namespace {

using test::Client;
using test::Served;
using Number = v1::Response::ValueCase;

class Everywhere : public testing::TestWithParam<const char*> {};

// In an order that the grammar allows; each with the number of its answer.
TEST_P(Everywhere, every_request_is_answered_by_its_own) {
  Served served(GetParam());
  Client client(served.address());
  v1::Request list, load, reap;
  list.mutable_list_snapshots();
  load.mutable_load_snapshot_chunk();
  reap.mutable_reap_txs();
  const std::vector<std::pair<v1::Request, Number>> story{
      {test::echo("wheat"), Number::kEcho},
      {test::flush(), Number::kFlush},
      {test::query(), Number::kQuery},
      {test::check_tx("!bad"), Number::kCheckTx},
      {test::insert_tx("pooled"), Number::kInsertTx},
      {reap, Number::kReapTxs},
      {list, Number::kListSnapshots},
      {load, Number::kLoadSnapshotChunk},
      {test::info(), Number::kInfo},
      {test::init_chain(), Number::kInitChain},
      {test::offer_snapshot(4), Number::kOfferSnapshot},
      {test::apply_chunk("40"), Number::kApplySnapshotChunk},
      {test::info(), Number::kInfo},
      {test::prepare_proposal(5), Number::kPrepareProposal},
      {test::process_proposal(5), Number::kProcessProposal},
      {test::extend_vote(5), Number::kExtendVote},
      {test::verify_vote_extension(5), Number::kVerifyVoteExtension},
      {test::finalize_block(5), Number::kFinalizeBlock},
      {test::commit(), Number::kCommit},
  };
  std::map<Number, v1::Response> answers;
  for (const auto& [request, number] : story) {
    const auto response = client.ask(request);
    ASSERT_TRUE(response.has_value()) << request.ShortDebugString();
    EXPECT_EQ(response->value_case(), number) << response->ShortDebugString();
    answers[number] = *response;
  }
  EXPECT_EQ(answers[Number::kEcho].echo().message(), "wheat");
  EXPECT_EQ(answers[Number::kCheckTx].check_tx().code(), 7u);
  EXPECT_EQ(answers[Number::kReapTxs].reap_txs().txs(0), "pooled");
  EXPECT_EQ(answers[Number::kExtendVote].extend_vote().vote_extension(), "3");
  EXPECT_EQ(answers[Number::kPrepareProposal].prepare_proposal().txs_size(), 3);
  EXPECT_EQ(answers[Number::kFinalizeBlock].finalize_block().tx_results_size(), 3);
  EXPECT_EQ(served.application.state(), (test::CountingApplication::State{5, 43}));
  EXPECT_TRUE(served.told().empty());
}

INSTANTIATE_TEST_SUITE_P(Server, Everywhere, testing::Values("", "tcp://127.0.0.1:0"),
                         [](const auto& with) { return *with.param == '\0' ? "unix" : "tcp"; });

TEST(Server, answers_come_in_order_and_at_flush) {
  const Served served;
  Client client(served.address());
  Bytes all;
  for (int i = 0; i < 1'000; ++i) all += test::framed(test::echo(std::to_string(i)));
  ASSERT_TRUE(client.send(all));
  test::expect_alive(served);
  EXPECT_FALSE(client.has_heard());
  ASSERT_TRUE(client.send(test::flush()));
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(client.hear()->echo().message(), std::to_string(i));
  EXPECT_TRUE(client.hear()->has_flush());
  EXPECT_FALSE(client.has_heard());
}

TEST(Server, connections_are_served_beside_each_other) {
  Served served;
  Client consensus(served.address());
  test::begin_chain(consensus);
  served.application.hold("FinalizeBlock");
  consensus.send(test::finalize_block(1));
  served.application.wait_until_inside("FinalizeBlock");
  Client mempool(served.address()), snapshot(served.address());
  EXPECT_EQ(mempool.ask(test::check_tx("tx"))->check_tx().code(), 0u);
  v1::Request list;
  list.mutable_list_snapshots();
  EXPECT_TRUE(snapshot.ask(list)->has_list_snapshots());
  EXPECT_EQ(mempool.ask(test::info())->info().last_block_height(), 0);
  EXPECT_FALSE(consensus.has_heard());
  served.application.release("FinalizeBlock");
  consensus.send(test::framed(test::commit()) + test::framed(test::flush()));
  EXPECT_TRUE(consensus.hear()->has_finalize_block());
  EXPECT_TRUE(consensus.hear()->has_commit());
  EXPECT_TRUE(consensus.hear()->has_flush());
  EXPECT_EQ(served.application.state().height, 1);
}

TEST(Server, a_fault_of_the_application_is_told_and_ends_that_connection_alone) {
  Served served;
  Client other(served.address());
  ASSERT_TRUE(other.ask(test::query())->has_query());
  served.application.fail("Info");
  EXPECT_EQ(Client(served.address()).refused(test::info()), "disk_full");
  EXPECT_EQ(other.ask(test::query())->query().value(), "0");
  EXPECT_EQ(served.told(), std::vector<std::string>{"disk_full"});
}

TEST(Server, a_call_that_cannot_be_ends_that_connection_alone) {
  Served served;
  Client consensus(served.address());
  test::begin_chain(consensus);
  ASSERT_TRUE(consensus.ask(test::finalize_block(1))->has_finalize_block());
  EXPECT_EQ(Client(served.address()).refused(test::commit()), "second_caller");
  ASSERT_TRUE(consensus.ask(test::commit())->has_commit());
  EXPECT_EQ(consensus.refused(test::commit()), "block_not_finalized");
  EXPECT_EQ(served.application.count_of("Commit"), 1);
  test::expect_alive(served);
}

TEST(Server, what_was_asked_before_a_wrong_call_is_answered_before_it) {
  const Served served;
  Client client(served.address());
  client.send(test::framed(test::echo("first")) + test::framed(test::commit()) +
              test::framed(test::echo("never")) + test::framed(test::flush()));
  EXPECT_EQ(client.hear()->echo().message(), "first");
  EXPECT_EQ(client.refusal(), "call_before_info");
}

TEST(Server, another_abci_is_refused_at_info) {
  const Served served;
  v1::Request info = test::info();
  info.mutable_info()->set_abci_version("1.0.0");
  EXPECT_EQ(Client(served.address()).refused(info), "abci_version_unknown");
  info.mutable_info()->clear_abci_version();  // a tool
  EXPECT_TRUE(Client(served.address()).ask(info)->has_info());
}

TEST(Server, cometbft_that_was_killed_in_a_block_is_followed_by_another) {
  Served served;
  {
    Client consensus(served.address());
    test::begin_chain(consensus);
    ASSERT_TRUE(consensus.ask(test::finalize_block(1))->has_finalize_block());
  }
  Client next(served.address());
  EXPECT_EQ(next.ask(test::info())->info().last_block_height(), 0);
  ASSERT_TRUE(next.ask(test::init_chain())->has_init_chain());
  ASSERT_TRUE(next.ask(test::finalize_block(1))->has_finalize_block());
  ASSERT_TRUE(next.ask(test::commit())->has_commit());
  EXPECT_EQ(served.application.state(), (test::CountingApplication::State{1, 3}));
}

TEST(Server, a_commit_under_way_when_cometbft_is_killed_is_awaited_by_the_next_info) {
  Served served;
  auto killed = std::make_unique<Client>(served.address());
  test::begin_chain(*killed);
  ASSERT_TRUE(killed->ask(test::finalize_block(1))->has_finalize_block());
  served.application.hold("Commit");
  killed->send(test::framed(test::commit()) + test::framed(test::finalize_block(2)) +
               test::framed(test::flush()));
  served.application.wait_until_inside("Commit");
  killed.reset();
  // Info waits; something that does not wait goes past it.
  Client next(served.address());
  next.send(test::framed(test::info()) + test::framed(test::flush()));
  test::expect_alive(served);
  served.application.release("Commit");
  EXPECT_EQ(next.hear()->info().last_block_height(), 1);
  EXPECT_TRUE(next.hear()->has_flush());
  // Whatever the dead one still had to say, the next block is this one's.
  EXPECT_TRUE(next.ask(test::finalize_block(2))->has_finalize_block());
}

TEST(Server, there_are_so_many_connections_and_no_more) {
  Served served;
  {
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < kMaxConnections; ++i) {
      clients.push_back(std::make_unique<Client>(served.address()));
      ASSERT_TRUE(clients.back()->ask(test::query())->has_query());
    }
    EXPECT_EQ(Client(served.address()).refusal(), "too_many_connections");
    EXPECT_TRUE(clients.front()->ask(test::query())->has_query());
  }
  test::expect_alive(served);
}

TEST(Server, stops_whatever_its_peers_do) {
  Served served;
  Client idle(served.address()), within(served.address()), deaf(served.address());
  ASSERT_TRUE(idle.ask(test::query())->has_query());
  within.send(Bytes("\x80\x80\x04half of a frame"));
  // Eight of these are more than any socket holds, and nobody reads them.
  Bytes much;
  for (int i = 0; i < 8; ++i) much += test::framed(test::echo(Bytes(kWriteAtOnce, 'x')));
  std::thread speaker([&] { deaf.send(much); });
  served.server().stop();
  speaker.join();
  EXPECT_FALSE(idle.hear().has_value());
  EXPECT_FALSE(within.ask(test::query()).has_value());
  served.server().stop();
}

TEST(Server, a_file_that_a_killed_process_left_is_replaced_and_a_live_one_is_not) {
  const astyq::test::TemporaryDirectory directory;
  const std::string path = directory / "abci.sock", address = "unix://" + path;
  test::CountingApplication application;
  {
    // Bound and closed without being removed, as a kill leaves it.
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.data(), path.size());
    ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
    ::close(socket);
  }
  auto first = Server::start(application, {.address = address});
  ASSERT_TRUE(first.ok()) << first.fault().text;
  struct stat file{};
  ASSERT_EQ(::stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  const auto second = Server::start(application, {.address = address});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.fault().code, "address_in_use");
  EXPECT_TRUE(Client(address).ask(test::query())->has_query());
  (*first)->stop();
  EXPECT_NE(::stat(path.c_str(), &file), 0);
  auto third = Server::start(application, {.address = "tcp://127.0.0.1:0"});
  ASSERT_TRUE(third.ok());
  const auto fourth = Server::start(application, {.address = (*third)->address()});
  ASSERT_FALSE(fourth.ok());
  EXPECT_EQ(fourth.fault().code, "address_in_use");
}

TEST(Server, addresses_that_are_none_or_reach_further_are_refused) {
  const astyq::test::TemporaryDirectory directory;
  std::ofstream(directory / "file") << "not a socket";
  test::CountingApplication application;
  for (const std::string& address :
       {std::string(), std::string("127.0.0.1:26658"), std::string("unix://"),
        "unix://" + Bytes(200, 'p'), "unix://" + directory / "none/abci.sock",
        std::string("tcp://127.0.0.1"), std::string("tcp://127.0.0.1:"),
        std::string("tcp://127.0.0.1:70000"), std::string("tcp://127.0.0.1:80x"),
        std::string("tcp://0.0.0.0:0"), std::string("tcp://10.0.0.1:0"),
        std::string("tcp://localhost:0"), std::string("grpc://127.0.0.1:0")}) {
    const auto server = Server::start(application, {.address = address});
    ASSERT_FALSE(server.ok()) << address;
    EXPECT_EQ(server.fault().code, "address_invalid") << address;
  }
  // Whatever it is, it is not ours to remove.
  const auto server = Server::start(application, {.address = "unix://" + directory / "file"});
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.fault().code, "address_in_use");
  EXPECT_TRUE(std::ifstream(directory / "file").good());
}

}  // namespace
}  // namespace astyq::abci
