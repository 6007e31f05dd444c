// SPDX-License-Identifier: Apache-2.0
#include "suites/ics23_messages.h"

#include <functional>

namespace astyq::suites {
namespace {

// One field of a protobuf message.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;  // of a varint
  BytesView bytes;          // of a length-delimited field
};

std::optional<std::uint64_t> take_varint(BytesView& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(rest[0]);
    rest.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<Field> take_field(BytesView& rest) {
  const auto tag = take_varint(rest);
  if (!tag || *tag >> 3 == 0) return std::nullopt;
  Field field{.number = *tag >> 3, .value = 0, .bytes = {}};
  const std::uint64_t kind = *tag & 7;
  const auto number = kind == 0 || kind == 2 ? take_varint(rest) : std::optional(std::uint64_t{0});
  if (!number) return std::nullopt;
  if (kind == 0) {
    field.value = *number;
    return field;
  }
  const std::uint64_t size = kind == 2 ? *number : kind == 1 ? 8 : 4;
  if ((kind != 1 && kind != 2 && kind != 5) || size > rest.size()) return std::nullopt;
  if (kind == 2) field.bytes = rest.substr(0, size);
  rest.remove_prefix(size);
  return field;
}

// Calls `take` with every field; false once one is malformed or `take` says so.
bool each_field(BytesView bytes, const std::function<bool(const Field&)>& take) {
  while (!bytes.empty()) {
    const auto field = take_field(bytes);
    if (!field || !take(*field)) return false;
  }
  return true;
}

std::int32_t enum_of(const Field& field) {
  return static_cast<std::int32_t>(field.value);
}

bool decode(BytesView bytes, LeafOp& leaf) {
  return each_field(bytes, [&](const Field& field) {
    if (field.number == 1) leaf.hash = enum_of(field);
    if (field.number == 2) leaf.prehash_key = enum_of(field);
    if (field.number == 3) leaf.prehash_value = enum_of(field);
    if (field.number == 4) leaf.length = enum_of(field);
    if (field.number == 5) leaf.prefix = field.bytes;
    return true;
  });
}

bool decode(BytesView bytes, InnerOp& inner) {
  return each_field(bytes, [&](const Field& field) {
    if (field.number == 1) inner.hash = enum_of(field);
    if (field.number == 2) inner.prefix = field.bytes;
    if (field.number == 3) inner.suffix = Bytes(field.bytes);
    return true;
  });
}

// The steps of a compressed proof stand once, in a table; its paths are numbers into that.
using Steps = std::vector<InnerOp>;

bool add_step(std::uint64_t index, const Steps& table, Steps& path) {
  if (index >= table.size()) return false;
  path.push_back(table[index]);
  return true;
}

bool add_steps(const Field& field, const Steps* table, Steps& path) {
  if (table == nullptr) return decode(field.bytes, path.emplace_back());
  if (field.bytes.empty()) return add_step(field.value, *table, path);
  for (BytesView rest = field.bytes; !rest.empty();) {
    const auto index = take_varint(rest);
    if (!index || !add_step(*index, *table, path)) return false;
  }
  return true;
}

bool decode(BytesView bytes, const Steps* table, ExistenceProof& proof) {
  return each_field(bytes, [&](const Field& field) {
    if (field.number == 1) proof.key = field.bytes;
    if (field.number == 2) proof.value = field.bytes;
    if (field.number == 3) return decode(field.bytes, proof.leaf.emplace());
    return field.number != 4 || add_steps(field, table, proof.path);
  });
}

bool decode(BytesView bytes, const Steps* table, NonExistenceProof& proof) {
  return each_field(bytes, [&](const Field& field) {
    if (field.number == 2) return decode(field.bytes, table, proof.left.emplace());
    return field.number != 3 || decode(field.bytes, table, proof.right.emplace());
  });
}

// A CommitmentProof of one, and an entry of a batch.
bool decode_one(const Field& field, const Steps* table, CommitmentProof& proof) {
  if (field.number == 1) return decode(field.bytes, table, proof.present.emplace_back());
  return field.number != 2 || decode(field.bytes, table, proof.absent.emplace_back());
}

bool decode_batch(BytesView bytes, const Steps* table, CommitmentProof& proof) {
  return each_field(bytes, [&](const Field& batch) {
    return batch.number != 1 || each_field(batch.bytes, [&](const Field& entry) {
             return decode_one(entry, table, proof);
           });
  });
}

bool decode_compressed(BytesView bytes, CommitmentProof& proof) {
  Steps table;
  const bool read = each_field(bytes, [&](const Field& field) {
    return field.number != 2 || decode(field.bytes, table.emplace_back());
  });
  return read && decode_batch(bytes, &table, proof);
}

LeafOp leaf_of(std::int32_t prehash_key, std::int32_t length) {
  return {.hash = kSha256,
          .prehash_key = prehash_key,
          .prehash_value = kSha256,
          .length = length,
          .prefix = Bytes(1, '\0')};
}

InnerSpec inner_of(std::int32_t child_size, std::int32_t min_prefix, std::int32_t max_prefix) {
  return {.child_order = {0, 1},
          .child_size = child_size,
          .min_prefix_length = min_prefix,
          .max_prefix_length = max_prefix,
          .empty_child = "",
          .hash = kSha256};
}

}  // namespace

const ProofSpec& iavl_spec() {
  static const ProofSpec kSpec = {.leaf = leaf_of(kNoHash, kVarProto),
                                  .inner = inner_of(33, 4, 12)};
  return kSpec;
}

const ProofSpec& tendermint_spec() {
  static const ProofSpec kSpec = {.leaf = leaf_of(kNoHash, kVarProto), .inner = inner_of(32, 1, 1)};
  return kSpec;
}

const ProofSpec& smt_spec() {
  static const ProofSpec kSpec = [] {
    ProofSpec spec = {.leaf = leaf_of(kSha256, kNoPrefix),
                      .inner = inner_of(32, 1, 1),
                      .max_depth = 256,
                      .prehash_key_before_comparison = true};
    spec.inner->empty_child = Bytes(32, '\0');
    return spec;
  }();
  return kSpec;
}

std::optional<CommitmentProof> decode_proof(BytesView bytes) {
  CommitmentProof proof;
  const bool read = each_field(bytes, [&](const Field& field) {
    if (field.number == 3) return decode_batch(field.bytes, nullptr, proof);
    if (field.number == 4) return decode_compressed(field.bytes, proof);
    return decode_one(field, nullptr, proof);
  });
  if (!read) return std::nullopt;
  return proof;
}

}  // namespace astyq::suites
