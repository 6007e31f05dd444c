// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/base/v1/envelope.pb.h"
#include "astyq/log/v1/log.pb.h"

namespace astyq::audit {

// An operation with the ids that its transaction's operations made in place of result_of(k).
base::v1::Operation resolved(base::v1::Operation op, const log::v1::ResultRow& results);

}  // namespace astyq::audit
