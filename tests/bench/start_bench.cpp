// SPDX-License-Identifier: Apache-2.0
// How long a node takes to stand up from its image: rows read and checked, the tree built, its root
// compared. The image is made first, and given back to the disk afterwards.
//
//   build/bin/start_bench [KEYS] [DIRECTORY]      10,000,000 and a new one below /tmp when left out
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "crypto/sha256.h"
#include "node/loading.h"
#include "store/image.h"

namespace astyq {
namespace {

constexpr std::size_t kOpenBytes = 60;
constexpr std::uint64_t kHeight = 1;

double wall_s() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

double processor_s() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Numbered keys and hashed ones by turns, as a ledger has them.
store::Tree make_tree(std::uint64_t count) {
  store::Tree::Builder builder;
  std::vector<store::RowKey> keys;
  keys.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    Bytes number;
    append_u64(number, i);
    keys.emplace_back(i % 2 == 0 ? "\x07" + number
                                 : "\x08" + Bytes(view(crypto::sha256(number)).substr(0, 16)));
  }
  std::ranges::sort(keys);
  for (const store::RowKey& key : keys) {
    store::Row row;
    row.open = Bytes(key.bytes());
    row.open.resize(kOpenBytes, 'r');
    builder.add({key, std::move(row)});
  }
  return builder.finish();
}

int failed(const Fault& fault) {
  std::fprintf(stderr, "%s: %s\n", fault.code.c_str(), fault.text.c_str());
  return 1;
}

int run(std::uint64_t count, const std::string& path) {
  Hash root{};
  {
    auto image = store::Image::open(path, {.network_id = "bench"});
    if (!image.ok()) return failed(image.fault());
    const store::Tree tree = make_tree(count);
    root = tree.root();
    const double begin = wall_s();
    if (const Status filled = (*image)->fill(kHeight, tree); !filled.ok())
      return failed(filled.fault());
    std::printf("fill   %llu keys in %.1f s\n", static_cast<unsigned long long>(count),
                wall_s() - begin);
  }
  const double begin = wall_s();
  const double worked = processor_s();
  auto image = store::Image::open(path, {.network_id = "bench"});
  if (!image.ok()) return failed(image.fault());
  const auto loaded = node::load_state(**image);
  if (!loaded.ok()) return failed(loaded.fault());
  const bool same = (*loaded)->tree.root() == root && (*loaded)->tree.size() == count;
  std::printf("start  %llu keys in %.1f s, %.1f s of processor time, %s\n",
              static_cast<unsigned long long>(count), wall_s() - begin, processor_s() - worked,
              same ? "same root" : "ANOTHER ROOT");
  return same ? 0 : 1;
}

}  // namespace
}  // namespace astyq

int main(int argc, char** argv) {
  const std::uint64_t keys = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  std::string path = "/tmp/astyq-start-XXXXXX";
  if (argc > 2)
    path = argv[2];
  else if (::mkdtemp(path.data()) == nullptr)
    return 1;
  const int code = astyq::run(keys, path);
  std::filesystem::remove_all(path);
  return code;
}
