// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace astyq::test {

// What came of a program that has ended.
struct Ran {
  int exit = 0;  // 128 + the signal that ended it
  std::string out;
  std::string err;

  boost::json::object json() const;  // of what it printed
  std::string code() const;          // of the problem that it printed to stderr
};

// Runs a line of bash in a directory, with our programs as $astyq and $astyqd.
Ran shell(const std::string& directory, const std::string& line);
Ran astyq(const std::string& directory, const std::string& words);
Ran astyqd(const std::string& directory, const std::string& words);

// Of a file; empty when it is not there.
std::string text_of(const std::string& path);

}  // namespace astyq::test
