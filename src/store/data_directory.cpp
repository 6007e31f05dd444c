// SPDX-License-Identifier: Apache-2.0
#include "store/data_directory.h"

#include <algorithm>
#include <optional>

namespace astyq::store {
namespace {

const std::string kFormatFile = "FORMAT";
const std::string kLockFile = "LOCK";
constexpr std::size_t kMostFormatBytes = 4'096;
constexpr BytesView kFirstLine = "astyq data directory\nformat ";
constexpr BytesView kNetworkLine = "\nnetwork ";

Fault foreign(const std::string& path, const std::string& why) {
  return Fault{"data_directory_foreign",
               "The directory " + path + " " + why + ". Give the right directory, or a new one."};
}

std::string format_text(const std::string& network_id) {
  return std::string(kFirstLine) + std::to_string(DataDirectory::kFormat) +
         std::string(kNetworkLine) + to_hex(network_id) + "\n";
}

// A decimal number of up to nine digits at the front of `text`, taken off it.
std::optional<std::uint32_t> take_number(BytesView& text) {
  std::uint32_t number = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    if (digits == 9) return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(text[digits] - '0');
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

Fault locked_by_another(FileSystem& files, const std::string& path) {
  const auto holder = read_file(files, path + "/" + kLockFile, 64);
  std::string who = holder.ok() ? *holder : "";
  who = who.substr(0, who.find('\n'));
  return Fault{"data_directory_locked", "The directory " + path + " is in use by process " +
                                            (who.empty() ? "(unknown)" : who) +
                                            ". Stop that process, or give another directory."};
}

// Writes the FORMAT of a new directory, or checks the one that is there.
Status check_format(FileSystem& files, const std::string& path, const std::string& network_id) {
  const auto exists = files.exists(path + "/" + kFormatFile);
  if (!exists) return exists.fault();
  if (*exists) {
    const auto network = network_of_data_directory(files, path);
    if (!network) return network.fault();
    if (*network != network_id)
      return foreign(path, "belongs to network " + *network + ", not to " + network_id);
    return Done{};
  }
  const auto names = files.list(path);
  if (!names) return names.fault();
  for (const std::string& name : *names)
    if (name != kLockFile && name != kFormatFile + ".new")
      return foreign(path, "is no data directory of Astyq, for it holds " + name);
  return replace_file(files, path, kFormatFile, format_text(network_id));
}

}  // namespace

Result<std::unique_ptr<FileLock>> lock_directory(FileSystem& files, const std::string& path) {
  if (Status status = files.create_directory(path); !status) return status.fault();
  auto lock = files.lock(path + "/" + kLockFile);
  if (lock.ok() && *lock == nullptr) return locked_by_another(files, path);
  return lock;
}

Result<std::string> network_of_data_directory(FileSystem& files, const std::string& path) {
  const auto text = read_file(files, path + "/" + kFormatFile, kMostFormatBytes);
  if (!text) return text.fault();
  BytesView rest = *text;
  if (!rest.starts_with(kFirstLine)) return foreign(path, "is no data directory of Astyq");
  rest.remove_prefix(kFirstLine.size());
  const auto format = take_number(rest);
  if (format && *format > DataDirectory::kFormat)
    return Fault{"data_directory_newer",
                 "The directory " + path + " has format " + std::to_string(*format) +
                     ", this program knows up to " + std::to_string(DataDirectory::kFormat) +
                     ". Use the program that wrote it, or a newer one."};
  if (!format || !rest.starts_with(kNetworkLine) || !rest.ends_with("\n"))
    return foreign(path, "has a damaged FORMAT file");
  rest.remove_prefix(kNetworkLine.size());
  rest.remove_suffix(1);
  const auto network = from_hex(rest);
  if (!network) return foreign(path, "has a damaged FORMAT file");
  return *network;
}

Result<DataDirectory> DataDirectory::open(FileSystem& files, std::string path,
                                          const std::string& network_id) {
  auto lock = lock_directory(files, path);
  if (!lock) return lock.fault();
  if (Status status = check_format(files, path, network_id); !status) return status.fault();
  DataDirectory directory(std::move(path), std::move(*lock));
  for (const std::string& part :
       {directory.log(), directory.image(), directory.snapshots(), directory.kept()})
    if (Status status = files.create_directory(part); !status) return status.fault();
  if (Status status = files.sync_directory(directory.path_); !status) return status.fault();
  return directory;
}

}  // namespace astyq::store
