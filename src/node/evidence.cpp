// SPDX-License-Identifier: Apache-2.0
#include "node/evidence.h"

#include <boost/json.hpp>
#include <utility>

#include "node/record.h"
#include "wire/block_header.h"
#include "wire/json.h"

namespace astyq::node {
namespace {

constexpr std::size_t kMostWitnessBytes = 1u << 20;
constexpr std::uint64_t kSyncEvery = 256;  // blocks of a tail

// Whether the tail's block after `height` was made on top of this log's block of that height.
Status check_follows(const store::BlockLog& log, const store::BlockLog& tail, std::uint64_t height,
                     const std::string& directory) {
  const Fault differs{"tail_differs",
                      "The log in " + directory + " holds another block than this one at height " +
                          std::to_string(height) +
                          ": they are of two histories. Give the log of this very node."};
  if (tail.first_height() <= height) {
    const auto ours = log.read(height);
    if (!ours.ok()) return ours.fault();
    const auto theirs = tail.read(height);
    if (!theirs.ok()) return theirs.fault();
    return *ours == *theirs ? Status(Done{}) : Status(differs);
  }
  if (tail.last_height() == height) return Done{};
  const auto last = read_record(log, height);
  if (!last.ok()) return last.fault();
  const auto next = read_record(tail, height + 1);
  if (!next.ok()) return next.fault();
  const Hash hash = wire::header_hash(last->signed_header().header());
  const bool follows = next->signed_header().header().last_block_id().hash() == view(hash);
  return follows ? Status(Done{}) : Status(differs);
}

// A signed header, alone or as the member of an answer.
Result<comet::v1::SignedHeader> read_witness(const std::string& path) {
  const auto text = store::read_file(*store::posix_file_system(), path, kMostWitnessBytes);
  if (!text.ok()) return text.fault();
  const Fault invalid{"witness_invalid",
                      path +
                          " holds no signed header: give the answer of GET /v1/status or "
                          "/v1/blocks/HEIGHT as it was saved, or its member signed_header."};
  boost::system::error_code error;
  const auto parsed = boost::json::parse(*text, error);
  if (error || !parsed.is_object()) return invalid;
  const auto* inner = parsed.as_object().if_contains("signed_header");
  comet::v1::SignedHeader header;
  const std::string document = boost::json::serialize(inner != nullptr ? *inner : parsed);
  if (!wire::from_json(document, header, kMostWitnessBytes).ok() || !header.has_header())
    return invalid;
  return header;
}

}  // namespace

Status check_given(const Evidence& evidence) {
  if (!evidence.empty()) return Done{};
  return Fault{"evidence_needed",
               "A disk cannot know what it once acknowledged: blocks above the one that is gone "
               "back to may have been made, and people told of them. Give --log-tail DIR, the "
               "newest log of this node; or --witness FILE, the newest signed header that somebody "
               "else has saved; or --fork NAME, when they are lost and another network shall go "
               "on from here under a name of its own."};
}

Result<store::BlockLog> open_tail(store::FileSystem& files, const store::BlockLog& log,
                                  std::uint64_t height, const std::string& directory) {
  auto tail = store::BlockLog::open(files, directory, {.read_only = true});
  if (!tail.ok()) return tail.fault();
  if (tail->empty() || tail->last_height() < height)
    return Fault{"tail_behind", "The log in " + directory + " does not reach height " +
                                    std::to_string(height) +
                                    ": it is not the newest log of this node."};
  if (tail->first_height() > height + 1)
    return Fault{"tail_gap", "The log in " + directory + " begins at height " +
                                 std::to_string(tail->first_height()) + "; what is here ends at " +
                                 std::to_string(height) + ". Add the segments in between."};
  if (!log.empty())
    if (const Status follows = check_follows(log, *tail, height, directory); !follows.ok())
      return follows.fault();
  if (const Status whole = tail->verify(); !whole.ok()) return whole.fault();
  return tail;
}

Result<std::uint64_t> append_tail(store::BlockLog& log, std::uint64_t height,
                                  const store::BlockLog& tail) {
  const std::uint64_t next = (log.empty() ? height : log.last_height()) + 1;
  for (std::uint64_t at = next; at <= tail.last_height(); ++at) {
    const auto payload = tail.read(at);
    if (!payload.ok()) return payload.fault();
    if (const Status added = log.append(at, *payload); !added.ok()) return added.fault();
    if (at % kSyncEvery == 0)
      if (const Status synced = log.sync(); !synced.ok()) return synced.fault();
  }
  if (const Status synced = log.sync(); !synced.ok()) return synced.fault();
  return tail.last_height() + 1 - next;
}

Status check_witness(const DurableLedger& ledger, std::uint64_t last, const std::string& path) {
  const auto witness = read_witness(path);
  if (!witness.ok()) return witness.fault();
  const ledger::v1::Genesis& genesis = ledger.identity().genesis;
  if (!wire::verify_signed_header(*witness, genesis.network_id(), genesis.validator_key()))
    return Fault{"witness_invalid", "The header in " + path +
                                        " is not signed by the validator of network " +
                                        genesis.network_id() + "."};
  const auto height = static_cast<std::uint64_t>(witness->header().height());
  if (height > last)
    return Fault{"witness_ahead",
                 "The witness saw block " + std::to_string(height) +
                     ", but the last one here would be " + std::to_string(last) +
                     ": acknowledged blocks are missing. Give a newer backup, or the rest of the "
                     "log with --log-tail, or begin another network with --fork."};
  const auto record = ledger.read_block(height);
  if (!record.ok()) return record.fault();
  if (wire::header_hash(record->signed_header().header()) == wire::header_hash(witness->header()))
    return Done{};
  return Fault{"witness_differs",
               "The witness saw another block at height " + std::to_string(height) +
                   " than stands here: they are of two histories. Nothing was served."};
}

}  // namespace astyq::node
