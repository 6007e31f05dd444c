// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"
#include "engine/genesis.h"
#include "http/answers.h"
#include "http/api.h"
#include "http/parameters.h"
#include "http/problem.h"
#include "ledger/state.gen.h"
#include "node/clock.h"
#include "proof/merkle_run.h"
#include "proof/opening.h"
#include "proof/paper_code.h"
#include "proof/proof_file.h"
#include "store/row_text.h"
#include "wire/block_header.h"
#include "wire/json.h"
#include "wire/nearest.h"

namespace astyq::http {
namespace {

using proof::v1::Proof;

constexpr std::size_t kMostRequestBytes = 16u << 10;
constexpr std::size_t kRandomIdBytes = 16;

struct Wanted {
  const wire::TableEntry* table = nullptr;
  store::RowKey key;
  std::optional<std::uint64_t> at;
};

Result<Wanted> wanted(const Request& request) {
  Wanted out;
  out.table = wire::find_table(request.path[2]);
  if (out.table == nullptr)
    return Fault{"table_unknown", "There is no table '" + wire::printable(request.path[2]) + "'."};
  const auto key = store::parse_key(*out.table, request.path[3]);
  if (!key.ok()) return key.fault();
  out.key = *key;
  const auto at = height_parameter(request);
  if (!at.ok()) return at.fault();
  out.at = *at;
  return out;
}

// The proof of a key, and the row where there is one.
auto prove_row(const store::RowKey& key) {
  return [key](const store::Tree& tree, auto& asked) -> Status {
    if (const store::Row* found = tree.find(key); found != nullptr) asked.row = *found;
    asked.proof = proof::prove_key(tree, key);
    return Done{};
  };
}

Response json(const Proof& made) {
  Response response;
  response.body = wire::to_json(made);
  return response;
}

// The transaction's outcomes among those of its block.
Status fill_outcomes(const log::v1::BlockRecord& record, const query::Settled& settled,
                     proof::v1::TransactionResult& out) {
  const auto block = settled_of(record, settled.height);
  if (!block.ok()) return block.fault();
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < settled.position && i < block->size(); ++i)
    first += (*block)[i].operations.size();
  const std::vector<Bytes> leaves = result_leaves(*block);
  out.set_body_hash(Bytes(view(settled.body_hash)));
  for (const query::OperationOutcome& operation : settled.operations) {
    auto& row = *out.add_operations();
    row.set_code(operation.code);
    row.set_first_id(operation.first_id);
    row.set_count(operation.count);
  }
  if (settled.operations.empty() || first + settled.operations.size() > leaves.size())
    return Fault{"index_failed", "The index of transactions is not that of this log."};
  out.set_first_outcome(first);
  out.set_block_outcomes(leaves.size());
  for (const Hash& hash : proof::hashes_beside(leaves, first, settled.operations.size()))
    out.add_outcomes(Bytes(view(hash)));
  out.set_height(settled.height);
  out.set_time_ns(record.time_ns());
  return Done{};
}

// The row with the peaks of all results, in this state. Returns over how many blocks it stands.
Result<std::uint64_t> fill_range(const store::Tree& tree, proof::v1::TransactionResult& out) {
  const auto slot = ledger::kResultRange(0);
  const store::Row* row = tree.find(slot.key);
  const std::uint64_t blocks =
      row == nullptr ? 0 : decode_row<ledger::v1::ResultRange>(*row).leaves();
  if (blocks < out.height())
    return Fault{"parameter_invalid", "at_height is before height " + std::to_string(out.height()) +
                                          ", at which it was settled."};
  *out.mutable_range() = proof::prove_key(tree, slot.key).present();
  return blocks;
}

// The way up to those peaks, from the index.
Status fill_blocks(const query::TransactionIndex& index, std::uint64_t blocks,
                   proof::v1::TransactionResult& out) {
  if (blocks > index.last_height())
    return Fault{"not_certified", "The index of transactions has not come to the newest block."};
  const auto beside = index.beside_block(out.height(), blocks);
  if (!beside.ok()) return beside.fault();
  for (const Hash& hash : *beside) out.add_blocks(Bytes(view(hash)));
  return Done{};
}

Status check(const Proof& made, const proof::Anchor& anchor) {
  const auto checked = proof::verify(made, &anchor, nullptr);
  return checked.ok() ? Status(Done{}) : Status(Fault{"index_failed", checked.fault().text});
}

}  // namespace

// A proof on its way: it is made of a state between two blocks, completed with the header of the
// next, and told where it was asked for.
struct Api::Asked {
  std::optional<std::uint64_t> at;
  bool far_back = false;  // who asks may make the node bring an old state back
  std::function<Status(const store::Tree&, Asked&)> make;
  std::function<Status(Asked&)> finish;  // with the header in it
  Proof proof{};
  std::optional<store::Row> row{};  // of a key that is there
  std::uint64_t blocks = 0;         // under the row of results
  Status made = Done{};
  Hash root{};
  std::uint64_t seen = 0;

  void see(const store::Tree& tree, std::uint64_t height) {
    seen = height;
    root = tree.root();
    made = make(tree, *this);
  }
};

void Api::prove(const Route& route, const Request& request, const Reply& reply) {
  const auto made = route.endpoint == Endpoint::kKeyProof  ? key_proof(request)
                    : route.endpoint == Endpoint::kOpenRow ? open_row(request)
                                                           : result_proof(request);
  if (!made.ok()) return reply([response = problem(made.fault(), request)] { return response; });
  Request about;
  about.trace_id = request.trace_id;
  const std::shared_ptr<Asked>& asked = *made;
  node_.visit(
      asked->at,
      [asked](const store::Tree& tree, std::uint64_t height) { asked->see(tree, height); },
      [this, asked, about, reply](const Status& visited) {
        reply([this, asked, about, visited] {
          const Status whole = complete(*asked, visited);
          return whole.ok() ? json(asked->proof) : problem(whole.fault(), about);
        });
      });
}

Status Api::complete(Asked& asked, const Status& visited) {
  if (!visited.ok()) {
    if (visited.fault().code != "height_gone" || !asked.far_back) return visited;
    const auto past = node_.past(*asked.at);
    if (!past.ok()) return past.fault();
    asked.see((*past)->tree(), *asked.at);
  }
  if (!asked.made.ok()) return asked.made;
  const auto next = node_.certified(asked.seen + 1);
  if (!next.ok()) return next.fault();
  if (next->signed_header().header().app_hash() != view(asked.root))
    return Fault{"internal_error", "The header of the next block has another root."};
  *asked.proof.mutable_signed_header() = next->signed_header();
  if (engine::is_consortium(node_.genesis()))
    if (const Status led = lead_back(asked.proof, next->validator_set()); !led.ok()) return led;
  return asked.finish(asked);
}

// From the header to the validators that the genesis names.
Status Api::lead_back(Proof& made, const comet::v1::ValidatorSet& signers) const {
  return proof::add_path(made, signers, anchor_for(made), [this](std::int64_t height) {
    return node_.certified(static_cast<std::uint64_t>(height));
  });
}

// The genesis, at the time of the header: what this machine's clock says is no matter here.
proof::Anchor Api::anchor_for(const Proof& made) const {
  return proof::anchor_of(node_.genesis(), wire::time_ns_of(made.signed_header().header().time()));
}

// A consortium's papers would need a key that all its nodes' readers know.
Status Api::stamp(Proof& made) const {
  if (engine::is_consortium(node_.genesis())) return Fault{"paper_unavailable", ""};
  const auto statement = proof::verify(made, nullptr, nullptr);
  if (!statement.ok()) return statement.fault();
  const auto code = proof::code_of(*statement);
  if (!code.ok())
    return Fault{"parameter_invalid", "paper is for a receipt that is there, and nothing else."};
  made.set_stamp(Bytes(view(node_.sign_paper(crypto::sha256(proof::encode(*code))))));
  return Done{};
}

Result<std::shared_ptr<Api::Asked>> Api::key_proof(const Request& request) {
  const auto what = wanted(request);
  if (!what.ok()) return what.fault();
  const auto opened = flag_parameter(request, "opened");
  if (!opened.ok()) return opened.fault();
  const auto paper = flag_parameter(request, "paper");
  if (!paper.ok()) return paper.fault();
  const bool reader = sight(request) == Sight::kOpened;
  if (*opened && !reader) return Fault{"token_needed", ""};
  const auto finish = [this, opened = *opened, paper = *paper](Asked& asked) -> Status {
    if (opened && asked.row && asked.row->blind)
      *asked.proof.mutable_opening() = proof::opening_of(*asked.row);
    return paper ? stamp(asked.proof) : Status(Done{});
  };
  return std::make_shared<Asked>(Asked{what->at, reader, prove_row(what->key), finish});
}

Result<std::shared_ptr<Api::Asked>> Api::open_row(const Request& request) {
  const auto what = wanted(request);
  if (!what.ok()) return what.fault();
  const auto paper = flag_parameter(request, "paper");
  if (!paper.ok()) return paper.fault();
  proof::v1::OpeningRequest sent;
  if (const Status read = wire::from_json(request.body, sent, kMostRequestBytes); !read.ok())
    return read.fault();
  const auto read = proof::read_request(sent, node_.genesis().network_id(), node::wall_clock_ns());
  if (!read.ok()) return read.fault();
  if (read->body.key() != what->key.bytes())
    return Fault{"opening_malformed", "The request is about another row."};
  Status allowed = Done{};
  node_.read([&](const engine::Engine& engine, const store::UndoRing&) {
    allowed = proof::check_signers(*read, engine);
  });
  if (!allowed.ok()) return allowed.fault();
  const auto finish = [this, what = *what, paper = *paper,
                       body = read->body](Asked& asked) -> Status {
    if (!asked.row) return Fault{"row_unknown", ""};
    if (store::opener_of(*what.table, what.key, *asked.row) != body.party())
      return Fault{"opening_not_yours", ""};
    const auto sealed =
        proof::sealed_for(*to_array<32>(body.reader()), proof::opening_of(*asked.row));
    if (!sealed.ok()) return sealed.fault();
    *asked.proof.mutable_sealed() = *sealed;
    return paper ? stamp(asked.proof) : Status(Done{});
  };
  return std::make_shared<Asked>(Asked{what->at, false, prove_row(what->key), finish});
}

Result<std::shared_ptr<Api::Asked>> Api::result_proof(const Request& request) {
  const auto name = parse_name(request.path[3], request.path[4]);
  if (!name.ok()) return name.fault();
  // As for the result itself: keys and numbers can be tried one after another.
  const bool opened = sight(request) == Sight::kOpened;
  if (name->id.size() != kRandomIdBytes && !opened) return Fault{"token_needed", ""};
  const auto at = height_parameter(request);
  if (!at.ok()) return at.fault();
  const auto found = feed_.index().find(*name);
  if (!found.ok()) return found.fault();
  if (!*found) return not_settled();
  const query::Settled& settled = **found;
  const auto record = node_.read_block(settled.height);
  if (!record.ok()) return record.fault();
  proof::v1::TransactionResult result;
  if (const Status filled = fill_outcomes(*record, settled, result); !filled.ok())
    return filled.fault();
  base::v1::SignedTx signed_tx;
  if (opened && signed_tx.ParseFromString(record->signed_txs(static_cast<int>(settled.position))))
    result.set_body(signed_tx.body());
  const auto make = [result](const store::Tree& tree, Asked& asked) -> Status {
    asked.proof.set_format(proof::kFormat);
    *asked.proof.mutable_result() = result;
    const auto blocks = fill_range(tree, *asked.proof.mutable_result());
    if (!blocks.ok()) return blocks.fault();
    asked.blocks = *blocks;
    return Done{};
  };
  const auto finish = [this](Asked& asked) -> Status {
    if (const Status filled =
            fill_blocks(feed_.index(), asked.blocks, *asked.proof.mutable_result());
        !filled.ok())
      return filled;
    // The index is made from the log, and what it says is checked before others are to believe it.
    return check(asked.proof, anchor_for(asked.proof));
  };
  return std::make_shared<Asked>(Asked{*at, false, make, finish});
}

}  // namespace astyq::http
