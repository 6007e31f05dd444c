// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message_lite.h>

#include <optional>

#include "base/bytes.h"
#include "base/result.h"

// What crosses an ABCI socket, in both directions:
//
//   stream = frame*
//   frame  = length message       length = varint of the message's bytes, at most kMaxFrameBytes
namespace astyq::abci {

// Reads frames from a socket that blocks. Its buffer grows with what has arrived, never with what a
// length promises.
class FrameReader {
 public:
  // The socket stays the caller's.
  explicit FrameReader(int socket) : socket_(socket) {}

  // Waits for the next frame. Returns a view that lasts until the next call; nothing when the peer
  // has ended between two frames. Faults: `frame_length_malformed`; `frame_too_long`; `frame_cut`,
  // the peer ended within a frame; `connection_failed`. After a fault there is no next frame.
  Result<std::optional<BytesView>> next();

 private:
  // Appends some of what arrives. Returns how many bytes; 0: the peer has ended.
  Result<std::size_t> fill();
  void make_room();

  int socket_;
  Bytes buffer_;
  std::size_t begin_ = 0;  // of what is not yet told
  std::size_t end_ = 0;    // of what has arrived
};

// Writes frames to a socket that blocks. They wait in a buffer, kWriteAtOnce bytes of them or one
// frame at most, until they are flushed.
class FrameWriter {
 public:
  // The socket stays the caller's.
  explicit FrameWriter(int socket) : socket_(socket) {}

  // Faults: `connection_failed`; `answer_too_long`, nothing of it was added.
  Status add(const google::protobuf::MessageLite& message);
  // Faults: `connection_failed`.
  Status flush();

 private:
  int socket_;
  Bytes waiting_;
};

}  // namespace astyq::abci
