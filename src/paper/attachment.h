// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace astyq::paper {

inline constexpr const char* kProofName = "proof.json";

// The page with the proof attached under that name, in a document of this language. Faults:
// `paper_failed`.
Result<Bytes> with_proof(const Bytes& page, const std::string& proof, const std::string& language);

}  // namespace astyq::paper
