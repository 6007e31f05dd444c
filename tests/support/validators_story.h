// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/signatures.h"
#include "support/chain.h"

// Validators and nodes whose keys are shown to be held.
namespace astyq::test {

inline Bytes public_key_of(const crypto::Ed25519Key& key) {
  return Bytes(view(key.public_key()));
}

inline Bytes validator_possession(std::uint64_t party, const crypto::Ed25519Key& key) {
  return Bytes(view(key.sign(crypto::validator_possession_message(party, view(key.public_key())))));
}

inline Bytes node_possession(std::uint64_t party, const crypto::Ed25519Key& key) {
  return Bytes(view(key.sign(crypto::node_possession_message(party, view(key.public_key())))));
}

inline verbs::AdmitValidator validator_of(std::uint64_t party, const crypto::Ed25519Key& key,
                                          std::uint64_t power = 10) {
  return {.operator_party = party,
          .name = "Registrar's house",
          .public_key = public_key_of(key),
          .possession = validator_possession(party, key),
          .power = power};
}

inline verbs::RotateValidatorKey new_validator_key(std::uint64_t validator, std::uint64_t party,
                                                   const crypto::Ed25519Key& key) {
  return {.validator = validator,
          .public_key = public_key_of(key),
          .possession = validator_possession(party, key)};
}

inline constexpr std::uint32_t kQuotaBytes = 1'000'000;

inline verbs::AdmitNode node_of(std::uint64_t party, const crypto::Ed25519Key& key,
                                std::uint32_t quota_bytes = kQuotaBytes) {
  return {.operator_party = party,
          .name = "Bank's gateway",
          .public_key = public_key_of(key),
          .possession = node_possession(party, key),
          .quota_bytes = quota_bytes};
}

inline verbs::RotateNodeKey new_node_key(std::uint64_t node, std::uint64_t party,
                                         const crypto::Ed25519Key& key) {
  return {
      .node = node, .public_key = public_key_of(key), .possession = node_possession(party, key)};
}

// Rules under which an upgrade comes soon: the least notice there may be.
inline constexpr std::uint32_t kNoticeBlocks = 100;

inline verbs::ChangeRules short_notice(const Chain& chain) {
  verbs::ChangeRules verb{.rules = chain.engine().rules()};
  verb.rules.set_upgrade_notice_blocks(kNoticeBlocks);
  return verb;
}

// The encoding of the neutral element: anybody can sign for it.
inline Bytes unsound_key() {
  Bytes key(32, '\0');
  key[0] = '\1';
  return key;
}

}  // namespace astyq::test
