// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/chain.h"

namespace astyq::test {

// An act of the registrar about this party, citable for ever.
std::uint64_t act_about(Chain& chain, const Actor& subject, Where where = Where::current());

}  // namespace astyq::test
