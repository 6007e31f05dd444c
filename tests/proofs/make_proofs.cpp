// SPDX-License-Identifier: Apache-2.0
// Makes proofs of a consortium for tools/verify_twice, and what to trust for them:
//
//   build/bin/make_proofs DIRECTORY
//
//   genesis.json, old.json  of a network that began 95 days ago, and of one of 200 days; both
//                           answer for 100 days
//   near, far, old          proofs without a way, with one, and of the old network
//   start.json              `astyq trust` of far
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "proof/consortium_test.h"
#include "wire/json.h"

namespace astyq {
namespace {

using proof::test::Consortium;
using proof::test::kDayNs;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool make(const std::filesystem::path& folder) {
  const std::int64_t now = now_ns();
  const Consortium network(now - 95 * kDayNs);
  const Consortium old(now - 200 * kDayNs);
  const auto far = network.proof(94, network.anchor(now));
  const auto start = proof::trusted_block(far, network.anchor(now));
  if (!start.ok()) return false;
  const auto write = [&](const char* name, const std::string& text) {
    std::ofstream file(folder / name);
    file << text;
    return file.flush().good();
  };
  return write("genesis.json", wire::to_json(network.genesis())) &&
         write("old.json", wire::to_json(old.genesis())) &&
         write("near", proof::write_proof(network.proof(9, network.anchor(now)))) &&
         write("far", proof::write_proof(far)) &&
         write("old", proof::write_proof(old.proof(150, old.anchor(now)))) &&
         write("start.json", proof::write_trust(*start));
}

}  // namespace
}  // namespace astyq

int main(int count, char** arguments) {
  if (count == 2 && astyq::make(arguments[1])) return 0;
  std::fprintf(stderr, "make_proofs: usage: make_proofs DIRECTORY, one that can be written to\n");
  return 1;
}
