// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "astyq/base/v1/envelope.pb.h"
#include "support/byte_dice.h"

namespace astyq::test {

// Makes any operation of any verb, with values that stand a chance: ids of rows, the weights and
// times of the trade, bytes and texts that the state knows. Each choice takes a byte or two.
class OperationMaker {
 public:
  // Values that may be looked for: bytes fields of a size take those of that size.
  struct Known {
    std::vector<Bytes> bytes;
    std::vector<std::string> texts;
    std::map<std::string, std::uint64_t> last_ids;  // by table
    std::int64_t now_ns = 0;
  };

  OperationMaker(ByteDice& dice, const Known& known) : dice_(dice), known_(known) {}

  // Of a verb that needs a permission, or of one that needs none.
  base::v1::Operation operation(bool permitted);

 private:
  void fill(google::protobuf::Message& message);
  void set(google::protobuf::Message& message, const google::protobuf::FieldDescriptor* field);
  void add(google::protobuf::Message& message, const google::protobuf::FieldDescriptor* field);
  std::uint64_t u64(const google::protobuf::FieldDescriptor* field);
  std::int64_t time();
  std::uint32_t u32();
  const google::protobuf::EnumValueDescriptor* enum_value(
      const google::protobuf::FieldDescriptor* field);
  std::string text(const google::protobuf::FieldDescriptor* field);

  ByteDice& dice_;
  const Known& known_;
};

}  // namespace astyq::test
