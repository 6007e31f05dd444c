// SPDX-License-Identifier: Apache-2.0
#include "engine/ahead.h"

#include "engine/dispatch.h"
#include "modules/assets/assets.h"
#include "modules/identity/identity.h"
#include "wire/ids.h"

namespace astyq::engine {
namespace {

// The ids that an operation names.
class Named final : public NamedIds {
 public:
  explicit Named(std::vector<store::RowKey>& keys) : keys_(keys) {}

  Refusal resolve(std::uint8_t table, std::uint64_t id) override {
    resolved_ = id;
    if (id == 0 || wire::is_result_of(id)) return kAccepted;
    Bytes key(1, static_cast<char>(table));
    append_u64(key, id);
    keys_.emplace_back(key);
    if (table == identity::kPartiesTable) party_ = id;
    if (table == assets::kAssetsTable) asset_ = id;
    return kAccepted;
  }
  std::uint64_t party() const { return party_; }
  std::uint64_t asset() const { return asset_; }

 private:
  std::vector<store::RowKey>& keys_;
  std::uint64_t party_ = 0;  // the last ones named
  std::uint64_t asset_ = 0;
};

void add_rows_of(Member& member, std::vector<store::RowKey>& keys) {
  const std::uint64_t signer = member.body.party();
  keys.push_back(identity::party_row(signer));
  for (const Signer& made : member.signers) keys.push_back(identity::key_row(made.public_key));
  for (auto& operation : *member.body.mutable_operations()) {
    Named named(keys);
    if (resolve_names(operation, named).refused() || named.asset() == 0) continue;
    keys.push_back(assets::balance_row(signer, named.asset()));
    if (named.party() != 0) keys.push_back(assets::balance_row(named.party(), named.asset()));
  }
}

}  // namespace

void Ahead::of(std::span<Member> members) {
  keys_.clear();
  for (Member& member : members)
    if (!member.fault.refused()) add_rows_of(member, keys_);
  tree_.prefetch(keys_);
}

}  // namespace astyq::engine
