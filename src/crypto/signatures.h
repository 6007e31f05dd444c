// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/bytes.h"

// What keys sign, whatever their kind: bound to one purpose and, but for possession, one network,
// and short enough for a hardware token. As stored and hashed:
//   message = purpose size:u8 network_id:size*byte digest:32*byte
// Requires: network_id has 1 to 255 bytes.
namespace astyq::crypto {

// A transaction; purpose "astyq/tx/1", the digest is the SHA-256 of its canonical body.
Bytes signed_message(std::string_view network_id, const Hash& body_hash);

// A party asks to have a row of its own opened; purpose "astyq/open/1", the SHA-256 of the body.
Bytes opening_message(std::string_view network_id, const Hash& body_hash);

// A network vouches for the code on a paper; purpose "astyq/paper/1", the SHA-256 of the code.
Bytes paper_message(std::string_view network_id, const Hash& code_hash);

// A node of a consortium hands on what its clients sent; purpose "astyq/bundle/1", the SHA-256 of
// the bundle's content.
Bytes bundle_message(std::string_view network_id, const Hash& content_hash);

// Whoever is to sign blocks, or bundles of transactions, shows that he holds the key for it by a
// signature of that very key. Bound to the party that asks and not to a network: the state that
// keeps the key knows no network id, and goes on under another one after a move. As signed:
//   message = purpose party:u64 public_key:32*byte
// with the purpose "astyq/validator/1" or "astyq/node/1". Requires: a key of 32 bytes.
Bytes validator_possession_message(std::uint64_t party, BytesView public_key);
Bytes node_possession_message(std::uint64_t party, BytesView public_key);

}  // namespace astyq::crypto
