// SPDX-License-Identifier: Apache-2.0
#include <sodium.h>

#include "http/server.h"
#include "store/file_system.h"

namespace astyq::http {

Result<std::string> reader_token(const std::string& directory) {
  constexpr const char* kName = "reader.token";
  constexpr std::size_t kTokenBytes = 32;
  constexpr std::size_t kMostBytes = 1024;
  const auto files = store::posix_file_system();
  const std::string path = directory + "/" + kName;
  const auto exists = files->exists(path);
  if (!exists.ok()) return exists.fault();
  if (!*exists) {
    Bytes token(kTokenBytes, '\0');
    randombytes_buf(token.data(), token.size());
    const Status written = store::replace_file(*files, directory, kName, to_hex(token) + "\n");
    if (!written.ok()) return written.fault();
  }
  auto text = store::read_file(*files, path, kMostBytes);
  if (!text.ok()) return text.fault();
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  if (text->empty())
    return Fault{"file_failed", path + " is empty. Remove it; the next start makes a new token."};
  return *text;
}

}  // namespace astyq::http
