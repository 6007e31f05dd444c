// SPDX-License-Identifier: Apache-2.0
#include "suites/ics23_steps.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "crypto/sha256.h"

namespace astyq::suites {
namespace {

constexpr std::size_t kLengthByte = 1;
constexpr std::size_t kLengthByteHashLengthByte = 34;

Bytes sha256(BytesView preimage) {
  const Hash hash = crypto::sha256(preimage);
  return Bytes(view(hash));
}

Bytes openssl(const EVP_MD* digest, BytesView preimage) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> out;
  unsigned size = 0;
  ASTYQ_CHECK(EVP_Digest(preimage.data(), preimage.size(), out.data(), &size, digest, nullptr) ==
              1);
  return Bytes(view(out).substr(0, size));
}

Bytes fixed(std::size_t size, std::size_t width, bool big) {
  Bytes out;
  append_u64(out, size);
  out = out.substr(out.size() - width);
  if (!big) std::ranges::reverse(out);
  return out;
}

Result<Bytes> with_length(std::int32_t length, const Bytes& data) {
  Bytes prefix;
  const auto required = [&](std::size_t size) -> Result<Bytes> {
    if (data.size() == size) return data;
    return refused("data was " + std::to_string(data.size()) + " bytes, not " +
                   std::to_string(size));
  };
  switch (length) {
    case kNoPrefix:
      return data;
    case kVarProto:
      append_varint(prefix, data.size());
      return prefix + data;
    case kRequire32Bytes:
      return required(32);
    case kRequire64Bytes:
      return required(64);
    case kFixed32Big:
    case kFixed32Little:
      return fixed(data.size(), 4, length == kFixed32Big) + data;
    case kFixed64Big:
    case kFixed64Little:
      return fixed(data.size(), 8, length == kFixed64Big) + data;
    default:
      return refused("unsupported lengthop: " + std::to_string(length));
  }
}

Result<Bytes> leaf_data(std::int32_t prehash, std::int32_t length, BytesView data) {
  const auto hashed = do_hash_or_none(prehash, data);
  if (!hashed.ok()) return hashed.fault();
  return with_length(length, *hashed);
}

// Go's binary.ReadVarint: LEB128 of at most 64 bits, the sign in the last of them.
std::optional<std::int64_t> take_signed(BytesView& rest) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 10 && !rest.empty(); ++i) {
    const auto byte = static_cast<std::uint8_t>(rest[0]);
    rest.remove_prefix(1);
    if (i == 9 && byte > 1) return std::nullopt;
    value |= std::uint64_t{byte & 0x7fu} << 7 * i;
    if (byte < 0x80) return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
  }
  return std::nullopt;
}

// The prefix of an IAVL node: height, size, version, and for an inner one the length of a child,
// after a child that stands left.
Status check_iavl_prefix(BytesView prefix, std::int32_t hash, std::int64_t layer) {
  BytesView rest = prefix;
  const auto height = take_signed(rest);
  if (!height) return refused("failed to read IAVL height varint");
  if (*height < 0 || *height < layer)
    return refused("IAVL height (" + std::to_string(*height) +
                   ") must be non-negative and greater than or equal to the layer number (" +
                   std::to_string(layer) + ")");
  const auto size = take_signed(rest);
  if (!size) return refused("failed to read IAVL size varint");
  if (*size < 0) return refused("IAVL size must be non-negative");
  const auto version = take_signed(rest);
  if (!version) return refused("failed to read IAVL version varint");
  if (*version < 0) return refused("IAVL version must be non-negative");
  const std::string left = std::to_string(rest.size());
  if (layer == 0) {
    if (!rest.empty()) return refused("expected remaining prefix length to be 0, got: " + left);
    if (*height != 0) return refused("expected leaf node height to be 0, got: " + left);
    if (*size != 1) return refused("expected leaf node size to be 1, got: " + left);
    return Done{};
  }
  if (rest.size() != kLengthByte && rest.size() != kLengthByteHashLengthByte)
    return refused("remainder of prefix must be of length 1 or 34, got: " + left);
  if (hash != kSha256) return refused("IAVL hash op must be SHA256");
  return Done{};
}

std::string shown(BytesView bytes) {
  std::string out = "[";
  for (const char byte : bytes)
    out += (out.size() > 1 ? " " : "") + std::to_string(static_cast<std::uint8_t>(byte));
  return out + "]";
}

Status check_tendermint_prefix(const InnerOp& inner) {
  if (inner.prefix.empty()) return refused("inner op prefix must not be empty");
  if (inner.suffix && inner.prefix != "\x01")
    return refused("expected inner op prefix: [1], got: " + shown(inner.prefix));
  if (inner.prefix[0] != 0x01)
    return refused("expected inner op prefix to begin with: [1], got: " +
                   shown(BytesView(inner.prefix).substr(0, 1)));
  return Done{};
}

// Upstream's SpecEquals, which leaves prefixes, depths and the empty child out.
bool is_like(const ProofSpec& spec, const ProofSpec& known) {
  if (!spec.leaf || !spec.inner) return false;
  const LeafOp &leaf = *spec.leaf, &known_leaf = *known.leaf;
  const InnerSpec &inner = *spec.inner, &known_inner = *known.inner;
  return leaf.hash == known_leaf.hash && leaf.prehash_key == known_leaf.prehash_key &&
         leaf.prehash_value == known_leaf.prehash_value && leaf.length == known_leaf.length &&
         inner.hash == known_inner.hash && inner.child_size == known_inner.child_size &&
         inner.min_prefix_length == known_inner.min_prefix_length &&
         inner.max_prefix_length == known_inner.max_prefix_length &&
         inner.child_order.size() == known_inner.child_order.size();
}

std::string upper_hex(BytesView bytes) {
  std::string out = to_hex(bytes);
  for (char& digit : out)
    if (digit >= 'a') digit = static_cast<char>(digit - 'a' + 'A');
  return out;
}

std::string number(std::int32_t value) {
  return std::to_string(value);
}

// The lengths of an inner step's prefix and suffix.
Status check_lengths(const InnerOp& inner, const InnerSpec& spec) {
  const auto size = static_cast<std::int64_t>(inner.prefix.size());
  if (size < spec.min_prefix_length)
    return refused("innerOp prefix too short (" + std::to_string(size) + ")");
  const auto children = static_cast<std::int64_t>(spec.child_order.size());
  if (size > spec.max_prefix_length + (children - 1) * spec.child_size)
    return refused("innerOp prefix too long (" + std::to_string(size) + ")");
  if (spec.child_size <= 0) return refused("spec.InnerSpec.ChildSize must be >= 1");
  if (spec.max_prefix_length >= std::int64_t{spec.min_prefix_length} + spec.child_size)
    return refused(
        "spec.InnerSpec.MaxPrefixLength must be < spec.InnerSpec.MinPrefixLength + "
        "spec.InnerSpec.ChildSize");
  if (inner.suffix_bytes().size() % static_cast<std::size_t>(spec.child_size) != 0)
    return refused("InnerOp suffix malformed");
  return Done{};
}

}  // namespace

Fault refused(const std::string& text) {
  return {"ics23_refused", text};
}

Result<Bytes> do_hash(std::int32_t hash, BytesView preimage) {
  switch (hash) {
    case kSha256:
      return sha256(preimage);
    case kSha512:
      return openssl(EVP_sha512(), preimage);
    case kRipemd160:
      return openssl(EVP_ripemd160(), preimage);
    case kBitcoin:
      return openssl(EVP_ripemd160(), sha256(preimage));
    case kSha512Of256:
      return openssl(EVP_sha512_256(), preimage);
    case kBlake2b512:
      return openssl(EVP_blake2b512(), preimage);
    case kBlake2s256:
      return openssl(EVP_blake2s256(), preimage);
    default:
      return refused("unsupported hashop: " + number(hash));
  }
}

Result<Bytes> do_hash_or_none(std::int32_t hash, BytesView preimage) {
  if (hash == kNoHash) return Bytes(preimage);
  return do_hash(hash, preimage);
}

Result<Bytes> hash_of(const LeafOp& leaf, BytesView key, BytesView value) {
  if (key.empty()) return refused("leaf op needs key");
  if (value.empty()) return refused("leaf op needs value");
  const auto key_data = leaf_data(leaf.prehash_key, leaf.length, key);
  if (!key_data.ok()) return refused("prehash key, " + key_data.fault().text);
  const auto value_data = leaf_data(leaf.prehash_value, leaf.length, value);
  if (!value_data.ok()) return refused("prehash value, " + value_data.fault().text);
  return do_hash(leaf.hash, leaf.prefix + *key_data + *value_data);
}

Result<Bytes> hash_of(const InnerOp& inner, BytesView child) {
  if (child.empty()) return refused("inner op needs child value");
  return do_hash(inner.hash, inner.prefix + Bytes(child) + Bytes(inner.suffix_bytes()));
}

Status check_against_spec(const LeafOp& leaf, const ProofSpec& spec) {
  if (!spec.leaf) return refused("spec.LeafSpec must be non-nil");
  if (is_like(spec, iavl_spec()))
    if (Status checked = check_iavl_prefix(leaf.prefix, leaf.hash, 0); !checked.ok())
      return checked;
  if (leaf.hash != spec.leaf->hash) return refused("unexpected HashOp: " + number(leaf.hash));
  if (leaf.prehash_key != spec.leaf->prehash_key)
    return refused("unexpected PrehashKey: " + number(leaf.prehash_key));
  if (leaf.prehash_value != spec.leaf->prehash_value)
    return refused("unexpected PrehashValue: " + number(leaf.prehash_value));
  if (leaf.length != spec.leaf->length)
    return refused("unexpected LengthOp: " + number(leaf.length));
  if (!leaf.prefix.starts_with(spec.leaf->prefix))
    return refused("leaf Prefix doesn't start with " + upper_hex(spec.leaf->prefix));
  return Done{};
}

Status check_against_spec(const InnerOp& inner, const ProofSpec& spec, std::int64_t layer) {
  if (!spec.inner) return refused("spec.InnerSpec must be non-nil");
  if (!spec.leaf) return refused("spec.LeafSpec must be non-nil");
  if (inner.hash != spec.inner->hash) return refused("unexpected HashOp: " + number(inner.hash));
  if (is_like(spec, iavl_spec()))
    if (Status checked = check_iavl_prefix(inner.prefix, inner.hash, layer); !checked.ok())
      return checked;
  if (is_like(spec, tendermint_spec()))
    if (Status checked = check_tendermint_prefix(inner); !checked.ok()) return checked;
  if (inner.prefix.starts_with(spec.leaf->prefix))
    return refused("inner Prefix starts with " + upper_hex(spec.leaf->prefix));
  return check_lengths(inner, *spec.inner);
}

}  // namespace astyq::suites
