// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/descriptor.h>

#include <boost/json/object.hpp>
#include <string>

namespace astyq::http {

// JSON Schema of a message as wire::to_json writes it; messages within it are references.
boost::json::object message_schema(const google::protobuf::Descriptor& message);
// The name of its schema: "ReceiptsReceipt" of astyq.receipts.v1.Receipt.
std::string schema_name(const google::protobuf::Descriptor& message);
// {"$ref": "#/components/schemas/<name>"}
boost::json::object schema_reference(const std::string& name);
// Adds the message's schema and those of all messages within it.
void add_schemas(const google::protobuf::Descriptor& message, boost::json::object& schemas);

}  // namespace astyq::http
