// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace astyq::cli {

// While it lives ^C is noted instead of ending the program, which can then say what became of what
// it was doing. One at a time.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  bool came() const;

 private:
  struct sigaction before_ = {};
};

}  // namespace astyq::cli
