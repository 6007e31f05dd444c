// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "proof/paper_code.h"
#include "proof/statement.h"

// What a proof or the code on a paper shows, for programs and for people.
namespace astyq::cli {

// {"verdict":"verified","kind":"present","table":"receipts","key":"7","row":{...},...}
boost::json::object json_of(const proof::Statement& statement);
boost::json::object json_of(const proof::PaperCode& code, bool trusted);

// Sentences and figures, harmless for a terminal.
std::string words_of(const proof::Statement& statement);
std::string words_of(const proof::PaperCode& code, bool trusted);

}  // namespace astyq::cli
