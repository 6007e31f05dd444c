// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace astyq {

// The world failed: a disk, a socket, a file, a caller's input outside the ledger.
// `code` is stable and machine-readable, e.g. "log_corrupt"; `text` says what, why and what next.
struct Fault {
  std::string code;
  std::string text;
};

// A value or the Fault that prevented it.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Fault fault) : state_(std::in_place_index<1>, std::move(fault)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // Requires: ok().
  T& value() & {
    ASTYQ_CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    ASTYQ_CHECK(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    ASTYQ_CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  // Requires: !ok().
  const Fault& fault() const {
    ASTYQ_CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Fault> state_;
};

struct Done {};
// Of an action that gives nothing back but may fail.
using Status = Result<Done>;

}  // namespace astyq
