// SPDX-License-Identifier: Apache-2.0
// One program a target: libFuzzer's main calls these two. The target's name comes from CMake.
#include <google/protobuf/stubs/logging.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fuzz/targets/targets.h"

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Writes the target's seeds into the first directory of the command line, which is the one that
// libFuzzer adds to, so that no seed need be kept as a file.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  google::protobuf::SetLogHandler(nullptr);  // it would tell of every malformed string
  std::filesystem::path corpus;
  for (int i = *argc - 1; i > 0; --i)
    if (std::filesystem::is_directory((*argv)[i])) corpus = (*argv)[i];
  if (corpus.empty()) return 0;
  int number = 0;
  for (const astyq::Bytes& seed : astyq::fuzz::ASTYQ_FUZZ_TARGET().seeds()) {
    std::ofstream file(corpus / ("seed-" + std::to_string(number++)), std::ios::binary);
    file << seed;
    if (!file.flush()) std::fprintf(stderr, "a seed cannot be written to %s\n", corpus.c_str());
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  astyq::fuzz::ASTYQ_FUZZ_TARGET().attempt({reinterpret_cast<const char*>(data), size});
  return 0;
}
