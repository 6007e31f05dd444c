// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "suites/faults.h"

// Files of Project Wycheproof that verify signatures, testvectors_v1/ and the older testvectors/.
// Source: https://github.com/C2SP/wycheproof, schemas/
namespace astyq::suites {

struct SignatureCase {
  std::int64_t id = 0;
  std::string group;  // the group's type, e.g. "EcdsaVerify"
  Bytes public_key;   // as the group's `pk` or `uncompressed`
  Bytes message;
  Bytes signature;
  std::string result;  // "valid", "invalid" or "acceptable"
};

// What a kind takes: other files are of another format.
struct SignatureFormat {
  std::string_view algorithm;
  std::string_view curve;
  std::string_view sha;         // "" where the algorithm has none
  std::string_view public_key;  // the member of the group's key
};

// Faults: kMalformed, kOtherFormat.
Result<std::vector<SignatureCase>> read_signature_cases(const std::string& text,
                                                        const SignatureFormat& format);

}  // namespace astyq::suites
