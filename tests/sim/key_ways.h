// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/book.h"

// Who changes keys, and keys that are no longer free.
namespace astyq::sim {

// A party that keeps changing its keys, may act, and fits.
template <typename Fits>
bool fiddler_with(World& world, std::uint64_t& party, Fits fits) {
  for (int tries = 0; tries < 20; ++tries) {
    party = world.fiddler();
    const auto* row = world.parties.find(party);
    if (row != nullptr && row->frozen_by_act() == 0 && fits(*row)) return true;
  }
  return false;
}

inline identity::v1::NewKey key_in_use(World& world) {
  identity::v1::NewKey key = world.new_key();
  key.set_public_key(world.keys_of(kRegistrar).front());
  return key;
}

}  // namespace astyq::sim
