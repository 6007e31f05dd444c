// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace astyq {

// A permission's number in keys: the first 8 bytes of the SHA-256 of its name, e.g.
// "identity.register".
std::uint64_t permission_id(std::string_view name);

// Whether any verb names the permission with this number. Generated.
bool is_permission(std::uint64_t id);

}  // namespace astyq
