// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace astyq::abci {

// Of one message in either direction. CometBFT's largest block has 100 MiB; the commit before it,
// evidence and framing come on top.
inline constexpr std::size_t kMaxFrameBytes = std::size_t{128} << 20;
// CometBFT opens four; while it restarts, four that are over may not have been noticed yet.
inline constexpr std::size_t kMaxConnections = 16;
// Answers wait for Flush, but no more of them than these bytes.
inline constexpr std::size_t kWriteAtOnce = std::size_t{1} << 20;
// What a connection's buffer has when little is under way.
inline constexpr std::size_t kReadAtOnce = std::size_t{64} << 10;
// What a connection keeps for the next block once a large one has passed.
inline constexpr std::size_t kKeptBuffer = std::size_t{16} << 20;
// How long, and how many bytes of, what a peer still sends is read after it was refused.
inline constexpr std::chrono::milliseconds kLeaveTime{1000};
inline constexpr std::size_t kLeaveBytes = std::size_t{1} << 20;

}  // namespace astyq::abci
