// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "engine/results.h"
#include "http/served_test.h"
#include "proof/merkle_run.h"
#include "proof/opening.h"
#include "proof/paper_code.h"
#include "proof/proof_test.h"
#include "store/row_text.h"
#include "wire/json.h"

namespace astyq::http {
namespace {

using test::get;
using test::post;
using test::Reply;

class Proofs : public ServerTest {
 protected:
  proof::Anchor anchor() const { return proof::anchor_of(node_->genesis()); }
  proof::Statement verified(const Reply& reply) const {
    EXPECT_EQ(reply.status, 200) << reply.body;
    const auto read = proof::read_proof(reply.body);
    EXPECT_TRUE(read) << reply.body;
    const proof::Anchor trusted = anchor();
    const auto statement = proof::verify(*read, &trusted, nullptr);
    EXPECT_TRUE(statement) << statement.fault().text;
    return *statement;
  }
  std::string bearer() const {
    return "Authorization: Bearer " + *reader_token(config_.data_directory) + "\r\n";
  }
  // What the ledger makes of it: one party and one refusal.
  std::uint64_t send(const Bytes& signed_tx) const {
    const Reply reply = post(port_, "/v1/transactions", kOne, signed_tx);
    return std::stoull("0" + text_at(reply, "/height") + text_at(reply, "/transaction/height"));
  }
  std::string result_of(std::uint64_t number) const {
    return "/v1/proofs/transactions/1/" + to_hex(body(number).id());
  }
};

TEST_F(Proofs, a_row_and_its_absence) {
  const std::uint64_t height = send(person(1));
  // It waits for the trailing block, whose header certifies the state with the new party.
  const proof::Statement there =
      verified(get(port_, "/v1/proofs/parties/3?at_height=" + std::to_string(height)));
  EXPECT_EQ(there.kind, proof::Kind::kPresent);
  EXPECT_EQ(there.height, height);
  const proof::Statement before =
      verified(get(port_, "/v1/proofs/parties/3?at_height=" + std::to_string(height - 1)));
  EXPECT_EQ(before.kind, proof::Kind::kAbsent);
  EXPECT_EQ(before.height, height - 1);
  EXPECT_EQ(verified(get(port_, "/v1/proofs/parties/1")).row.open, [&] {
    Bytes open;
    node_->read([&](const engine::Engine& engine, const store::UndoRing&) {
      open = engine.tree().find(*store::parse_key(*wire::find_table("parties"), "1"))->open;
    });
    return open;
  }());
}

// Who was told that it is settled is not told of the time before.
TEST_F(Proofs, a_proof_is_of_a_state_with_all_that_was_settled_before) {
  EXPECT_EQ(text_at(get(port_, "/v1/proofs/parties/1"), "/code"), "height_ahead") << "no block yet";
  for (std::uint64_t number = 1; number <= 20; ++number) {
    const std::uint64_t height = send(person(number));
    ASSERT_NE(height, 0u);
    const std::string party = "/v1/proofs/parties/" + std::to_string(2 + number);
    if (number % 2 == 0) {
      EXPECT_EQ(verified(get(port_, party + "?at_height=" + std::to_string(height))).height,
                height);
    }
    const proof::Statement there = verified(get(port_, party));
    EXPECT_EQ(there.kind, proof::Kind::kPresent) << number;
    EXPECT_GE(there.height, height);
    EXPECT_EQ(verified(get(port_, result_of(number))).operations.size(), 1u);
  }
  // The last block changed nothing: no other comes soon to certify it.
  const Reply head =
      get(port_, "/v1/proofs/parties/1?at_height=" + text_at(get(port_, "/v1/status"), "/height"));
  EXPECT_EQ(head.status, 503) << head.body;
  EXPECT_EQ(text_at(head, "/code"), "not_certified");
  EXPECT_EQ(head.header("Retry-After"), "1");
  EXPECT_EQ(text_at(get(port_, result_of(20) + "?at_height=1"), "/code"), "parameter_invalid");
}

TEST_F(Proofs, a_result_is_proven_however_old_it_is) {
  for (std::uint64_t number = 1; number <= 9; ++number) ASSERT_NE(send(person(number)), 0u);
  auto again = body(1);
  again.set_id(Bytes(16, 'x'));
  ASSERT_NE(send(sign(again)), 0u);  // refused: the person is registered
  const std::string refused = "/v1/proofs/transactions/1/" + to_hex(again.id());
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t number = 1; number <= 9; ++number) {
      const proof::Statement statement = verified(get(port_, result_of(number)));
      ASSERT_EQ(statement.operations.size(), 1u);
      EXPECT_EQ(statement.operations[0].code(), 0u);
      EXPECT_EQ(statement.operations[0].first_id(), 2 + number);
      EXPECT_FALSE(statement.body);
    }
    const proof::Statement no = verified(get(port_, refused));
    EXPECT_EQ(no.operations[0].code(), *wire::refusal_code("register_party.already_registered"));
    EXPECT_EQ(verified(get(port_, refused, bearer())).body->id(), again.id());
    // The nodes of the range are made again from the log.
    stop();
    std::filesystem::remove_all(config_.data_directory + "/transactions");
    start();
  }
  const Reply reply = get(port_, result_of(1), bearer());
  proof::test::expect_no_flip_tells_otherwise(proof::write_proof(*proof::read_proof(reply.body)),
                                              anchor());
}

TEST_F(Proofs, forged_results_end_each_in_its_code) {
  ASSERT_NE(send(person(1)), 0u);
  ASSERT_NE(send(person(2)), 0u);
  const auto honest = *proof::read_proof(get(port_, result_of(1), bearer()).body);
  const auto other = *proof::read_proof(get(port_, result_of(2), bearer()).body);
  const auto code_after = [&](const std::function<void(proof::v1::TransactionResult&)>& forge) {
    proof::v1::Proof forged = honest;
    forge(*forged.mutable_result());
    return proof::test::code_of(proof::write_proof(forged), anchor());
  };
  EXPECT_EQ(code_after([](auto&) {}), "");
  EXPECT_EQ(code_after([](auto& result) { result.mutable_operations(0)->set_code(1); }),
            "proof_other_result");
  EXPECT_EQ(code_after([](auto& result) { result.set_height(result.height() + 1); }),
            "proof_other_result");
  EXPECT_EQ(code_after([](auto& result) { result.set_height(1u << 30); }), "proof_other_result");
  EXPECT_EQ(code_after([](auto& result) { result.set_time_ns(1); }), "proof_other_result");
  EXPECT_EQ(code_after([](auto& result) { result.add_outcomes(Bytes(32, 'x')); }),
            "proof_other_result");
  EXPECT_EQ(code_after([](auto& result) { *result.add_operations() = result.operations(0); }),
            "proof_other_result");
  EXPECT_EQ(code_after([&](auto& result) { result.set_body(other.result().body()); }),
            "proof_other_body");
  EXPECT_EQ(code_after([&](auto& result) { result.set_body_hash(other.result().body_hash()); }),
            "proof_other_result");
  EXPECT_EQ(code_after([](auto& result) { result.clear_operations(); }), "proof_malformed");
  // A row that somebody else wrote as if it were the range.
  EXPECT_EQ(code_after([](auto& result) { result.mutable_range()->mutable_key()->back() ^= 1; }),
            "proof_other_result");
}

// The place of a withheld operation is filled by its hash alone.
TEST_F(Proofs, no_operation_of_a_transaction_can_be_withheld) {
  auto two = body(1);
  *two.add_operations() = body(1).operations(0);  // refused: registered by the first
  ASSERT_NE(send(sign(two)), 0u);
  auto proof = *proof::read_proof(get(port_, result_of(1)).body);
  auto& result = *proof.mutable_result();
  ASSERT_EQ(result.operations_size(), 2);
  ASSERT_EQ(result.block_outcomes(), 2u);
  EXPECT_EQ(proof::test::code_of(proof::write_proof(proof), anchor()), "");
  const auto withheld = result.operations(1);
  ASSERT_NE(withheld.code(), 0u);
  const Bytes leaf = engine::result_leaf(*to_array<32>(result.body_hash()), {1, 2}, withheld.code(),
                                         withheld.first_id(), withheld.count());
  result.mutable_operations()->RemoveLast();
  result.add_outcomes(Bytes(view(proof::leaf_hash(leaf))));
  EXPECT_EQ(proof::test::code_of(proof::write_proof(proof), anchor()), "proof_other_result");
}

TEST_F(Proofs, what_is_asked_wrongly_is_told_so) {
  const auto code = [&](const std::string& target) {
    return text_at(get(port_, "/v1/proofs/" + target), "/code");
  };
  EXPECT_EQ(code("nothing/1"), "table_unknown");
  EXPECT_EQ(code("parties/one"), "key_invalid");
  EXPECT_EQ(code("parties/1?at_height=x"), "parameter_invalid");
  EXPECT_EQ(code("parties/1?opened=yes"), "parameter_invalid");
  EXPECT_EQ(code("parties/1?opened=true"), "token_needed");
  EXPECT_EQ(code("parties/1?at_height=99999"), "height_ahead");
  EXPECT_EQ(code("transactions/1/00000000000000000000000000000000"), "transaction_unknown");
  EXPECT_EQ(code("transactions/1/" + std::string(64, '0') + ":1"), "token_needed");
  ASSERT_NE(send(person(1)), 0u);
  EXPECT_EQ(code("parties/1?paper=true"), "parameter_invalid");
}

}  // namespace
}  // namespace astyq::http
