// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "astyq/comet/v1/types.pb.h"
#include "base/bytes.h"
#include "base/result.h"

namespace astyq::consortium {

// A node's way to the RPC of its CometBFT. Any thread may call any function; each has a connection
// of its own, so that a question never waits for an offer. Faults of all:
//   engine_unreachable  nobody answers there in time
//   engine_refused      it answers otherwise than CometBFT does
class CometClient {
 public:
  // `url`: http://HOST:PORT, or unix://PATH. Nothing is asked yet. Faults: `engine_address_wrong`.
  static Result<std::unique_ptr<CometClient>> connect(const std::string& url);
  ~CometClient();
  CometClient(const CometClient&) = delete;
  CometClient& operator=(const CometClient&) = delete;

  // Hands a transaction to CometBFT's pool, within a second. One that is there already is well.
  // Faults: `mempool_full`; what check_tx says of it is not heard.
  Status offer(BytesView transaction);

  // A block that was decided, with the set that its header names; both are checked to belong
  // together. Within some seconds. Faults: `height_ahead`, `height_gone`.
  Result<comet::v1::LightBlock> certified(std::uint64_t height);

  struct Standing {
    std::uint64_t height = 0;
    bool catching_up = false;
    std::size_t peers = 0;
  };
  Result<Standing> standing();

 private:
  class Line;
  explicit CometClient(const std::string& url);

  const std::unique_ptr<Line> offers_;
  const std::unique_ptr<Line> questions_;
};

}  // namespace astyq::consortium
