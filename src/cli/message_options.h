// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/completions.h"

namespace astyq::cli {

// The values of a field that has few of them: names of an enum, true and false; else none.
std::vector<std::string> values_of(const google::protobuf::FieldDescriptor& field);

// The options of a command that fill one message: --technical-capacity-kg 5, --grade.crop WHEAT,
// --parts-kg 100 --parts-kg 200. Made from the descriptor alone; wire/json.h reads the values, so
// that the command line takes just what the API takes.
class MessageOptions {
 public:
  // Adds an option a field to `app`, and to `known` those whose values are few. Requires: both
  // outlive the parsing.
  void add_to(CLI::App& app, const google::protobuf::Descriptor& message, OptionValues& known);

  // Fills a message of that kind. Faults: `option_wrong`, the text names the option.
  Status fill(google::protobuf::Message& message) const;

  // Fields that no option can hold (a list of messages); such a verb needs `astyq batch`.
  bool has_unreachable_fields() const { return unreachable_; }

 private:
  struct Value {
    const google::protobuf::FieldDescriptor* field = nullptr;
    std::vector<std::string> texts;
  };

  void add_fields(CLI::App& app, const google::protobuf::Descriptor& message,
                  const std::string& prefix, OptionValues& known);
  std::string json_of(const google::protobuf::Descriptor& message, const std::string& prefix) const;

  std::map<std::string, std::unique_ptr<Value>> values_;  // by option name
  bool unreachable_ = false;
};

}  // namespace astyq::cli
