// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/parse.hpp>
#include <memory>

#include "cli/ledger_client.h"
#include "crypto/sha256.h"
#include "engine/demo.h"
#include "engine/engine.h"
#include "proof/proof_file.h"
#include "store/row_text.h"
#include "wire/block_header.h"
#include "wire/catalogue.h"
#include "wire/json.h"

// The ledger itself as a client's other end: the real engine in this process, the API's shapes
// without HTTP.
namespace astyq::cli::test {

class EngineClient final : public LedgerClient {
 public:
  EngineClient() : engine_(begin()) {}

  Result<LedgerHead> head() override {
    const engine::Head& head = engine_.head();
    return LedgerHead{engine_.network_id(),
                      head.height,
                      head.time_ns,
                      "",
                      {{"network_id", engine_.network_id()}}};
  }

  Result<TxAnswer> send(BytesView signed_tx) override {
    auto answers = send_all({Bytes(signed_tx)});
    return std::move(answers.value().front());
  }

  Result<TxAnswer> dry_run(BytesView signed_tx) override {
    const std::vector<BytesView> views{signed_tx};
    auto members = engine::prepare(views, engine_.form());
    return answer_of(engine_.dry_run(std::move(members.front()), now_ns() + kStepNs));
  }

  Result<std::vector<TxAnswer>> send_all(const std::vector<Bytes>& signed_txs) override {
    if (requests_left_ == 0) return Fault{"unknown_outcome", "the connection broke on request"};
    --requests_left_;
    const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
    auto result = engine_.apply_block(
        {engine_.head().height + 1, now_ns() + kStepNs, engine::prepare(views, engine_.form())});
    if (!result) return result.fault();
    std::vector<TxAnswer> answers;
    for (const engine::MemberResult& member : result->members) answers.push_back(answer_of(member));
    return answers;
  }

  Result<Row> row(std::string_view table, std::string_view key) override {
    for (const auto& page = rows(table, {UINT32_MAX, "", {}}); const Row& row : page.value().rows)
      if (key_of(*wire::find_table(table), row) == key) return row;
    return Fault{"row_unknown", "there is no such row"};
  }

  // The cursor is the number of rows to leave out.
  Result<Page> rows(std::string_view name, const RowQuery& query) override {
    const wire::TableEntry& table = *wire::find_table(name);
    std::size_t skip = query.cursor.empty() ? 0 : std::stoull(query.cursor);
    Page page;
    std::size_t seen = 0;
    const Bytes first(1, static_cast<char>(table.type));
    for (auto next = engine_.tree().lower_bound(store::RowKey(first)); next;
         next = engine_.tree().upper_bound(next->first)) {
      if (next->first.bytes()[0] != first[0]) break;
      if (seen++ < skip) continue;
      if (page.rows.size() == query.limit) {
        page.next_cursor = std::to_string(skip + query.limit);
        break;
      }
      page.rows.push_back(row_of(table, next->first, *next->second));
    }
    return page;
  }

  Result<boost::json::object> transaction(std::uint64_t, BytesView) override {
    return Fault{"transaction_unknown", "the engine keeps no index"};
  }
  // As if the next block had been made a moment ago.
  Result<std::string> proof(const ProofQuery& query) override {
    const std::size_t slash = query.of.find('/');
    const auto& table = *wire::find_table(query.of.substr(0, slash));
    const auto key = store::parse_key(table, query.of.substr(slash + 1));
    if (!key) return key.fault();
    auto proof = astyq::proof::prove_key(engine_.tree(), *key);
    wire::BlockFacts facts{};
    facts.chain_id = engine_.network_id();
    facts.app_version = 1;
    facts.height = static_cast<std::int64_t>(engine_.head().height) + 1;
    facts.time_ns = now_ns() + kStepNs;
    facts.app_hash = engine_.tree().root();
    *proof.mutable_signed_header() = wire::sign_header(facts, engine::demo_key("validator"));
    return wire::to_json(proof);
  }
  std::int64_t now_ns() override { return engine_.head().time_ns; }

  // After so many more requests the connection breaks before the ledger sees one.
  void break_after(std::uint64_t requests) { requests_left_ = requests; }
  const engine::Engine& engine() const { return engine_; }

 private:
  static constexpr std::int64_t kStepNs = 20'000'000;

  static engine::Engine begin() {
    const engine::AnnexKey annex{0x64, 0x65, 0x6d, 0x6f};
    ledger::v1::Genesis genesis = engine::demo_genesis();
    genesis.set_time_ns(1'787'000'000'000'000'000);
    genesis.set_annex_digest(Bytes(view(crypto::sha256(view(annex)))));
    genesis.set_validator_key(Bytes(view(engine::demo_key("validator").public_key())));
    auto engine = engine::Engine::from_genesis(genesis, annex);
    ASTYQ_CHECK(engine.ok());
    return std::move(*engine);
  }

  static OperationAnswer operation_of(Refusal refusal) {
    OperationAnswer answer;
    const wire::RefusalText text = wire::refusal_text(refusal.code());
    answer.number = refusal.code();
    answer.code = text.name;
    answer.text = text.en;
    return answer;
  }

  TxAnswer answer_of(const engine::MemberResult& member) const {
    TxAnswer answer;
    answer.height = engine_.head().height;
    answer.fate = Fate::kApplied;
    if (member.admission != kAccepted) {
      answer.fate = Fate::kNotAdmitted;
      answer.admission = operation_of(member.admission);
    }
    for (const engine::OperationResult& result : member.operations) {
      answer.operations.push_back(operation_of(result.refusal));
      answer.operations.back().first_id = result.first_id;
      answer.operations.back().count = result.count;
    }
    return answer;
  }

  static std::string key_of(const wire::TableEntry& table, const Row& row) {
    std::string key;
    for (const wire::KeyPart& part : table.key)
      key += (key.empty() ? "" : ":") + text_of(row, part.name);
    return key;
  }

  static Row row_of(const wire::TableEntry& table, const store::RowKey& key,
                    const store::Row& stored) {
    Row row;
    BytesView rest = key.bytes().substr(1);
    for (const wire::KeyPart& part : table.key) {
      const std::size_t size = part.kind == "u64" ? 8 : part.kind == "u32" ? 4 : 32;
      const BytesView bytes = rest.substr(0, size);
      row[part.name] = size == 8   ? std::to_string(read_u64(bytes))
                       : size == 4 ? std::to_string(read_u32(bytes))
                                   : to_hex(bytes);
      rest.remove_prefix(size);
    }
    const std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(table.message)->New());
    ASTYQ_CHECK(message->ParseFromString(stored.open));
    const boost::json::value json = boost::json::parse(wire::to_json(*message));
    for (const auto& member : json.as_object()) row[member.key()] = member.value();
    return row;
  }

  engine::Engine engine_;
  std::uint64_t requests_left_ = UINT64_MAX;
};

}  // namespace astyq::cli::test
