// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "crypto/sha256_kernel.h"

namespace astyq::crypto {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kLengthBytes = 8;

const std::uint8_t* bytes_of(BytesView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

Hash hash_of(const Sha256Kernel::State& state) {
  Hash hash;
  for (std::size_t i = 0; i < hash.size(); ++i)
    hash[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  return hash;
}

// 0x01 || left || right with its padding: two whole blocks.
using InnerBlocks = std::array<std::uint8_t, 2 * kBlockBytes>;

InnerBlocks inner_blocks(const std::uint8_t* left, const std::uint8_t* right) {
  constexpr unsigned kBits = 8 * (1 + 2 * 32);
  InnerBlocks blocks{};
  blocks[0] = 0x01;
  std::copy_n(left, 32, blocks.begin() + 1);
  std::copy_n(right, 32, blocks.begin() + 33);
  blocks[65] = 0x80;
  blocks[126] = kBits >> 8;
  blocks[127] = kBits & 0xff;
  return blocks;
}

Hash inner_node_of(const Sha256Kernel& kernel, const std::uint8_t* left,
                   const std::uint8_t* right) {
  Sha256Kernel::State state = kSha256Start;
  kernel.compress(state, inner_blocks(left, right).data(), 2);
  return hash_of(state);
}

}  // namespace

Sha256::Sha256(const Sha256Kernel& kernel) : kernel_(&kernel), state_(kSha256Start) {}

Sha256& Sha256::update(BytesView bytes) {
  const std::size_t held = total_bytes_ % kBlockBytes;
  total_bytes_ += bytes.size();
  if (held != 0) {
    const std::size_t taken = std::min(bytes.size(), kBlockBytes - held);
    std::copy_n(bytes_of(bytes), taken, block_.begin() + held);
    bytes.remove_prefix(taken);
    if (held + taken < kBlockBytes) return *this;
    kernel_->compress(state_, block_.data(), 1);
  }
  compress_full_blocks(bytes);
  std::copy_n(bytes_of(bytes), bytes.size(), block_.begin());
  return *this;
}

void Sha256::compress_full_blocks(BytesView& bytes) {
  const std::size_t blocks = bytes.size() / kBlockBytes;
  if (blocks == 0) return;
  kernel_->compress(state_, bytes_of(bytes), blocks);
  bytes.remove_prefix(blocks * kBlockBytes);
}

Hash Sha256::finish() {
  std::array<std::uint8_t, 2 * kBlockBytes> padded{};
  const std::size_t held = total_bytes_ % kBlockBytes;
  std::copy_n(block_.begin(), held, padded.begin());
  padded[held] = 0x80;
  const std::size_t blocks = held + 1 + kLengthBytes <= kBlockBytes ? 1 : 2;
  const std::uint64_t bits = 8 * total_bytes_;
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    padded[blocks * kBlockBytes - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
  kernel_->compress(state_, padded.data(), blocks);
  return hash_of(state_);
}

Hash sha256(BytesView bytes, const Sha256Kernel& kernel) {
  return Sha256(kernel).update(bytes).finish();
}

Hash hmac_sha256(BytesView key, BytesView message, const Sha256Kernel& kernel) {
  std::array<std::uint8_t, kBlockBytes> inner{};
  if (key.size() > kBlockBytes) {
    std::ranges::copy(sha256(key, kernel), inner.begin());
  } else {
    std::copy_n(bytes_of(key), key.size(), inner.begin());
  }
  std::array<std::uint8_t, kBlockBytes> outer = inner;
  for (std::uint8_t& byte : inner) byte ^= 0x36;
  for (std::uint8_t& byte : outer) byte ^= 0x5c;
  const Hash inside = Sha256(kernel).update(view(inner)).update(message).finish();
  return Sha256(kernel).update(view(outer)).update(view(inside)).finish();
}

Hash inner_node(const Hash& left, const Hash& right, const Sha256Kernel& kernel) {
  return inner_node_of(kernel, left.data(), right.data());
}

void inner_nodes(std::span<const std::array<std::uint8_t, 64>> pairs, std::span<Hash> out,
                 const Sha256Kernel& kernel) {
  ASTYQ_CHECK(pairs.size() == out.size());
  std::size_t i = 0;
  for (; i + 2 <= pairs.size(); i += 2) {
    const InnerBlocks first = inner_blocks(pairs[i].data(), pairs[i].data() + 32);
    const InnerBlocks second = inner_blocks(pairs[i + 1].data(), pairs[i + 1].data() + 32);
    Sha256Kernel::State first_state = kSha256Start;
    Sha256Kernel::State second_state = kSha256Start;
    kernel.compress_two(first_state, first.data(), second_state, second.data(), 2);
    out[i] = hash_of(first_state);
    out[i + 1] = hash_of(second_state);
  }
  if (i < pairs.size()) out[i] = inner_node_of(kernel, pairs[i].data(), pairs[i].data() + 32);
}

Hash merkle_root(std::span<const Bytes> leaves, const Sha256Kernel& kernel) {
  if (leaves.empty()) return sha256({}, kernel);
  std::vector<Hash> level;
  level.reserve(leaves.size());
  for (const Bytes& leaf : leaves)
    level.push_back(Sha256(kernel).update(BytesView("\0", 1)).update(leaf).finish());
  // RFC 6962 splits at the largest power of two below the count. That is pairing each level from
  // the left and lifting an odd last node unchanged.
  std::vector<std::array<std::uint8_t, 64>> pairs;
  while (level.size() > 1) {
    pairs.resize(level.size() / 2);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      std::ranges::copy(level[2 * i], pairs[i].begin());
      std::ranges::copy(level[2 * i + 1], pairs[i].begin() + 32);
    }
    const bool odd = level.size() % 2 != 0;
    if (odd) level[pairs.size()] = level.back();
    inner_nodes(pairs, std::span(level).first(pairs.size()), kernel);
    level.resize(pairs.size() + (odd ? 1 : 0));
  }
  return level.front();
}

}  // namespace astyq::crypto
