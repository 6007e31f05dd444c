// SPDX-License-Identifier: Apache-2.0
#include "suites/run.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "crypto/p256.h"
#include "support/places.h"
#include "support/temporary_directory.h"
#include "support/vectors.h"

namespace astyq::suites {
namespace {

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;

  bool says(const std::string& text) const { return out.find(text) != std::string::npos; }
  std::string last_line() const {
    const std::size_t before = out.rfind('\n', out.size() - 2);
    return out.substr(before == std::string::npos ? 0 : before + 1);
  }
};

Outcome run_with(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = run(arguments, out, err);
  return {code, out.str(), err.str()};
}

constexpr const char* kEd25519 = "crypto/wycheproof/ed25519_test.two_thirds.json";
constexpr const char* kP256 = "crypto/wycheproof/ecdsa_secp256r1_sha256_test.two_thirds.json";
constexpr const char* kFutureTrace =
    "cometbft/light_client_mbt/MC4_4_faulty_TestHeaderFromFuture.json";
constexpr const char* kBisection =
    "cometbft/light_client_bisection/single_peer__not_enough_commits.json";
constexpr const char* kSpeccheck = "crypto/ed25519-speccheck/cases.json";

// What stands in data/ and, under the same names, in the folder of the whole files.
struct Suite {
  const char* kind;
  const char* path;
  const char* count;
};
constexpr Suite kSuites[] = {{"wycheproof-ed25519", kEd25519, "101 passed, 0 failed\n"},
                             {"wycheproof-p256", kP256, "323 passed, 0 failed\n"},
                             {"speccheck", kSpeccheck, "12 passed, 0 failed\n"},
                             {"ics23", "ics23", "8 passed, 0 failed\n"},
                             {"ics23-unit", "ics23", "36 passed, 0 failed\n"},
                             {"json", "json_parser", "265 passed, 0 failed\n"},
                             {"sha256-cavp", "crypto/nist", "165 passed, 0 failed\n"},
                             {"light-client", "cometbft", "26 passed, 0 failed\n"}};

class Suites : public testing::TestWithParam<Suite> {};

TEST_P(Suites, our_copies_pass) {
  const Outcome outcome =
      run_with({GetParam().kind, test::source_path("data/" + std::string(GetParam().path))});
  EXPECT_EQ(outcome.code, kAllPassed) << outcome.out << outcome.err;
  EXPECT_EQ(outcome.last_line(), GetParam().count);
}

// Files that may not be copied stand beside the repository, or where ASTYQ_SHARED says.
TEST_P(Suites, the_shared_files_pass) {
  const char* shared = std::getenv("ASTYQ_SHARED");
  const std::string folder = shared == nullptr ? test::source_path("../shared") : shared;
  const std::string path = folder + "/data/" + GetParam().path;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << "; ASTYQ_SHARED names it";
  const Outcome outcome = run_with({GetParam().kind, path});
  EXPECT_EQ(outcome.code, kAllPassed) << outcome.out << outcome.err;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Suites, testing::ValuesIn(kSuites), [](const auto& with) {
  std::string name = with.param.kind;
  std::ranges::replace(name, '-', '_');
  return name;
});

class Run : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = directory_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  // One of our copies with a text in it replaced where it stands first, as another file.
  std::string changed(const std::string& path, const std::string& from, const std::string& to) {
    std::string text = test::read_text("data/" + path);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return write(std::to_string(changes_++) + "/" + path, text.replace(at, from.size(), to));
  }

  astyq::test::TemporaryDirectory directory_;
  int changes_ = 0;
};

TEST_F(Run, a_case_that_fails_is_told_with_its_name) {
  const std::string valid = "\"result\": \"valid\"";
  const std::string invalid = "\"result\": \"invalid\"";
  const struct {
    const char* kind;
    std::string path;
    const char* told;
  } cases[] = {
      {"wycheproof-ed25519", changed(kEd25519, valid, invalid),
       " tcId 1: expected invalid, given v"},
      {"wycheproof-p256", changed(kP256, invalid, valid), ": expected valid, given invalid"},
      {"speccheck", changed(kSpeccheck, "\"signature\":\"c7", "\"signature\":\"c8"),
       " case 0: expected valid, given invalid"},
      {"ics23", changed("ics23/iavl/exist_left.json", "\"value\": \"76", "\"value\": \"77"),
       "(iavl): expected accepted, given refused, provided value doesn't match proof"},
      {"ics23", changed("ics23/tendermint/nonexist_middle.json", "\"root\": \"", "\"root\": \"00"),
       "; by the product refused, the root is no SHA-256"},
      {"ics23-unit", changed("ics23/TestLeafOpData.json", "\"Zm9v\"", "\"Zm9w\""),
       "\"hash foobar\": expected c3"},
      {"json", write("n_array.json", "[]"), "n_array.json: expected refused, given accepted"},
      {"json", write("y_array.json", "["), ": expected accepted, given refused, json_malformed"},
      {"sha256-cavp", changed("crypto/nist/SHA256ShortMsg.rsp", "MD = e3", "MD = e4"),
       " Len 0: expected e4"},
      {"sha256-cavp", changed("crypto/nist/SHA256Monte.rsp", "MD = fb", "MD = fc"),
       " COUNT 3: expected fc"},
      {"light-client", changed(kFutureTrace, "\"INVALID\"", "\"SUCCESS\""),
       " step 1: expected SUCCESS, given INVALID, light_from_future"},
      {"light-client", changed(kBisection, "\"error\"", "\"no error\""),
       " height 6: expected no error, given error, light_other_header"},
  };
  for (const auto& [kind, path, told] : cases) {
    const Outcome outcome = run_with({kind, path});
    EXPECT_EQ(outcome.code, kSomeFailed) << path << outcome.err;
    EXPECT_TRUE(outcome.says("failed: " + path)) << outcome.out;
    EXPECT_TRUE(outcome.says(told)) << told << "\n" << outcome.out;
    EXPECT_TRUE(outcome.last_line().ends_with(" passed, 1 failed\n")) << outcome.out;
  }
}

TEST_F(Run, where_we_differ_on_purpose_is_told) {
  const std::string data = test::source_path("data/");
  const Outcome signatures = run_with({"wycheproof-ed25519", data + kEd25519});
  EXPECT_TRUE(signatures.says("tcId 151: valid, not invalid: R is a second encoding"));
  const Outcome documents = run_with({"json", data + "json_parser/test_parsing"});
  EXPECT_TRUE(documents.says("y_object_duplicated_key.json: refused, not accepted: a name stands"));
  const Outcome older = run_with({"light-client", data + "cometbft/light_client_bisection"});
  EXPECT_TRUE(older.says("happy_path.json: error, not no error: its headers were hashed before"));
  // It must differ as it stands in the table, and nothing else may.
  EXPECT_EQ(run_with({"json", write("y_object_duplicated_key.json", "{}")}).code, kSomeFailed);
  EXPECT_EQ(run_with({"json", write("y_other.json", R"({"a":1,"a":1})")}).code, kSomeFailed);
}

TEST_F(Run, what_is_no_file_of_the_kind_is_not_run) {
  const struct {
    std::vector<std::string> arguments;
    const char* code;
  } cases[] = {
      {{"wycheproof", test::source_path("data")}, "kind_unknown"},
      {{"json", directory_ / "nowhere"}, "vectors_unreadable"},
      {{"json", "/dev/null"}, "vectors_unreadable"},
      {{"speccheck", write("empty/readme.txt", "[]")}, "it holds 0 cases"},
      {{"json", directory_ / "empty"}, "vectors_none"},
      {{"wycheproof-ed25519", write("cut.json", "{\"testGroups\": [")}, "vectors_malformed"},
      {{"wycheproof-ed25519", test::source_path("data/" + std::string(kP256))}, "other_format"},
      {{"wycheproof-p256", test::source_path("data/" + std::string(kEd25519))}, "other_format"},
      {{"wycheproof-p256", changed(kP256, "\"sha\": \"SHA-256\"", "\"sha\": \"SHA-512\"")},
       "its hash is SHA-512"},
      {{"wycheproof-ed25519",
        changed(kEd25519, "\"numberOfTests\": 101", "\"numberOfTests\": 100")},
       "tells of 100 tests and holds 101"},
      {{"wycheproof-ed25519", changed(kEd25519, "\"sig\": \"", "\"sig\": \"x")},
       "/testGroups/0/tests/0/sig is not hexadecimal"},
      {{"wycheproof-ed25519", changed(kEd25519, "\"tcId\"", "\"id\"")}, "has no member \"tcId\""},
      {{"speccheck",
        changed(kSpeccheck, "[", "[{\"pub_key\":\"\",\"signature\":\"\",\"message\":\"\"},")},
       "it holds 13 cases"},
      {{"ics23", test::source_path("data/ics23/TestLeafOpData.json")}, "other_format"},
      {{"ics23-unit", test::source_path("data/ics23/iavl/exist_left.json")}, "other_format"},
      {{"sha256-cavp", write("SHA1.rsp", "[L = 20]\r\n")}, "its digests have 20 bytes"},
      {{"sha256-cavp", write("bits.rsp", "[L = 32]\nLen = 5\nMsg = 98\n")}, "messages of bits"},
      {{"sha256-cavp", write("none.rsp", "[L = 32]\n")}, "it holds no MD"},
      {{"sha256-cavp", changed("crypto/nist/SHA256ShortMsg.rsp", "MD = ", "# ")},
       "is a message after one that has no MD"},
      {{"sha256-cavp", write("end.rsp", "[L = 32]\nLen = 8\nMsg = 98\n")}, "has no MD"},
      {{"light-client", test::source_path("data/cometbft/status.json")}, "other_format"},
      {{"light-client", changed(kFutureTrace, "\"INVALID\"", "\"MAYBE\"")},
       "its verdict MAYBE is none"},
      {{"light-client", changed(kFutureTrace, "T00:23:20Z", "T00:23:60Z")},
       "/input/0/now is no time of RFC 3339"},
      {{"light-client", changed(kFutureTrace, "\"height\": \"", "\"height\": \"x")},
       "/header/height is no whole number"},
      {{"light-client", changed(kBisection, "\"error\"", "\"maybe\"")}, "neither error nor"},
      {{"light-client", changed(kBisection, "\"numerator\": \"1\"", "\"numerator\": \"0\"")},
       "trust level is none"},
      {{"json", write("passwd", "root")}, "its name tells no verdict"},
      {{"ics23-unit", write("TestNothing.json", "{}")}, "it holds no case"},
      {{"json"}, "Kinds:"},
  };
  for (const auto& [arguments, code] : cases) {
    const Outcome outcome = run_with(arguments);
    EXPECT_EQ(outcome.code, kNotRun) << arguments[0] << ": " << code;
    EXPECT_NE(outcome.err.find(code), std::string::npos) << outcome.err << outcome.out;
  }
  EXPECT_EQ(run_with({"--help"}).code, kAllPassed);
}

TEST_F(Run, a_folder_is_run_to_its_depth_and_other_formats_in_it_are_skipped) {
  write("folder/deep/y_one.json", "1");
  write("folder/n_two.json", "x");
  write("folder/notes.txt", "no case");
  EXPECT_EQ(run_with({"json", directory_ / "folder"}).last_line(), "2 passed, 0 failed\n");
  const Outcome mixed = run_with({"wycheproof-p256", test::source_path("data/crypto/wycheproof")});
  EXPECT_EQ(mixed.last_line(), "323 passed, 0 failed\n");
  EXPECT_TRUE(mixed.says("skipped: ")) << mixed.out;
  EXPECT_TRUE(mixed.says("its algorithm is EDDSA, not ECDSA")) << mixed.out;
}

TEST_F(Run, a_response_file_may_have_either_end_of_a_line) {
  std::string text = test::read_text("data/crypto/nist/SHA256ShortMsg.rsp");
  std::erase(text, '\r');
  EXPECT_EQ(run_with({"sha256-cavp", write("lf.rsp", text)}).last_line(), "65 passed, 0 failed\n");
}

std::string raw_file(const std::vector<std::pair<Bytes, const char*>>& signatures, BytesView point,
                     BytesView message) {
  std::string tests;
  for (const auto& [signature, result] : signatures)
    tests += std::string(tests.empty() ? "" : ",") + R"({"tcId":1,"msg":")" + to_hex(message) +
             R"(","sig":")" + to_hex(signature) + R"(","result":")" + result + R"("})";
  return R"({"algorithm":"ECDSA","numberOfTests":)" + std::to_string(signatures.size()) +
         R"(,"testGroups":[{"type":"EcdsaP1363Verify","sha":"SHA-256","publicKey":{"curve":)"
         R"("secp256r1","uncompressed":")" +
         to_hex(point) + R"("},"tests":[)" + tests + "]}]}";
}

// RFC 6979 A.2.5, message "sample": its s is high.
TEST_F(Run, raw_signatures_have_the_verdict_of_the_primitive) {
  const Bytes point = test::unhex(
      "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
      "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
  const Bytes high = test::unhex(
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
      "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  const Bytes low(view(crypto::p256_low_s(*to_array<64>(high))));
  const std::string right = raw_file({{high, "valid"},
                                      {low, "valid"},
                                      {high.substr(1), "invalid"},
                                      {high + '\0', "invalid"},
                                      {Bytes(64, '\0'), "invalid"}},
                                     point, "sample");
  const Outcome outcome = run_with({"wycheproof-p256", write("raw.json", right)});
  EXPECT_EQ(outcome.last_line(), "5 passed, 0 failed\n") << outcome.out << outcome.err;
  const std::string wrong = raw_file({{high, "valid"}}, point, "simple");
  EXPECT_EQ(run_with({"wycheproof-p256", write("wrong.json", wrong)}).code, kSomeFailed);
}

}  // namespace
}  // namespace astyq::suites
