// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "http/router.h"
#include "wire/catalogue.h"

// The pieces that /openapi.json is put together from.
namespace astyq::http {

boost::json::object plain_schemas();
boost::json::object key_schema(const wire::KeyPart& part);
boost::json::object shared_responses();
boost::json::object shared_headers();

boost::json::array route_parameters(const Route& route);
boost::json::array row_parameters(const wire::TableEntry& table, bool one);

// 200 with this schema and example, and what else a read may answer.
boost::json::object read_responses(const boost::json::object& schema,
                                   const boost::json::value& example);
boost::json::object text_responses(const std::string& media_type,
                                   const boost::json::value& example);
boost::json::object opening_body();
boost::json::object opening_responses();
boost::json::object submit_body();
boost::json::object submit_responses();

}  // namespace astyq::http
