// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/receipts/v1/state.pb.h"
#include "proof/statement.h"

// The code on a receipt's paper: what the receipt was, in few enough bytes for a small QR, and the
// validator's signature. With a genesis it is checked without any network.
//   text      = "ASTYQ1:" base64url(code || signature(64))
//   code      = network tag(8) || varint receipt || varint kg || state(1) || flags(1) || crop(1)
//               || class(1) || varint year || varint elevator || varint height || varint seconds
//               || digest(32)
//   network tag = first 8 bytes of SHA-256(network id)
//   flags     = 1 encumbered | 2 blocked | 4 reserved
//   digest    = SHA-256(key || value) of the row: what ties the paper to the whole proof
// Numbers of the row are as its message has them; seconds are those of the statement's time.
namespace astyq::proof {

struct PaperCode {
  std::array<std::uint8_t, 8> network_tag{};
  std::uint64_t receipt = 0;
  std::uint64_t kg = 0;
  receipts::v1::ReceiptState state = receipts::v1::RECEIPT_STATE_UNSPECIFIED;
  bool encumbered = false;
  bool blocked = false;
  bool reserved = false;
  elevators::v1::Crop crop = elevators::v1::CROP_UNSPECIFIED;
  std::uint32_t grain_class = 0;
  std::uint32_t crop_year = 0;
  std::uint64_t elevator = 0;
  std::uint64_t height = 0;
  std::uint64_t seconds = 0;  // since 1970 UTC
  Hash digest{};

  bool operator==(const PaperCode&) const = default;
};

inline constexpr std::size_t kMostQrBytes = 220;

// Faults: `proof_malformed` when the statement is not about a receipt that is there.
Result<PaperCode> code_of(const Statement& statement);
Bytes encode(const PaperCode& code);
bool is_stamp(BytesView encoded, BytesView signature, const Anchor& anchor);

// At most kMostQrBytes. Faults: `proof_malformed` for figures that no receipt has. Requires: a
// signature of 64 bytes.
Result<std::string> qr_text(const PaperCode& code, BytesView signature);
bool is_qr_text(std::string_view text);
// Reads and checks it; `anchor` may be null. Faults: `proof_malformed`, `proof_other_network`,
// `proof_wrong_stamp`.
Result<PaperCode> read_qr(std::string_view text, const Anchor* anchor);

// The digest's first characters, for people to compare: "K7QX-2MPA-9D".
std::string short_code(const PaperCode& code);

}  // namespace astyq::proof
