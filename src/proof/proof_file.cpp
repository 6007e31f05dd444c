// SPDX-License-Identifier: Apache-2.0
#include "proof/proof_file.h"

#include <boost/json/parse.hpp>

#include "base/check.h"
#include "store/proof.h"
#include "wire/json.h"

namespace astyq::proof {
namespace {

constexpr std::string_view kFamily = "astyq-proof-";

// JSON of one line with a line a member. Requires: JSON as wire::to_json writes it.
std::string indented(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_text = false;
  const auto next_line = [&] { out += "\n" + std::string(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      out += c;
      if (c == '\\') out += json[++i];
      in_text = c != '"';
      continue;
    }
    const bool opens = c == '{' || c == '[';
    const bool closes = c == '}' || c == ']';
    if (closes) --depth;
    if (closes && json[i - 1] != '{' && json[i - 1] != '[') next_line();
    out += c;
    in_text = c == '"';
    if (opens) ++depth;
    if (c == ',' || (opens && json[i + 1] != '}' && json[i + 1] != ']')) next_line();
    if (c == ':') out += ' ';
  }
  return out;
}

}  // namespace

std::string format_of(std::string_view text) {
  boost::json::error_code error;
  const auto json = boost::json::parse(text, error);
  if (error || !json.is_object()) return "";
  const auto* format = json.get_object().if_contains("format");
  return format != nullptr && format->is_string() ? std::string(format->get_string()) : "";
}

std::string indented_json(const google::protobuf::Message& message) {
  return indented(wire::to_json(message)) + "\n";
}

v1::Proof prove_key(const store::Tree& tree, const store::RowKey& key) {
  v1::Proof proof;
  proof.set_format(kFormat);
  const store::Prover prover(tree);
  if (const store::Row* row = tree.find(key); row != nullptr) {
    auto& present = *proof.mutable_present();
    present.set_key(Bytes(key.bytes()));
    present.set_value(row->committed_value());
    present.set_ics23(prover.membership(key).value());
    return proof;
  }
  const auto absence = prover.absence(key);
  ASTYQ_CHECK(absence.has_value());
  proof.mutable_absent()->set_key(Bytes(key.bytes()));
  proof.mutable_absent()->set_ics23(*absence);
  return proof;
}

std::string write_proof(const v1::Proof& proof) {
  ASTYQ_CHECK(proof.format() == kFormat);
  return indented_json(proof);
}

Result<v1::Proof> read_proof(std::string_view text) {
  const Fault none{"proof_malformed", "This is no proof: not JSON with \"format\": \"" +
                                          std::string(kFormat) +
                                          "\". It may have been cut short; ask for it again."};
  if (text.size() > kMostBytes) return none;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  const std::string format = format_of(text);
  if (!format.starts_with(kFamily)) return none;
  if (format != kFormat)
    return Fault{"proof_version", "The proof is of the format " + format.substr(0, 32) +
                                      ", this program reads " + kFormat +
                                      ". Take the release that wrote it."};
  v1::Proof proof;
  if (const Status read = wire::from_json(text, proof, kMostBytes); !read.ok())
    return Fault{"proof_malformed", "The proof is malformed: " + read.fault().text};
  return proof;
}

}  // namespace astyq::proof
