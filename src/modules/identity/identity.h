// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "astyq/base/v1/envelope.pb.h"
#include "astyq/identity/v1/key.pb.h"
#include "astyq/identity/v1/state.pb.h"
#include "ledger/refusal.h"
#include "ledger/signer.h"
#include "ledger/view.h"

// Who acts, and with which keys.
namespace astyq::identity {

// Type of the table of parties: an id of it must exist wherever an operation names it.
inline constexpr std::uint8_t kPartiesTable = 16;

// 12 digits whose last is the check digit of the first eleven (weights 1..11, then 3..11, 1, 2 when
// the first sum gives 10).
bool is_valid_bin(std::string_view bin);

// Whether a key that a message brings is one of its kind: a point that only its maker can sign for.
bool is_well_formed(const v1::NewKey& key);

// Where the rows of a party and of a key are, for who wants to ask for them early.
store::RowKey party_row(std::uint64_t party);
store::RowKey key_row(BytesView public_key);

bool exists(const View& view, std::uint64_t party);
v1::PartyKind kind_of(const View& view, std::uint64_t party);
bool is_frozen(const View& view, std::uint64_t party);
// The act that freezes the party; 0 when it is not frozen. Requires: the party exists.
std::uint64_t freezing_act(const View& view, std::uint64_t party);
// Sets (or, with 0, clears) the act that freezes the party. Requires: the party exists.
void set_freeze(View& view, std::uint64_t party, std::uint64_t act);

// The act that last gave the party new keys; 0 when none did. Requires: the party exists.
std::uint64_t recovering_act(const View& view, std::uint64_t party);

// Whether these keys are the party's, active, used where they may be, and as many as it requires.
// Refuses with KEY_NOT_OF_PARTY or TOO_FEW_KEYS. Requires: the party exists.
Refusal check_keys(const View& view, std::uint64_t party, std::span<const Signer> signers);

// Long window: whether a sequence number of a key is unused. The highest seen is kept with a map of
// the 256 numbers below it; older ones are refused with SEQUENCE_TOO_OLD.
Refusal check_sequence(const View& view, std::uint64_t party,
                       const base::v1::KeySequence& sequence);
// Requires: check_sequence accepted it.
void use_sequence(View& view, const base::v1::KeySequence& sequence);

// Whether the key is new to the ledger; a revoked key never returns.
bool key_is_unused(const View& view, BytesView public_key);
// The key is of the party's present generation. Requires: the party exists; well formed, unused.
// The caller keeps the party's count of active keys.
void add_key(View& view, std::uint64_t party, const v1::NewKey& key);

// Whether the key is this party's and may sign.
bool is_active_key(const View& view, std::uint64_t party, BytesView public_key);
// The key never signs again. Requires: active. The caller keeps the party's count of active keys.
void revoke_key(View& view, BytesView public_key);

// The party's keys are these from now on, and none of its former ones signs again. Requires: the
// party exists; well-formed, different, unused keys, at least as many as the threshold, which is
// not 0; an act that was recorded after the last one that did so.
void replace_keys(View& view, std::uint64_t party, std::span<const v1::NewKey> keys,
                  std::uint32_t threshold, std::uint64_t act);

// Opens a company or state body with its keys. Requires: valid and unused BIN, well-formed unused
// keys, at most as high a threshold as there are keys.
std::uint64_t open_party(View& view, v1::Party party, std::span<const v1::NewKey> keys);
bool bin_is_registered(const View& view, std::string_view bin);

}  // namespace astyq::identity
