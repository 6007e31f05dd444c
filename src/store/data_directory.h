// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "store/file_system.h"

namespace astyq::store {

// Makes the directory where it is missing and holds it for this process alone. `files` must outlive
// the result. Errors: `data_directory_locked` naming the holder's process id; `file_failed`.
Result<std::unique_ptr<FileLock>> lock_directory(FileSystem& files, const std::string& path);

// A node's directory, held by one process:
//   FORMAT     "astyq data directory\nformat 1\nnetwork <hex of the network id>\n"
//   LOCK       locked while the node runs; holds its process id
//   log/       block_log.h       image/  image.h       snapshots/       kept/  copies of the image
class DataDirectory {
 public:
  static constexpr std::uint32_t kFormat = 1;

  // Locks the directory, makes what is missing, checks what is there. `files` must outlive the
  // result. Errors: `data_directory_locked` naming the holder's process id;
  // `data_directory_foreign` for another network, and for a directory with other things in it;
  // `data_directory_newer` for a later format; `file_failed`.
  static Result<DataDirectory> open(FileSystem& files, std::string path,
                                    const std::string& network_id);

  const std::string& path() const { return path_; }
  std::string log() const { return path_ + "/log"; }
  std::string image() const { return path_ + "/image"; }
  std::string snapshots() const { return path_ + "/snapshots"; }
  std::string kept() const { return path_ + "/kept"; }

 private:
  DataDirectory(std::string path, std::unique_ptr<FileLock> lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  std::unique_ptr<FileLock> lock_;
};

// The network a data directory was made for. Errors: `data_directory_foreign` when it is none,
// `data_directory_newer`, `file_failed`.
Result<std::string> network_of_data_directory(FileSystem& files, const std::string& path);

}  // namespace astyq::store
