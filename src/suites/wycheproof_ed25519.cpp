// SPDX-License-Identifier: Apache-2.0
#include "suites/ed25519_verdict.h"
#include "suites/kinds.h"
#include "suites/wycheproof.h"

namespace astyq::suites {
namespace {

constexpr SignatureFormat kFormat = {
    .algorithm = "EDDSA", .curve = "edwards25519", .sha = "", .public_key = "pk"};

// What ZIP-215 takes and RFC 8032, by which Wycheproof judges, does not. Each must be valid here;
// a case that is taken and does not stand here has failed.
struct Taken {
  const char* key;
  const char* signature;
  const char* why;
};
constexpr Taken kTakenByZip215[] = {
    {// tcId 151 of ed25519_test.json
     .key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     .signature = "0100000000000000000000000000000000000000000000000000000000000080"
                  "c803ee1f2342aa96ff698a393d1ab5e66f3eda101d6d120b394c3fd32c117d0a",
     .why = "R is a second encoding of the neutral point, y = 1 with the sign of x set, which "
            "RFC 8032 section 5.1.3 refuses and ZIP-215 takes by name"}};

const Taken* taken(const SignatureCase& one) {
  for (const Taken& listed : kTakenByZip215)
    if (to_hex(one.public_key) == listed.key && to_hex(one.signature) == listed.signature)
      return &listed;
  return nullptr;
}

}  // namespace

Status run_wycheproof_ed25519(const std::string& path, const std::string& text, Report& report) {
  const auto cases = read_signature_cases(text, kFormat);
  if (!cases.ok()) return cases.fault();
  for (const SignatureCase& one : *cases) {
    const std::string name = path + " tcId " + std::to_string(one.id);
    const std::string given = ed25519_verdict(one.public_key, one.signature, one.message);
    std::string expected = one.result;
    if (const Taken* listed = taken(one); listed != nullptr) {
      expected = "valid";
      report.remark("listed: " + name + ": valid, not " + one.result + ": " + listed->why);
    } else if (expected == "acceptable" && given == "valid") {
      expected = "valid";
    } else if (expected == "acceptable") {
      expected = "invalid";
    }
    report.expect(name, expected, given);
  }
  return Done{};
}

}  // namespace astyq::suites
