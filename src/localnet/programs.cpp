// SPDX-License-Identifier: Apache-2.0
#include "localnet/programs.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace astyq::localnet {
namespace {

using std::chrono::seconds;

constexpr const char* kSupported = "v0.38.25";
constexpr seconds kCometLimit{10};
constexpr seconds kNodeLimit{60};  // it may be writing its image

bool is_program(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

std::string beside_this_program() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

std::string on_path(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (!folder.empty() && is_program(folder + "/" + name)) return folder + "/" + name;
  return "";
}

std::string find_comet() {
  const std::string here = beside_this_program();
  for (const std::string& path :
       {here + "/cometbft", here + "/../../.cache/cometbft/" + kSupported + "/cometbft"})
    if (is_program(path)) return std::filesystem::path(path).lexically_normal().string();
  return on_path("cometbft");
}

}  // namespace

std::string node_pid_file(const Member& member) {
  return member.directory + "/node.pid";
}
std::string comet_pid_file(const Member& member) {
  return member.directory + "/comet.pid";
}
std::string node_log_file(const Member& member) {
  return member.directory + "/node.log";
}
std::string comet_log_file(const Member& member) {
  return member.directory + "/comet.log";
}

Result<Programs> find_programs(const std::string& cometbft) {
  std::error_code error;
  Programs programs{
      beside_this_program() + "/astyqd",
      cometbft.empty() ? find_comet() : std::filesystem::absolute(cometbft, error).string()};
  if (!is_program(programs.astyqd))
    return Fault{"program_missing", "There is no " + programs.astyqd +
                                        " beside this program. Build or install the node too."};
  if (is_program(programs.cometbft)) return programs;
  return Fault{
      "program_missing",
      (cometbft.empty() ? std::string("CometBFT is neither beside this program nor on the "
                                      "PATH")
                        : "'" + cometbft + "' is no program") +
          ". Get " + kSupported +
          " with tools/install-cometbft of the sources, or name one with --cometbft FILE."};
}

Status start_member(const Member& member, const Programs& programs) {
  if (!running(node_pid_file(member))) {
    Status started = start({{programs.astyqd, "--data", member.data(), "--engine", "cometbft"},
                            member.directory,
                            node_log_file(member),
                            node_pid_file(member)});
    if (!started.ok()) return started;
  }
  if (running(comet_pid_file(member))) return Done{};
  return start({{programs.cometbft, "start", "--home", member.comet()},
                member.directory,
                comet_log_file(member),
                comet_pid_file(member)});
}

Result<std::vector<std::string>> stop_member(const Member& member) {
  std::vector<std::string> killed;
  const auto comet = end(comet_pid_file(member), kCometLimit);
  if (!comet.ok()) return comet.fault();
  if (*comet) killed.push_back(member.name + "'s CometBFT");
  const auto node = end(node_pid_file(member), kNodeLimit);
  if (!node.ok()) return node.fault();
  if (*node) killed.push_back(member.name + "'s node");
  return killed;
}

}  // namespace astyq::localnet
