// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/comet/v1/types.pb.h"
#include "wire/document.h"

// CometBFT's JSON of headers, commits and validator sets, as its RPC and the light client's traces
// have it: hashes in hexadecimal, keys and signatures in base64, times in RFC 3339, 64-bit numbers
// as texts. What cannot be read is the document's fault.
namespace astyq::light {

comet::v1::SignedHeader read_signed_header(const wire::Node& from);
// In the order of CometBFT: old files list their validators otherwise than they hashed them.
comet::v1::ValidatorSet read_validators(const wire::Node& from);
// Members `signed_header` and `validator_set`.
comet::v1::LightBlock read_light_block(const wire::Node& from);

// A whole number, or one as a text.
std::int64_t read_whole(const wire::Node& from);
// Nanoseconds since 1970.
std::int64_t read_time_ns(const wire::Node& from);

}  // namespace astyq::light
