// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "astyq/proof/v1/proof.pb.h"
#include "base/result.h"
#include "store/tree.h"

namespace astyq::proof {

inline constexpr const char* kFormat = "astyq-proof-1";
inline constexpr std::size_t kMostBytes = 8u << 20;  // of a file

// What a tree says of a key: that its row is there, or that none is. Requires: a tree with rows.
v1::Proof prove_key(const store::Tree& tree, const store::RowKey& key);

// What a document calls its `format`; empty when it is no JSON or says none.
std::string format_of(std::string_view text);
// JSON with a line a member, and an end of line.
std::string indented_json(const google::protobuf::Message& message);

// The proof as a file: JSON for people and programs. Requires: one that stands.
std::string write_proof(const v1::Proof& proof);

// Reads a file as it was written; what it holds is for statement.h to judge. Faults:
// `proof_malformed` also for a member that this format does not know, `proof_version` for a format
// of another release.
Result<v1::Proof> read_proof(std::string_view text);

}  // namespace astyq::proof
