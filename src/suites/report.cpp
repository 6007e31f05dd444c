// SPDX-License-Identifier: Apache-2.0
#include "suites/report.h"

namespace astyq::suites {

void Report::expect(const std::string& name, const std::string& expected,
                    const std::string& given) {
  if (given == expected) {
    ++passed_;
    return;
  }
  ++failed_;
  out_ << "failed: " << name << ": expected " << expected << ", given " << given << "\n";
}

void Report::remark(const std::string& text) {
  out_ << text << "\n";
}

void Report::finish() {
  out_ << passed_ << " passed, " << failed_ << " failed\n";
}

}  // namespace astyq::suites
