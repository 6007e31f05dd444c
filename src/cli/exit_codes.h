// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a script may rely on; `astyq help exit-codes` prints them.
namespace astyq::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotFound = 3;
inline constexpr int kExitNotAllowed = 4;  // no key, a wrong password, a key that may not sign
inline constexpr int kExitRefused = 5;     // by a rule of the ledger
inline constexpr int kExitFindings = 6;    // the command worked and found something wrong
inline constexpr int kExitUnknown = 7;     // sent, and no answer came: it may have happened
inline constexpr int kExitInterrupted = 130;

}  // namespace astyq::cli
