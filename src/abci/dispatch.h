// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abci/application.h"
#include "abci/grammar.h"

namespace astyq::abci {

// What the grammar must know of a request before it is served.
Call call_of(const Request& request);

// Asks the application; answers Echo and Flush itself. Faults: the application's;
// `abci_version_unknown`, an Info of another ABCI than 2.
Result<v1::Response> answer(Application& application, const Request& request);

// What the grammar must know of what came of it.
Outcome outcome_of(const Result<v1::Response>& answered);

}  // namespace astyq::abci
