// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"
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
#include "wire/json.h"
#include "wire/nearest.h"

namespace astyq::http {
namespace {

using proof::v1::Proof;

constexpr std::size_t kMostRequestBytes = 16u << 10;
constexpr std::size_t kRandomIdBytes = 16;

Fault not_certified(std::uint64_t height) {
  return {"not_certified", "The header of the block after " + std::to_string(height) +
                               " certifies it; that block comes in a moment."};
}

struct Wanted {
  const wire::TableEntry* table = nullptr;
  store::RowKey key;
  std::optional<std::uint64_t> at;
  bool far_back = false;  // who asks may make the node bring an old state back
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

// Shows the state that is asked for: as Node::visit, and beyond the undos one that is brought back.
Status show_state(const node::Node& node, std::optional<std::uint64_t> at, bool far_back,
                  const node::Visits::Visit& show) {
  Status visited = node.visit(at, show);
  if (visited.ok() || visited.fault().code != "height_gone" || !far_back) return visited;
  const auto past = node.past(*at);
  if (!past.ok()) return past.fault();
  show((*past)->tree(), *at);
  return Done{};
}

// A proof against an earlier state, completed with the header that certifies it.
using Make = std::function<Status(const store::Tree&, std::uint64_t height, Proof&)>;
Result<Proof> certified(const node::Node& node, std::optional<std::uint64_t> at, bool far_back,
                        const Make& make) {
  Proof out;
  Status made = Done{};
  Hash root{};
  std::uint64_t seen = 0;
  const auto show = [&](const store::Tree& tree, std::uint64_t height) {
    seen = height;
    root = tree.root();
    made = make(tree, height, out);
  };
  const Status visited = show_state(node, at, far_back, show);
  if (!visited.ok()) return visited.fault();
  if (!made.ok()) return made.fault();
  const auto record = node.read_block(seen + 1);
  if (!record.ok()) return record.fault();
  if (record->signed_header().header().app_hash() != view(root))
    return Fault{"internal_error", "The header of the next block has another root."};
  *out.mutable_signed_header() = record->signed_header();
  return out;
}

// The proof of a key, and the row where there is one.
Result<Proof> prove(const node::Node& node, const Wanted& what, std::optional<store::Row>& row) {
  return certified(node, what.at, what.far_back,
                   [&](const store::Tree& tree, std::uint64_t, Proof& out) {
                     const store::Row* found = tree.find(what.key);
                     if (found != nullptr) row = *found;
                     out = proof::prove_key(tree, what.key);
                     return Status(Done{});
                   });
}

Response json(const Proof& made) {
  Response response;
  response.body = wire::to_json(made);
  return response;
}

Result<Bytes> stamp_of(const node::Node& node, const Proof& made) {
  const auto statement = proof::verify(made, nullptr, nullptr);
  if (!statement.ok()) return statement.fault();
  const auto code = proof::code_of(*statement);
  if (!code.ok())
    return Fault{"parameter_invalid", "paper is for a receipt that is there, and nothing else."};
  return Bytes(view(node.sign_paper(crypto::sha256(proof::encode(*code)))));
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

Status fill_range(const store::Tree& tree, const query::TransactionIndex& index,
                  proof::v1::TransactionResult& out) {
  const auto slot = ledger::kResultRange(0);
  const store::Row* row = tree.find(slot.key);
  const std::uint64_t blocks =
      row == nullptr ? 0 : decode_row<ledger::v1::ResultRange>(*row).leaves();
  if (blocks < out.height() || blocks > index.last_height()) return not_certified(out.height());
  *out.mutable_range() = proof::prove_key(tree, slot.key).present();
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

Response Api::key_proof(const Request& request) {
  auto what = wanted(request);
  if (!what.ok()) return problem(what.fault(), request);
  what->far_back = sight(request) == Sight::kOpened;
  const auto opened = flag_parameter(request, "opened");
  if (!opened.ok()) return problem(opened.fault(), request);
  const auto paper = flag_parameter(request, "paper");
  if (!paper.ok()) return problem(paper.fault(), request);
  if (*opened && sight(request) != Sight::kOpened) return problem("token_needed", "", request);
  std::optional<store::Row> row;
  auto made = prove(node_, *what, row);
  if (!made.ok()) return problem(made.fault(), request);
  if (*opened && row && row->blind) *made->mutable_opening() = proof::opening_of(*row);
  if (*paper) {
    const auto stamp = stamp_of(node_, *made);
    if (!stamp.ok()) return problem(stamp.fault(), request);
    made->set_stamp(*stamp);
  }
  return json(*made);
}

Response Api::open_row(const Request& request) {
  const auto what = wanted(request);
  if (!what.ok()) return problem(what.fault(), request);
  const auto paper = flag_parameter(request, "paper");
  if (!paper.ok()) return problem(paper.fault(), request);
  proof::v1::OpeningRequest asked;
  if (const Status read = wire::from_json(request.body, asked, kMostRequestBytes); !read.ok())
    return problem(read.fault(), request);
  const auto read = proof::read_request(asked, node_.genesis().network_id(), node::wall_clock_ns());
  if (!read.ok()) return problem(read.fault(), request);
  if (read->body.key() != what->key.bytes())
    return problem("opening_malformed", "The request is about another row.", request);
  Status allowed = Done{};
  node_.read([&](const engine::Engine& engine, const store::UndoRing&) {
    allowed = proof::check_signers(*read, engine);
  });
  if (!allowed.ok()) return problem(allowed.fault(), request);
  std::optional<store::Row> row;
  auto made = prove(node_, *what, row);
  if (!made.ok()) return problem(made.fault(), request);
  if (!row) return problem("row_unknown", "", request);
  if (store::opener_of(*what->table, what->key, *row) != read->body.party())
    return problem("opening_not_yours", "", request);
  const auto sealed =
      proof::sealed_for(*to_array<32>(read->body.reader()), proof::opening_of(*row));
  if (!sealed.ok()) return problem(sealed.fault(), request);
  *made->mutable_sealed() = *sealed;
  if (*paper) {
    const auto stamp = stamp_of(node_, *made);
    if (!stamp.ok()) return problem(stamp.fault(), request);
    made->set_stamp(*stamp);
  }
  return json(*made);
}

Response Api::result_proof(const Request& request) {
  const auto name = parse_name(request.path[3], request.path[4]);
  if (!name.ok()) return problem(name.fault(), request);
  // As for the result itself: keys and numbers can be tried one after another.
  const bool opened = sight(request) == Sight::kOpened;
  if (name->id.size() != kRandomIdBytes && !opened) return problem("token_needed", "", request);
  const auto at = height_parameter(request);
  if (!at.ok()) return problem(at.fault(), request);
  const auto found = feed_.index().find(*name);
  if (!found.ok()) return problem(found.fault(), request);
  if (!*found) return not_settled(request);
  const query::Settled& settled = **found;
  const auto record = node_.read_block(settled.height);
  if (!record.ok()) return problem(record.fault(), request);
  proof::v1::TransactionResult result;
  if (const Status filled = fill_outcomes(*record, settled, result); !filled.ok())
    return problem(filled.fault(), request);
  base::v1::SignedTx signed_tx;
  if (opened && signed_tx.ParseFromString(record->signed_txs(static_cast<int>(settled.position))))
    result.set_body(signed_tx.body());
  const auto made =
      certified(node_, *at, false, [&](const store::Tree& tree, std::uint64_t, Proof& out) {
        out.set_format(proof::kFormat);
        *out.mutable_result() = result;
        return fill_range(tree, feed_.index(), *out.mutable_result());
      });
  // The index is made from the log, and what it says is checked before others are to believe it.
  const proof::Anchor anchor = proof::anchor_of(node_.genesis());
  const Status right = made.ok() ? check(*made, anchor) : Status(made.fault());
  return right.ok() ? json(*made) : problem(right.fault(), request);
}

}  // namespace astyq::http
