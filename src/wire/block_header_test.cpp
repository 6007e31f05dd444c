// SPDX-License-Identifier: Apache-2.0
#include "wire/block_header.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iomanip>
#include <sstream>

#include "crypto/sha256.h"
#include "support/places.h"

namespace astyq::wire {
namespace {

namespace json = boost::json;
using comet::v1::Header;

json::value load(const std::string& name) {
  std::ifstream file(test::source_path("data/cometbft/" + name));
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

std::string text(const json::value& value) {
  return std::string(value.as_string());
}
Bytes bytes(const json::value& value) {
  return *from_hex(text(value));
}

Bytes decode_base64(const std::string& in) {
  static const std::string kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Bytes out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : in) {
    if (c == '=') break;
    buffer = buffer << 6 | static_cast<std::uint32_t>(kAlphabet.find(c));
    bits += 6;
    if (bits >= 8) out.push_back(static_cast<char>(buffer >> (bits -= 8)));
  }
  return out;
}

// RFC 3339 with nanoseconds, as Go prints it.
std::int64_t time_ns(const std::string& rfc3339) {
  std::tm tm{};
  std::istringstream in(rfc3339.substr(0, 19));
  in >> std::get_time(&tm, "%Y-%m-%dT%H:%M:%S");
  std::string fraction = rfc3339.substr(20, rfc3339.size() - 21);
  fraction.resize(9, '0');
  return timegm(&tm) * 1'000'000'000LL + std::stoll(fraction);
}

void read_block_id(const json::object& from, comet::v1::BlockId& id) {
  const auto& parts = from.contains("parts") ? from.at("parts") : from.at("part_set_header");
  id.set_hash(bytes(from.at("hash")));
  id.mutable_part_set_header()->set_total(static_cast<std::uint32_t>(parts.at("total").as_int64()));
  id.mutable_part_set_header()->set_hash(bytes(parts.at("hash")));
}

Header read_header(const json::value& from) {
  Header header;
  header.mutable_version()->set_block(std::stoull(text(from.at("version").at("block"))));
  header.mutable_version()->set_app(std::stoull(text(from.at("version").at("app"))));
  header.set_chain_id(text(from.at("chain_id")));
  header.set_height(std::stoll(text(from.at("height"))));
  *header.mutable_time() = timestamp_of(time_ns(text(from.at("time"))));
  read_block_id(from.at("last_block_id").as_object(), *header.mutable_last_block_id());
  header.set_last_commit_hash(bytes(from.at("last_commit_hash")));
  header.set_data_hash(bytes(from.at("data_hash")));
  header.set_validators_hash(bytes(from.at("validators_hash")));
  header.set_next_validators_hash(bytes(from.at("next_validators_hash")));
  header.set_consensus_hash(bytes(from.at("consensus_hash")));
  header.set_app_hash(bytes(from.at("app_hash")));
  header.set_last_results_hash(bytes(from.at("last_results_hash")));
  header.set_evidence_hash(bytes(from.at("evidence_hash")));
  header.set_proposer_address(bytes(from.at("proposer_address")));
  return header;
}

TEST(BlockHeader, real_header_has_the_published_hash) {
  const Header header = read_header(load("header_with_known_hash.json"));
  EXPECT_EQ(to_hex(view(header_hash(header))),
            "f30a71f2409fb15aacaedb6cc122dfa2525bee9cae521721b06bfdca291b8d56");
}

// A real node's only validator signed just the bytes that this code makes of the header and commit.
TEST(BlockHeader, real_commit_of_one_validator_verifies) {
  const auto answer = load("commit_at_height_10.json").at("result").at("signed_header");
  comet::v1::SignedHeader signed_header;
  *signed_header.mutable_header() = read_header(answer.at("header"));
  const auto& from = answer.at("commit");
  auto& commit = *signed_header.mutable_commit();
  commit.set_height(10);
  read_block_id(from.at("block_id").as_object(), *commit.mutable_block_id());
  const auto& vote = from.at("signatures").at(0);
  auto& signature = *commit.add_signatures();
  signature.set_block_id_flag(2);
  signature.set_validator_address(bytes(vote.at("validator_address")));
  *signature.mutable_timestamp() = timestamp_of(time_ns(text(vote.at("timestamp"))));
  const auto key = load("status.json").at("result").at("validator_info").at("pub_key").at("value");
  signature.set_signature(decode_base64(text(vote.at("signature"))));
  EXPECT_TRUE(verify_signed_header(signed_header, "dockerchain", decode_base64(text(key))));
  EXPECT_FALSE(verify_signed_header(signed_header, "otherchain", decode_base64(text(key))));
}

class Signed : public testing::Test {
 protected:
  Signed() : key_(crypto::sha256("validator")) {
    facts_.chain_id = "astyq-test";
    facts_.app_version = 1;
    facts_.height = 1;
    facts_.time_ns = 1'787'000'000'123'456'789;
    facts_.txs = txs_;
    facts_.app_hash = crypto::sha256("state");
    facts_.last_tx_count = 0;
  }
  bool verifies(const comet::v1::SignedHeader& header) const {
    return verify_signed_header(header, "astyq-test", view(key_.public_key()));
  }

  crypto::Ed25519Key key_;
  std::vector<Bytes> txs_{"one", "two"};
  BlockFacts facts_{};
};

TEST_F(Signed, own_header_verifies_and_chains) {
  const auto first = sign_header(facts_, key_);
  EXPECT_TRUE(verifies(first));
  facts_.height = 2;
  facts_.last = &first;
  facts_.last_tx_count = txs_.size();
  const auto second = sign_header(facts_, key_);
  EXPECT_TRUE(verifies(second));
  EXPECT_EQ(second.header().last_block_id().hash(), view(header_hash(first.header())));
}

TEST_F(Signed, any_change_is_refused) {
  const auto good = sign_header(facts_, key_);
  auto bad = good;
  bad.mutable_header()->set_height(2);
  EXPECT_FALSE(verifies(bad));
  bad = good;
  bad.mutable_header()->mutable_app_hash()->at(0) ^= 1;
  EXPECT_FALSE(verifies(bad));
  bad = good;
  bad.mutable_header()->mutable_time()->set_nanos(1);
  EXPECT_FALSE(verifies(bad));
  bad = good;
  bad.mutable_commit()->mutable_signatures(0)->mutable_signature()->at(5) ^= 1;
  EXPECT_FALSE(verifies(bad));
  bad = good;
  bad.mutable_commit()->clear_signatures();
  EXPECT_FALSE(verifies(bad));
  bad = good;
  bad.mutable_commit()->set_round(1);
  EXPECT_FALSE(verifies(bad));
  EXPECT_FALSE(verify_signed_header(
      good, "astyq-test", view(crypto::Ed25519Key(crypto::sha256("other")).public_key())));
}

}  // namespace
}  // namespace astyq::wire
