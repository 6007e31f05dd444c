// SPDX-License-Identifier: Apache-2.0
#include "node/status.h"

#include <utility>

#include "engine/snapshot.h"
#include "node/backup.h"
#include "node/history.h"
#include "node/record.h"
#include "store/block_log.h"
#include "store/data_directory.h"

namespace astyq::node {
namespace {

std::string mib(std::uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

std::string kept_text(const std::vector<std::uint64_t>& heights) {
  if (heights.empty()) return "none";
  return std::to_string(heights.size()) + ", of heights " + std::to_string(heights.front()) +
         " to " + std::to_string(heights.back());
}

std::string log_text(const store::BlockLog& log) {
  if (log.empty()) return "empty";
  return "heights " + std::to_string(log.first_height()) + " to " +
         std::to_string(log.last_height()) + " in " + std::to_string(log.segment_heights().size()) +
         " files";
}

std::string or_never(const std::string& text) {
  return text.empty() ? "never" : text;
}

}  // namespace

Result<std::string> directory_status(const Config& config) {
  const std::string& data = config.data_directory;
  const auto identity = read_public_identity(data);
  if (!identity.ok()) return identity.fault();
  const auto files = store::posix_file_system();
  const std::string ledger = data + "/ledger";
  const auto network = store::network_of_data_directory(*files, ledger);
  if (!network.ok()) return network.fault();
  const auto log = store::BlockLog::open(*files, ledger + "/log", {.read_only = true});
  if (!log.ok()) return log.fault();
  const History history(store::KeptImages(ledger + "/kept", {.network_id = *network}), *identity,
                        [&](std::uint64_t height) { return read_record(*log, height); });
  const auto kept = history.kept().heights();
  if (!kept.ok()) return kept.fault();
  const auto first = history.first_height(log->empty() ? 1 : log->first_height());
  if (!first.ok()) return first.fault();
  const auto free = files->free_bytes(ledger);
  if (!free.ok()) return free.fault();
  std::string text = "network: " + *network + "\n";
  if (identity->genesis.has_origin())
    text += "forked from: " + identity->genesis.origin().network_id() + " at height " +
            std::to_string(identity->genesis.origin().height()) + "\n";
  text += "formats: directory " + std::to_string(store::DataDirectory::kFormat) +
          ", log 1, image 1, snapshot 1, backup 1\n";
  text += "log: " + log_text(*log) + "\n";
  text += "kept copies: " + kept_text(*kept) + "\n";
  text += "first height it can answer for: " + std::to_string(*first) + "\n";
  text += "disk: " + mib(*free) + " free; takes transactions above " +
          std::to_string(config.disk_reserve_mib) + " MiB\n";
  text += "last scrub: " + or_never(last_scrub(data)) + "\n";
  text += "last backup: " + or_never(last_backup(data)) + "\n";
  return text;
}

Result<store::SnapshotName> make_snapshot(const std::string& data, const std::string& target,
                                          std::optional<std::uint64_t> height) {
  const auto identity = read_public_identity(data);
  if (!identity.ok()) return identity.fault();
  const auto files = store::posix_file_system();
  const auto log = store::BlockLog::open(*files, data + "/ledger/log", {.read_only = true});
  if (!log.ok()) return log.fault();
  const std::uint64_t last =
      log->empty() ? identity->genesis.origin().height() : log->last_height();
  if (height.value_or(last) > last)
    return Fault{"height_ahead", "The last block is that of height " + std::to_string(last) + "."};
  const std::string& network = identity->genesis.network_id();
  const History history(store::KeptImages(data + "/ledger/kept", {.network_id = network}),
                        *identity, [&](std::uint64_t at) { return read_record(*log, at); });
  const auto engine = history.state_at(height.value_or(last));
  if (!engine.ok()) return engine.fault();
  if (const Status written = engine::write_snapshot(*files, target, *engine); !written.ok())
    return written.fault();
  return store::SnapshotName{network, engine->head().height};
}

}  // namespace astyq::node
