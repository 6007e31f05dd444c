// SPDX-License-Identifier: Apache-2.0
#include "node/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace astyq::node {
namespace {

constexpr rlim_t kFewestConnections = 16;

}  // namespace

Result<std::uint32_t> connections_that_fit(std::uint32_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = limit.rlim_max = 0;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised = limit;
    raised.rlim_cur = std::min<rlim_t>(limit.rlim_max, rlim_t{wanted} + kOwnDescriptors);
    raised.rlim_cur = std::max(raised.rlim_cur, limit.rlim_cur);
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  if (limit.rlim_cur < kOwnDescriptors + kFewestConnections)
    return Fault{"too_few_descriptors",
                 "This process may open only " + std::to_string(limit.rlim_cur) +
                     " files; the node needs " +
                     std::to_string(kOwnDescriptors + kFewestConnections) +
                     " at least. Raise the limit (`ulimit -n`, LimitNOFILE of a service)."};
  const rlim_t fit = std::min<rlim_t>(wanted, limit.rlim_cur - kOwnDescriptors);
  return static_cast<std::uint32_t>(fit);
}

}  // namespace astyq::node
