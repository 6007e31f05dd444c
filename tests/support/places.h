// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace astyq::test {

// A file of the repository, by its path from the root.
std::string source_path(const std::string& path);
// A program or library of ours that the build made.
std::string built_path(const std::string& name);

}  // namespace astyq::test
