// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/http_client.h"

int main(int count, char** arguments) {
  namespace cli = astyq::cli;
  return cli::run(std::vector<std::string>(arguments + 1, arguments + count), cli::process_io(),
                  &cli::connect_http, astyq::crypto::keyring_cost_moderate());
}
