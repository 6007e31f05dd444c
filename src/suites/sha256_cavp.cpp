// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "crypto/sha256.h"
#include "suites/faults.h"
#include "suites/kinds.h"

// Source: NIST, The Secure Hash Algorithm Validation System (SHAVS), sections 5 and 6.
namespace astyq::suites {
namespace {

constexpr std::string_view kBytesOfSha256 = "32";
constexpr int kRounds = 1'000;  // of one checkpoint of the Monte Carlo test

struct Case {
  std::string name;
  Bytes message;  // empty in a Monte Carlo file
  Bytes digest;
};

struct File {
  std::optional<Bytes> seed;  // of a Monte Carlo file
  std::vector<Case> cases;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && BytesView(" \t\r").find(text.back()) != BytesView::npos)
    text.remove_suffix(1);
  while (!text.empty() && BytesView(" \t").find(text.front()) != BytesView::npos)
    text.remove_prefix(1);
  return text;
}

// Reads lines `name = value`, `[L = 32]` and `# comment`, with either end of a line.
class Reader {
 public:
  Result<File> read(std::string_view text) {
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      ++line_;
      if (const Status taken = take(trimmed(text.substr(begin, end - begin))); !taken.ok())
        return taken.fault();
      begin = end + 1;
    }
    if (!of_sha256_)
      return Fault{kOtherFormat, "it has no line [L = 32], as those of SHA-256 have"};
    if (message_) return wrong("is the end, and the last message has no MD");
    if (file_.cases.empty()) return Fault{kMalformed, "it holds no MD"};
    return std::move(file_);
  }

 private:
  Fault wrong(const std::string& what) const {
    return {kMalformed, "line " + std::to_string(line_) + " " + what};
  }

  Status take(std::string_view line) {
    if (line.empty() || line.front() == '#') return Done{};
    const bool header = line.front() == '[' && line.back() == ']';
    if (header) line = line.substr(1, line.size() - 2);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return wrong("is no NAME = VALUE");
    const std::string_view name = trimmed(line.substr(0, equals));
    const std::string_view value = trimmed(line.substr(equals + 1));
    return header ? take_header(name, value) : take_field(name, value);
  }

  Status take_header(std::string_view name, std::string_view value) {
    if (name != "L") return wrong("is a header that no such file has");
    if (value != kBytesOfSha256)
      return Fault{kOtherFormat,
                   "its digests have " + std::string(value) + " bytes, those of SHA-256 have 32"};
    of_sha256_ = true;
    return Done{};
  }

  Status take_field(std::string_view name, std::string_view value) {
    if (name == "Len" || name == "COUNT") return take_number(name, value);
    const auto bytes = from_hex(value);
    if (!bytes) return wrong("is not hexadecimal");
    if (name == "Seed" && bytes->size() == sizeof(Hash)) return file_.seed = bytes, Done{};
    if (name == "Msg") return take_message(*bytes);
    if (name == "MD" && bytes->size() == sizeof(Hash)) return take_digest(*bytes);
    return wrong("is not what such a file holds");
  }

  Status take_number(std::string_view name, std::string_view value) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
    if (read.ec != std::errc() || read.ptr != value.data() + value.size())
      return wrong("is no number");
    bits_ = number;
    named_ = std::string(name) + " " + std::string(value);
    return Done{};
  }

  // An empty message is shown as one byte of zero.
  Status take_message(const Bytes& bytes) {
    if (message_) return wrong("is a message after one that has no MD");
    if (bits_ % 8 != 0) return Fault{kOtherFormat, "it is of messages of bits, not of whole bytes"};
    if (bytes.size() != std::max<std::uint64_t>(bits_ / 8, 1)) return wrong("is not Len bits long");
    message_ = bytes.substr(0, bits_ / 8);
    return Done{};
  }

  Status take_digest(const Bytes& bytes) {
    if (!message_ && !file_.seed) return wrong("belongs to no message");
    file_.cases.push_back({named_, message_.value_or(""), bytes});
    message_.reset();
    return Done{};
  }

  File file_;
  bool of_sha256_ = false;
  std::uint64_t bits_ = 0;
  std::string named_;
  std::optional<Bytes> message_;
  std::size_t line_ = 0;
};

// Each checkpoint is the seed of the next.
Bytes next_checkpoint(const Bytes& seed, const crypto::Sha256Kernel& kernel) {
  std::array<Bytes, 3> last = {seed, seed, seed};
  for (int i = 0; i < kRounds; ++i) {
    const Hash hash = crypto::sha256(last[0] + last[1] + last[2], kernel);
    last = {last[1], last[2], Bytes(view(hash))};
  }
  return last[2];
}

std::vector<const crypto::Sha256Kernel*> kernels() {
  std::vector<const crypto::Sha256Kernel*> all = {&crypto::portable_sha256()};
  if (&crypto::best_sha256() != all[0]) all.push_back(&crypto::best_sha256());
  return all;
}

}  // namespace

Status run_sha256_cavp(const std::string& path, const std::string& text, Report& report) {
  const auto file = Reader().read(text);
  if (!file.ok()) return file.fault();
  const auto all = kernels();
  std::vector<Bytes> checkpoints(all.size(), file->seed.value_or(""));
  for (const Case& one : file->cases) {
    // Given is the expected digest unless some implementation gives another.
    std::string given = to_hex(one.digest);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (file->seed) checkpoints[i] = next_checkpoint(checkpoints[i], *all[i]);
      const Hash hash = crypto::sha256(one.message, *all[i]);
      const Bytes digest = file->seed ? checkpoints[i] : Bytes(view(hash));
      if (digest != one.digest) given = to_hex(digest) + " by " + crypto::name_of(*all[i]);
    }
    report.expect(path + " " + one.name, to_hex(one.digest), given);
  }
  return Done{};
}

}  // namespace astyq::suites
