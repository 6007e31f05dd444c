// SPDX-License-Identifier: Apache-2.0
#include "cli/settings.h"

#include <toml++/toml.h>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "wire/nearest.h"

namespace astyq::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string configuration_folder() {
  const std::string xdg = variable("XDG_CONFIG_HOME");
  if (xdg.starts_with('/')) return xdg + "/astyq";
  const std::string home = variable("HOME");
  return home.empty() ? ".astyq" : home + "/.config/astyq";
}

struct Setting {
  std::string_view name;
  std::string& value;
};

Status read_settings(const toml::table& table, const std::vector<Setting>& known,
                     const std::string& path) {
  std::vector<std::string_view> names;
  for (const Setting& setting : known) names.push_back(setting.name);
  for (const auto& [key, node] : table) {
    const auto found = std::find(names.begin(), names.end(), key.str());
    const auto text = node.value<std::string>();
    const std::string line = path + ":" + std::to_string(key.source().begin.line) + ": ";
    if (found == names.end()) {
      const std::string_view near = wire::nearest_name(key.str(), names);
      return Fault{"config_invalid",
                   line + "there is no setting '" + wire::printable(key.str()) + "'." +
                       (near.empty() ? "" : " Did you mean " + std::string(near) + "?")};
    }
    if (!text || !node.is_string())
      return Fault{"config_invalid", line + std::string(key.str()) + " must be a text in quotes."};
    std::string& value = known[static_cast<std::size_t>(found - names.begin())].value;
    if (value.empty()) value = *text;
  }
  return Done{};
}

}  // namespace

std::string default_keyring_path() {
  return configuration_folder() + "/keyring";
}

Status complete_settings(Settings& settings, const std::string& asked_for) {
  const std::string path = asked_for.empty() ? configuration_folder() + "/config.toml" : asked_for;
  std::error_code error;
  if (asked_for.empty() && !std::filesystem::exists(path, error)) {
    // Most users have none.
  } else {
    const auto text = read_file(path);
    if (!text) return text.fault();
    try {
      const toml::table table = toml::parse(*text, path);
      const std::vector<Setting> known{{"node", settings.node},
                                       {"keyring", settings.keyring},
                                       {"reader_token_file", settings.reader_token_file},
                                       {"password_file", settings.password_file},
                                       {"as", settings.as}};
      if (const Status read = read_settings(table, known, path); !read) return read.fault();
    } catch (const toml::parse_error& wrong) {
      return Fault{"config_invalid", path + ":" + std::to_string(wrong.source().begin.line) + ": " +
                                         std::string(wrong.description())};
    }
  }
  if (settings.node.empty()) settings.node = kDefaultNode;
  if (settings.keyring.empty()) settings.keyring = default_keyring_path();
  return Done{};
}

}  // namespace astyq::cli
