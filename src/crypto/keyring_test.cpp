// SPDX-License-Identifier: Apache-2.0
#include "crypto/keyring.h"

#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "crypto/entropy.h"
#include "crypto/sha256.h"

namespace astyq::crypto {
namespace {

// The least that Argon2id takes: these tests are about the file, not about guessing.
constexpr KeyringCost kCheap = {1, 8'192};
constexpr Ed25519Key::Seed kSeed = {1, 2, 3};
constexpr const char* kPassword = "correct horse";

class KeyringTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "astyq-keyring-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = name + "/keys";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Keyring create() {
    auto keyring = Keyring::create(path_, kPassword, system_entropy, kCheap);
    EXPECT_TRUE(keyring);
    return std::move(keyring).value();
  }
  Bytes read() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void write(const Bytes& bytes) const {
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file << bytes;
  }
  // With a checksum that fits.
  void write_checked(Bytes bytes) const {
    bytes.resize(bytes.size() - 32);
    write(bytes + Bytes(view(sha256(bytes))));
  }
  std::string fault_of_open(std::string_view password = kPassword) const {
    const auto opened = Keyring::open(path_, password, system_entropy);
    return opened ? "" : opened.fault().code;
  }
  std::size_t files() const {
    const auto all = std::filesystem::directory_iterator(folder_);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(KeyringTest, KeysComeBackFromTheFile) {
  Keyring keyring = create();
  EXPECT_TRUE(keyring.names().empty());
  ASSERT_TRUE(keyring.add("scale", kSeed));
  const auto made = keyring.add_new("lab.Kostanay-1_2");
  ASSERT_TRUE(made);

  const auto opened = Keyring::open(path_, kPassword, system_entropy);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->names(), (std::vector<std::string>{"lab.Kostanay-1_2", "scale"}));
  EXPECT_EQ(opened->get("scale")->public_key(), Ed25519Key(kSeed).public_key());
  EXPECT_EQ(opened->get("lab.Kostanay-1_2")->public_key(), *made);
  EXPECT_EQ(keyring.get("scale")->sign("x"), Ed25519Key(kSeed).sign("x"));
}

TEST_F(KeyringTest, TwoNewKeysDiffer) {
  Keyring keyring = create();
  EXPECT_NE(*keyring.add_new("a"), *keyring.add_new("b"));
}

TEST_F(KeyringTest, FileIsPrivateAndNothingStaysBesideIt) {
  Keyring keyring = create();
  ASSERT_TRUE(keyring.add("scale", kSeed));
  struct stat status = {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(KeyringTest, FileShowsNeitherNamesNorSeeds) {
  Keyring keyring = create();
  ASSERT_TRUE(keyring.add("scale", kSeed));
  const Bytes file = read();
  EXPECT_TRUE(file.starts_with("astyq/keyring\x01"));
  EXPECT_EQ(file.find("scale"), Bytes::npos);
  EXPECT_EQ(file.find(Bytes(view(kSeed))), Bytes::npos);
  EXPECT_EQ(file.find(kPassword), Bytes::npos);
}

// The grammar in keyring_format.h, read here with libsodium alone.
TEST_F(KeyringTest, FileFollowsItsGrammar) {
  Keyring keyring = create();
  ASSERT_TRUE(keyring.add("scale", kSeed));
  const Bytes file = read();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(file.data());
  EXPECT_EQ(read_u64(BytesView(file).substr(14)), kCheap.passes);
  EXPECT_EQ(read_u64(BytesView(file).substr(22)), kCheap.memory_bytes);
  std::array<unsigned char, 32> key;
  ASSERT_EQ(crypto_pwhash(key.data(), key.size(), kPassword, std::strlen(kPassword), bytes + 30,
                          kCheap.passes, kCheap.memory_bytes, crypto_pwhash_ALG_ARGON2ID13),
            0);
  const std::size_t sealed = file.size() - 70 - 32;
  std::vector<unsigned char> keys(sealed - 16);
  ASSERT_EQ(crypto_aead_xchacha20poly1305_ietf_decrypt(keys.data(), nullptr, nullptr, bytes + 70,
                                                       sealed, bytes, 70, bytes + 46, key.data()),
            0);
  EXPECT_EQ(Bytes(keys.begin(), keys.end()), "\x05scale" + Bytes(view(kSeed)));
}

TEST_F(KeyringTest, EachWritingHasItsOwnNonce) {
  Keyring keyring = create();
  const Bytes before = read();
  ASSERT_TRUE(keyring.add("scale", kSeed));
  EXPECT_EQ(before.substr(0, 46), read().substr(0, 46));
  EXPECT_NE(before.substr(46, 24), read().substr(46, 24));
}

TEST_F(KeyringTest, WrongPasswordOpensNothing) {
  create();
  EXPECT_EQ(fault_of_open(), "");
  EXPECT_EQ(fault_of_open("correct Horse"), "keyring_wrong_password");
  EXPECT_EQ(fault_of_open(""), "keyring_wrong_password");
}

TEST_F(KeyringTest, EveryDamagedByteIsSeen) {
  ASSERT_TRUE(create().add("scale", kSeed));
  const Bytes good = read();
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= 0x10;
    write(bad);
    EXPECT_EQ(fault_of_open(), i == 13 ? "keyring_unknown_version" : "keyring_corrupt") << i;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    write(good.substr(0, size));
    EXPECT_EQ(fault_of_open(), "keyring_corrupt") << size;
  }
  write(good);
  EXPECT_EQ(fault_of_open(), "");
}

TEST_F(KeyringTest, AlteredFileWithAFittingChecksumDoesNotOpen) {
  ASSERT_TRUE(create().add("scale", kSeed));
  const Bytes good = read();
  for (const std::size_t at : {30UL, 45UL, 46UL, 69UL, 70UL, good.size() - 33}) {
    Bytes bad = good;
    bad[at] ^= 1;
    write_checked(bad);
    EXPECT_EQ(fault_of_open(), "keyring_wrong_password") << at;
  }
}

TEST_F(KeyringTest, CostBeyondBoundsIsNotTried) {
  create();
  const Bytes good = read();
  for (const auto& [at, value] : std::initializer_list<std::pair<std::size_t, std::uint64_t>>{
           {14, 0}, {14, 17}, {14, UINT64_MAX}, {22, 0}, {22, 8'191}, {22, (1UL << 30) + 1}}) {
    Bytes number;
    append_u64(number, value);
    Bytes bad = good;
    bad.replace(at, 8, number);
    write_checked(bad);
    EXPECT_EQ(fault_of_open(), "keyring_corrupt") << at << " " << value;
  }
}

TEST_F(KeyringTest, RefusesAFileOpenToOthers) {
  create();
  for (const int mode : {0640, 0604, 0620, 0602, 0666, 0700, 0610}) {
    ASSERT_EQ(::chmod(path_.c_str(), static_cast<mode_t>(mode)), 0);
    EXPECT_EQ(fault_of_open(), "keyring_too_open") << std::oct << mode;
  }
  ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
  EXPECT_EQ(fault_of_open(), "");
}

TEST_F(KeyringTest, SaysWhatIsMissingOrThereAlready) {
  EXPECT_EQ(fault_of_open(), "keyring_missing");
  create();
  const Bytes before = read();
  const auto again = Keyring::create(path_, "other", system_entropy, kCheap);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.fault().code, "keyring_exists");
  EXPECT_EQ(read(), before);
  EXPECT_EQ(Keyring::create(path_ + "/no/folder", "x", system_entropy, kCheap).fault().code,
            "keyring_io");
  EXPECT_EQ(Keyring::open(folder_.string(), "x", system_entropy).fault().code, "keyring_io");
}

TEST_F(KeyringTest, NamesAreUniqueAndPlain) {
  Keyring keyring = create();
  ASSERT_TRUE(keyring.add("scale", kSeed));
  const Bytes before = read();
  EXPECT_EQ(keyring.add("scale", {}).fault().code, "keyring_name_taken");
  for (const std::string& name : {std::string(), std::string("a b"), std::string("\xd0\xb0"),
                                  std::string("a/b"), std::string(65, 'a'), std::string("a\0", 2)})
    EXPECT_EQ(keyring.add(name, {}).fault().code, "keyring_wrong_name") << name;
  EXPECT_EQ(keyring.get("nobody").fault().code, "keyring_no_such_key");
  EXPECT_EQ(read(), before);
  EXPECT_TRUE(keyring.add(std::string(64, 'a'), {}));
}

TEST_F(KeyringTest, KeysThatAnotherProgramAddedStay) {
  Keyring first = create();
  Keyring second = *Keyring::open(path_, kPassword, system_entropy);
  ASSERT_TRUE(first.add("scale", kSeed));
  EXPECT_EQ(second.add("scale", {}).fault().code, "keyring_name_taken");
  ASSERT_TRUE(second.add("lab", {}));
  EXPECT_EQ(second.names(), (std::vector<std::string>{"lab", "scale"}));
  EXPECT_EQ(Keyring::open(path_, kPassword, system_entropy)->names(), second.names());
}

TEST_F(KeyringTest, WaitsForNobodyWhileAnotherWrites) {
  Keyring keyring = create();
  const Bytes before = read();
  std::ofstream(path_ + ".new") << "half";
  const Status added = keyring.add("scale", kSeed);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.fault().code, "keyring_busy");
  EXPECT_NE(added.fault().text.find(path_ + ".new"), std::string::npos);
  EXPECT_EQ(read(), before);
  std::filesystem::remove(path_ + ".new");
  EXPECT_TRUE(keyring.add("scale", kSeed));
}

TEST_F(KeyringTest, CostsAreThoseOfLibsodium) {
  EXPECT_EQ(keyring_cost_moderate().memory_bytes, 256U << 20);
  EXPECT_EQ(keyring_cost_interactive().memory_bytes, 64U << 20);
  ASSERT_TRUE(Keyring::create(path_, kPassword, system_entropy, keyring_cost_interactive()));
  EXPECT_EQ(fault_of_open(), "");
  EXPECT_EQ(read_u64(BytesView(read()).substr(22)), 64U << 20);
}

}  // namespace
}  // namespace astyq::crypto
