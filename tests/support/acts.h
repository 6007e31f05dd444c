// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/ed25519.h"
#include "engine/demo.h"
#include "support/daemon.h"

namespace astyq::test {

// What a test sends to a node of the demonstration: acts that the akimat records, or people that
// the registrar enters. Nothing but its id keeps an act from being recorded twice.
class Acts {
 public:
  struct Act {
    Bytes signed_tx;
    std::string id;  // hexadecimal
  };
  static constexpr std::uint64_t kRegistrarParty = 1;
  static constexpr std::uint64_t kAkimatParty = 2;

  // Acts of one story have ids of their own.
  explicit Acts(std::string story, std::uint64_t party = kAkimatParty);
  // A fork's, say.
  void sign_for(std::string network) { network_ = std::move(network); }

  Act next();
  // So many as a stream of the API; their ids are added.
  Bytes stream(int count, std::vector<std::string>& ids);
  static std::optional<Reply> send(const Daemon& daemon, const Act& act);
  static std::optional<Reply> send_stream(const Daemon& daemon, BytesView stream);
  // What became of it: 404 where nothing did.
  std::optional<Reply> find(const Daemon& daemon, const std::string& id) const;

 private:
  const std::string story_;
  const std::uint64_t party_;
  const crypto::Ed25519Key key_;
  std::string network_{engine::kDemoNetwork};
  std::uint64_t number_ = 0;
};

}  // namespace astyq::test
