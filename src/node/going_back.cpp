// SPDX-License-Identifier: Apache-2.0
#include "node/going_back.h"

#include "node/restore.h"

namespace astyq::node {
namespace {

const std::string kGoingBack = "going-back";
constexpr std::size_t kMostBytes = 64u << 10;

std::string command_of(const RollingBack& rolling) {
  const Evidence& evidence = rolling.evidence;
  std::string command = "astyqd rollback --to " + std::to_string(rolling.height);
  command += " --data " + rolling.data;
  if (!evidence.log_tail.empty()) command += " --log-tail " + evidence.log_tail;
  if (!evidence.fork.empty()) command += " --fork " + evidence.fork;
  return command;
}

// Empty where there is none.
Result<Bytes> mark_of(store::FileSystem& files, const std::string& data) {
  const std::string path = data + "/" + kGoingBack;
  const auto there = files.exists(path);
  if (!there.ok()) return there.fault();
  return *there ? store::read_file(files, path, kMostBytes) : Bytes();
}

Fault unfinished(const std::string& data, const Bytes& mark) {
  const std::size_t end = mark.find('\n');
  std::string command = end == Bytes::npos ? "" : mark.substr(end + 1);
  command = command.substr(0, command.find('\n'));
  return Fault{"rollback_unfinished",
               "A rollback of " + data + " to height " + mark.substr(0, end) +
                   " was begun and not ended: acknowledged blocks may be gone here, and others "
                   "would be made in their place. Run the same rollback again: `" +
                   command + "`."};
}

}  // namespace

Status begin_going_back(store::FileSystem& files, const RollingBack& rolling) {
  const Bytes mark = std::to_string(rolling.height) + "\n" + command_of(rolling) + "\n";
  return store::replace_file(files, rolling.data, kGoingBack, mark);
}

Status end_going_back(store::FileSystem& files, const std::string& data) {
  const std::string path = data + "/" + kGoingBack;
  const auto there = files.exists(path);
  if (!there.ok()) return there.fault();
  if (!*there) return Done{};
  if (const Status removed = files.remove(path); !removed.ok()) return removed;
  return files.sync_directory(data);
}

Status check_not_going_back(store::FileSystem& files, const std::string& data) {
  const auto mark = mark_of(files, data);
  if (!mark.ok()) return mark.fault();
  return mark->empty() ? Status(Done{}) : Status(unfinished(data, *mark));
}

Result<bool> begun_before(store::FileSystem& files, const RollingBack& rolling) {
  const auto mark = mark_of(files, rolling.data);
  if (!mark.ok()) return mark.fault();
  if (mark->empty()) return false;
  const bool same_height = mark->starts_with(std::to_string(rolling.height) + "\n");
  // A tail may stand elsewhere now, and what a lost one held is given up by a fork.
  if (same_height && rolling.evidence.tells_what_follows()) return true;
  return unfinished(rolling.data, *mark);
}

}  // namespace astyq::node
