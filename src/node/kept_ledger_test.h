// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "crypto/sha256.h"
#include "engine/demo.h"
#include "node/durable_ledger.h"
#include "node/setup.h"
#include "support/temporary_directory.h"
#include "tests/verbs.gen.h"
#include "wire/signing.h"

namespace astyq::node {

// A node's directory with a ledger that grows by one registration a second of block time, and the
// root after each height.
class KeptLedger {
 public:
  static constexpr std::int64_t kBegin = 1'787'000'000 * kSecondNs;
  // An image is kept every ten blocks, as the last checkpoint left it.
  static constexpr Keeping kKeeping{.checkpoint_s = 10, .checkpoints = 3, .blocks = 0};

  explicit KeptLedger(std::string path, Keeping keeping = kKeeping)
      : data(std::move(path)), keeping_(keeping) {
    ledger::v1::Genesis genesis = engine::demo_genesis();
    genesis.set_time_ns(kBegin);
    EXPECT_EQ(code_of(begin_network(data, genesis)), "");
    read_keys();
    open();
    roots.push_back(ledger->engine().tree().root());
  }

  template <typename Outcome>
  static std::string code_of(const Outcome& outcome) {
    return outcome.ok() ? "" : outcome.fault().code;
  }
  std::string fault_of_opening() {
    ledger.reset();
    auto known = read_public_identity(data);
    if (!known.ok()) return known.fault().code;
    auto opened = DurableLedger::open(*files, data + "/ledger",
                                      Identity{std::move(*known), *validator_}, keeping_);
    if (!opened.ok()) return opened.fault().code;
    ledger = std::move(*opened);
    return "";
  }
  void open() { ASSERT_EQ(fault_of_opening(), ""); }
  void close() { ledger.reset(); }

  static Bytes registration(std::uint64_t number, std::string_view network = engine::kDemoNetwork) {
    const Bytes tag(view(crypto::sha256("person " + std::to_string(number))));
    verbs::RegisterParty verb{
        .kind = identity::v1::NATURAL_PERSON, .commitment = tag, .uniqueness_tag = tag};
    verb.key.set_kind(identity::v1::ED25519);
    verb.key.set_public_key(Bytes(view(engine::demo_key(std::to_string(number)).public_key())));
    base::v1::TxBody body;
    body.set_party(1);
    body.set_id(tag.substr(0, 16));
    body.set_valid_until(kBegin + static_cast<std::int64_t>(number + 30) * kSecondNs);
    *body.add_operations() = verb.operation();
    const auto key = engine::demo_key(engine::kDemoRegistrar);
    return wire::sign_transaction(body, network, {&key, 1});
  }
  // The block of the next height. Returns whether its registration was admitted.
  bool grow_by_one(std::string_view network = engine::kDemoNetwork) {
    const std::uint64_t height = ledger->engine().head().height + 1;
    const std::vector<Bytes> txs{registration(height, network)};
    const BytesView views[] = {txs[0]};
    auto committed = ledger->commit(txs, engine::prepare(views, ledger->engine().form()),
                                    kBegin + static_cast<std::int64_t>(height) * kSecondNs);
    EXPECT_EQ(code_of(committed), "");
    if (!committed.ok()) return false;
    if (height < roots.size()) {
      EXPECT_EQ(committed->result.app_hash, roots[height]) << height;
    } else {
      roots.push_back(committed->result.app_hash);
    }
    if (height % 5 == 0) {
      EXPECT_EQ(code_of(ledger->checkpoint()), "");
    }
    return committed->admitted.size() == 1;
  }
  void grow_to(std::uint64_t height) {
    while (ledger->engine().head().height < height) ASSERT_TRUE(grow_by_one());
  }
  std::uint64_t height() const { return ledger->engine().head().height; }
  Hash root() const { return ledger->engine().tree().root(); }

  const std::string data;
  std::unique_ptr<store::FileSystem> files = store::posix_file_system();
  std::unique_ptr<DurableLedger> ledger;
  std::vector<Hash> roots;  // by height

 private:
  // Opening the keyring takes long on purpose; once is enough.
  void read_keys() {
    const auto identity = read_identity(data);
    ASSERT_EQ(code_of(identity), "");
    validator_ = identity->key;
  }

  Keeping keeping_;
  std::optional<crypto::Ed25519Key> validator_;
};

// Every file below, with the path from there.
inline std::vector<std::string> files_below(const std::string& path) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.is_regular_file()) found.push_back(entry.path().string().substr(path.size() + 1));
  std::ranges::sort(found);
  return found;
}

// Changes one bit of a file in place.
inline void flip(const std::string& path, std::uint64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
  ASSERT_TRUE(file.good()) << path;
}

}  // namespace astyq::node
