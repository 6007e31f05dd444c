// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/image.h"

namespace astyq::store {

// Copies of the image, each a whole state of the past: for reads at its height and above, for going
// back, and to begin from when the image is lost.
//   kept = directory of images, each named by the 12 digits of its height; with ".unfinished" and
//          whatever follows, one that is half copied or half removed
// Nothing is cached: every call looks at the disk. Different calls may run beside one another.
class KeptImages {
 public:
  // `options` as for the image they are copies of.
  KeptImages(std::string directory, Image::Options options);

  // Ascending. Errors of all: `image_failed`, `file_failed`.
  Result<std::vector<std::uint64_t>> heights() const;
  // The newest at or below a height.
  Result<std::optional<std::uint64_t>> newest_at(std::uint64_t height) const;
  std::string path_of(std::uint64_t height) const;

  // Copies the image as its last checkpoint left it, durably; nothing happens if that height is
  // kept already. Requires: there was a checkpoint. Further errors: those of Image::copy_to.
  Status add(Image& image) const;
  // Durably: what is undone does not come back.
  Status remove(std::uint64_t height) const;
  // All but the newest so many, and what was not finished.
  Status keep_newest(std::size_t count) const;
  // Errors: those of Image::open and load, with `kept_corrupt` for `image_corrupt`.
  Result<LoadedState> load(std::uint64_t height) const;
  // For reading alone. Errors: as load.
  Result<std::unique_ptr<Image>> open(std::uint64_t height) const;
  // Reads every entry, as Image::verify does. Errors: as load.
  Status verify(std::uint64_t height, const std::function<bool(std::size_t)>& pace) const;
  // `kept_corrupt`, with the way out, of the copy of this height.
  Fault corrupt(std::uint64_t height, const std::string& what) const;

 private:
  Fault of_a_copy(std::uint64_t height, const Fault& fault) const;

  std::string directory_;
  Image::Options options_;
};

}  // namespace astyq::store
