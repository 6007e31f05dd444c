// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tuple>

#include "base/bytes.h"
#include "base/check.h"
#include "store/row.h"

namespace astyq {

using Bytes16 = std::array<std::uint8_t, 16>;

// One place in a table: the key of a row of type Message.
template <typename Message>
struct Slot {
  store::RowKey key;
};

template <typename Message>
concept HasRestrictedPart = requires(Message message) { message.release_restricted(); };

namespace detail {

inline void append_part(Bytes& key, std::uint64_t part) {
  append_u64(key, part);
}
inline void append_part(Bytes& key, std::uint32_t part) {
  append_u32(key, part);
}
template <std::size_t N>
void append_part(Bytes& key, const std::array<std::uint8_t, N>& part) {
  key.append(view(part));
}

template <typename Part>
Part take_part(BytesView& key) {
  ASTYQ_CHECK(key.size() >= sizeof(Part));
  Part part;
  if constexpr (std::is_same_v<Part, std::uint64_t>) {
    part = read_u64(key);
  } else if constexpr (std::is_same_v<Part, std::uint32_t>) {
    part = read_u32(key);
  } else {
    part = *to_array<sizeof(Part)>(key.substr(0, sizeof(Part)));
  }
  key.remove_prefix(sizeof(Part));
  return part;
}

}  // namespace detail

// A table of rows: kReceipts(7) is the place of receipt 7. Declared once, in the module's
// state.proto.
template <typename Message, typename... Parts>
struct Table {
  std::uint8_t type;
  const char* name;

  Slot<Message> operator()(const Parts&... parts) const {
    Bytes key(1, static_cast<char>(type));
    (detail::append_part(key, parts), ...);
    return {store::RowKey(key)};
  }

  // Requires: a key of this table.
  std::tuple<Parts...> parts(const store::RowKey& key) const {
    ASTYQ_CHECK(key.type() == type);
    BytesView rest = key.bytes().substr(1);
    std::tuple<Parts...> parts{detail::take_part<Parts>(rest)...};
    ASTYQ_CHECK(rest.empty());
    return parts;
  }
};

// Rows and messages. The restricted part is the message's field `restricted`, kept apart from the
// rest.
template <typename Message>
  requires(!HasRestrictedPart<Message>)
store::Row encode_row(const Message& message) {
  store::Row row;
  row.open = message.SerializeAsString();
  return row;
}

template <HasRestrictedPart Message>
store::Row encode_row(Message message) {
  store::Row row;
  row.blind.emplace();  // the block's end fills it
  row.restricted = message.restricted().SerializeAsString();
  message.clear_restricted();
  row.open = message.SerializeAsString();
  return row;
}

// Requires: a row that encode_row made; anything else is corruption and stops the node.
template <typename Message>
Message decode_row(const store::Row& row) {
  Message message;
  ASTYQ_CHECK(message.ParseFromString(row.open));
  if constexpr (HasRestrictedPart<Message>) {
    ASTYQ_CHECK(row.blind.has_value());
    ASTYQ_CHECK(message.mutable_restricted()->ParseFromString(row.restricted));
  }
  return message;
}

}  // namespace astyq
