// SPDX-License-Identifier: Apache-2.0
#include "consortium/member_card.h"

#include <boost/json.hpp>

#include "crypto/sha256.h"
#include "crypto/signatures.h"
#include "engine/genesis.h"
#include "node/clock.h"
#include "wire/document.h"

namespace astyq::consortium {
namespace {

namespace json = boost::json;

constexpr const char* kFormat = "astyq-member-1";
constexpr const char* kMalformed = "card_malformed";
constexpr std::size_t kMostName = 100;
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kPeerIdDigits = 40;
constexpr std::int64_t kPower = 10;

Fault malformed(const std::string& what) {
  return {kMalformed, "The card cannot be used: " + what +
                          ". Ask its institution for the file that `astyqd member` wrote."};
}

std::string problem(const MemberCard& card) {
  if (card.name.empty() || card.name.size() > kMostName)
    return "a name has 1 to " + std::to_string(kMostName) + " bytes";
  if (card.operator_party == 0) return "it names no party that answers for it";
  if (card.node_key.size() != kKeyBytes || card.validator_key.size() != kKeyBytes)
    return "a key has 32 bytes";
  if (card.node_possession.size() != kSignatureBytes ||
      card.validator_possession.size() != kSignatureBytes)
    return "a signature has 64 bytes";
  if (card.peer_id.size() != kPeerIdDigits || !from_hex(card.peer_id))
    return "a peer's id has 40 hexadecimal digits";
  return "";
}

}  // namespace

std::string write_card(const MemberCard& card) {
  return json::serialize(json::object{{"format", kFormat},
                                      {"name", card.name},
                                      {"operator_party", std::to_string(card.operator_party)},
                                      {"node_key", to_hex(card.node_key)},
                                      {"node_possession", to_hex(card.node_possession)},
                                      {"validator_key", to_hex(card.validator_key)},
                                      {"validator_possession", to_hex(card.validator_possession)},
                                      {"peer_id", card.peer_id}}) +
         "\n";
}

Result<MemberCard> read_card(std::string_view text) {
  auto document = wire::Document::parse(text, kMalformed);
  if (!document.ok()) return malformed(document.fault().text);
  const wire::Node root = document->root();
  MemberCard card;
  if (root.at("format").text() != kFormat) root.refuse("is no " + std::string(kFormat));
  card.name = root.at("name").text();
  const std::string party = root.at("operator_party").text();
  if (party.empty() || party.size() > 18 ||
      party.find_first_not_of("0123456789") != std::string::npos)
    root.refuse("names no party by its number");
  else
    card.operator_party = std::stoull(party);
  card.node_key = root.at("node_key").hex();
  card.node_possession = root.at("node_possession").hex();
  card.validator_key = root.at("validator_key").hex();
  card.validator_possession = root.at("validator_possession").hex();
  card.peer_id = root.at("peer_id").text();
  if (const Status whole = document->status(); !whole.ok()) return malformed(whole.fault().text);
  if (const std::string what = problem(card); !what.empty()) return malformed(what);
  const std::uint64_t by = card.operator_party;
  if (crypto::ed25519_verify(card.node_key, card.node_possession,
                             crypto::node_possession_message(by, card.node_key)) &&
      crypto::ed25519_verify(card.validator_key, card.validator_possession,
                             crypto::validator_possession_message(by, card.validator_key)))
    return card;
  return Fault{"card_forged", "The card of '" + card.name +
                                  "' does not show that its keys are held by whoever made it. Do "
                                  "not use it; ask the institution itself."};
}

Result<MemberCard> make_member(const node::Directory& held, const std::string& comet_home,
                               std::string name, std::uint64_t operator_party) {
  MemberCard card;
  card.name = std::move(name);
  card.operator_party = operator_party;
  if (card.name.empty() || card.name.size() > kMostName || operator_party == 0)
    return Fault{kMalformed,
                 "Give a name of 1 to 100 bytes and the number of the party that "
                 "answers for the node, 1 or more."};
  const auto node = node::make_node_key(held);
  if (!node.ok()) return node.fault();
  const auto files = store::posix_file_system();
  const auto comet = make_comet_keys(*files, comet_home, operator_party);
  if (!comet.ok()) return comet.fault();
  card.node_key = view(node->public_key());
  card.node_possession =
      view(node->sign(crypto::node_possession_message(operator_party, card.node_key)));
  card.validator_key = view(comet->validator);
  card.validator_possession = comet->possession;
  card.peer_id = comet->peer_id;
  return card;
}

Result<ledger::v1::Genesis> assemble_genesis(ledger::v1::Genesis draft,
                                             std::span<const MemberCard> cards,
                                             std::uint32_t trusting_days,
                                             const engine::AnnexKey& annex_key) {
  if (draft.validators_size() > 0 || draft.nodes_size() > 0 || !draft.validator_key().empty() ||
      !draft.annex_digest().empty())
    return Fault{"genesis_taken",
                 "The draft names validators, nodes or an annex key already: it is the genesis of "
                 "a network that exists. Give one with network_id, authorities and rules alone."};
  draft.set_trusting_days(trusting_days);
  draft.set_annex_digest(Bytes(view(crypto::sha256(view(annex_key)))));
  if (draft.time_ns() == 0) draft.set_time_ns(node::wall_clock_ns());
  if (!draft.has_rules()) *draft.mutable_rules() = engine::default_rules();
  for (const MemberCard& card : cards) {
    auto& validator = *draft.add_validators();
    validator.set_key(card.validator_key);
    validator.set_power(kPower);
    validator.set_name(card.name);
    validator.set_operator_party(card.operator_party);
    auto& node = *draft.add_nodes();
    node.set_key(card.node_key);
    node.set_name(card.name);
    node.set_operator_party(card.operator_party);
    node.set_quota_bytes(static_cast<std::uint32_t>(draft.rules().max_block_bytes()));
  }
  const std::string problem = engine::genesis_problem(draft);
  if (problem.empty()) return draft;
  return Fault{"genesis_invalid", "These cannot begin a network together: " + problem + "."};
}

}  // namespace astyq::consortium
