// SPDX-License-Identifier: Apache-2.0
#include "crypto/p256.h"
#include "crypto/sha256.h"
#include "suites/der.h"
#include "suites/kinds.h"
#include "suites/wycheproof.h"

namespace astyq::suites {
namespace {

constexpr SignatureFormat kFormat = {
    .algorithm = "ECDSA", .curve = "secp256r1", .sha = "SHA-256", .public_key = "uncompressed"};
constexpr const char* kDer = "EcdsaVerify";
constexpr const char* kRaw = "EcdsaP1363Verify";
constexpr std::size_t kPointSize = 65;

// SEC 1: 0x04, x, y becomes 0x02 or 0x03, by y's last bit, and x. Nothing for another form.
std::optional<Bytes> compressed(BytesView point) {
  if (point.size() != kPointSize || point[0] != 0x04) return std::nullopt;
  return (point.back() & 1 ? "\x03" : "\x02") + Bytes(point.substr(1, 32));
}

// Bytes that are no encoding of r and s can be brought into no transaction.
bool is_valid(const SignatureCase& one) {
  const auto key = compressed(one.public_key);
  const auto raw =
      one.group == kDer ? raw_signature_of(one.signature) : std::optional(one.signature);
  return key && raw && crypto::p256_verify_digest(*key, *raw, crypto::sha256(one.message));
}

}  // namespace

Status run_wycheproof_p256(const std::string& path, const std::string& text, Report& report) {
  const auto cases = read_signature_cases(text, kFormat);
  if (!cases.ok()) return cases.fault();
  for (const SignatureCase& one : *cases)
    if (one.group != kDer && one.group != kRaw)
      return Fault{kOtherFormat, "its groups are " + one.group + ", not " + kDer + " or " + kRaw};
  for (const SignatureCase& one : *cases) {
    const std::string given = is_valid(one) ? "valid" : "invalid";
    report.expect(path + " tcId " + std::to_string(one.id),
                  one.result == "acceptable" ? given : one.result, given);
  }
  return Done{};
}

}  // namespace astyq::suites
