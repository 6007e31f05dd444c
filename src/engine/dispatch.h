// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "astyq/base/v1/operation.pb.h"
#include "ledger/context.h"
#include "ledger/delta.h"

// Generated from proto/: what each verb is, and the call of its two functions.
namespace astyq::engine {

struct VerbInfo {
  std::uint32_t code = 0;
  std::string_view name;
  std::string_view permission;
  std::uint64_t permission_id = 0;  // 0: any registered party
  std::uint32_t since = 0;
  std::uint8_t creates = 0;               // table type; 0: nothing that result_of may name
  std::span<const std::uint8_t> effects;  // types of the tables that it may change
};

// Requires: the code of a verb.
VerbInfo verb_info(std::uint32_t code);

// The ledger's own book-keeping tables are no verb's effects.
bool ledger_keeps(std::uint8_t table);

// What earlier operations of the same transaction made: what result_of(k) may name.
struct Made {
  std::uint8_t table = 0;  // 0: nothing, or refused
  std::uint64_t first_id = 0;
  std::uint32_t count = 0;
};

// Is shown every id in an operation with the table that it is of, and says what stands there then.
class NamedIds {
 public:
  virtual ~NamedIds() = default;
  // The first refusal ends it; else resolved() is the id.
  virtual Refusal resolve(std::uint8_t table, std::uint64_t id) = 0;
  std::uint64_t resolved() const { return resolved_; }

 protected:
  std::uint64_t resolved_ = 0;
};

// Turns the ids in an operation into ids of rows: result_of(k) into what operation k made. A party
// that an operation names must exist.
class Names final : public NamedIds {
 public:
  Names(const View& view, std::span<const Made> made) : view_(view), made_(made) {}

  // Refuses with RESULT_MISSING or NAMED_PARTY_MISSING.
  Refusal resolve(std::uint8_t table, std::uint64_t id) override;

 private:
  const View& view_;
  std::span<const Made> made_;
};

// The message alone.
Refusal check_operation(const base::v1::Operation& op, const Rules& rules);
// Replaces every id that the operation names, in place.
Refusal resolve_names(base::v1::Operation& op, NamedIds& names);
// Reads, refuses, or writes.
Outcome apply_operation(const base::v1::Operation& op, TxContext& ctx);
// Every module's invariants over what one operation changed.
Refusal check_invariants(const Delta& delta, const View& view);

}  // namespace astyq::engine
