// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "astyq/ledger/v1/genesis.pb.h"
#include "crypto/ed25519.h"

// The demonstration network. Its keys are made from public names, so that everybody can sign as
// anybody: it shows the ledger and holds nothing of value.
namespace astyq::engine {

inline constexpr std::string_view kDemoNetwork = "astyq-demo";
inline constexpr std::string_view kDemoRegistrar = "registrar";
inline constexpr std::string_view kDemoAkimat = "akimat";

// The key of a party of the demonstration, e.g. "farm-07": SHA-256("astyq demo key " || name) as
// seed.
crypto::Ed25519Key demo_key(std::string_view name);

// The registrar (party 1) and the akimat of Kostanay region (party 2) with their permissions; annex
// digest, validator and time are filled in where the network begins.
ledger::v1::Genesis demo_genesis();

}  // namespace astyq::engine
