// SPDX-License-Identifier: Apache-2.0
#include "node/fork.h"

#include <filesystem>
#include <utility>

#include "engine/genesis.h"
#include "node/going_back.h"
#include "store/data_directory.h"
#include "wire/json.h"

namespace astyq::node {
namespace {

const std::string kGenesis = "genesis.json";
const std::string kForkGenesis = "genesis.json.fork";  // once it stands, the fork is decided
const std::string kForkLedger = "ledger.fork";
constexpr std::size_t kMostGenesisBytes = 16u << 20;

Status move_directory(const std::string& from, const std::string& to) {
  std::error_code reason;
  if (!std::filesystem::exists(from, reason)) return Done{};
  std::filesystem::rename(from, to, reason);
  if (!reason) return Done{};
  return Fault{"file_failed", "Cannot move " + from + " to " + to + ": " + reason.message() + "."};
}

Status remove_directory(const std::string& path) {
  std::error_code reason;
  std::filesystem::remove_all(path, reason);
  if (!reason) return Done{};
  return Fault{"file_failed", "Cannot remove " + path + ": " + reason.message() + "."};
}

Status write_genesis(store::FileSystem& files, const std::string& directory,
                     const std::string& name, const ledger::v1::Genesis& genesis) {
  return store::replace_file(files, directory, name, wire::to_json(genesis) + "\n");
}

// Where genesis and log of the network before a fork are kept.
std::string origin_of(const std::string& data, const ledger::v1::Genesis& fork) {
  return data + "/origin/" + std::to_string(fork.origin().height());
}

Status fill_image(store::FileSystem& files, const std::string& path, const std::string& name,
                  const engine::Engine& engine) {
  const auto directory = store::DataDirectory::open(files, path, name);
  if (!directory.ok()) return directory.fault();
  auto image = store::Image::open(directory->image(), {.network_id = name});
  if (!image.ok()) return image.fault();
  if (const Status filled = (*image)->fill(engine.head().height, engine.tree()); !filled.ok())
    return filled;
  // No log leads to this state: a backup needs a copy of it from the beginning.
  return store::KeptImages(directory->kept(), {.network_id = name}).add(**image);
}

Status keep_origin(store::FileSystem& files, const std::string& data, const std::string& origin,
                   const ledger::v1::Genesis& genesis) {
  if (const Status made = files.create_directory(origin); !made.ok()) return made;
  if (const Status kept = write_genesis(files, origin, kGenesis, genesis); !kept.ok()) return kept;
  return files.sync_directory(data + "/origin");
}

// Moves the ledgers, each where it is not yet.
Status exchange_ledgers(store::FileSystem& files, const std::string& data,
                        const std::string& origin) {
  const auto waits = files.exists(data + "/" + kForkLedger);
  if (!waits.ok()) return waits.fault();
  if (*waits) {
    if (const Status moved = move_directory(data + "/ledger", origin + "/ledger"); !moved.ok())
      return moved;
    if (const Status moved = move_directory(data + "/" + kForkLedger, data + "/ledger");
        !moved.ok())
      return moved;
  }
  // Of the former state its log alone is of use.
  for (const char* part : {"/ledger/image", "/ledger/kept"})
    if (const Status removed = remove_directory(origin + part); !removed.ok()) return removed;
  if (const Status synced = files.sync_directory(origin); !synced.ok()) return synced;
  return files.sync_directory(data);
}

}  // namespace

Result<ledger::v1::Genesis> fork_genesis(const ledger::v1::Genesis& genesis,
                                         const engine::Engine& engine, const std::string& name) {
  // Two origins of one height would have one place.
  if (genesis.origin().height() == engine.head().height)
    return Fault{"genesis_invalid",
                 "The network " + genesis.network_id() +
                     " has no block of its own yet, so there is nothing to fork from. Start its "
                     "node once; or restore the backup that it came from again, under the name "
                     "that you want."};
  ledger::v1::Genesis fork = genesis;
  fork.set_network_id(name);
  ledger::v1::Origin& origin = *fork.mutable_origin();
  origin.set_network_id(genesis.network_id());
  origin.set_height(engine.head().height);
  origin.set_app_hash(Bytes(view(engine.tree().root())));
  origin.set_time_ns(engine.head().time_ns);
  if (const std::string problem = engine::genesis_problem(fork); !problem.empty())
    return Fault{"genesis_invalid", "The fork '" + name + "' cannot begin: " + problem + "."};
  return fork;
}

Result<ledger::v1::Genesis> begin_fork(const std::string& data,
                                       std::unique_ptr<DurableLedger> ledger,
                                       const std::string& name) {
  const auto files = store::posix_file_system();
  auto genesis = fork_genesis(ledger->identity().genesis, ledger->engine(), name);
  if (!genesis.ok()) return genesis;
  const std::string path = data + "/" + kForkLedger;
  if (const Status removed = remove_directory(path); !removed.ok()) return removed.fault();
  if (const Status filled = fill_image(*files, path, name, ledger->engine()); !filled.ok())
    return filled.fault();
  if (const Status kept =
          keep_origin(*files, data, origin_of(data, *genesis), ledger->identity().genesis);
      !kept.ok())
    return kept.fault();
  if (const Status decided = write_genesis(*files, data, kForkGenesis, *genesis); !decided.ok())
    return decided.fault();
  ledger.reset();
  if (const Status finished = finish_fork(data); !finished.ok()) return finished.fault();
  return genesis;
}

Status finish_fork(const std::string& data) {
  const auto files = store::posix_file_system();
  const auto decided = files->exists(data + "/" + kForkGenesis);
  if (!decided.ok()) return decided.fault();
  if (!*decided) return Done{};
  if (const Status ended = end_going_back(*files, data); !ended.ok()) return ended;
  const auto document = store::read_file(*files, data + "/" + kForkGenesis, kMostGenesisBytes);
  if (!document.ok()) return document.fault();
  ledger::v1::Genesis genesis;
  const BytesView line = BytesView(*document).substr(0, document->find('\n'));
  if (const Status read = wire::from_json(line, genesis, kMostGenesisBytes); !read.ok())
    return Fault{"genesis_invalid", data + "/" + kForkGenesis + ": " + read.fault().text};
  const std::string origin = origin_of(data, genesis);
  if (const Status exchanged = exchange_ledgers(*files, data, origin); !exchanged.ok())
    return exchanged;
  if (const Status renamed = files->rename(data + "/" + kForkGenesis, data + "/" + kGenesis);
      !renamed.ok())
    return renamed;
  return files->sync_directory(data);
}

}  // namespace astyq::node
