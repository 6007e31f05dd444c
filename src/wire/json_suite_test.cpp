// SPDX-License-Identifier: Apache-2.0
// The JSON Parsing Test Suite, see data/json_parser/NOTICE: y_ is taken, n_ is refused, i_ does no
// harm.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "astyq/base/v1/envelope.pb.h"
#include "wire/json.h"

namespace astyq::wire {
namespace {

constexpr std::size_t kLimit = 1 << 20;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> suite() {
  std::vector<std::filesystem::path> out;
  const std::filesystem::path folder = ASTYQ_SOURCE_DIR "/data/json_parser/test_parsing";
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".json") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

// Where we are stricter than the suite, on purpose: a name stands once.
bool is_stricter(const std::string& name) {
  return name == "y_object_duplicated_key.json" || name == "y_object_duplicated_key_and_value.json";
}

TEST(JsonSuite, every_document_is_taken_or_refused_as_it_must_be) {
  std::map<char, int> seen;
  for (const auto& path : suite()) {
    const std::string name = path.filename();
    const Status status = validate_json(read_file(path), kLimit);
    ++seen[name[0]];
    if (is_stricter(name)) {
      ASSERT_FALSE(status.ok()) << name;
      EXPECT_EQ(status.fault().code, "json_duplicate_name") << name;
    } else if (name[0] == 'y') {
      EXPECT_TRUE(status.ok()) << name << ": " << (status.ok() ? "" : status.fault().text);
    } else if (name[0] == 'n') {
      EXPECT_FALSE(status.ok()) << name;
    }
  }
  EXPECT_EQ(seen['y'], 95);
  EXPECT_EQ(seen['n'], 124);
  EXPECT_EQ(seen['i'], 24);
}

TEST(JsonSuite, a_message_takes_no_document_that_must_be_refused) {
  base::v1::TxBody message;
  for (const auto& path : suite()) {
    const Status status = from_json(read_file(path), message, kLimit);
    if (path.filename().string()[0] == 'n') {
      EXPECT_FALSE(status.ok()) << path.filename();
    }
  }
}

}  // namespace
}  // namespace astyq::wire
