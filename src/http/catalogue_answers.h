// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// What the program says of its own vocabulary; the same for the life of the program.
namespace astyq::http {

// {"verbs":[{"code":501,"name":"split_receipt",...}]}
const std::string& verbs_json();
// {"refusals":[{"code":"expired","number":10,"text":{...}}]}
const std::string& refusals_json();
// What a code of a problem or refusal means; empty when there is none.
std::string code_json(std::string_view code);
// The known code that is nearest to this one; empty when none is near.
std::string nearest_code(std::string_view code);

}  // namespace astyq::http
