// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/snapshot.h"
#include "support/fault_file_system.h"

namespace astyq::test {

// The snapshot of a state, on a disk in memory.
class Snapshot {
 public:
  explicit Snapshot(const engine::Engine& engine) {
    const Status written = engine::write_snapshot(files, kDirectory, engine);
    ASTYQ_CHECK(written.ok());
  }
  Result<engine::Engine> read(const engine::AnnexKey& annex_key) {
    return engine::read_snapshot(files, kDirectory, annex_key);
  }
  Bytes& manifest() { return files.bytes_of(kDirectory + "/MANIFEST"); }
  Bytes& chunk(int number) { return files.bytes_of(path_of(number)); }
  static std::string path_of(int number) {
    return kDirectory + "/00000" + std::to_string(number) + ".rows";
  }
  // All of it.
  Bytes bytes() {
    Bytes all;
    for (const std::string& path : files.paths()) all += path + "\n" + files.bytes_of(path);
    return all;
  }

  store::test::FaultFileSystem files;

 private:
  inline static const std::string kDirectory = "snapshot";
};

inline Bytes snapshot_of(const engine::Engine& engine) {
  return Snapshot(engine).bytes();
}

}  // namespace astyq::test
