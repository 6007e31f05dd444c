// SPDX-License-Identifier: Apache-2.0
// The whole way of a proof: a node makes it, its holder opens it to one bank, and the bank's clerk
// checks it when the node is gone.
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json.hpp>
#include <fstream>

#include "support/daemon.h"
#include "support/places.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

namespace json = boost::json;

constexpr int kUntrusted = 6;
constexpr int kNotAllowed = 4;
constexpr const char* kFarmWithReceipt1 = "demo:farm-06";
const std::string kSamples =
    " --samples " + source_path("data/grain/usda_ars_cook_farm_grain_samples_1999_2016.csv");

class ProofFiles : public testing::Test {
 protected:
  // astyq in the test's folder, against the node as long as it runs.
  Ran astyq(const std::string& words) const {
    std::ofstream(directory_ / "none").flush();
    std::string line = "--config none --json --node http://127.0.0.1:";
    line.append(std::to_string(port_)).append(" ").append(words);
    return test::astyq(directory_ / ".", line);
  }
  void edit(const std::string& from, const std::string& to, const std::string& what,
            const std::string& with) const {
    std::string text = text_of(directory_ / from);
    const std::size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    std::ofstream(directory_ / to) << text.replace(at, what.size(), with);
  }
  void start() {
    node_ = std::make_unique<Daemon>(directory_ / "node");
    port_ = node_->port();
    ASSERT_EQ(astyq("demo load --limit 60" + kSamples).exit, 0);
  }
  void stop() {
    EXPECT_EQ(node_->stop(SIGTERM), 0);
    node_.reset();
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Daemon> node_;
  std::uint16_t port_ = 0;
};

constexpr const char* kTrust = " --trust node/genesis.json";

TEST_F(ProofFiles, are_checked_when_the_node_is_gone) {
  start();
  ASSERT_EQ(astyq("proof receipt 1 -o receipt").exit, 0);
  ASSERT_EQ(astyq("proof absent receipts/999999 -o absent").exit, 0);
  ASSERT_EQ(astyq("proof row elevators/1 -o row").exit, 0);
  const Ran sent = astyq("payment transfer --asset 1 --to 2 --amount 1 --as demo:bank-1 --yes");
  ASSERT_EQ(sent.exit, 0) << sent.err;
  const std::string name = std::string(sent.json().at("party").as_string()) + " " +
                           std::string(sent.json().at("id").as_string());
  ASSERT_EQ(astyq("proof result " + name + " -o result").exit, 0);
  EXPECT_EQ(astyq("proof receipt 999999 -o none").exit, 3);
  EXPECT_EQ(astyq("proof absent receipts/1 -o none").exit, 3);
  stop();

  const Ran receipt = astyq(std::string("verify receipt") + kTrust);
  ASSERT_EQ(receipt.exit, 0) << receipt.err;
  EXPECT_EQ(receipt.json().at("verdict"), "verified");
  EXPECT_EQ(receipt.json().at("key"), "1");
  EXPECT_EQ(receipt.json().at("restricted"), "hidden");
  EXPECT_FALSE(receipt.json().at("row").as_object().contains("restricted"));
  EXPECT_EQ(astyq(std::string("verify absent") + kTrust).json().at("kind"), "absent");
  EXPECT_EQ(astyq(std::string("verify row") + kTrust).json().at("table"), "elevators");
  const Ran result = astyq(std::string("verify result") + kTrust);
  ASSERT_EQ(result.exit, 0) << result.err;
  EXPECT_EQ(result.json().at("transaction").at("hash"), sent.json().at("hash"));
  EXPECT_EQ(result.json().at("transaction").at("operations").at(0).at("code"), "accepted");

  const Ran untrusted = astyq("verify receipt");
  EXPECT_EQ(untrusted.exit, kUntrusted);
  EXPECT_EQ(untrusted.json().at("verdict"), "untrusted");
}

TEST_F(ProofFiles, that_were_changed_are_refused) {
  start();
  ASSERT_EQ(astyq("proof receipt 1 -o receipt").exit, 0);
  stop();
  edit("receipt", "other-value", "\"value\": \"0108", "\"value\": \"0118");
  edit("receipt", "other-format", "astyq-proof-1", "astyq-proof-9");
  std::ofstream(directory_ / "cut") << text_of(directory_ / "receipt").substr(0, 900);
  edit("node/genesis.json", "other-network", "astyq-demo", "astyq-real");
  const std::string genesis = text_of(directory_ / "node/genesis.json");
  const std::string mark = "\"validator_key\":\"";
  const std::string key = genesis.substr(genesis.find(mark) + mark.size(), 64);
  edit("node/genesis.json", "other-validator", key, std::string(64, '1'));
  const auto expect_code = [&](const std::string& words, const std::string& code) {
    const Ran ran = astyq("verify " + words);
    EXPECT_EQ(ran.exit, kUntrusted) << words;
    EXPECT_EQ(ran.code(), code) << words;
  };
  expect_code(std::string("other-value") + kTrust, "proof_other_value");
  expect_code(std::string("other-format") + kTrust, "proof_version");
  expect_code(std::string("cut") + kTrust, "proof_malformed");
  expect_code("receipt --trust other-network", "proof_other_network");
  expect_code("receipt --trust other-validator", "proof_wrong_signature");
  EXPECT_EQ(astyq("verify receipt --trust receipt").code(), "genesis_invalid");
  EXPECT_EQ(astyq("verify none-such").exit, 3);
}

TEST_F(ProofFiles, are_opened_by_the_holder_to_one_bank) {
  start();
  const Ran reader = astyq("key reader demo:bank-1");
  const std::string key(reader.json().at("reader_key").as_string());
  const std::string open = "proof receipt 1 -o opened --open " + key;
  EXPECT_EQ(astyq(open + " --as demo:farm-01").code(), "opening_not_yours");
  EXPECT_EQ(astyq(open + " --as demo:bank-1").exit, kNotAllowed);
  const Ran opened = astyq(open + " --as " + kFarmWithReceipt1);
  ASSERT_EQ(opened.exit, 0) << opened.err;
  // The operator's token opens it too.
  ASSERT_EQ(
      astyq("--reader-token-file node/reader.token proof receipt 1 -o by-token --open " + key).exit,
      0);
  EXPECT_EQ(astyq("proof receipt 1 -o none --open 00").code(), "reader_key_invalid");
  stop();
  for (const std::string file : {"opened", "by-token"}) {
    const Ran seen = astyq("verify " + file + kTrust + " --reader demo:bank-1");
    ASSERT_EQ(seen.exit, 0) << seen.err;
    EXPECT_EQ(seen.json().at("restricted"), "opened");
    EXPECT_TRUE(seen.json().at("row").at("restricted").as_object().contains("holder"));
    EXPECT_EQ(astyq("verify " + file + kTrust).json().at("restricted"), "sealed");
    EXPECT_EQ(astyq("verify " + file + kTrust + " --reader demo:bank-2").code(),
              "proof_not_for_you");
  }
}

TEST_F(ProofFiles, a_paper_is_checked_as_a_file_and_by_its_code) {
  start();
  ASSERT_EQ(astyq("proof receipt 1 --pdf paper.pdf --language ru").exit, 0);
  EXPECT_EQ(astyq("proof receipt 1 --pdf paper.pdf --language de").exit, 2);
  EXPECT_EQ(astyq("proof receipt 1").exit, 2);
  stop();
  const Ran whole = astyq(std::string("verify paper.pdf").append(kTrust));
  ASSERT_EQ(whole.exit, 0) << whole.err;
  EXPECT_EQ(whole.json().at("page"), "not_checked");
  const json::value row = whole.json().at("row");
  const Ran scanned = shell(directory_ / ".",
                            "pdftoppm -r 150 -png -singlefile paper.pdf print &&"
                            " zbarimg -q --raw print.png");
  ASSERT_EQ(scanned.exit, 0) << scanned.err;
  std::string code = scanned.out;
  code.pop_back();
  const auto verify = [&](const std::string& trust) {
    return astyq(std::string("verify ").append(code).append(trust));
  };
  const Ran by_code = verify(kTrust);
  ASSERT_EQ(by_code.exit, 0) << by_code.err;
  EXPECT_EQ(by_code.json().at("kg"), row.at("kg"));
  EXPECT_EQ(by_code.json().at("state"), row.at("state"));
  EXPECT_EQ(verify("").exit, kUntrusted);
  code[20] = code[20] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verify(kTrust).exit, kUntrusted);
}

}  // namespace
}  // namespace astyq::test
