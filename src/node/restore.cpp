// SPDX-License-Identifier: Apache-2.0
#include "node/restore.h"

#include <utility>

#include "node/backup.h"
#include "node/fork.h"
#include "node/going_back.h"
#include "store/data_directory.h"
#include "wire/json.h"

namespace astyq::node {
namespace {

const std::string kLock = "LOCK";
const std::string kGenesis = "genesis.json";

Status check_empty(store::FileSystem& files, const std::string& data) {
  const auto names = files.list(data);
  if (!names.ok()) return names.fault();
  for (const std::string& name : *names)
    if (name != kLock)
      return Fault{"restore_not_empty",
                   data + " is not empty, it holds " + name +
                       ". A backup is restored into an empty directory only: name another one, or "
                       "move this one away. What a restore that failed has left holds no "
                       "genesis.json and may be removed."};
  return Done{};
}

// Every file of the backup to its place; genesis.json is left out.
Status copy_all(store::FileSystem& files, const Restoring& restoring, const v1::Backup& backup) {
  for (const v1::BackupFile& file : backup.files()) {
    if (file.name() == kGenesis) continue;
    const bool is_ledger = file.name().starts_with("log/") || file.name().starts_with("image/");
    const std::string to = restoring.data + (is_ledger ? "/ledger/" : "/") + file.name();
    const std::string parent = to.substr(0, to.rfind('/'));
    if (const Status made = files.create_directory(parent); !made.ok()) return made;
    if (const Status copied = store::copy_file(files, restoring.backup + "/" + file.name(), to);
        !copied.ok())
      return copied;
    if (const Status synced = files.sync_directory(parent); !synced.ok()) return synced;
  }
  return Done{};
}

Status verify_log(store::FileSystem& files, const std::string& directory) {
  const auto log = store::BlockLog::open(files, directory, {.read_only = true});
  return log.ok() ? log->verify() : Status(log.fault());
}

WentBack outcome(const DurableLedger& ledger, std::uint64_t from_tail) {
  return {ledger.engine().network_id(), ledger.engine().head().height,
          ledger.engine().tree().root(), from_tail};
}

// The blocks of a tail, before the ledger is opened, which then applies them.
Result<std::uint64_t> take_tail(store::FileSystem& files, const std::string& data,
                                std::uint64_t height, const Evidence& evidence) {
  if (evidence.log_tail.empty()) return std::uint64_t{0};
  auto log = store::BlockLog::open(files, data + "/ledger/log", {.durable_height = height});
  if (!log.ok()) return log.fault();
  const std::uint64_t last = log->empty() ? height : log->last_height();
  const auto tail = open_tail(files, *log, last, evidence.log_tail);
  if (!tail.ok()) return tail.fault();
  return append_tail(*log, height, *tail);
}

// Before anything is taken back for good: that the evidence will hold.
Status check_before(store::FileSystem& files, const DurableLedger& ledger,
                    const RollingBack& rolling) {
  const std::uint64_t last = ledger.engine().head().height;
  if (rolling.height == 0 || rolling.height > last)
    return Fault{"height_ahead", "The ledger stands at height " + std::to_string(last) +
                                     ": it can go back to 1 and above."};
  const Evidence& evidence = rolling.evidence;
  if (!ledger.can_undo_to(rolling.height))
    if (const Status given = check_given(evidence); !given.ok()) return given;
  if (!evidence.witness.empty())
    if (const Status seen = check_witness(ledger, rolling.height, evidence.witness); !seen.ok())
      return seen;
  if (!evidence.fork.empty())
    if (const auto fork = fork_genesis(ledger.identity().genesis, ledger.engine(), evidence.fork);
        !fork.ok())
      return fork.fault();
  if (evidence.log_tail.empty()) return Done{};
  const auto log = store::BlockLog::open(files, ledger.log_directory(), {.read_only = true});
  if (!log.ok()) return log.fault();
  const auto tail = open_tail(files, *log, rolling.height, evidence.log_tail);
  return tail.ok() ? Status(Done{}) : Status(tail.fault());
}

// What an interrupted try left of the tail's blocks: not each was synced before the next.
Status mend_tail(store::FileSystem& files, const std::string& ledger, std::uint64_t height) {
  const auto log = store::BlockLog::open(files, ledger + "/log", {.durable_height = height});
  return log.ok() ? Status(Done{}) : Status(log.fault());
}

// Whether a try before this one has already come to its end.
bool is_that_fork(const DurableLedger& ledger, const RollingBack& rolling) {
  const ledger::v1::Genesis& genesis = ledger.identity().genesis;
  return genesis.network_id() == rolling.evidence.fork &&
         genesis.origin().height() == rolling.height &&
         ledger.engine().head().height == rolling.height;
}

// Goes back with the directory marked, for more follows.
Status take_back(store::FileSystem& files, DurableLedger& ledger, const RollingBack& rolling) {
  if (const Status marked = begin_going_back(files, rolling); !marked.ok()) return marked;
  const std::uint64_t last = ledger.engine().head().height;
  Status back = ledger.roll_back(rolling.height);
  // Nothing was begun: the node is what it was.
  if (!back.ok() && ledger.engine().head().height == last)
    if (const Status ended = end_going_back(files, rolling.data); !ended.ok()) return ended;
  return back;
}

// The last step of both where another network goes on from there.
Result<WentBack> settle(const std::string& data, std::unique_ptr<DurableLedger> ledger,
                        WentBack went, const std::string& fork) {
  const auto genesis = begin_fork(data, std::move(ledger), fork);
  if (!genesis.ok()) return genesis.fault();
  went.network_id = genesis->network_id();
  return went;
}

}  // namespace

Result<WentBack> restore(const Restoring& restoring) {
  const Evidence& evidence = restoring.evidence;
  if (const Status given = check_given(evidence); !given.ok()) return given.fault();
  const auto files = store::posix_file_system();
  const auto held = Directory::hold(restoring.data);
  if (!held.ok()) return held.fault();
  if (const Status empty = check_empty(*files, restoring.data); !empty.ok()) return empty.fault();
  const auto backup = check_backup(*files, restoring.backup);
  if (!backup.ok()) return backup.fault();
  auto identity = read_identity(restoring.backup, restoring.password_file);
  if (!identity.ok()) return identity.fault();
  const ledger::v1::Genesis genesis = identity->genesis;
  const std::string path = restoring.data + "/ledger";
  if (const auto made = store::DataDirectory::open(*files, path, genesis.network_id()); !made.ok())
    return made.fault();
  if (const Status copied = copy_all(*files, restoring, *backup); !copied.ok())
    return copied.fault();
  if (const Status whole = verify_log(*files, path + "/log"); !whole.ok()) return whole.fault();
  const auto from_tail = take_tail(*files, restoring.data, backup->image_height(), evidence);
  if (!from_tail.ok()) return from_tail.fault();
  auto ledger = DurableLedger::open(*files, path, std::move(*identity));
  if (!ledger.ok()) return ledger.fault();
  const WentBack went = outcome(**ledger, *from_tail);
  if (!evidence.witness.empty())
    if (const Status seen = check_witness(**ledger, went.height, evidence.witness); !seen.ok())
      return seen.fault();
  if (const Status written = (*ledger)->checkpoint(); !written.ok()) return written.fault();
  if (!evidence.fork.empty())
    return settle(restoring.data, std::move(*ledger), went, evidence.fork);
  const Status written =
      store::replace_file(*files, restoring.data, kGenesis, wire::to_json(genesis) + "\n");
  return written.ok() ? Result<WentBack>(went) : Result<WentBack>(written.fault());
}

Result<WentBack> roll_back(const RollingBack& rolling) {
  if (const Status begun = check_begun(rolling.data); !begun.ok()) return begun.fault();
  const auto files = store::posix_file_system();
  const auto held = Directory::hold(rolling.data);
  if (!held.ok()) return held.fault();
  if (const Status finished = finish_fork(rolling.data); !finished.ok()) return finished.fault();
  const auto begun = begun_before(*files, rolling);
  if (!begun.ok()) return begun.fault();
  auto identity = read_identity(rolling.data, rolling.password_file);
  if (!identity.ok()) return identity.fault();
  const Identity again = *identity;
  const std::string path = rolling.data + "/ledger";
  if (*begun)
    if (const Status mended = mend_tail(*files, path, rolling.height); !mended.ok())
      return mended.fault();
  auto ledger = DurableLedger::open(*files, path, std::move(*identity));
  if (!ledger.ok()) return ledger.fault();
  if (is_that_fork(**ledger, rolling)) return outcome(**ledger, 0);
  if (const Status right = check_before(*files, **ledger, rolling); !right.ok())
    return right.fault();
  const bool marks = !*begun && rolling.evidence.tells_what_follows();
  const Status back =
      marks ? take_back(*files, **ledger, rolling) : (*ledger)->roll_back(rolling.height);
  if (!back.ok()) return back.fault();
  std::uint64_t from_tail = 0;
  if (!rolling.evidence.log_tail.empty()) {
    ledger->reset();
    const auto taken = take_tail(*files, rolling.data, rolling.height, rolling.evidence);
    if (!taken.ok()) return taken.fault();
    from_tail = *taken;
    ledger = DurableLedger::open(*files, path, again);
    if (!ledger.ok()) return ledger.fault();
  }
  const WentBack went = outcome(**ledger, from_tail);
  if (!rolling.evidence.fork.empty())
    return settle(rolling.data, std::move(*ledger), went, rolling.evidence.fork);
  const Status ended = end_going_back(*files, rolling.data);
  return ended.ok() ? Result<WentBack>(went) : Result<WentBack>(ended.fault());
}

}  // namespace astyq::node
