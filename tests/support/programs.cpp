// SPDX-License-Identifier: Apache-2.0
#include "support/programs.h"
#include "support/places.h"

#include <sys/wait.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "support/temporary_directory.h"

namespace astyq::test {

std::string text_of(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

boost::json::object Ran::json() const {
  return boost::json::parse(out).as_object();
}

std::string Ran::code() const {
  return std::string(boost::json::parse(err).at("code").as_string());
}

Ran shell(const std::string& directory, const std::string& line) {
  const TemporaryDirectory beside;
  std::ofstream(beside / "script")
      << "astyq=" << built_path("astyq") << "\nastyqd=" << built_path("astyqd") << "\ncd '"
      << directory << "'\n"
      << line << "\n";
  const int status = std::system(
      ("bash " + (beside / "script") + " > " + (beside / "out") + " 2> " + (beside / "err"))
          .c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text_of(beside / "out"),
          text_of(beside / "err")};
}

Ran astyq(const std::string& directory, const std::string& words) {
  return shell(directory, "$astyq " + words);
}

Ran astyqd(const std::string& directory, const std::string& words) {
  return shell(directory, "$astyqd " + words);
}

}  // namespace astyq::test
