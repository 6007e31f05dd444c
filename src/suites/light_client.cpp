// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "light/comet_json.h"
#include "light/commit.h"
#include "light/path.h"
#include "suites/faults.h"
#include "suites/kinds.h"
#include "wire/block_header.h"

// Two formats of one family, as informalsystems/tendermint-rs has them in
// light-client/tests/support: single steps made from a model, and bisection over a list of blocks.
namespace astyq::suites {
namespace {

using comet::v1::LightBlock;

// Clients of the traces let clocks differ by nothing in single steps, by 10 s in bisection.
constexpr std::int64_t kNoDriftNs = 0;
constexpr std::int64_t kDriftNs = 10'000'000'000;

// Bisections whose blocks lead nowhere, by the hash of their trusted block: their headers and sets
// were hashed by Tendermint before 0.34, which encoded them otherwise. Upstream has switched them
// off by the first letter of their names.
constexpr std::string_view kOlderHashes[] = {
    "76b0fb738138a2c934300d7b23c280b65965d7427da4d5414b41c75ebc4ad4c3",
    "479832a9ca4aba9bb5d34e452e3500887b3c60ad011778487f76e81e54d4abb8"};

struct Step {
  LightBlock block;
  light::Trusted after;  // what is trusted when it is taken
  std::int64_t now_ns = 0;
  std::string verdict;
};

struct Bisection {
  std::vector<LightBlock> blocks;
  std::int64_t trusted_height = 0;
  Bytes trusted_hash;
  std::int64_t height = 0;
  std::int64_t now_ns = 0;
  light::Terms terms;
  std::string expected;
};

std::string name_of(light::Verdict verdict) {
  switch (verdict) {
    case light::Verdict::kSuccess:
      return "SUCCESS";
    case light::Verdict::kNotEnoughTrust:
      return "NOT_ENOUGH_TRUST";
    case light::Verdict::kInvalid:
      return "INVALID";
  }
  return "";
}

// The traces believe the next set, which a header commits to, where a light client that was given
// no more than the block believes the block's own.
light::Trusted read_trusted(const Node& from) {
  LightBlock block;
  *block.mutable_signed_header() = light::read_signed_header(from.at("signed_header"));
  *block.mutable_validator_set() = light::read_validators(from.at("next_validator_set"));
  return light::trusted_of(block);
}

// Before anything is called that requires them.
Status check_trusted(const light::Trusted& trusted) {
  if (trusted.height < 1 || trusted.time_ns < 0)
    return Fault{kMalformed, "what is trusted has no height or time"};
  const Status set = light::check_validators(trusted.validators);
  return set.ok() ? set : Fault{kMalformed, "what is trusted has no set: " + set.fault().code};
}

Status run_steps(const std::string& path, Document& document, Report& report) {
  const Node root = document.root();
  light::Trusted trusted = read_trusted(root.at("initial"));
  light::Terms terms;
  terms.trusting_period_ns = light::read_whole(root.at("initial").at("trusting_period"));
  terms.clock_drift_ns = kNoDriftNs;
  std::vector<Step> steps;
  for (const Node& input : root.at("input").elements()) {
    const Node block = input.at("block");
    steps.push_back({light::read_light_block(block), read_trusted(block),
                     light::read_time_ns(input.at("now")), input.at("verdict").text()});
  }
  if (Status read = document.status(); !read.ok()) return read;
  if (Status start = check_trusted(trusted); !start.ok()) return start;
  if (terms.trusting_period_ns < 0) return Fault{kMalformed, "its trusting period is below zero"};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (step.verdict != "SUCCESS" && step.verdict != "NOT_ENOUGH_TRUST" &&
        step.verdict != "INVALID")
      return Fault{kMalformed, "its verdict " + step.verdict + " is none of a light client"};
    const auto judgement = light::verify(trusted, step.block, terms, step.now_ns);
    std::string given = name_of(judgement.verdict);
    if (given != step.verdict) given += ", " + judgement.reason.code;
    report.expect(path + " step " + std::to_string(i + 1), step.verdict, given);
    if (judgement.verdict != light::Verdict::kSuccess) continue;
    // A header may name a next set that the file does not hold; nothing can be believed then.
    if (!check_trusted(step.after).ok()) break;
    trusted = step.after;
  }
  return Done{};
}

Result<Bisection> read_bisection(Document& document) {
  const Node root = document.root();
  const Node options = root.at("trust_options");
  Bisection out;
  for (const Node& block : root.at("primary").at("lite_blocks").elements())
    out.blocks.push_back(light::read_light_block(block));
  out.trusted_height = light::read_whole(options.at("height"));
  out.trusted_hash = options.at("hash").hex();
  out.terms.trusting_period_ns = light::read_whole(options.at("period"));
  out.terms.clock_drift_ns = kDriftNs;
  const Node level = options.at("trust_level");
  out.terms.level = {static_cast<std::uint64_t>(light::read_whole(level.at("numerator"))),
                     static_cast<std::uint64_t>(light::read_whole(level.at("denominator")))};
  out.height = light::read_whole(root.at("height_to_verify"));
  out.now_ns = light::read_time_ns(root.at("now"));
  out.expected = root.at("expected_output").text();
  if (Status read = document.status(); !read.ok()) return read.fault();
  if (out.terms.trusting_period_ns < 0 || !light::is_sound(out.terms.level))
    return Fault{kMalformed, "its trusting period or trust level is none"};
  if (out.expected != "error" && out.expected != "no error")
    return Fault{kMalformed, "its expected_output is neither error nor no error"};
  return out;
}

// As a light client begins: with the block of that height, if it is the one that the options name.
Result<light::Trusted> start_of(const Bisection& bisection, const light::Fetch& fetch) {
  const auto block = fetch(bisection.trusted_height);
  if (!block.ok()) return block.fault();
  const auto& signed_header = block->signed_header();
  if (view(wire::header_hash(signed_header.header())) != bisection.trusted_hash)
    return Fault{"light_other_header", "the trusted block has another hash"};
  if (Status form = light::check_form(signed_header); !form.ok()) return form.fault();
  if (Status set = light::check_validators(block->validator_set()); !set.ok()) return set.fault();
  if (Status own = light::check_commit(signed_header, block->validator_set()); !own.ok())
    return own.fault();
  return light::trusted_of(*block);
}

Status bisect(const Bisection& bisection) {
  const light::Fetch fetch = [&](std::int64_t height) -> Result<LightBlock> {
    const auto found = std::ranges::find_if(bisection.blocks, [&](const LightBlock& block) {
      return block.signed_header().header().height() == height;
    });
    if (found == bisection.blocks.end())
      return Fault{"light_no_block", "no block of height " + std::to_string(height)};
    return *found;
  };
  const auto start = start_of(bisection, fetch);
  if (!start.ok()) return start.fault();
  if (bisection.height <= start->height) return Fault{"light_not_later", "nothing to verify"};
  const auto path = light::find_path(
      *start, bisection.height, fetch, [&](const light::Trusted& trusted, const LightBlock& block) {
        return light::verify(trusted, block, bisection.terms, bisection.now_ns);
      });
  return path.ok() ? Status(Done{}) : path.fault();
}

Status run_bisection(const std::string& path, Document& document, Report& report) {
  const auto bisection = read_bisection(document);
  if (!bisection.ok()) return bisection.fault();
  const Status outcome = bisect(*bisection);
  std::string given = outcome.ok() ? "no error" : "error";
  std::string expected = bisection->expected;
  const bool is_older =
      std::ranges::find(kOlderHashes, to_hex(bisection->trusted_hash)) != std::end(kOlderHashes);
  if (is_older && expected == "no error") {
    expected = "error, light_other_header";
    if (!outcome.ok()) given += ", " + outcome.fault().code;
    if (given == expected)
      report.remark("listed: " + path +
                    ": error, not no error: its headers were hashed before "
                    "Tendermint 0.34, CometBFT hashes them otherwise");
  } else if (given != expected && !outcome.ok()) {
    given += ", " + outcome.fault().code;
  }
  report.expect(path + " height " + std::to_string(bisection->height), expected, given);
  return Done{};
}

}  // namespace

Status run_light_client(const std::string& path, const std::string& text, Report& report) {
  auto document = Document::parse(text, kMalformed);
  if (!document.ok()) return document.fault();
  const Node root = document->root();
  if (root.has("initial") && root.has("input")) return run_steps(path, *document, report);
  if (root.has("trust_options") && root.has("primary"))
    return run_bisection(path, *document, report);
  return Fault{kOtherFormat,
               "it has neither initial and input nor trust_options and primary, as a trace of the "
               "light client has"};
}

}  // namespace astyq::suites
