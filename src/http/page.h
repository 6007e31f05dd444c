// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// The live page, as it stands in src/http/page; the build writes the definitions.
namespace astyq::http {

std::string_view page_html();
std::string_view page_script();
std::string_view page_style();

}  // namespace astyq::http
