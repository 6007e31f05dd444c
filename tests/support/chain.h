// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <source_location>
#include <string>
#include <vector>

#include "audit/auditor.h"
#include "crypto/ed25519.h"
#include "engine/engine.h"
#include "identity/handlers.gen.h"
#include "tests/verbs.gen.h"

namespace astyq::test {

using Where = std::source_location;

using Keys = std::vector<std::shared_ptr<const crypto::Ed25519Key>>;

// A party with one key, as a story's character.
struct Actor {
  std::uint64_t party = 0;
  std::shared_ptr<const crypto::Ed25519Key> key;
};

// A whole ledger in memory for stories: every verb is signed, encoded, put into a block and applied
// by the engine itself, and followed by the auditor. When it goes, it checks that all rows add up,
// that a snapshot reads back to the same root and that a replay of its blocks from the genesis
// gives the same root at every height.
class Chain {
 public:
  Chain();
  ~Chain();
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  // Party 1, whom the genesis gives every permission.
  const Actor& registrar() const { return registrar_; }
  // Registers a company under a BIN of its own.
  Actor company(const std::string& name, Where where = Where::current());
  Actor person(Where where = Where::current());
  // A key that nobody has yet.
  std::shared_ptr<const crypto::Ed25519Key> new_key();
  identity::v1::NewKey new_key_message(const crypto::Ed25519Key& key) const;
  std::string new_bin();
  // All keys that it has made, the registrar's first, and some that nobody has.
  Keys keys() const;

  // Applies one verb in a block of its own; fails the test unless it is accepted. Returns the first
  // id it made.
  template <typename Verb>
  std::uint64_t ok(const Actor& actor, const Verb& verb, Where where = Where::current()) {
    return expect(actor, verb.operation(), kAccepted, where).first_id;
  }
  // Fails the test unless the verb is refused with just this refusal and the state's rows stay.
  template <typename Verb>
  void refuse(const Actor& actor, const Verb& verb, Refusal refusal,
              Where where = Where::current()) {
    expect(actor, verb.operation(), refusal, where);
  }
  // What happens, whatever it is.
  engine::OperationResult apply(const Actor& actor, const base::v1::Operation& op);
  // Several operations under one signature.
  engine::MemberResult apply_batch(const Actor& actor, std::vector<base::v1::Operation> operations);
  // Any signed bytes, in a block of their own.
  engine::MemberResult apply_signed(const Bytes& signed_tx);
  // A body for this actor with a fresh id, valid for 30 s.
  base::v1::TxBody body(const Actor& actor, std::vector<base::v1::Operation> operations);
  Bytes sign(const base::v1::TxBody& body, const Actor& actor) const;
  // Signed by several keys, whosever they are. Requires: different keys.
  Bytes sign_with(const base::v1::TxBody& body, const Keys& keys) const;

  // An empty block so much later (in steps that are no outage).
  void wait(std::int64_t duration_ns);
  void wait_days(int days) { wait(days * kDayNs); }
  std::int64_t now_ns() const { return engine_.head().time_ns; }

  // The row as of now; nothing when absent.
  template <typename Message>
  std::optional<Message> get(const Slot<Message>& slot) const {
    const store::Row* row = engine_.tree().find(slot.key);
    if (row == nullptr) return std::nullopt;
    return decode_row<Message>(*row);
  }
  // What a module's function answers about the state as of the last block: read([](const View&
  // view) {...}).
  template <typename Ask>
  auto read(Ask ask) const {
    Overlay overlay(engine_.tree());
    const View view(overlay, engine_.rules(), block_time());
    return ask(view);
  }
  // What a module's invariants say of a write, over this state, that no verb would make. Changes
  // nothing.
  template <typename Write>
  Refusal after_writing(Refusal (*check_invariants)(const Delta&, const View&), Write write) const {
    Overlay overlay(engine_.tree());
    View view(overlay, engine_.rules(), block_time());
    write(view);
    return check_invariants(Delta(overlay.written_since(0)), view);
  }
  const engine::Engine& engine() const { return engine_; }
  // An engine of its own in the same state.
  engine::Engine copy_engine() const;
  const ledger::v1::Genesis& genesis() const { return genesis_; }
  static const engine::AnnexKey& annex_key();
  // Applies a block of signed transactions.
  engine::BlockResult block(const std::vector<Bytes>& signed_txs, std::int64_t step_ns);
  struct Block {
    std::vector<Bytes> signed_txs;
    std::int64_t time_ns;
    Hash root;
  };
  // All since the genesis, to be applied elsewhere.
  const std::vector<Block>& blocks() const { return blocks_; }
  // Long random runs check their replay themselves.
  void skip_final_checks() { final_checks_ = false; }
  // Replays every block from the genesis and compares each root; true when all are equal.
  bool replay_agrees() const;
  bool snapshot_agrees() const;
  // That has followed all blocks.
  audit::Auditor& auditor() { return auditor_; }
  // The first figure of the state that differs from what the blocks came to; empty when none does.
  std::string first_difference() const;

 private:
  BlockTime block_time() const {
    const engine::Head& head = engine_.head();
    return {head.height, head.time_ns, head.time_ns - head.outages_ns};
  }

  engine::OperationResult expect(const Actor& actor, const base::v1::Operation& op, Refusal refusal,
                                 Where where);
  void audit(const std::vector<Bytes>& signed_txs, const engine::BlockResult& result);

  ledger::v1::Genesis genesis_;
  Actor registrar_;
  engine::Engine engine_;
  audit::Auditor auditor_;
  std::vector<Block> blocks_;
  std::uint64_t counter_ = 0;
  bool final_checks_ = true;
};

}  // namespace astyq::test
