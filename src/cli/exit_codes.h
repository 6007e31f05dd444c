// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a script may rely on; `astyq help exit-codes` prints them.
namespace astyq::cli {

inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kNotFound = 3;
inline constexpr int kNotAllowed = 4;  // no key, a wrong password, a key that may not sign
inline constexpr int kRefused = 5;     // by a rule of the ledger
inline constexpr int kFindings = 6;    // the command worked and found something wrong
inline constexpr int kUnknown = 7;     // sent, and no answer came: it may have happened
inline constexpr int kInterrupted = 130;

}  // namespace astyq::cli
