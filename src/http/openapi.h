// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace astyq::http {

// The OpenAPI 3.1 document of what this program serves, made from its routes and from proto/.
std::string openapi_json();

}  // namespace astyq::http
