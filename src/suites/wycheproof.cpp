// SPDX-License-Identifier: Apache-2.0
#include "suites/wycheproof.h"

namespace astyq::suites {
namespace {

Fault other(const std::string& what, const std::string& is, std::string_view wanted) {
  return {kOtherFormat,
          "its " + what + " is " + (is.empty() ? "not told" : is) + ", not " + std::string(wanted)};
}

std::string text_of(const Node& node, std::string_view name) {
  const auto found = node.find(name);
  return found ? found->text() : "";
}

Status add_group(const Node& group, const SignatureFormat& format,
                 std::vector<SignatureCase>& cases) {
  const Node key = group.has("publicKey") ? group.at("publicKey") : group.at("key");
  if (const std::string curve = text_of(key, "curve"); curve != format.curve)
    return other("curve", curve, format.curve);
  if (const std::string sha = text_of(group, "sha"); sha != format.sha)
    return other("hash", sha, format.sha);
  const Bytes public_key = key.at(format.public_key).hex();
  const std::string type = group.at("type").text();
  for (const Node& test : group.at("tests").elements())
    cases.push_back({.id = test.at("tcId").number(),
                     .group = type,
                     .public_key = public_key,
                     .message = test.at("msg").hex(),
                     .signature = test.at("sig").hex(),
                     .result = test.at("result").text()});
  return Done{};
}

bool is_known(const std::string& result) {
  return result == "valid" || result == "invalid" || result == "acceptable";
}

}  // namespace

Result<std::vector<SignatureCase>> read_signature_cases(const std::string& text,
                                                        const SignatureFormat& format) {
  auto document = Document::parse(text, kMalformed);
  if (!document.ok()) return document.fault();
  const Node root = document->root();
  if (!root.has("testGroups")) return Fault{kOtherFormat, "it has no testGroups"};
  if (const std::string algorithm = text_of(root, "algorithm"); algorithm != format.algorithm)
    return other("algorithm", algorithm, format.algorithm);
  std::vector<SignatureCase> cases;
  for (const Node& group : root.at("testGroups").elements())
    if (const Status added = add_group(group, format, cases); !added.ok()) return added.fault();
  const auto told = root.at("numberOfTests").number();
  if (const Status read = document->status(); !read.ok()) return read.fault();
  if (told != static_cast<std::int64_t>(cases.size()))
    return Fault{kMalformed, "it tells of " + std::to_string(told) + " tests and holds " +
                                 std::to_string(cases.size())};
  for (const SignatureCase& one : cases)
    if (!is_known(one.result))
      return Fault{kMalformed, "tcId " + std::to_string(one.id) + " has the result " + one.result};
  return cases;
}

}  // namespace astyq::suites
