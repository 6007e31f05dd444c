// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/check.h"

// What any bytes from outside meet. An attempt states with ASTYQ_CHECK what holds whatever the
// bytes are; it depends on nothing but them, and leaves nothing behind.
namespace astyq::fuzz {

struct Target {
  const char* name;
  void (*attempt)(BytesView input);
  // Good inputs, to begin from; always the same.
  std::vector<Bytes> (*seeds)();
};

Target transaction();      // signed transactions and their bodies
Target operations();       // operations in blocks over a state, and back
Target sequence();         // signed transactions from their bytes to the books
Target proof();            // proofs that a row is there, or is not
Target proof_file();       // files with a proof of any kind, against the header that was signed
Target json();             // documents of the API and the genesis
Target block_log();        // segments of the log, damaged disks
Target row();              // stored rows and changes
Target state();            // snapshots of a whole state
Target image();            // images of a state and kept copies, damaged disks
Target backup();           // what a backup says that it holds
Target request();          // requests to the API
Target connection();       // bytes on a connection of the API
Target abci_request();     // frames from CometBFT
Target abci_connection();  // bytes on CometBFT's socket

}  // namespace astyq::fuzz
