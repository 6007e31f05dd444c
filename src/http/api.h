// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "http/exchange.h"
#include "http/feed.h"
#include "http/metrics.h"
#include "http/router.h"
#include "node/node.h"
#include "proof/anchor.h"
#include "query/pages.h"

namespace astyq::http {

// The API without sockets: one call a request. Every call may come from any thread.
class Api {
 public:
  // The node and the feed must outlive it. `reader_token`: opens the restricted parts of rows.
  Api(node::Node& node, Feed& feed, Metrics& metrics, std::string reader_token);

  // Reads the target into the request and says what is wrong with it, before its body is taken.
  // Nothing: hand it to `handle`.
  std::optional<Response> objection(std::string_view target, Request& request) const;
  // Answers one request, of any form, once. Takes what it needs of the request before it returns.
  void handle(const Request& request, const Reply& reply);

 private:
  using Handler = Response (Api::*)(const Request&);
  std::optional<Response> objection(const Match& found, const Request& request,
                                    bool has_body) const;
  Response read(const Route& route, const Request& request);

  // reads.cpp
  Response ready(const Request& request);
  Response metrics(const Request& request);
  Response status(const Request& request);
  Response blocks(const Request& request);
  Response block(const Request& request);
  Response transaction(const Request& request);
  Response events(const Request& request);
  // rows.cpp
  Response rows(const Request& request);
  Response row(const Request& request);
  // proofs.cpp
  struct Asked;
  void prove(const Route& route, const Request& request, const Reply& reply);
  Result<std::shared_ptr<Asked>> key_proof(const Request& request);
  Result<std::shared_ptr<Asked>> open_row(const Request& request);
  Result<std::shared_ptr<Asked>> result_proof(const Request& request);
  Status complete(Asked& asked, const Status& visited);
  Status lead_back(proof::v1::Proof& made, const comet::v1::ValidatorSet& signers) const;
  proof::Anchor anchor_for(const proof::v1::Proof& made) const;
  Status stamp(proof::v1::Proof& made) const;
  Fault not_settled() const;
  // submit.cpp
  void submit(const Request& request, const Reply& reply);
  void submit_one(const Request& request, Bytes signed_tx, const Reply& reply);
  void submit_stream(const Request& request, const Reply& reply);
  Response one_answer(const Request& request, const node::Answer& answer, BytesView signed_tx);
  Response stream_answer(const std::vector<node::Answer>& answers,
                         const std::vector<Bytes>& signed_txs);
  Response settled_answer(const Request& request, const query::Settled& settled);

  enum class Sight { kPublic, kOpened, kWrongToken };
  Sight sight(const Request& request) const;

  node::Node& node_;
  Feed& feed_;
  Metrics& metrics_;
  const std::string reader_token_;
  const std::string openapi_;
};

}  // namespace astyq::http
