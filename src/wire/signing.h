// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "astyq/base/v1/envelope.pb.h"
#include "crypto/ed25519.h"

namespace astyq::wire {

// The canonical bytes of a body. Requires: one that keeps the grammar of canonical.h.
Bytes encode_body(const base::v1::TxBody& body);

// The signed transaction for this network: canonical bytes, authorisations in order of public key.
// Requires: different keys.
Bytes sign_transaction(const base::v1::TxBody& body, std::string_view network_id,
                       std::span<const crypto::Ed25519Key> keys);

}  // namespace astyq::wire
