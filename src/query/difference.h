// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace astyq::query {

// Where two messages of one type first differ, in order of field numbers: "valid_until",
// "operations[1].split_receipt.kg", "operations" when their counts differ. Empty: nowhere.
std::string first_difference(const google::protobuf::Message& a,
                             const google::protobuf::Message& b);

}  // namespace astyq::query
