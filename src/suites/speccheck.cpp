// SPDX-License-Identifier: Apache-2.0
#include <iterator>

#include "suites/ed25519_verdict.h"
#include "suites/faults.h"
#include "suites/kinds.h"

namespace astyq::suites {
namespace {

// The published row of ZIP-215, "Zebra" in the table of ed25519-speccheck's README: V valid.
constexpr std::string_view kZip215 = "VVVVVVXXXVVV";

struct Case {
  Bytes key;
  Bytes signature;
  Bytes message;
};

}  // namespace

Status run_speccheck(const std::string& path, const std::string& text, Report& report) {
  auto document = Document::parse(text, kMalformed);
  if (!document.ok()) return document.fault();
  if (!document->root().is_array())
    return Fault{kOtherFormat, "it is no array of cases, as ed25519-speccheck's is"};
  std::vector<Case> cases;
  for (const Node& one : document->root().elements()) {
    if (!one.has("pub_key"))
      return Fault{kOtherFormat, "its cases have no pub_key, as ed25519-speccheck's have"};
    cases.push_back({one.at("pub_key").hex(), one.at("signature").hex(), one.at("message").hex()});
  }
  if (Status read = document->status(); !read.ok()) return read;
  if (cases.size() != kZip215.size())
    return Fault{kMalformed, "it holds " + std::to_string(cases.size()) +
                                 " cases; the published row is of " +
                                 std::to_string(kZip215.size())};
  for (std::size_t i = 0; i < cases.size(); ++i)
    report.expect(path + " case " + std::to_string(i), kZip215[i] == 'V' ? "valid" : "invalid",
                  ed25519_verdict(cases[i].key, cases[i].signature, cases[i].message));
  return Done{};
}

}  // namespace astyq::suites
