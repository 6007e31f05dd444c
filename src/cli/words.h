// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "wire/catalogue.h"

// How verbs and tables of proto/ are called on the command line.
namespace astyq::cli {

struct CommandWords {
  std::string noun;
  std::string verb;
};

// split_receipt: "receipt", "split"; propose_receipts: "receipt", "propose"; a verb of one word
// takes its module's noun: transfer of payments is "payment", "transfer".
CommandWords words_of(const wire::VerbEntry& verb);

// receipts: "receipt"; sample_analyses: "sample-analysis". The ledger's keys are "public-key",
// since "key" is the user's own keyring.
std::string noun_of(const wire::TableEntry& table);

// The last word of a name in the singular, underscores as hyphens.
std::string singular(std::string_view name);

// Whether a person is asked before it is sent: proto/ declares it final, or it compels somebody,
// which every verb does that cites an act of an authority.
bool is_asked(const wire::VerbEntry& verb);

}  // namespace astyq::cli
