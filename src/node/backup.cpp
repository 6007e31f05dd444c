// SPDX-License-Identifier: Apache-2.0
#include "node/backup.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "astyq/log/v1/log.pb.h"
#include "crypto/sha256.h"
#include "node/clock.h"
#include "node/setup.h"
#include "store/block_log.h"
#include "store/data_directory.h"
#include "store/kept_images.h"
#include "wire/json.h"

namespace astyq::node {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kMostManifestBytes = 64u << 20;
const std::string kManifest = "BACKUP";
const std::string kLastBackup = "last-backup";

Fault corrupt(const std::string& backup, const std::string& what) {
  return Fault{"backup_corrupt", "The backup " + backup + " is damaged: " + what +
                                     ". Nothing was taken from it. Take another backup."};
}

// One backup that is being written.
class Copying {
 public:
  Copying(store::FileSystem& files, std::string data, std::string target)
      : files_(files), data_(std::move(data)), target_(std::move(target)) {}

  Result<v1::Backup> run() {
    if (const Status made = make_target(); !made.ok()) return made.fault();
    // The image first: the log holds every block above it, however long this takes.
    if (const Status done = copy_identity(); !done.ok()) return done.fault();
    if (const Status done = copy_image(); !done.ok()) return done.fault();
    if (const Status done = copy_log("log", data_ + "/ledger/log"); !done.ok()) return done.fault();
    if (const Status done = copy_origin(); !done.ok()) return done.fault();
    if (const Status done = describe(); !done.ok()) return done.fault();
    const Bytes line = wire::to_json(backup_);
    const Bytes text = line + "\n" + to_hex(view(crypto::sha256(line))) + "\n";
    if (const Status written = store::replace_file(files_, target_, kManifest, text); !written.ok())
      return written.fault();
    return backup_;
  }

 private:
  Status make_target() {
    if (const Status made = files_.create_directory(target_); !made.ok()) return made;
    const auto there = files_.list(target_);
    if (!there.ok()) return there.fault();
    if (there->empty()) return Done{};
    return Fault{"backup_exists",
                 target_ + " holds something already. Name a directory that does not exist."};
  }

  Status copy(const std::string& from, const std::string& name) {
    names_.push_back(name);
    std::error_code none;
    const std::uintmax_t bytes = std::filesystem::file_size(from, none);
    if (const Status room = store::check_room(files_, target_, none ? 0 : bytes); !room.ok())
      return room;
    return store::copy_file(files_, from, target_ + "/" + name);
  }

  Status copy_identity() {
    for (const char* name : {"genesis.json", "annex.key", "validator.keyring"})
      if (const Status copied = copy(data_ + "/" + name, name); !copied.ok()) return copied;
    const auto configured = files_.exists(data_ + "/node.toml");
    if (!configured.ok()) return configured.fault();
    return *configured ? copy(data_ + "/node.toml", "node.toml") : Status(Done{});
  }

  // The newest kept image that is whole: decay must not wait to be found until it is needed.
  Status copy_image() {
    const store::KeptImages kept(data_ + "/ledger/kept", {});
    for (std::uint64_t below = UINT64_MAX;;) {
      const auto height = kept.newest_at(below);
      if (!height.ok()) return height.fault();
      if (!*height || **height == 0) return Done{};
      const std::size_t names = names_.size();
      const Status copied = copy_image(kept.path_of(**height));
      if (copied.ok()) backup_.set_image_height(**height);
      // The node may have given it up for a newer one meanwhile.
      const auto there = files_.exists(kept.path_of(**height));
      if (!there.ok()) return there.fault();
      if (copied.ok() || (copied.fault().code != "image_corrupt" && *there)) return copied;
      names_.resize(names);
      std::error_code reason;
      std::filesystem::remove_all(target_ + "/image", reason);
      below = **height - 1;
    }
  }

  Status copy_image(const std::string& from) {
    const auto names = files_.list(from);
    if (!names.ok()) return names.fault();
    const std::string to = target_ + "/image";
    if (const Status made = files_.create_directory(to); !made.ok()) return made;
    for (const std::string& name : *names)
      if (name != "LOCK")
        if (const Status copied = copy(from + "/" + name, "image/" + name); !copied.ok())
          return copied;
    if (const Status synced = files_.sync_directory(to); !synced.ok()) return synced;
    const auto identity = read_public_identity(target_);
    if (!identity.ok()) return identity.fault();
    const auto image =
        store::Image::open(to, {.network_id = identity->genesis.network_id(), .read_only = true});
    if (!image.ok()) return image.fault();
    return (*image)->verify([](std::size_t) { return true; });
  }

  Status copy_log(const std::string& name, const std::string& from) {
    auto log = store::BlockLog::open(files_, from, {.read_only = true});
    if (!log.ok()) return log.fault();
    const std::string to = target_ + "/" + name;
    if (const Status made = files_.create_directory(to); !made.ok()) return made;
    for (const std::uint64_t height : log->segment_heights()) {
      const std::string file = log->path_of(height).substr(from.size());
      if (const Status copied = copy(from + file, name + file); !copied.ok()) return copied;
    }
    // Without what was half written when it was copied; and each record read once.
    auto copied = store::BlockLog::open(files_, to, {});
    if (!copied.ok()) return copied.fault();
    return copied->verify();
  }

  Status copy_origin() {
    const auto forked = files_.exists(data_ + "/origin");
    if (!forked.ok()) return forked.fault();
    if (!*forked) return Done{};
    const auto heights = files_.list(data_ + "/origin");
    if (!heights.ok()) return heights.fault();
    for (const std::string& height : *heights) {
      const std::string name = "origin/" + height;
      if (const Status made = files_.create_directory(target_ + "/" + name); !made.ok())
        return made;
      const Status copied = copy(data_ + "/" + name + "/genesis.json", name + "/genesis.json");
      if (!copied.ok()) return copied;
      const Status logged = copy_log(name + "/ledger/log", data_ + "/" + name + "/ledger/log");
      if (!logged.ok()) return logged;
    }
    return Done{};
  }

  Status describe() {
    backup_.set_format(kFormat);
    backup_.set_made_ns(wall_clock_ns());
    const auto identity = read_public_identity(target_);
    if (!identity.ok()) return identity.fault();
    backup_.set_network_id(identity->genesis.network_id());
    const auto log = store::BlockLog::open(files_, target_ + "/log", {.read_only = true});
    if (!log.ok()) return log.fault();
    const bool whole = log->empty() ? backup_.image_height() > 0 : log->first_height() == 1;
    if (backup_.image_height() == 0 && !whole)
      return Fault{"image_missing",
                   "The log does not begin at height 1, and the node has kept no copy of its "
                   "image yet. Let it run for some seconds, then try again."};
    backup_.set_height(backup_.image_height());
    if (!log->empty()) {
      const auto payload = log->read(log->last_height());
      if (!payload.ok()) return payload.fault();
      log::v1::BlockRecord last;
      if (!last.ParseFromString(*payload)) return corrupt(target_, "its last block is none");
      backup_.set_height(log->last_height());
      backup_.set_app_hash(last.app_hash());
    }
    for (const std::string& name : names_) {
      // A segment of which nothing was whole is gone.
      const auto there = files_.exists(target_ + "/" + name);
      if (!there.ok()) return there.fault();
      if (!*there) continue;
      const auto digest = store::digest_of_file(files_, target_ + "/" + name);
      if (!digest.ok()) return digest.fault();
      v1::BackupFile& file = *backup_.add_files();
      file.set_name(name);
      file.set_bytes(digest->bytes);
      file.set_sha256(Bytes(view(digest->sha256)));
    }
    return Done{};
  }

  store::FileSystem& files_;
  const std::string data_;
  const std::string target_;
  std::vector<std::string> names_;
  v1::Backup backup_;
};

// No way out of the backup's own directory.
bool is_plain(const std::string& name) {
  return !name.empty() && name.front() != '/' && name.find("..") == std::string::npos &&
         name.find('\0') == std::string::npos;
}

}  // namespace

Result<v1::Backup> back_up(const std::string& data, const std::string& target) {
  if (const Status begun = check_begun(data); !begun.ok()) return begun.fault();
  const auto files = store::posix_file_system();
  if (const auto network = store::network_of_data_directory(*files, data + "/ledger");
      !network.ok())
    return network.fault();
  auto backup = Copying(*files, data, target).run();
  if (!backup.ok()) return backup;
  const Bytes note = utc_text(backup->made_ns()) + ", height " + std::to_string(backup->height()) +
                     " in " + target + "\n";
  // The backup is whole, whether or not its node can be told.
  (void)store::replace_file(*files, data, kLastBackup, note);
  return backup;
}

Result<v1::Backup> check_backup(store::FileSystem& files, const std::string& backup) {
  const auto there = files.exists(backup + "/" + kManifest);
  if (!there.ok()) return there.fault();
  if (!*there) return corrupt(backup, "it has no file " + kManifest + ", so it was not finished");
  const auto text = store::read_file(files, backup + "/" + kManifest, kMostManifestBytes);
  if (!text.ok()) return text.fault();
  const std::size_t end = text->find('\n');
  const BytesView line = BytesView(*text).substr(0, end);
  if (end == Bytes::npos || text->substr(end + 1) != to_hex(view(crypto::sha256(line))) + "\n")
    return corrupt(backup, "the checksum of its file " + kManifest + " differs");
  v1::Backup described;
  if (!wire::from_json(line, described, kMostManifestBytes).ok() || described.format() != kFormat)
    return Fault{"backup_newer", "The backup " + backup +
                                     " is of another format version. Use the program that made "
                                     "it."};
  for (const v1::BackupFile& file : described.files()) {
    if (!is_plain(file.name())) return corrupt(backup, "it names a file outside of it");
    const std::string path = backup + "/" + file.name();
    const auto found = files.exists(path);
    if (!found.ok()) return found.fault();
    if (!*found) return corrupt(backup, path + " is missing");
    const auto digest = store::digest_of_file(files, path);
    if (!digest.ok()) return digest.fault();
    if (digest->bytes != file.bytes() || view(digest->sha256) != file.sha256())
      return corrupt(backup, "the checksum of " + path + " differs");
  }
  return described;
}

std::string last_backup(const std::string& data) {
  const auto files = store::posix_file_system();
  const auto note = store::read_file(*files, data + "/" + kLastBackup, 8'192);
  return note.ok() ? note->substr(0, note->find('\n')) : "";
}

}  // namespace astyq::node
