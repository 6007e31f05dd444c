// SPDX-License-Identifier: Apache-2.0
#include "audit/replay.h"

#include <algorithm>
#include <thread>

#include "audit/auditor.h"
#include "audit/block_source.h"
#include "audit/certified.h"
#include "audit/eras.h"
#include "crypto/sha256.h"
#include "engine/genesis.h"
#include "wire/block_header.h"
#include "wire/catalogue.h"
#include "wire/json.h"

namespace astyq::audit {
namespace {

using comet::v1::Header;

std::string hex_of(const Hash& hash) {
  return to_hex(view(hash));
}

std::string text_of(const Header& header, const google::protobuf::FieldDescriptor& field) {
  using google::protobuf::FieldDescriptor;
  const auto& fields = *header.GetReflection();
  switch (field.type()) {
    case FieldDescriptor::TYPE_STRING:
      return fields.GetString(header, &field);
    case FieldDescriptor::TYPE_BYTES:
      return to_hex(fields.GetString(header, &field));
    case FieldDescriptor::TYPE_INT64:
      return std::to_string(fields.GetInt64(header, &field));
    default:
      return wire::to_json(fields.GetMessage(header, &field));
  }
}

store::Tree copy_of(const store::Tree& tree) {
  store::Tree::Builder builder;
  const store::RowKey first(BytesView("\0", 1));
  for (auto at = tree.lower_bound(first); at; at = tree.upper_bound(at->first))
    builder.add({at->first, *at->second});
  return builder.finish();
}

// The history as far as it was found right, and the block that is looked at now.
class Replay {
 public:
  Replay(const History& history, const ledger::v1::Genesis& first, engine::Engine engine)
      : history_(history), genesis_(&first), engine_(std::move(engine)) {}

  engine::Form form() const { return engine_.form(); }
  Status check_version() const { return engine_.check_version(); }
  // True: go on.
  bool follow(LoggedBlock block);
  // The network that goes on from the state that was come to, whose books the auditor keeps on.
  bool go_over_to(const ledger::v1::Genesis& fork);
  void add_up();
  Report report() &&;

 private:
  bool is_later();
  bool is_signed_and_right();
  bool is_vouched_for();
  bool is_what_was_vouched_for();
  bool witness_is_of(std::uint64_t height) const;
  bool is_well_signed();
  bool accuses_nobody();
  bool has_right_header(const Header& header);
  bool is_the_witness();
  bool are_well_formed();
  bool apply();
  bool have_right_results(const engine::BlockResult& result);
  bool is_right_result(std::size_t index, const engine::MemberResult& result,
                       const log::v1::ResultRow& logged);
  bool fits_books(const engine::BlockResult& result);

  // Both return false, which ends the audit.
  bool differs(std::string figure, std::string text);
  bool differs_in(std::size_t index, std::optional<std::size_t> operation, std::string figure,
                  std::string text);

  const History& history_;
  const ledger::v1::Genesis* genesis_;  // of the network whose blocks are looked at
  engine::Engine engine_;
  Auditor auditor_;
  Report report_;
  LoggedBlock block_;
  std::vector<Settled> settled_;
  comet::v1::SignedHeader last_header_;
  std::size_t last_tx_count_ = 0;
  bool witness_met_ = false;
};

bool Replay::differs(std::string figure, std::string text) {
  report_.finding = Finding{block_.height, {}, std::move(figure), std::move(text)};
  return false;
}

bool Replay::differs_in(std::size_t index, std::optional<std::size_t> operation, std::string figure,
                        std::string text) {
  base::v1::SignedTx signed_tx;
  signed_tx.ParseFromString(block_.signed_txs[index]);
  differs(std::move(figure), std::move(text));
  report_.finding->transaction = {index, crypto::sha256(signed_tx.body()), operation};
  return false;
}

// What is looked at first decides what a lie is called, so that comes first which says most.
bool Replay::follow(LoggedBlock block) {
  block_ = std::move(block);
  if (!block_.is_record) return differs("record", "The log holds no block of this format here.");
  if (!is_later()) return false;
  if (engine::is_consortium(*genesis_) ? !is_vouched_for() : !is_signed_and_right()) return false;
  if (!are_well_formed() || !apply() || !is_what_was_vouched_for()) return false;
  last_header_ = std::move(*block_.record.mutable_signed_header());
  last_tx_count_ = block_.signed_txs.size();
  report_.transactions += last_tx_count_;
  ++report_.blocks;
  return true;
}

bool Replay::is_later() {
  const std::int64_t time_ns = block_.record.time_ns();
  return time_ns > engine_.head().time_ns ||
         differs("time", "The block's time, " + std::to_string(time_ns) +
                             " ns, is not after that of the block before, " +
                             std::to_string(engine_.head().time_ns) + " ns.");
}

// Of an embedded network, whose log has a header for each block.
bool Replay::is_signed_and_right() {
  return has_right_header(block_.record.signed_header().header()) && is_well_signed() &&
         is_the_witness() && accuses_nobody();
}

// Of a consortium, whose headers are the consensus engine's: the next block's has the root after
// this one, which vouches for all before.
bool Replay::is_vouched_for() {
  if (!witness_is_of(block_.height + 1)) return true;
  const std::string why = why_not_certified(*history_.witness, engine_);
  return why.empty() ||
         differs("witness", "The header that was kept elsewhere does not count: " + why);
}

bool Replay::is_what_was_vouched_for() {
  if (!engine::is_consortium(*genesis_) || !witness_is_of(block_.height + 1)) return true;
  witness_met_ = true;
  const std::string& root = history_.witness->header().app_hash();
  return root == view(report_.app_hash) ||
         differs("witness", "The header that was kept elsewhere has the root " + to_hex(root) +
                                ", this history comes to " + hex_of(report_.app_hash) +
                                ": this is another history.");
}

bool Replay::witness_is_of(std::uint64_t height) const {
  return history_.witness &&
         history_.witness->header().height() == static_cast<std::int64_t>(height);
}

bool Replay::has_right_header(const Header& header) {
  const auto height = static_cast<std::uint64_t>(header.height());
  if (height != block_.height)
    return differs("height", "The header that stands here is of height " + std::to_string(height) +
                                 ": a block is missing, or their order is not as it was.");
  wire::BlockFacts facts{};
  facts.chain_id = genesis_->network_id();
  facts.app_version = engine_.rules().protocol_version();
  facts.height = static_cast<std::int64_t>(block_.height);
  facts.time_ns = block_.record.time_ns();
  facts.txs = block_.signed_txs;
  facts.app_hash = engine_.tree().root();
  facts.last_tx_count = last_tx_count_;
  facts.last = last_header_.has_header() ? &last_header_ : nullptr;
  const Header due = wire::make_header(facts, genesis_->validator_key());
  const auto* fields = Header::descriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    const std::string& name = fields->field(i)->name();
    const auto text = [&](const Header& of) { return text_of(of, *fields->field(i)); };
    if (text(header) != text(due))
      return differs(name, "The header has " + text(header) + ", due is " + text(due) + ".");
  }
  return true;
}

bool Replay::is_well_signed() {
  if (wire::verify_signed_header(block_.record.signed_header(), genesis_->network_id(),
                                 genesis_->validator_key()))
    return true;
  return differs("header_signature",
                 "The validator that the genesis names did not sign this header.");
}

// The header's root of evidence is that of none, and what a log has beside it nobody has signed.
bool Replay::accuses_nobody() {
  if (block_.record.misbehaviour().empty()) return true;
  return differs("misbehaviour",
                 "The log says that a validator signed two blocks; the header holds no evidence.");
}

bool Replay::is_the_witness() {
  if (!witness_is_of(block_.height)) return true;
  witness_met_ = true;
  const Hash here = wire::header_hash(block_.record.signed_header().header());
  const Hash there = wire::header_hash(history_.witness->header());
  return here == there ||
         differs("witness", "The header that was kept elsewhere has the hash " + hex_of(there) +
                                ", the log's " + hex_of(here) + ": this is another history.");
}

bool Replay::are_well_formed() {
  for (std::size_t i = 0; i < block_.members.size(); ++i)
    if (const Refusal fault = block_.members[i].fault; fault.refused())
      return differs_in(i, {}, wire::refusal_text(fault.code()).name,
                        "No node takes this in: " + wire::refusal_text(fault.code()).en);
  return true;
}

bool Replay::apply() {
  const auto& record = block_.record;
  auto result = engine_.apply_block({block_.height, record.time_ns(), std::move(block_.members),
                                     engine::misbehaviour_of(record)});
  ASTYQ_CHECK(result.ok());  // version, height and time were looked at
  if (!have_right_results(*result)) return false;
  if (record.app_hash() != view(result->app_hash))
    return differs("app_hash", "Done again, the block leads to the state " +
                                   hex_of(result->app_hash) + ", the log names " +
                                   to_hex(record.app_hash()) + ".");
  report_.last_time_ns = record.time_ns();
  report_.app_hash = result->app_hash;
  return fits_books(*result);
}

bool Replay::have_right_results(const engine::BlockResult& result) {
  const auto& record = block_.record;
  for (std::size_t i = 0; i < result.members.size(); ++i) {
    const Refusal admission = result.members[i].admission;
    if (admission.refused())
      return differs_in(i, {}, wire::refusal_text(admission.code()).name,
                        "No block takes this in: " + wire::refusal_text(admission.code()).en);
    const int at = static_cast<int>(i);
    if (!is_right_result(i, result.members[i],
                         at < record.results_size() ? record.results(at) : log::v1::ResultRow()))
      return false;
  }
  return record.results_size() == record.signed_txs_size() ||
         differs("results", "The log has results of " + std::to_string(record.results_size()) +
                                " transactions, the block holds " +
                                std::to_string(record.signed_txs_size()) + ".");
}

bool Replay::is_right_result(std::size_t index, const engine::MemberResult& result,
                             const log::v1::ResultRow& logged) {
  if (logged.operations_size() != static_cast<int>(result.operations.size()))
    return differs_in(index, {}, "results",
                      "It has " + std::to_string(result.operations.size()) +
                          " operations, the log has results of " +
                          std::to_string(logged.operations_size()) + ".");
  for (std::size_t k = 0; k < result.operations.size(); ++k) {
    const auto& due = result.operations[k];
    const auto& found = logged.operations(static_cast<int>(k));
    if (found.code() != due.refusal.code())
      return differs_in(index, k, "result",
                        "The log has " + wire::refusal_text(found.code()).name + ", due is " +
                            wire::refusal_text(due.refusal.code()).name + ".");
    if (found.first_id() != due.first_id || found.count() != due.count)
      return differs_in(index, k, "result",
                        "The log has " + std::to_string(found.count()) + " rows from " +
                            std::to_string(found.first_id()) + " that it made, due are " +
                            std::to_string(due.count) + " from " + std::to_string(due.first_id) +
                            ".");
    if (!due.refusal.refused()) ++report_.operations;
  }
  return true;
}

bool Replay::fits_books(const engine::BlockResult& result) {
  settled_.resize(block_.signed_txs.size());
  for (std::size_t i = 0; i < settled_.size(); ++i) {
    base::v1::SignedTx signed_tx;
    signed_tx.ParseFromString(block_.signed_txs[i]);
    settled_[i].body.ParseFromString(signed_tx.body());
    settled_[i].result = block_.record.results(static_cast<int>(i));
  }
  const auto found = auditor_.follow(settled_, {result.undo, result.changes, engine_.tree()});
  if (!found) return true;
  if (!found->operation) return differs("books", found->text + ".");
  const auto [index, operation] = *found->operation;
  return differs_in(index, operation, "books", found->text + ".");
}

bool Replay::go_over_to(const ledger::v1::Genesis& fork) {
  const ledger::v1::Origin& origin = fork.origin();
  const engine::Head& head = engine_.head();
  if (origin.network_id() != genesis_->network_id() || origin.height() != head.height ||
      origin.time_ns() != head.time_ns || origin.app_hash() != view(engine_.tree().root()))
    return differs("origin", "The genesis of " + fork.network_id() + " goes on from " +
                                 origin.network_id() + " at height " +
                                 std::to_string(origin.height()) + " with root " +
                                 to_hex(origin.app_hash()) + "; the history before it is that of " +
                                 genesis_->network_id() + " and ends at height " +
                                 std::to_string(head.height) + " with root " +
                                 hex_of(engine_.tree().root()) + ".");
  // It keeps the key that signs: whoever trusts its genesis trusts the headers before it too.
  if (fork.validator_key() != genesis_->validator_key())
    return differs("origin", "The genesis of " + fork.network_id() +
                                 " names another validator than that of the network before it.");
  auto engine =
      engine::Engine::from_tree(copy_of(engine_.tree()), fork.network_id(), history_.annex_key);
  ASTYQ_CHECK(engine.ok());  // the state is the same, and so is its annex key
  engine_ = std::move(*engine);
  genesis_ = &fork;
  last_header_.Clear();
  last_tx_count_ = 0;
  return true;
}

void Replay::add_up() {
  if (report_.finding) return;
  if (const auto found = auditor_.add_up(engine_.tree()))
    differs("books", "All rows added up: " + found->text + ".");
  const auto& kept = history_.witness;
  if (kept && !witness_met_)
    differs("witness", "The header that was kept elsewhere is of height " +
                           std::to_string(kept->header().height()) +
                           ": this log has nothing that it could be held against.");
}

Report Replay::report() && {
  report_.totals = totals_of(auditor_.books(), engine_.tree());
  return std::move(report_);
}

// Its blocks, as far as they are right. False: that was the end.
Result<bool> follow_era(const Era& era, std::uint64_t last, const Followed& followed,
                        Replay& replay) {
  BlockSource source(era.log, std::thread::hardware_concurrency());
  for (;;) {
    auto block = source.next(replay.form());
    if (!block.ok()) return block.fault();
    if (!*block) return true;
    if (const Status known = replay.check_version(); !known.ok()) return known.fault();
    const std::uint64_t height = (*block)->height;
    if (!replay.follow(std::move(**block))) return false;
    if (followed) followed(height, last);
  }
}

}  // namespace

Result<Report> audit_history(const History& history, const Followed& followed) {
  std::deque<Era> eras = history.before;
  eras.push_back({history.genesis, history.log});
  if (const Status whole = check_eras(eras); !whole.ok()) return whole.fault();
  auto engine = engine::Engine::from_genesis(eras.front().genesis, history.annex_key);
  if (!engine.ok()) return engine.fault();
  Replay replay(history, eras.front().genesis, std::move(*engine));
  for (std::size_t i = 0; i < eras.size(); ++i) {
    if (i > 0 && !replay.go_over_to(eras[i].genesis)) break;
    const auto right = follow_era(eras[i], history.log.last_height(), followed, replay);
    if (!right.ok()) return right.fault();
    if (!*right) break;
  }
  replay.add_up();
  return std::move(replay).report();
}

}  // namespace astyq::audit
