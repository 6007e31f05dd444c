// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "store/image.h"

namespace astyq::node {

// Image::load, its rows read and checked by a thread of its own while the state is built of those
// before: half the time of a start with many rows.
Result<std::optional<store::LoadedState>> load_state(store::Image& image);

}  // namespace astyq::node
