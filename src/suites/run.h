// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace astyq::suites {

inline constexpr int kAllPassed = 0;
inline constexpr int kSomeFailed = 1;
inline constexpr int kNotRun = 2;  // wrong use, or a file that is not what the kind says

// The program: arguments KIND PATH, where PATH is a file or a folder, looked through to its depth
// for files of the kind's ending. A file of another format ends the run when it was named, and is
// skipped, with a remark, when it was only found. Returns the exit code.
int run(std::span<const std::string> arguments, std::ostream& out, std::ostream& err);

}  // namespace astyq::suites
