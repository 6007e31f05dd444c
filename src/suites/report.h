// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

namespace astyq::suites {

// What a run says: a line for each case that failed, and how many there were of either.
class Report {
 public:
  explicit Report(std::ostream& out) : out_(out) {}

  // Counts one case: passed when what was given is what was expected. `name` is of one case of the
  // run, as in "ed25519_test.json tcId 7".
  void expect(const std::string& name, const std::string& expected, const std::string& given);
  // A line that counts nothing.
  void remark(const std::string& text);
  // The last line.
  void finish();

  std::size_t passed() const { return passed_; }
  std::size_t failed() const { return failed_; }

 private:
  std::ostream& out_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace astyq::suites
