// SPDX-License-Identifier: Apache-2.0
#include "http/intake.h"

#include <sodium.h>

#include "base/bytes.h"

namespace astyq::http {
namespace {

std::string random_trace() {
  Bytes bytes(8, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return to_hex(bytes);
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string trace_of(std::string_view traceparent) {
  const std::string_view id = traceparent.size() == 55 ? traceparent.substr(3, 32) : "";
  return id.empty() || !from_hex(id) ? random_trace() : std::string(id);
}

}  // namespace astyq::http
