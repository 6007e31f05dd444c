// SPDX-License-Identifier: Apache-2.0
// What one core checks in a second: docs/adr/0002-ed25519-zebra.md quotes a run of this program.
#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "crypto/ed25519.h"
#include "crypto/p256.h"
#include "crypto/sha256.h"
#include "crypto/signatures.h"

namespace astyq::crypto {
namespace {

constexpr std::size_t kSignatures = 1'024;
constexpr int kRounds = 8;
constexpr std::chrono::milliseconds kRound{250};

struct Signed {
  Bytes message;
  Ed25519Item item;
};

// Time of this thread on the processor: what other programs take does not count.
std::chrono::nanoseconds processor_time() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "signature_bench: %s gave a wrong answer\n", what);
  std::exit(1);
}

// The best of several rounds. `run` does `count` operations a call.
void measure(const char* what, std::size_t count, const std::function<bool()>& run) {
  double best_microseconds = 1e300;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = processor_time();
    auto end = start;
    std::size_t done = 0;
    while (end - start < kRound) {
      require(run(), what);
      done += count;
      end = processor_time();
    }
    const std::chrono::duration<double, std::micro> taken = end - start;
    best_microseconds = std::min(best_microseconds, taken.count() / static_cast<double>(done));
  }
  std::printf("%-36s %10.3f us %12.0f /s\n", what, best_microseconds, 1e6 / best_microseconds);
  std::fflush(stdout);
}

std::vector<Signed> make_signatures() {
  std::vector<Signed> made(kSignatures);
  for (std::size_t i = 0; i < made.size(); ++i) {
    Bytes number;
    append_u64(number, i);
    const Hash hash = sha256(number);
    const Ed25519Key key(hash);
    made[i].message = signed_message("astyq-bench", hash);
    made[i].item = {key.public_key(), key.sign(made[i].message), {}};
    made[i].item.message = made[i].message;
  }
  return made;
}

bool openssl_verify(const Ed25519Item& item) {
  EVP_PKEY* key =
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, item.key.data(), item.key.size());
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key);
  const int valid = EVP_DigestVerify(context, item.signature.data(), item.signature.size(),
                                     reinterpret_cast<const unsigned char*>(item.message.data()),
                                     item.message.size());
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return valid == 1;
}

void measure_singles(const std::vector<Signed>& made) {
  std::size_t at = 0;
  const auto next = [&]() -> const Ed25519Item& { return made[at++ % made.size()].item; };
  measure("ed25519-zebra single", 1, [&] {
    const Ed25519Item& item = next();
    return ed25519_verify(view(item.key), view(item.signature), item.message);
  });
  measure("libsodium single", 1, [&] {
    const Ed25519Item& item = next();
    const auto* message = reinterpret_cast<const unsigned char*>(item.message.data());
    return crypto_sign_verify_detached(item.signature.data(), message, item.message.size(),
                                       item.key.data()) == 0;
  });
  measure("OpenSSL single", 1, [&] { return openssl_verify(next()); });
}

void measure_batches(const std::vector<Signed>& made) {
  std::vector<Ed25519Item> items;
  items.reserve(made.size());
  for (const Signed& one : made) items.push_back(one.item);
  for (const std::size_t size : {16, 64, 128, 256, 512, 1'024}) {
    std::size_t at = 0;
    const std::string what = "ed25519-zebra batch of " + std::to_string(size);
    measure(what.c_str(), size, [&] {
      at = at + size > items.size() ? 0 : at;
      const bool valid = ed25519_all_valid(std::span(items).subspan(at, size));
      at += size;
      return valid;
    });
  }
  // One wrong signature in 256, and none right: what a hostile sender costs.
  items.resize(256);
  items[100].signature[0] ^= 1;
  measure("answers of 256, one of them wrong", 256,
          [&] { return ed25519_verify_batch(items)[100] == 0; });
  for (Ed25519Item& item : items) item.signature[40] ^= 1;
  measure("answers of 256, all of them wrong", 256,
          [&] { return ed25519_verify_batch(items)[0] == 0; });
}

void measure_p256() {
  const P256Key key = P256Key::generate(
      [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); });
  const Bytes message = signed_message("astyq-bench", Hash{});
  const auto signature = key.sign(message);
  measure("P-256 single (OpenSSL)", 1,
          [&] { return p256_verify(view(key.public_key()), view(signature), message); });
}

void measure_hashes(const Sha256Kernel& kernel) {
  std::vector<std::array<std::uint8_t, 64>> pairs(1'024);
  std::vector<Hash> out(pairs.size());
  const std::string each = std::string("inner node, ") + name_of(kernel);
  measure(each.c_str(), pairs.size(), [&] {
    for (std::size_t i = 0; i < pairs.size(); ++i) out[i] = inner_node(out[i], out[i], kernel);
    return true;
  });
  const std::string many = std::string("inner nodes together, ") + name_of(kernel);
  measure(many.c_str(), pairs.size(), [&] {
    inner_nodes(pairs, out, kernel);
    return true;
  });
}

void run() {
  const std::vector<Signed> made = make_signatures();
  measure_singles(made);
  measure_batches(made);
  measure_p256();
  measure_hashes(best_sha256());
  measure_hashes(portable_sha256());
}

}  // namespace
}  // namespace astyq::crypto

int main() {
  astyq::crypto::run();
}
