// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <vector>

#include "suites/run.h"

int main(int count, char** arguments) {
  return astyq::suites::run(std::vector<std::string>(arguments + 1, arguments + count), std::cout,
                            std::cerr);
}
