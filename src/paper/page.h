// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace astyq::paper {

// What stands on the page; drawing knows nothing of receipts.
struct Page {
  std::string title;
  std::string number;
  std::string as_of;
  std::vector<std::pair<std::string, std::string>> figures;
  std::string notice_title;
  std::string notice;
  std::string ask;
  std::string ask_at;
  std::string qr;  // its text
  std::string code;
  std::string check;
  std::vector<std::string> small;  // below everything
  std::string language;            // for line breaks
  std::int64_t time_ns = 0;        // of the document's date
};

// One page of A4 as PDF, in black. Faults: `font_missing` when no installed font has a letter of
// it, `paper_failed`.
Result<Bytes> draw(const Page& page);

}  // namespace astyq::paper
