// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "paper/words.h"
#include "proof/statement.h"

// A receipt on paper: one page with a QR code that is checked by itself, and the whole proof
// attached to the file.
namespace astyq::paper {

struct Order {
  const proof::v1::Proof& proof;  // of a receipt that is there, with a stamp
  Language language = Language::kKazakh;
  std::string elevator_name;  // the node's word; may be empty
  std::string ask_at;         // where what is so now is answered
};

// The PDF. The same order gives the same bytes on one machine. Faults: those of
// proof::verify, `proof_malformed` for a proof of something else, `font_missing`, `paper_failed`.
Result<Bytes> receipt_paper(const Order& order);

bool is_pdf(BytesView file);
// The proof's text that is attached to a PDF. Faults: `proof_malformed`.
Result<std::string> attached_proof(BytesView pdf);

}  // namespace astyq::paper
