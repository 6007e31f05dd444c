// SPDX-License-Identifier: Apache-2.0
#include "crypto/p256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "crypto/sha256.h"

namespace astyq::crypto {
namespace {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
template <typename T, auto kFree>
using Owned = std::unique_ptr<T, Freed<kFree>>;
using Number = Owned<BIGNUM, BN_clear_free>;
using Group = Owned<EC_GROUP, EC_GROUP_free>;
using Point = Owned<EC_POINT, EC_POINT_free>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using ParamsBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using RawSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

// OpenSSL leaves what it refused in a list of the thread; a wrong signature is no error of ours.
class ErrorsDropped {
 public:
  ErrorsDropped() { ERR_set_mark(); }
  ~ErrorsDropped() { ERR_pop_to_mark(); }
  ErrorsDropped(const ErrorsDropped&) = delete;
  ErrorsDropped& operator=(const ErrorsDropped&) = delete;
};

using Scalar = std::array<std::uint8_t, 32>;

constexpr Scalar kOrder = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                           0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                           0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
// (n - 1) / 2
constexpr Scalar kHalfOrder = {0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff,
                               0xff, 0xff, 0xff, 0xff, 0xff, 0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b,
                               0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8};

const std::uint8_t* bytes_of(BytesView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

Number number_of(const std::uint8_t* bytes32) {
  return Number(BN_bin2bn(bytes32, 32, nullptr));
}

bool is_compressed(BytesView public_key33) {
  return public_key33.size() == 33 && (public_key33[0] == 0x02 || public_key33[0] == 0x03);
}

// Null where the parts are no key of the curve.
Key key_from(BytesView public_key33, const BIGNUM* secret) {
  const ParamsBuilder builder(OSSL_PARAM_BLD_new());
  ASTYQ_CHECK(builder != nullptr);
  char curve[] = "prime256v1";
  bool pushed =
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1;
  pushed &= OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                             public_key33.data(), public_key33.size()) == 1;
  if (secret != nullptr)
    pushed &= OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1;
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr));
  ASTYQ_CHECK(pushed && params != nullptr && context != nullptr);
  ASTYQ_CHECK(EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  const int selection = secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  EVP_PKEY_fromdata(context.get(), &key, selection, params.get());
  return Key(key);
}

// OpenSSL wants ASN.1 DER: SEQUENCE { INTEGER r, INTEGER s }.
Bytes der_of(BytesView signature64) {
  const RawSignature raw(ECDSA_SIG_new());
  Number r = number_of(bytes_of(signature64));
  Number s = number_of(bytes_of(signature64) + 32);
  ASTYQ_CHECK(raw != nullptr && r != nullptr && s != nullptr);
  ASTYQ_CHECK(ECDSA_SIG_set0(raw.get(), r.release(), s.release()) == 1);
  std::uint8_t* der = nullptr;
  const int size = i2d_ECDSA_SIG(raw.get(), &der);
  ASTYQ_CHECK(size > 0);
  Bytes out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

P256Key::Signature raw_of(const std::uint8_t* der, std::size_t size) {
  const RawSignature raw(d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size)));
  ASTYQ_CHECK(raw != nullptr);
  P256Key::Signature signature;
  ASTYQ_CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(raw.get()), signature.data(), 32) == 32);
  ASTYQ_CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(raw.get()), signature.data() + 32, 32) == 32);
  return signature;
}

}  // namespace

bool p256_has_low_s(BytesView signature64) {
  return signature64.size() == 64 && signature64.substr(32) <= view(kHalfOrder);
}

bool p256_verify(BytesView public_key33, BytesView signature64, BytesView message) {
  return p256_has_low_s(signature64) &&
         p256_verify_digest(public_key33, signature64, sha256(message));
}

bool p256_is_point(BytesView public_key33) {
  const ErrorsDropped errors_dropped;
  return is_compressed(public_key33) && key_from(public_key33, nullptr) != nullptr;
}

bool p256_verify_digest(BytesView public_key33, BytesView signature64, const Hash& digest) {
  if (!is_compressed(public_key33) || signature64.size() != 64) return false;
  const ErrorsDropped errors_dropped;
  const Key key = key_from(public_key33, nullptr);
  if (key == nullptr) return false;
  const Bytes der = der_of(signature64);
  const KeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr));
  ASTYQ_CHECK(context != nullptr && EVP_PKEY_verify_init(context.get()) == 1);
  return EVP_PKEY_verify(context.get(), bytes_of(der), der.size(), digest.data(), digest.size()) ==
         1;
}

std::array<std::uint8_t, 64> p256_low_s(const std::array<std::uint8_t, 64>& signature) {
  if (p256_has_low_s(view(signature))) return signature;
  ASTYQ_CHECK(view(signature).substr(32) <= view(kOrder));
  std::array<std::uint8_t, 64> low = signature;
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int difference = int{kOrder[i]} - int{signature[32 + i]} - borrow;
    low[32 + i] = static_cast<std::uint8_t>(difference & 0xff);
    borrow = difference < 0 ? 1 : 0;
  }
  return low;
}

P256Key P256Key::generate(Entropy entropy) {
  std::optional<P256Key> key;
  while (!key) {
    Secret secret;
    entropy(secret);
    key = of(secret);
    sodium_memzero(secret.data(), secret.size());
  }
  return *key;
}

std::optional<P256Key> P256Key::of(const Secret& secret) {
  const bool zero = std::ranges::all_of(secret, [](std::uint8_t byte) { return byte == 0; });
  if (zero || view(secret) >= view(kOrder)) return std::nullopt;
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  ASTYQ_CHECK(group != nullptr);
  const Point point(EC_POINT_new(group.get()));
  const Number scalar = number_of(secret.data());
  ASTYQ_CHECK(point != nullptr && scalar != nullptr);
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  ASTYQ_CHECK(EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) == 1);
  PublicKey public_key;
  const std::size_t size = EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_COMPRESSED,
                                              public_key.data(), public_key.size(), nullptr);
  ASTYQ_CHECK(size == public_key.size());
  return P256Key(secret, public_key);
}

P256Key::P256Key(const Secret& secret, const PublicKey& public_key)
    : secret_(secret), public_key_(public_key) {}

P256Key::~P256Key() {
  sodium_memzero(secret_.data(), secret_.size());
}

P256Key::Signature P256Key::sign(BytesView message) const {
  const Number scalar = number_of(secret_.data());
  const Key key = key_from(view(public_key_), scalar.get());
  ASTYQ_CHECK(key != nullptr);
  const KeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr));
  ASTYQ_CHECK(context != nullptr && EVP_PKEY_sign_init(context.get()) == 1);
  const Hash digest = sha256(message);
  std::array<std::uint8_t, 80> der;
  std::size_t size = der.size();
  const int signed_ok =
      EVP_PKEY_sign(context.get(), der.data(), &size, digest.data(), digest.size());
  ASTYQ_CHECK(signed_ok == 1);
  return p256_low_s(raw_of(der.data(), size));
}

}  // namespace astyq::crypto
