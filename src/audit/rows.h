// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include "astyq/options.pb.h"
#include "audit/books.h"
#include "store/tree.h"

// Inside the auditor: the rows, read as proto/ alone describes them.
namespace astyq::audit {

// What operations say and rows hold.
inline constexpr std::string_view kSupply = "supply of asset #";
inline constexpr std::string_view kLiveGrain = "live kilograms of elevator # in grade #";
inline constexpr std::string_view kBalance = "balance of party # in asset #";
inline constexpr std::string_view kElevator = "elevator of ticket #";
inline constexpr std::string_view kBin = "bin of ticket #";
inline constexpr std::string_view kDepositor = "depositor of ticket #";
inline constexpr std::string_view kBasis = "basis profile of ticket #";
inline constexpr std::string_view kNet = "net weight of ticket #";
inline constexpr std::string_view kMoisture = "moisture of analysis #";
inline constexpr std::string_view kForeignMatter = "foreign matter of analysis #";
inline constexpr std::string_view kLeft = "kilograms of outbound #";
inline constexpr std::string_view kFrom = "bin of outbound #";
inline constexpr std::string_view kToReturn = "kilograms ordered back of batch #";
inline constexpr std::string_view kIssued = "issued kilograms of receipt #";
inline constexpr std::string_view kHolder = "holder of receipt #";
inline constexpr std::string_view kPledgee = "pledgee of receipt #";
inline constexpr std::string_view kDebt = "secured debt of receipt #";
inline constexpr std::string_view kPool = "pool of receipt #";
inline constexpr std::string_view kReleased = "released kilograms of receipt #";
inline constexpr std::string_view kRedeemed = "redeemed kilograms of receipt #";
inline constexpr std::string_view kVoting = "number of validators that vote";
inline constexpr std::string_view kPower = "power of all votes";
inline constexpr std::string_view kNodes = "number of nodes";

template <typename Message>
std::uint8_t type_of() {
  static const auto kType = Message::descriptor()->options().GetExtension(options::table).type();
  return static_cast<std::uint8_t>(kType);
}

// Nothing when the row is of another table.
template <typename Message>
std::optional<Message> as(const store::RowKey& key, const store::Row& row) {
  std::optional<Message> message;
  if (key.type() != type_of<Message>()) return message;
  message.emplace().ParseFromString(row.open);
  if constexpr (requires { message->mutable_restricted(); })
    message->mutable_restricted()->ParseFromString(row.restricted);
  return message;
}

// The n-th number of a key, of 8 bytes; 0 past its end.
inline std::uint64_t number_of(const store::RowKey& key, std::size_t n) {
  const BytesView bytes = key.bytes().substr(1);
  return bytes.size() < 8 * (n + 1) ? 0 : read_u64(bytes.substr(8 * n));
}

// The row of a numbered table; an empty one when there is none.
template <typename Message>
Message find(const store::Tree& tree, std::uint64_t id) {
  Bytes key(1, static_cast<char>(type_of<Message>()));
  append_u64(key, id);
  const store::Row* row = tree.find(store::RowKey(key));
  return row == nullptr ? Message() : as<Message>(store::RowKey(key), *row).value();
}

// A row, and which way it counts: 1 when it comes to stand, -1 when it no longer does.
struct Posting {
  const store::RowKey& key;
  const store::Row& row;
  std::uint64_t sign;
};
// Adds what the row holds, and its part in what others do.
void post(Books& books, const Posting& posting, const store::Tree& tree);

// Whether nothing may make `after` (null: erased) of `before`: what is final, and what only grows.
bool is_forbidden(const store::RowKey& key, const store::Row& before, const store::Row* after);

}  // namespace astyq::audit
