// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What proto/ says of itself, for the API, the command line and the documents; consensus never asks
// it. Read once, at first use, from the descriptors in the program. Everything lives as long as the
// program.
namespace astyq::wire {

struct VerbEntry {
  std::uint32_t code = 0;
  std::string name;        // split_receipt: the field's name in Operation
  std::string module;      // receipts
  std::string permission;  // empty: any registered party
  std::string doc;
  std::uint32_t since = 0;  // protocol version
  std::string creates;      // table; empty: none
  bool final = false;       // who signs it cannot take it back
  std::vector<std::string> effects;
  const google::protobuf::Descriptor* message = nullptr;
};

struct KeyPart {
  std::string name;
  std::string kind;  // u64, u32, b32, b16
};

struct TableEntry {
  std::uint8_t type = 0;
  std::string name;    // receipts
  std::string module;  // receipts; "ledger" for the ledger's own
  std::vector<KeyPart> key;
  bool numbered = false;
  bool ledger_keeps = false;
  std::string doc;
  std::string opened_by;  // whose the restricted part is: a field of it, or a part of the key
  const google::protobuf::Descriptor* message = nullptr;
  const google::protobuf::Descriptor* restricted = nullptr;  // null: the row has no restricted part
};

// What a list of its rows may be narrowed by: the parts of the key, then the public scalar fields;
// "grade.crop" reaches into a message.
std::vector<std::string> filter_names(const TableEntry& table);
// The field of such a name and those above it, outermost first. Requires: no part of the key.
std::vector<const google::protobuf::FieldDescriptor*> filter_path(const TableEntry& table,
                                                                  std::string_view name);

// A refusal for whoever is refused.
struct RefusalText {
  std::uint32_t code = 0;
  std::string name;  // "split_receipt.pledged", or "expired" when no verb owns it; stable
  std::string en;
  std::string ru;
  std::string kk;
};

const std::vector<VerbEntry>& verbs();       // ascending by code
const std::vector<TableEntry>& tables();     // ascending by type
const std::vector<RefusalText>& refusals();  // ascending by code, without 0

// Null when there is none.
const VerbEntry* find_verb(std::string_view name);
const VerbEntry* find_verb(std::uint32_t code);
const TableEntry* find_table(std::string_view name);
const TableEntry* find_table(std::uint8_t type);

// Of a code in a result: 0 is "accepted", one that this program does not know is "unknown_<code>".
RefusalText refusal_text(std::uint32_t code);
// The code of a stable name; nothing when there is none.
std::optional<std::uint32_t> refusal_code(std::string_view name);

}  // namespace astyq::wire
