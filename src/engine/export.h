// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/engine.h"

namespace astyq::engine {

// The whole state in one file, the same bytes on every node with the same root.
//   export = "astyq/state/1\n" || u8 size || network id || root(32) || u64 number of rows
//            || { u8 key size || key || u32 row size || row }   ascending by key, rows as in
//            row_codec.h
//            || SHA-256 of all before (32)
Bytes export_state(const Engine& engine);

// Faults: `export_corrupt` (checksum, order, size or root differ, or a row is none of its table),
// `annex_key_wrong`, `state_empty`. That the rows were written by the rules only a root tells that
// is known from elsewhere.
Result<Engine> import_state(BytesView exported, const AnnexKey& annex_key);

}  // namespace astyq::engine
