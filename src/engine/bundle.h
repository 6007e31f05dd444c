// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "crypto/ed25519.h"
#include "engine/engine.h"

// In a consortium the consensus orders bundles: what a node hands to it of the transactions that
// its clients gave it, under the node's signature. To the ledger a block is the members of its
// bundles one after the other.
//   bundle = 0x01 || node(8) || signature(64) || { size(4) || signed transaction }   big-endian
// The signature is under bundle_message of the SHA-256 of node(8) and all that follows the
// signature. There is one way to write a bundle, so that none can be sent twice in two forms.
namespace astyq::engine {

// Of a bundle with several members; a larger transaction stands alone.
inline constexpr std::size_t kMostBundleBytes = 64 * 1024;
// What a bundle adds to its members, and to each.
inline constexpr std::size_t kBundleHeadBytes = 1 + 8 + 64;
inline constexpr std::size_t kBundleMemberBytes = 4;

// Requires: at least one member; together at most kMostBundleBytes, or one alone.
Bytes make_bundle(std::uint64_t node, std::span<const BytesView> signed_txs,
                  std::string_view network_id, const crypto::Ed25519Key& key);

// A bundle after all that can be checked without state.
struct PreparedBundle {
  Form form;              // that it was prepared under
  Status sound = Done{};  // else it is void, whatever the state, and nothing below is set
  std::uint64_t node = 0;
  crypto::Ed25519Key::Signature signature{};
  Hash content_hash{};  // what the node signed
  std::size_t size = 0;
  std::vector<BytesView> signed_txs;  // within the bytes that it was made of
  std::vector<Member> members;        // of those, in order
};

// Decodes a bundle and verifies the signatures of its members; its own needs the state. A pure
// function, as `prepare`. Faults in `sound`: `bundle_malformed`, `bundle_too_large`,
// `bundle_member_void` when a member's form or signature is wrong: whoever bundled it saw that.
PreparedBundle prepare_bundle(BytesView bytes, const Form& form);
// The same with members that are prepared already under this form.
PreparedBundle prepare_bundle(BytesView bytes, const Form& form, std::vector<Member> members);

// Judges the bundles of one block in their order, by the state before it. Every node comes to the
// same, so that a proposer leaves out what it refuses, a validator refuses a block that holds it,
// and what was decided all the same is treated as empty.
class BundleJudge {
 public:
  // The state must stand still meanwhile.
  BundleJudge(const Engine& engine, std::int64_t time_ns) : engine_(engine), time_ns_(time_ns) {}

  // Whether the bundle may stand after those admitted before. Faults: those of its preparation;
  // `bundle_unknown_node`, `bundle_wrong_signature`, `bundle_over_quota`; `bundle_no_room` when the
  // rules' bounds of a block are reached; `bundle_idle` when no member would be admitted in the
  // state before the block. Requires: prepared under engine.form().
  Status admit(const PreparedBundle& bundle);

 private:
  // What members take up of a block's bounds.
  struct Load {
    std::uint64_t members = 0;
    std::uint64_t operations = 0;
    std::uint64_t bytes = 0;
  };
  Status check_sender(const PreparedBundle& bundle) const;
  Load with(const PreparedBundle& bundle) const;
  bool has_room_for(const Load& load) const;
  bool is_idle(const PreparedBundle& bundle) const;

  const Engine& engine_;
  const std::int64_t time_ns_;
  std::map<std::uint64_t, std::uint64_t> bytes_by_node_;
  Load load_;
};

}  // namespace astyq::engine
