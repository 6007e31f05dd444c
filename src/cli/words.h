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

// Whether a verb takes something away for good or compels somebody, so that it is asked for twice.
bool is_dangerous(const wire::VerbEntry& verb);

}  // namespace astyq::cli
