// SPDX-License-Identifier: Apache-2.0
#include "node/threads.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace astyq::node {

// Neither is a reason to stop: without them a node is slower or less easy to look at.
void be_thread(const char* name, int gives_way) {
  (void)pthread_setname_np(pthread_self(), name);
  // Linux counts niceness by thread.
  if (gives_way > 0) (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), gives_way);
}

}  // namespace astyq::node
