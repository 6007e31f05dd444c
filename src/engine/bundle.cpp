// SPDX-License-Identifier: Apache-2.0
#include "engine/bundle.h"

#include "base/check.h"
#include "crypto/sha256.h"
#include "crypto/signatures.h"
#include "modules/authority/validators.h"

namespace astyq::engine {
namespace {

constexpr char kBundleType = 1;

Fault malformed(const char* why) {
  return {"bundle_malformed", std::string("This is no bundle of transactions: ") + why};
}

// What the node signs: who it is and what it bundled.
Hash content_hash(BytesView node, BytesView members) {
  Bytes content(node);
  content += members;
  return crypto::sha256(content);
}

Status read_members(BytesView bytes, const Form& form, PreparedBundle& out) {
  while (!bytes.empty()) {
    if (bytes.size() < kBundleMemberBytes) return malformed("it is cut short.");
    const std::size_t size = read_u32(bytes);
    bytes.remove_prefix(kBundleMemberBytes);
    if (size == 0 || size > bytes.size()) return malformed("a member is empty or cut short.");
    out.signed_txs.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  if (out.signed_txs.empty()) return malformed("it has no members.");
  if (out.size > kMostBundleBytes && out.signed_txs.size() > 1)
    return Fault{"bundle_too_large", "A bundle has more than " + std::to_string(kMostBundleBytes) +
                                         " bytes though it has several members."};
  if (out.signed_txs.front().size() > form.max_transaction_bytes)
    return Fault{"bundle_too_large", "A bundle holds a transaction of " +
                                         std::to_string(out.signed_txs.front().size()) +
                                         " bytes, more than the rules allow."};
  return Done{};
}

Status read_bundle(BytesView bytes, const Form& form, PreparedBundle& out) {
  if (bytes.size() < kBundleHeadBytes || bytes.front() != kBundleType)
    return malformed("it does not begin as one.");
  const BytesView node = bytes.substr(1, 8);
  const BytesView members = bytes.substr(kBundleHeadBytes);
  out.node = read_u64(node);
  out.signature = *to_array<64>(bytes.substr(9, 64));
  out.size = bytes.size();
  if (Status read = read_members(members, form, out); !read.ok()) return read;
  out.content_hash = content_hash(node, members);
  return Done{};
}

Status check_members(const std::vector<Member>& members) {
  for (const Member& member : members)
    if (member.fault.refused())
      return Fault{"bundle_member_void", "A member of the bundle is malformed or wrongly signed (" +
                                             std::to_string(member.fault.code()) +
                                             "): the whole bundle is void."};
  return Done{};
}

}  // namespace

Bytes make_bundle(std::uint64_t node, std::span<const BytesView> signed_txs,
                  std::string_view network_id, const crypto::Ed25519Key& key) {
  ASTYQ_CHECK(!signed_txs.empty());
  Bytes node_bytes;
  append_u64(node_bytes, node);
  Bytes members;
  for (const BytesView signed_tx : signed_txs) {
    append_u32(members, static_cast<std::uint32_t>(signed_tx.size()));
    members += signed_tx;
  }
  const Hash content = content_hash(node_bytes, members);
  Bytes bundle(1, kBundleType);
  bundle += node_bytes;
  bundle += view(key.sign(crypto::bundle_message(network_id, content)));
  bundle += members;
  ASTYQ_CHECK(signed_txs.size() == 1 || bundle.size() <= kMostBundleBytes);
  return bundle;
}

PreparedBundle prepare_bundle(BytesView bytes, const Form& form) {
  PreparedBundle out;
  out.form = form;
  out.sound = read_bundle(bytes, form, out);
  if (!out.sound.ok()) return out;
  out.members = prepare(out.signed_txs, form);
  out.sound = check_members(out.members);
  return out;
}

PreparedBundle prepare_bundle(BytesView bytes, const Form& form, std::vector<Member> members) {
  PreparedBundle out;
  out.form = form;
  out.sound = read_bundle(bytes, form, out);
  ASTYQ_CHECK(out.sound.ok() && out.signed_txs.size() == members.size());
  out.members = std::move(members);
  out.sound = check_members(out.members);
  return out;
}

// Asked one by one: mostly the first is admitted already.
bool BundleJudge::is_idle(const PreparedBundle& bundle) const {
  for (const Member& member : bundle.members) {
    const Member* one = &member;
    if (!engine_.check_admission({&one, 1}, time_ns_).front().refused()) return false;
  }
  return true;
}

BundleJudge::Load BundleJudge::with(const PreparedBundle& bundle) const {
  Load load = load_;
  load.members += bundle.members.size();
  for (const Member& member : bundle.members) {
    load.operations += static_cast<std::uint64_t>(member.body.operations_size());
    load.bytes += member.size;
  }
  return load;
}

bool BundleJudge::has_room_for(const Load& load) const {
  const Rules& rules = engine_.rules();
  return load.members <= rules.max_members_per_block() &&
         load.operations <= rules.max_operations_per_block() &&
         load.bytes <= rules.max_block_bytes();
}

// That it is of a node of the network, and within what that may send.
Status BundleJudge::check_sender(const PreparedBundle& bundle) const {
  Overlay overlay(engine_.tree());
  const View state(overlay, engine_.rules(), BlockTime{});
  const auto node = authority::find_node(state, bundle.node);
  if (!node)
    return Fault{"bundle_unknown_node",
                 "No node " + std::to_string(bundle.node) + " is registered with this network."};
  const Bytes message = crypto::bundle_message(engine_.network_id(), bundle.content_hash);
  if (!crypto::ed25519_verify(node->public_key(), view(bundle.signature), message))
    return Fault{"bundle_wrong_signature",
                 "The bundle is not signed by node " + std::to_string(bundle.node) + "."};
  const auto sent = bytes_by_node_.find(bundle.node);
  const std::uint64_t before = sent == bytes_by_node_.end() ? 0 : sent->second;
  if (before + bundle.size > node->quota_bytes())
    return Fault{"bundle_over_quota", "Node " + std::to_string(bundle.node) +
                                          " has more in this block than its quota of " +
                                          std::to_string(node->quota_bytes()) + " bytes."};
  return Done{};
}

Status BundleJudge::admit(const PreparedBundle& bundle) {
  ASTYQ_CHECK(bundle.form == engine_.form());
  if (!bundle.sound.ok()) return bundle.sound;
  if (Status sender = check_sender(bundle); !sender.ok()) return sender;
  const Load load = with(bundle);
  if (!has_room_for(load))
    return Fault{"bundle_no_room", "The block holds as much as the rules allow already."};
  if (is_idle(bundle)) return Fault{"bundle_idle", "No member of the bundle would be admitted."};
  load_ = load;
  bytes_by_node_[bundle.node] += bundle.size;
  return Done{};
}

}  // namespace astyq::engine
