// SPDX-License-Identifier: Apache-2.0
// Every build tries what libFuzzer begins from, what it once found
// (tests/fuzz/corpus/fuzz_<target>) and mutations of both, always the same. An attempt that fails
// aborts this program.
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/targets/targets.h"
#include "support/places.h"
#include "support/random_message.h"

namespace astyq::fuzz {
namespace {

struct Case {
  Target target;
  int mutations;  // as many as take about half a second
};

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
      {transaction(), 10'000}, {operations(), 1'000},    {proof(), 5'000},
      {json(), 10'000},        {block_log(), 10'000},    {row(), 20'000},
      {state(), 5'000},        {request(), 1'500},       {sequence(), 1'000},
      {connection(), 500},     {abci_request(), 20'000}, {abci_connection(), 300},
      {proof_file(), 1'500},   {backup(), 5'000},        {image(), 15}};
  return kCases;
}

std::vector<Bytes> found_before(const Target& target) {
  const std::filesystem::path folder =
      test::source_path(std::string("tests/fuzz/corpus/fuzz_") + target.name);
  std::vector<Bytes> found;
  if (!std::filesystem::exists(folder)) return found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    found.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return found;
}

void mutate_once(test::Random& random, Bytes& bytes, const Bytes& other) {
  const std::size_t at = random.below(bytes.size() + 1);
  const std::size_t size = random.below(16);
  switch (random.below(6)) {
    case 0:
      bytes.resize(at);
      return;
    case 1:
      bytes.insert(at, size, static_cast<char>(random.next()));
      return;
    case 2:
      bytes.erase(at, size);
      return;
    case 3:
      bytes.insert(at, bytes.substr(random.below(bytes.size() + 1), size));
      return;
    case 4:
      bytes.replace(at, size, other.substr(random.below(other.size() + 1), size));
      return;
    default:
      if (at < bytes.size()) bytes[at] = static_cast<char>(random.next());
  }
}

class Replay : public testing::TestWithParam<Case> {};

TEST_P(Replay, seeds_found_inputs_and_mutations) {
  const auto& [target, mutations] = GetParam();
  std::vector<Bytes> inputs = target.seeds();
  for (Bytes& found : found_before(target)) inputs.push_back(std::move(found));
  ASSERT_FALSE(inputs.empty());
  google::protobuf::SetLogHandler(nullptr);  // it would tell of every malformed string
  target.attempt({});
  for (const Bytes& input : inputs) target.attempt(input);
  test::Random random(1);
  for (int i = 0; i < mutations; ++i) {
    Bytes input = inputs[random.below(inputs.size())];
    const Bytes& other = inputs[random.below(inputs.size())];
    for (std::uint64_t times = 1 + random.below(4); times > 0; --times)
      mutate_once(random, input, other);
    target.attempt(input);
  }
  EXPECT_EQ(target.seeds(), target.seeds());
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Replay, testing::ValuesIn(cases()),
                         [](const auto& with) { return std::string(with.param.target.name); });

}  // namespace
}  // namespace astyq::fuzz
