// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupts.h"

namespace astyq::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;
void on_interrupt(int) {
  interrupted = 1;
}

}  // namespace

Interrupts::Interrupts() {
  interrupted = 0;
  struct sigaction action = {};
  action.sa_handler = &on_interrupt;
  sigaction(SIGINT, &action, &before_);
}

Interrupts::~Interrupts() {
  sigaction(SIGINT, &before_, nullptr);
}

bool Interrupts::came() const {
  return interrupted != 0;
}

}  // namespace astyq::cli
