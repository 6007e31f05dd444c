// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/licences/v1/state.pb.h"
#include "support/chain.h"

namespace astyq::test {

// Grants the party an open-ended licence that is valid now. Returns the licence's id.
std::uint64_t license(Chain& chain, const Actor& holder, licences::v1::LicenceKind kind,
                      Where where = Where::current());

// A company that is licensed so.
Actor licensed_company(Chain& chain, const std::string& name, licences::v1::LicenceKind kind,
                       Where where = Where::current());

}  // namespace astyq::test
