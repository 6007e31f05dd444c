// SPDX-License-Identifier: Apache-2.0
// Chains that earlier programs made, done again by this one.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "audit/replay.h"
#include "support/places.h"
#include "wire/json.h"

namespace astyq {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// In the order of their names.
std::vector<fs::path> recordings() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(test::source_path("tests/golden")))
    if (entry.is_directory()) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

// From height 1, with every header, signature, outcome and root, and with the auditor's books.
Result<audit::Report> done_again(const fs::path& recording) {
  ledger::v1::Genesis genesis;
  const std::string document = text_of(recording / "genesis.json");
  if (Status read = wire::from_json(document, genesis, document.size()); !read.ok())
    return read.fault();
  const auto annex = from_hex(text_of(recording / "annex.key"));
  const auto annex_key = annex ? to_array<32>(*annex) : std::nullopt;
  if (!annex_key) return Fault{"annex_key_wrong", "annex.key is not 64 hexadecimal digits."};
  const auto files = store::posix_file_system();
  const auto log = store::BlockLog::open(*files, recording / "log", {.read_only = true});
  if (!log.ok()) return log.fault();
  auto report = audit::audit_history({genesis, *annex_key, *log, {}}, {});
  if (report.ok() && !report->finding && report->blocks != log->last_height())
    return Fault{"blocks_missing", "Not every block of the log was done again."};
  return report;
}

TEST(Golden, every_recorded_chain_comes_to_its_roots_again) {
  const auto all = recordings();
  ASSERT_FALSE(all.empty());
  for (const fs::path& recording : all) {
    const std::string name = recording.filename();
    const auto report = done_again(recording);
    ASSERT_TRUE(report.ok()) << name << ": " << report.fault().code << ": " << report.fault().text;
    EXPECT_GT(report->blocks, 100u) << name;
    EXPECT_GT(report->operations, 100u) << name;
    if (!report->finding) continue;
    ADD_FAILURE() << "tests/golden/" << name << ", height " << report->finding->height << ", "
                  << report->finding->figure << ": " << report->finding->text
                  << "\nThis program makes other blocks of the same transactions than the one that "
                     "recorded the chain, so nodes of both would part at this height. If the chain "
                     "was never released and the change is meant, record it again: tools/"
                     "record_chain "
                  << name
                  << "\nIf it was, let the change begin with a protocol version of its own "
                     "(docs/adr/0016-upgrades-are-voted.md).";
  }
}

}  // namespace
}  // namespace astyq
