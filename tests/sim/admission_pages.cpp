// SPDX-License-Identifier: Apache-2.0
// Refusals that no verb owns: of a transaction as a whole, and of any operation.
#include "sim/book.h"
#include "wire/ids.h"

namespace astyq::sim {
namespace {

using base::v1::SignedTx;
using base::v1::TxBody;

constexpr std::uint32_t kMostInAnyBody = 1'000;  // the form allows no more

base::v1::Operation harmless() {
  return verbs::RecordAct{.number = "1",
                          .document_digest = Bytes(32, '\7'),
                          .subject = kRegistrar,
                          .scopes = {authority::v1::FREEZE_PARTY},
                          .expires_at_ns = 0}
      .operation();
}

TxBody harmless_body(World& world) {
  return world.body(kRegistrar, {harmless()});
}

// A signed transaction whose body or envelope was changed.
auto of_body(auto change) {
  return [change](World& world) -> std::optional<Bytes> {
    TxBody body = harmless_body(world);
    change(world, body);
    return world.sign(body);
  };
}

auto of_envelope(auto change) {
  return [change](World& world) -> std::optional<Bytes> {
    SignedTx signed_tx;
    signed_tx.ParseFromString(world.sign(harmless_body(world)));
    change(world, signed_tx);
    return signed_tx.SerializeAsString();
  };
}

void write_form(Book& book) {
  auto& ways = book.admissions;
  ways[base::v1::TOO_LARGE] = [](World& world) -> std::optional<Bytes> {
    return Bytes(world.rules().max_transaction_bytes() + 1, 'x');
  };
  ways[base::v1::NOT_CANONICAL] = [](World& world) -> std::optional<Bytes> {
    Bytes bytes = world.sign(harmless_body(world));
    if (world.dice.percent(50)) return bytes + Bytes("\x78\x01", 2);
    bytes.pop_back();
    return bytes;
  };
  ways[base::v1::NO_OPERATIONS] = of_body([](World&, TxBody& body) { body.clear_operations(); });
  ways[base::v1::NOT_SIGNED] =
      of_envelope([](World&, SignedTx& signed_tx) { signed_tx.clear_auth(); });
  ways[base::v1::KEYS_NOT_SORTED] =
      of_envelope([](World&, SignedTx& signed_tx) { *signed_tx.add_auth() = signed_tx.auth(0); });
  ways[base::v1::WRONG_SIGNATURE] = of_envelope([](World& world, SignedTx& signed_tx) {
    auto& signature = *signed_tx.mutable_auth(0)->mutable_ed25519()->mutable_signature();
    char& byte = signature[world.dice.below(signature.size())];
    byte = static_cast<char>(byte ^ 1 << world.dice.below(8));
  });
  ways[base::v1::LINK_OPEN] =
      of_body([](World&, TxBody& body) { body.mutable_operations(0)->set_linked(true); });
}

void write_window(Book& book) {
  auto& ways = book.admissions;
  ways[base::v1::EXPIRED] =
      of_body([](World& world, TxBody& body) { body.set_valid_until(world.time_ns() - 1); });
  ways[base::v1::WINDOW_TOO_LONG] = of_body([](World& world, TxBody& body) {
    body.set_valid_until(world.time_ns() + world.rules().short_window_s() * kSecondNs + 1);
  });
  ways[base::v1::ALREADY_APPLIED] = [](World& world) -> std::optional<Bytes> {
    const Bytes* last = world.last_settled();
    if (last == nullptr) return std::nullopt;
    return *last;
  };
  ways[base::v1::SEQUENCE_TOO_OLD] = of_body([](World& world, TxBody& body) {
    body.mutable_sequence()->set_public_key(world.keys_of(kRegistrar).front());
    // 0 is below every number; the number of a former one is used.
    body.mutable_sequence()->set_number(world.highest_sequence(kRegistrar));
  });
  ways[base::v1::TOO_MANY_OPERATIONS] = [](World& world) -> std::optional<Bytes> {
    const std::uint32_t most = world.rules().max_operations_per_transaction();
    if (most >= kMostInAnyBody) return std::nullopt;
    return world.sign(
        world.body(kRegistrar, std::vector<base::v1::Operation>(most + 1, harmless())));
  };
}

void write_signers(Book& book) {
  auto& ways = book.admissions;
  ways[base::v1::NO_SUCH_PARTY] = [](World& world) -> std::optional<Bytes> {
    TxBody body = harmless_body(world);
    body.set_party(kNobody);
    return world.sign_as(body, kRegistrar, 1);
  };
  ways[base::v1::KEY_NOT_OF_PARTY] = [](World& world) -> std::optional<Bytes> {
    return world.sign_as(harmless_body(world), world.dice.pick(world.traders), 1);
  };
  ways[base::v1::TOO_FEW_KEYS] = [](World& world) -> std::optional<Bytes> {
    const auto* party =
        world.parties.pick(world.dice, [](const auto& row) { return row.threshold() > 1; });
    if (party == nullptr) return std::nullopt;
    return world.sign_as(world.body(party->first.first, {harmless()}), party->first.first, 1);
  };
}

base::v1::Operation payment_of(std::uint64_t asset, std::uint64_t to) {
  return verbs::Transfer{.asset = asset, .to = to, .amount = 1}.operation();
}

void write_outcomes(Book& book) {
  book.provocations[Refusal(base::v1::NO_PERMISSION).code()] =
      [](World& world) -> std::optional<Action> {
    const std::uint64_t party = world.not_granted("authority.act");
    if (party == 0) return std::nullopt;
    return Action{party, harmless()};
  };
  book.provocations[Refusal(base::v1::PARTY_FROZEN).code()] =
      [](World& world) -> std::optional<Action> {
    const std::uint64_t party = world.dice.pick(world.traders);
    if (!world.is_frozen(party)) return std::nullopt;
    return Action{party, payment_of(1, kRegistrar)};
  };
  book.provocations[Refusal(base::v1::NAMED_PARTY_MISSING).code()] =
      [](World& world) -> std::optional<Action> {
    return Action{world.trader(), payment_of(1, kNobody)};
  };
  book.provocations[Refusal(base::v1::RESULT_MISSING).code()] =
      [](World& world) -> std::optional<Action> {
    const auto later = static_cast<std::uint32_t>(world.dice.between(500, 1'000));
    return Action{world.trader(), payment_of(wire::make_result_of(later), kRegistrar)};
  };
  // A good operation falls with a bad one that it is linked to, before or after.
  book.admissions[base::v1::LINKED_REFUSED] = [](World& world) -> std::optional<Bytes> {
    std::vector<base::v1::Operation> linked{harmless(), payment_of(kNobody, 2)};
    if (world.dice.percent(50)) std::swap(linked[0], linked[1]);
    linked[0].set_linked(true);
    return world.sign(world.body(kRegistrar, linked));
  };
}

}  // namespace

void write_admission(Book& book) {
  write_form(book);
  write_window(book);
  write_signers(book);
  write_outcomes(book);
}

}  // namespace astyq::sim
