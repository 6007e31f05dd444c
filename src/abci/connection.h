// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "abci/application.h"
#include "abci/turns.h"

namespace astyq::abci {

// Why a connection was refused, for the operator; called from the threads of connections.
using Teller = std::function<void(const Fault&)>;

// Serves one connection until its peer ends it, it is refused or its socket is shut down: request
// after request in the order they came, answers in the same order. They are written at Flush. A
// frame that is wrong, a call that the grammar forbids and a fault of the application are answered
// as `exception`, the last answer of the connection. Requires: the connection has joined `turns`.
void serve(Application& application, Turns& turns, Turns::Connection connection, int socket,
           const Teller& tell);

// Writes an exception to a peer that is not served at all, without waiting for anything.
void turn_away(int socket, const Fault& why);

}  // namespace astyq::abci
