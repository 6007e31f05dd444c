// SPDX-License-Identifier: Apache-2.0
// A backup that is taken holds just the files that its BACKUP names. The first byte chooses what
// the input is: a whole BACKUP; its first line, under the checksum that it must have; what happens
// to a good backup.
#include "node/backup.h"

#include "crypto/sha256.h"
#include "fuzz/targets/targets.h"
#include "support/byte_dice.h"
#include "support/fault_file_system.h"
#include "wire/json.h"

namespace astyq::fuzz {
namespace {

using store::test::FaultFileSystem;
using test::ByteDice;

constexpr const char* kBackup = "backup";
constexpr const char* kManifest = "backup/BACKUP";
constexpr const char* kOutside = "backup/../secret";
constexpr std::size_t kMostBytes = 64u << 20;

void write(FaultFileSystem& files, const std::string& path, BytesView bytes) {
  ASTYQ_CHECK(files.open(path, store::FileSystem::Mode::kAppend).ok());
  files.bytes_of(path) = bytes;
}

const std::vector<std::pair<std::string, Bytes>>& contents() {
  static const std::vector<std::pair<std::string, Bytes>> kContents{
      {"genesis.json", "{}\n"},
      {"annex.key", Bytes(64, 'a')},
      {"image/CURRENT", "MANIFEST-000005\n"},
      {"log/000000000001.blocks", Bytes(300, 'b')}};
  return kContents;
}

std::string line_of(const node::v1::Backup& backup) {
  return wire::to_json(backup);
}

std::string manifest_of(BytesView line) {
  return Bytes(line) + "\n" + to_hex(view(crypto::sha256(line))) + "\n";
}

node::v1::Backup good_backup() {
  node::v1::Backup backup;
  backup.set_format(1);
  backup.set_network_id("astyq-demo");
  backup.set_height(7);
  backup.set_app_hash(Bytes(32, 'r'));
  backup.set_image_height(5);
  for (const auto& [name, bytes] : contents()) {
    auto& file = *backup.add_files();
    file.set_name(name);
    file.set_bytes(bytes.size());
    file.set_sha256(Bytes(view(crypto::sha256(bytes))));
  }
  return backup;
}

void fill(FaultFileSystem& files) {
  for (const auto& [name, bytes] : contents())
    write(files, std::string(kBackup) + "/" + name, bytes);
  write(files, kOutside, "of somebody else");
}

// Returns whether it was taken.
bool check(FaultFileSystem& files) {
  const auto taken = node::check_backup(files, kBackup);
  if (!taken.ok()) {
    const std::string& code = taken.fault().code;
    ASTYQ_CHECK(code == "backup_corrupt" || code == "backup_newer" || code == "file_failed");
    ASTYQ_CHECK(!taken.fault().text.empty());
    return false;
  }
  for (const auto& file : taken->files()) {
    const std::string path = std::string(kBackup) + "/" + file.name();
    ASTYQ_CHECK(path.find("..") == std::string::npos);
    ASTYQ_CHECK(*files.exists(path));
    const Bytes& bytes = files.bytes_of(path);
    ASTYQ_CHECK(bytes.size() == file.bytes());
    ASTYQ_CHECK(view(crypto::sha256(bytes)) == file.sha256());
  }
  // What it says of itself is read again as the same.
  node::v1::Backup again;
  const std::string line = line_of(*taken);
  ASTYQ_CHECK(wire::from_json(line, again, kMostBytes).ok());
  ASTYQ_CHECK(again.SerializeAsString() == taken->SerializeAsString() && line_of(again) == line);
  return true;
}

// A file of it is changed, cut, lengthened or taken away: that is always seen.
void attempt_damage(ByteDice& dice) {
  FaultFileSystem files;
  fill(files);
  write(files, kManifest, manifest_of(line_of(good_backup())));
  ASTYQ_CHECK(check(files));
  auto paths = files.paths();
  std::erase(paths, kOutside);
  const std::string& path = dice.pick(paths);
  Bytes& bytes = files.bytes_of(path);
  const Bytes before = bytes;
  switch (dice.below(4)) {
    case 0:
      bytes.resize(dice.below(bytes.size() + 1));
      break;
    case 1:
      bytes.insert(dice.below(bytes.size() + 1), dice.bytes(1 + dice.below(8)));
      break;
    case 2:
      ASTYQ_CHECK(files.remove(path).ok());
      ASTYQ_CHECK(!check(files));
      return;
    default:
      bytes[dice.below(bytes.size())] = static_cast<char>(dice.byte());
  }
  ASTYQ_CHECK(check(files) == (files.bytes_of(path) == before));
}

void attempt(BytesView input) {
  ByteDice dice(input);
  const std::size_t kind = dice.below(3);
  if (kind == 2) return attempt_damage(dice);
  FaultFileSystem files;
  fill(files);
  write(files, kManifest, kind == 0 ? Bytes(dice.rest()) : manifest_of(dice.rest()));
  check(files);
}

std::vector<Bytes> seeds() {
  const std::string line = line_of(good_backup());
  node::v1::Backup outside = good_backup();
  outside.mutable_files(0)->set_name("../secret");
  outside.mutable_files(0)->set_bytes(16);
  outside.mutable_files(0)->set_sha256(Bytes(view(crypto::sha256("of somebody else"))));
  return {Bytes(1, '\0') + manifest_of(line), Bytes(1, '\1') + line,
          Bytes(1, '\1') + line_of(outside),  Bytes("\x02\x01\x00\x03", 4),
          Bytes("\x02\x02\x01\x00\x02xy", 7), Bytes("\x02\x03\x02", 3),
          Bytes("\x02\x04\x03\x21\x01", 5)};
}

}  // namespace

Target backup() {
  return {"backup", attempt, seeds};
}

}  // namespace astyq::fuzz
