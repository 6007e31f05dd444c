// SPDX-License-Identifier: Apache-2.0
#include "store/row_codec.h"

#include "base/check.h"
#include "crypto/sha256.h"

namespace astyq::store {
namespace {

constexpr std::uint8_t kOpenOnly = 0;
constexpr std::uint8_t kWithRestricted = 1;

std::uint32_t size_of(BytesView bytes) {
  ASTYQ_CHECK(bytes.size() <= UINT32_MAX);
  return static_cast<std::uint32_t>(bytes.size());
}

}  // namespace

BytesView ByteReader::take(std::size_t size) {
  if (!ok_ || rest_.size() < size) {
    ok_ = false;
    return {};
  }
  const BytesView taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint8_t ByteReader::take_u8() {
  const BytesView taken = take(1);
  return ok_ ? static_cast<std::uint8_t>(taken[0]) : 0;
}

std::uint32_t ByteReader::take_u32() {
  const BytesView taken = take(4);
  return ok_ ? read_u32(taken) : 0;
}

std::uint64_t ByteReader::take_u64() {
  const BytesView taken = take(8);
  return ok_ ? read_u64(taken) : 0;
}

Bytes encode_row(const Row& row) {
  Bytes bytes;
  bytes.push_back(static_cast<char>(row.blind ? kWithRestricted : kOpenOnly));
  if (row.blind) {
    bytes += view(*row.blind);
    append_u32(bytes, size_of(row.restricted));
    bytes += row.restricted;
  }
  bytes += row.open;
  return bytes;
}

std::optional<Row> decode_row(BytesView bytes) {
  ByteReader reader(bytes);
  Row row;
  const std::uint8_t flags = reader.take_u8();
  if (flags == kWithRestricted) {
    row.blind = to_array<16>(reader.take(16));
    row.restricted = Bytes(reader.take(reader.take_u32()));
  } else if (flags != kOpenOnly) {
    return std::nullopt;
  }
  row.open = Bytes(reader.rest());
  if (!reader.ok()) return std::nullopt;
  return row;
}

Bytes encode_changes(const Changes& changes) {
  Bytes bytes;
  ASTYQ_CHECK(changes.size() <= UINT32_MAX);
  append_u32(bytes, static_cast<std::uint32_t>(changes.size()));
  for (const Change& change : changes) {
    const BytesView key = change.key.bytes();
    bytes.push_back(static_cast<char>(key.size()));
    bytes += key;
    const Bytes row = change.row ? encode_row(*change.row) : Bytes();
    append_u32(bytes, size_of(row));
    bytes += row;
  }
  return bytes;
}

std::optional<Changes> decode_changes(BytesView bytes) {
  ByteReader reader(bytes);
  const std::uint32_t count = reader.take_u32();
  Changes changes;
  for (std::uint32_t i = 0; i < count; ++i) {
    const BytesView key = reader.take(reader.take_u8());
    const BytesView row_bytes = reader.take(reader.take_u32());
    if (!reader.ok() || key.empty() || key.size() > RowKey::kMaxSize) return std::nullopt;
    Change change{RowKey(key), std::nullopt};
    if (!row_bytes.empty()) {
      change.row = decode_row(row_bytes);
      if (!change.row) return std::nullopt;
    }
    if (!changes.empty() && !(changes.back().key < change.key)) return std::nullopt;
    changes.push_back(std::move(change));
  }
  if (!reader.finished()) return std::nullopt;
  return changes;
}

Checksum checksum_of(BytesView first, BytesView second) {
  const Hash hash = crypto::Sha256().update(first).update(second).finish();
  Checksum checksum;
  std::memcpy(checksum.data(), hash.data(), checksum.size());
  return checksum;
}

}  // namespace astyq::store
