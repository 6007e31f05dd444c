// SPDX-License-Identifier: Apache-2.0
#include "light/comet_json.h"

#include <charconv>
#include <chrono>

#include "wire/block_header.h"
#include "wire/validators.h"

namespace astyq::light {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;
constexpr std::int64_t kMostSeconds = INT64_MAX / 1'000'000'000 - 1;

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// Digits at a place, of a number that is not negative.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  for (std::size_t i = at; i < at + count; ++i)
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  return static_cast<int>(*number_of(text.substr(at, count)));
}

// Seconds since 1970 of "2019-11-02T15:04:00", which may be before.
std::optional<std::int64_t> seconds_of(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i)
    if (kForm[i] != 'd' && text[i] != kForm[i]) return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * kSecondsOfDay + *hour * 3600 + *minute * 60 + *second;
}

// Go prints UTC with up to nine digits of a second.
std::optional<comet::v1::Timestamp> timestamp_of(std::string_view text) {
  const auto seconds = seconds_of(text);
  if (!seconds || text.back() != 'Z') return std::nullopt;
  std::string fraction(text.substr(19, text.size() - 20));
  if (!fraction.empty()) {
    if (fraction[0] != '.' || fraction.size() < 2 || fraction.size() > 10) return std::nullopt;
    fraction.erase(0, 1);
  }
  fraction.resize(9, '0');
  const auto nanos = digits(fraction, 0, 9);
  if (!nanos) return std::nullopt;
  comet::v1::Timestamp out;
  out.set_seconds(*seconds);
  out.set_nanos(static_cast<std::uint32_t>(*nanos));
  return out;
}

comet::v1::Timestamp read_timestamp(const wire::Node& from) {
  const auto timestamp = timestamp_of(from.text());
  if (!timestamp) from.refuse("is no time of RFC 3339 in UTC");
  return timestamp.value_or(comet::v1::Timestamp());
}

// Empty where the member is missing or null.
Bytes read_hash(const wire::Node& from, std::string_view name) {
  const auto member = from.find(name);
  return member ? member->hex() : Bytes();
}

comet::v1::BlockId read_block_id(const wire::Node& from) {
  comet::v1::BlockId id;
  id.set_hash(read_hash(from, "hash"));
  // Before Tendermint 0.34 it was named `parts`.
  const wire::Node parts = from.has("parts") ? from.at("parts") : from.at("part_set_header");
  id.mutable_part_set_header()->set_total(
      static_cast<std::uint32_t>(read_whole(parts.at("total"))));
  id.mutable_part_set_header()->set_hash(read_hash(parts, "hash"));
  return id;
}

comet::v1::Header read_header(const wire::Node& from) {
  comet::v1::Header header;
  const wire::Node version = from.at("version");
  header.mutable_version()->set_block(static_cast<std::uint64_t>(read_whole(version.at("block"))));
  if (const auto app = version.find("app"))
    header.mutable_version()->set_app(static_cast<std::uint64_t>(read_whole(*app)));
  header.set_chain_id(from.at("chain_id").text());
  header.set_height(read_whole(from.at("height")));
  *header.mutable_time() = read_timestamp(from.at("time"));
  if (const auto last = from.find("last_block_id"))
    *header.mutable_last_block_id() = read_block_id(*last);
  header.set_last_commit_hash(read_hash(from, "last_commit_hash"));
  header.set_data_hash(read_hash(from, "data_hash"));
  header.set_validators_hash(read_hash(from, "validators_hash"));
  header.set_next_validators_hash(read_hash(from, "next_validators_hash"));
  header.set_consensus_hash(read_hash(from, "consensus_hash"));
  header.set_app_hash(read_hash(from, "app_hash"));
  header.set_last_results_hash(read_hash(from, "last_results_hash"));
  header.set_evidence_hash(read_hash(from, "evidence_hash"));
  header.set_proposer_address(read_hash(from, "proposer_address"));
  return header;
}

comet::v1::CommitSig read_vote(const wire::Node& from) {
  comet::v1::CommitSig vote;
  vote.set_block_id_flag(static_cast<std::uint32_t>(read_whole(from.at("block_id_flag"))));
  vote.set_validator_address(read_hash(from, "validator_address"));
  if (const auto time = from.find("timestamp")) *vote.mutable_timestamp() = read_timestamp(*time);
  if (const auto signature = from.find("signature")) vote.set_signature(signature->base64());
  return vote;
}

comet::v1::Validator read_validator(const wire::Node& from) {
  comet::v1::Validator validator;
  validator.set_address(read_hash(from, "address"));
  const wire::Node key = from.at("pub_key");
  const Bytes value = key.at("value").base64();
  if (key.at("type").text() == "tendermint/PubKeyEd25519")
    validator.mutable_pub_key()->set_ed25519(value);
  else
    validator.mutable_pub_key()->set_secp256k1(value);  // whatever it is: none is taken
  validator.set_voting_power(
      read_whole(from.has("power") ? from.at("power") : from.at("voting_power")));
  return validator;
}

}  // namespace

std::int64_t read_whole(const wire::Node& from) {
  if (!from.is_text()) return from.number();
  const auto number = number_of(from.text());
  if (!number) from.refuse("is no whole number");
  return number.value_or(0);
}

std::int64_t read_time_ns(const wire::Node& from) {
  const comet::v1::Timestamp timestamp = read_timestamp(from);
  if (timestamp.seconds() >= 0 && timestamp.seconds() <= kMostSeconds)
    return wire::time_ns_of(timestamp);
  from.refuse("is no time between 1970 and 2262");
  return 0;
}

comet::v1::SignedHeader read_signed_header(const wire::Node& from) {
  comet::v1::SignedHeader out;
  *out.mutable_header() = read_header(from.at("header"));
  const wire::Node commit = from.at("commit");
  out.mutable_commit()->set_height(read_whole(commit.at("height")));
  out.mutable_commit()->set_round(static_cast<std::uint32_t>(read_whole(commit.at("round"))));
  *out.mutable_commit()->mutable_block_id() = read_block_id(commit.at("block_id"));
  if (const auto votes = commit.find("signatures"))
    for (const wire::Node& vote : votes->elements())
      *out.mutable_commit()->add_signatures() = read_vote(vote);
  return out;
}

comet::v1::ValidatorSet read_validators(const wire::Node& from) {
  comet::v1::ValidatorSet out;
  if (const auto validators = from.find("validators"))
    for (const wire::Node& validator : validators->elements())
      *out.add_validators() = read_validator(validator);
  wire::sort_validators(out);
  return out;
}

comet::v1::LightBlock read_light_block(const wire::Node& from) {
  comet::v1::LightBlock out;
  *out.mutable_signed_header() = read_signed_header(from.at("signed_header"));
  *out.mutable_validator_set() = read_validators(from.at("validator_set"));
  return out;
}

}  // namespace astyq::light
