// SPDX-License-Identifier: Apache-2.0
#include "audit/eras.h"

namespace astyq::audit {
namespace {

// Faults: `log_empty`, `log_pruned`.
Status check_begin(const Era& era) {
  if (era.log.empty())
    return Fault{"log_empty",
                 "There are no blocks of " + era.genesis.network_id() +
                     ". Name the folder with the files *.blocks: of a node with the data directory "
                     "DATA it is DATA/ledger/log."};
  const std::uint64_t begins = era.genesis.origin().height() + 1;
  if (era.log.first_height() == begins) return Done{};
  return Fault{"log_pruned", "The log of " + era.genesis.network_id() + " begins at height " +
                                 std::to_string(era.log.first_height()) + ", its history at " +
                                 std::to_string(begins) +
                                 ": what was between is not in it. Take the log of a node that "
                                 "keeps all blocks, or put the older files *.blocks of this one "
                                 "beside these."};
}

}  // namespace

Status check_eras(const std::deque<Era>& eras) {
  const ledger::v1::Genesis& first = eras.front().genesis;
  if (first.has_origin())
    return Fault{"origin_needed",
                 "The network " + first.network_id() + " goes on from a state of " +
                     first.origin().network_id() + " at height " +
                     std::to_string(first.origin().height()) +
                     ", and an audit begins with the first block of all. Name the folder with "
                     "genesis and log of the networks before it with --origin: of a node with the "
                     "data directory DATA it is DATA/origin."};
  for (const Era& era : eras)
    if (const Status begins = check_begin(era); !begins.ok()) return begins;
  return Done{};
}

}  // namespace astyq::audit
