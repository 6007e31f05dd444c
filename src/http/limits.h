// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// What one client may ask of the server's memory and time.
namespace astyq::http {

inline constexpr std::uint32_t kHeaderBytes = 16 * 1024;
inline constexpr std::uint64_t kSmallBody = 64 * 1024;
inline constexpr std::size_t kReadAtOnce = 16 * 1024;     // of a body
inline constexpr std::uint64_t kSlowestBody = 64 * 1024;  // bytes a second, after request_s
inline constexpr std::chrono::seconds kHeartbeat{1};
inline constexpr std::chrono::seconds kHeightTime{5};
inline constexpr std::chrono::milliseconds kHeightStep{5};
inline constexpr std::chrono::seconds kStopTime{5};
inline constexpr std::chrono::seconds kLeaveTime{2};  // for what a client still sends
inline constexpr std::uint64_t kLeaveBytes = 128u << 20;
inline constexpr std::int64_t kTurnedAwayAtOnce = 16;
inline constexpr std::size_t kEventsAtOnce = 64;
inline constexpr std::size_t kEventBytesAtOnce = 256 * 1024;  // and what the last is longer

}  // namespace astyq::http
