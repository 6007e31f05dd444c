// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "astyq/authority/v1/state.pb.h"
#include "support/chain.h"

namespace astyq::test {

using Scopes = std::vector<authority::v1::ActScope>;

// Every scope that there is.
Scopes all_scopes();

// What records an act about this party, citable for ever and for anything.
verbs::RecordAct act_verb(const Actor& subject);

// An act of the registrar about this party, citable for ever, for anything or for these scopes.
std::uint64_t act_about(Chain& chain, const Actor& subject, Where where = Where::current());
std::uint64_t act_about(Chain& chain, const Actor& subject, const Scopes& scopes,
                        Where where = Where::current());

}  // namespace astyq::test
