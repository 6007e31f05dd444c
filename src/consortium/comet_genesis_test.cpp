// SPDX-License-Identifier: Apache-2.0
#include "consortium/comet_genesis.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <functional>

#include "crypto/ed25519.h"
#include "wire/block_header.h"

namespace astyq::consortium {
namespace {

ledger::v1::Genesis two_validators() {
  ledger::v1::Genesis genesis;
  genesis.set_network_id("kostanay-1");
  genesis.set_time_ns(1'795'000'000'000'000'001);
  genesis.mutable_rules()->set_protocol_version(1);
  genesis.mutable_rules()->set_max_block_bytes(8u << 20);
  for (const std::uint8_t number : {1, 2}) {
    auto& validator = *genesis.add_validators();
    validator.set_key(Bytes(view(crypto::Ed25519Key({number}).public_key())));
    validator.set_power(10 * number);
    validator.set_name("validator " + std::to_string(number));
  }
  return genesis;
}

// What CometBFT makes of its genesis.json when it asks for the first state.
abci::v1::RequestInitChain request_of(const std::string& document) {
  const auto json = boost::json::parse(document).as_object();
  abci::v1::RequestInitChain request;
  request.set_chain_id(std::string(json.at("chain_id").as_string()));
  *request.mutable_time() = wire::timestamp_of(1'795'000'000'000'000'002);
  request.set_initial_height(std::stoll(std::string(json.at("initial_height").as_string())));
  request.set_app_state_bytes(boost::json::serialize(json.at("app_state")));
  const ledger::v1::Genesis genesis = two_validators();
  for (const auto& validator : genesis.validators()) {
    auto& update = *request.add_validators();
    update.mutable_pub_key()->set_ed25519(validator.key());
    update.set_power(validator.power());
  }
  return request;
}

TEST(CometGenesis, names_network_time_validators_and_root) {
  const Hash root{0xab, 0xcd};
  const auto json = boost::json::parse(comet_genesis(two_validators(), root)).as_object();
  EXPECT_EQ(json.at("chain_id"), "kostanay-1");
  EXPECT_EQ(json.at("genesis_time"), "2026-11-18T11:06:40.000000002Z");  // one after
  EXPECT_EQ(json.at("app_hash").as_string(), "ABCD" + std::string(60, '0'));
  const auto& validators = json.at("validators").as_array();
  ASSERT_EQ(validators.size(), 2u);
  EXPECT_EQ(validators[1].at("power"), "20");
  EXPECT_EQ(validators[1].at("address").as_string().size(), 40u);
  const Bytes key(view(crypto::Ed25519Key({2}).public_key()));
  EXPECT_EQ(validators[1].at("pub_key").at("value").as_string(), base64(key));
  EXPECT_EQ(base64("\xff\xfe"), "//4=");
}

TEST(CometGenesis, a_network_that_goes_on_begins_after_its_origin) {
  auto genesis = two_validators();
  genesis.mutable_origin()->set_height(41);
  const auto json = boost::json::parse(comet_genesis(genesis, {})).as_object();
  EXPECT_EQ(json.at("initial_height"), "42");
}

TEST(CometGenesis, another_document_is_refused_and_the_difference_told) {
  const auto genesis = two_validators();
  const auto good = request_of(comet_genesis(genesis, {}));
  EXPECT_TRUE(check_same_genesis(good, genesis).ok());
  struct Row {
    const char* differs;
    std::function<void(abci::v1::RequestInitChain&)> change;
  };
  for (const Row& row :
       std::vector<Row>{{"name", [](auto& r) { r.set_chain_id("kostanay-2"); }},
                        {"time", [](auto& r) { r.mutable_time()->set_nanos(1); }},
                        {"height", [](auto& r) { r.set_initial_height(2); }},
                        {"validators", [](auto& r) { r.mutable_validators()->RemoveLast(); }},
                        {"validators", [](auto& r) { r.mutable_validators(0)->set_power(11); }},
                        {"validators", [](auto& r) { *r.add_validators() = r.validators(0); }},
                        {"digest", [](auto& r) { r.set_app_state_bytes("{}"); }},
                        {"digest", [](auto& r) { r.set_app_state_bytes("not JSON"); }}}) {
    auto request = good;
    row.change(request);
    const Status same = check_same_genesis(request, genesis);
    ASSERT_FALSE(same.ok()) << row.differs;
    EXPECT_EQ(same.fault().code, "engine_genesis_differs");
    EXPECT_NE(same.fault().text.find(row.differs), std::string::npos) << same.fault().text;
  }
  // Whoever changed a rule has another document.
  auto other = genesis;
  other.mutable_rules()->set_max_block_bytes(4u << 20);
  EXPECT_FALSE(check_same_genesis(good, other).ok());
}

}  // namespace
}  // namespace astyq::consortium
