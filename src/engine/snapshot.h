// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engine/engine.h"
#include "store/snapshot.h"

namespace astyq::engine {

// Tells a row that stands where its table has it and holds the table's message from bytes that
// merely fit their checksum: the engine takes the former for granted.
class RowJudge final : public store::RowCheck {
 public:
  RowJudge();
  ~RowJudge() override;
  bool admits(const store::RowKey& key, const store::Row& row) override;

 private:
  struct Messages;
  std::unique_ptr<Messages> messages_;  // room to parse in
};

// The whole state in a new directory, see store/snapshot.h. Faults: `snapshot_exists`,
// `file_failed`.
Status write_snapshot(store::FileSystem& files, const std::string& directory, const Engine& engine);

// Faults: `snapshot_corrupt` (checksum, order, size or root differ, or a row is none of its table),
// `snapshot_newer`, `annex_key_wrong`, `state_empty`, `file_failed`. That the rows were written by
// the rules only a root tells that is known from elsewhere.
Result<Engine> read_snapshot(store::FileSystem& files, const std::string& directory,
                             const AnnexKey& annex_key);
// What read_snapshot does with what the store read.
Result<Engine> engine_of(store::Snapshot snapshot, const AnnexKey& annex_key);

}  // namespace astyq::engine
