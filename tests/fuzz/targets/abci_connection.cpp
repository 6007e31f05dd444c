// SPDX-License-Identifier: Apache-2.0
// Any bytes on an ABCI socket: what comes back is whole answers, an exception at most as the last,
// and then the end; another connection is served as before, and the application meets no call that
// the grammar forbids.
#include "abci/client_test.h"
#include "abci/counting_application_test.h"
#include "abci/samples_test.h"
#include "abci/server.h"
#include "fuzz/targets/targets.h"
#include "support/temporary_directory.h"

namespace astyq::fuzz {
namespace {

using abci::test::Client;
using abci::test::framed;

void hear_out(Client& client) {
  bool last = false;
  while (const auto response = client.hear()) {
    ASTYQ_CHECK(!last && response->value_case() != abci::v1::Response::VALUE_NOT_SET);
    last = response->has_exception();
    ASTYQ_CHECK(!last || response->exception().error().find(": ") != std::string::npos);
  }
}

// A server of its own, so that what comes of the bytes depends on nothing before them.
void attempt(BytesView input) {
  const astyq::test::TemporaryDirectory directory;
  abci::test::CountingApplication application;
  auto server = abci::Server::start(application, {.address = "unix://" + directory / "abci.sock"});
  ASTYQ_CHECK(server.ok());
  Client other((*server)->address());
  {
    Client client((*server)->address());
    client.send(input);
    client.end_sending();
    hear_out(client);
  }
  const auto answer = other.ask(abci::test::query());
  ASTYQ_CHECK(answer && answer->query().key() == "count");
}

std::vector<Bytes> seeds() {
  namespace say = abci::test;
  const Bytes flush = framed(say::flush());
  const Bytes begin = framed(say::info()) + framed(say::init_chain()) + flush;
  const Bytes commit = framed(say::commit()) + flush;
  const Bytes block = framed(say::finalize_block(1)) + commit;
  const Bytes round = framed(say::prepare_proposal(1)) + framed(say::process_proposal(1));
  const Bytes restore =
      framed(say::offer_snapshot(4)) + framed(say::apply_chunk("40")) + framed(say::info());
  Bytes all;
  for (const auto& request : say::one_of_each()) all += framed(request);
  return {framed(say::echo("wheat")) + flush,
          begin + round + block,
          begin + block + framed(say::finalize_block(2)) + flush,
          begin + block + block,
          restore + framed(say::extend_vote(5)) + framed(say::finalize_block(5)) + commit,
          framed(say::check_tx("tx")) + framed(say::insert_tx("tx")) + flush,
          framed(say::query()) + flush,
          all,
          framed(BytesView()),
          Bytes("\x80\x80\x80\x80\x08", 5),
          Bytes("\x80\x00", 2),
          begin.substr(0, begin.size() / 2)};
}

}  // namespace

Target abci_connection() {
  return {"abci_connection", attempt, seeds};
}

}  // namespace astyq::fuzz
