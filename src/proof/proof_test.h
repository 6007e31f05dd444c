// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "proof/proof_file.h"
#include "proof/statement.h"
#include "store/row_text.h"

namespace astyq::proof::test {

// All that a statement tells, in one text.
inline std::string told(const Statement& statement) {
  std::string out = statement.network_id + " " + std::to_string(statement.height) + " " +
                    std::to_string(statement.time_ns) + " " +
                    std::to_string(static_cast<int>(statement.kind)) + " " +
                    std::to_string(static_cast<int>(statement.restricted));
  if (statement.table != nullptr)
    out += statement.table->name + store::key_text(*statement.table, statement.key);
  if (statement.kind == Kind::kPresent)
    out += store::row_json(*statement.table, statement.key, statement.row,
                           statement.restricted == Restricted::kOpened);
  out += to_hex(view(statement.body_hash)) + std::to_string(statement.block_height) + " " +
         std::to_string(statement.block_time_ns);
  for (const auto& operation : statement.operations) out += operation.ShortDebugString();
  if (statement.body) out += statement.body->ShortDebugString();
  return out;
}

// The code of the fault that a file ends in; empty when it holds.
inline std::string code_of(const std::string& file, const Anchor& anchor,
                           const crypto::ReaderKey* reader = nullptr) {
  const auto read = read_proof(file);
  if (!read) return read.fault().code;
  const auto statement = verify(*read, &anchor, reader);
  return statement ? "" : statement.fault().code;
}

// Flips bits of every byte of a file: it never comes to state anything else, unless that is true
// as well: the neighbours of a key that is absent show the same of every key between them.
inline void expect_no_flip_tells_otherwise(
    const std::string& file, const Anchor& anchor, const crypto::ReaderKey* reader = nullptr,
    const std::function<bool(const Statement&)>& also_true = [](const auto&) { return false; }) {
  const auto honest = verify(*read_proof(file), &anchor, reader);
  ASSERT_TRUE(honest) << honest.fault().text;
  const std::string right = told(*honest);
  std::size_t refused = 0;
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const char bit : {'\x01', '\x20'}) {
      std::string forged = file;
      forged[at] = static_cast<char>(forged[at] ^ bit);
      const auto read = read_proof(forged);
      const auto statement = read ? verify(*read, &anchor, reader) : read.fault();
      if (!statement) {
        ++refused;
      } else if (!also_true(*statement)) {
        EXPECT_EQ(told(*statement), right) << at;
      }
    }
  }
  EXPECT_GT(refused, file.size() / 2);
  for (std::size_t size = 0; size + 3 < file.size(); size += 97)
    EXPECT_EQ(code_of(file.substr(0, size), anchor), "proof_malformed") << size;
}

}  // namespace astyq::proof::test
