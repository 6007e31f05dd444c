// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/http_client.h"

int main(int count, char** arguments) {
  using namespace astyq;
  return cli::run(std::vector<std::string>(arguments + 1, arguments + count), cli::process_io(),
                  &cli::connect_http, crypto::keyring_cost_moderate());
}
