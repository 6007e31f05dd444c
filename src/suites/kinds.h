// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "suites/report.h"

// What runs the cases of one file into the report. `path` names it; `text` is what it holds.
// Faults: kMalformed, kOtherFormat; no case has been counted then.
namespace astyq::suites {

// Project Wycheproof, EddsaVerify on edwards25519: every verdict singly and in a batch.
Status run_wycheproof_ed25519(const std::string& path, const std::string& text, Report& report);
// Project Wycheproof, EcdsaVerify (DER) and EcdsaP1363Verify (r || s) on secp256r1 with SHA-256:
// the verdict of the primitive, which takes high s.
Status run_wycheproof_p256(const std::string& path, const std::string& text, Report& report);
// The 12 cases of ed25519-speccheck against ZIP-215's published row, singly and in a batch.
Status run_speccheck(const std::string& path, const std::string& text, Report& report);
// ICS-23 proofs for IavlSpec, TendermintSpec and SmtSpec: by the generic verifier, those for
// TendermintSpec by the product's as well.
Status run_ics23(const std::string& path, const std::string& text, Report& report);
// ICS-23's tables of single steps: hashes, leaves, inner nodes, checks against a spec.
Status run_ics23_unit(const std::string& path, const std::string& text, Report& report);
// The JSON Parsing Test Suite: what the file's name says of it, against the API's parser.
Status run_json(const std::string& path, const std::string& text, Report& report);
// NIST's CAVP response files for SHA-256 in whole bytes: messages and Monte Carlo, by each
// implementation that this processor runs.
Status run_sha256_cavp(const std::string& path, const std::string& text, Report& report);
// A light client's traces: single steps with verdicts, and bisection over blocks.
Status run_light_client(const std::string& path, const std::string& text, Report& report);

}  // namespace astyq::suites
