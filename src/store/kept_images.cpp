// SPDX-License-Identifier: Apache-2.0
#include "store/kept_images.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/check.h"
#include "store/file_system.h"

namespace astyq::store {
namespace {

constexpr std::size_t kDigits = 12;
const std::string kUnfinished = ".unfinished";

Fault failed(const std::string& path, const std::error_code& reason) {
  return Fault{"image_failed", "The kept copies of the image in " + path +
                                   " failed: " + reason.message() +
                                   ". Check the disk, its space and the rights; start again."};
}

std::optional<std::uint64_t> height_of(const std::string& name) {
  if (name.size() != kDigits) return std::nullopt;
  std::uint64_t height = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return std::nullopt;
    height = height * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return height;
}

// Whether a name is that of a copy that is half there.
bool is_unfinished(const std::string& name) {
  return name.size() > kDigits && height_of(name.substr(0, kDigits)) &&
         name.substr(kDigits).starts_with(kUnfinished);
}

Status remove_copy(const std::string& path) {
  std::error_code reason;
  std::filesystem::remove_all(path, reason);
  if (reason) return failed(path, reason);
  return Done{};
}

}  // namespace

KeptImages::KeptImages(std::string directory, Image::Options options)
    : directory_(std::move(directory)), options_(std::move(options)) {
  options_.read_only = true;
}

std::string KeptImages::path_of(std::uint64_t height) const {
  std::string digits = std::to_string(height);
  ASTYQ_CHECK(digits.size() <= kDigits);
  digits.insert(0, kDigits - digits.size(), '0');
  return directory_ + "/" + digits;
}

Result<std::vector<std::uint64_t>> KeptImages::heights() const {
  const auto files = posix_file_system();
  const auto there = files->exists(directory_);
  if (!there) return there.fault();
  if (!*there) return std::vector<std::uint64_t>();
  const auto names = files->list(directory_);
  if (!names) return names.fault();
  std::vector<std::uint64_t> heights;
  for (const std::string& name : *names)
    if (const auto height = height_of(name)) heights.push_back(*height);
  return heights;
}

Result<std::optional<std::uint64_t>> KeptImages::newest_at(std::uint64_t height) const {
  const auto all = heights();
  if (!all) return all.fault();
  const auto above = std::ranges::upper_bound(*all, height);
  return above == all->begin() ? std::nullopt : std::optional(*(above - 1));
}

Status KeptImages::add(Image& image) const {
  ASTYQ_CHECK(image.height().has_value());
  const std::string path = path_of(*image.height());
  const auto files = posix_file_system();
  if (Status made = files->create_directory(directory_); !made) return made;
  const auto there = files->exists(path);
  if (!there) return there.fault();
  if (*there) return Done{};
  if (Status removed = remove_copy(path + kUnfinished); !removed) return removed;
  if (Status copied = image.copy_to(path + kUnfinished); !copied) return copied;
  if (Status renamed = files->rename(path + kUnfinished, path); !renamed) return renamed;
  return files->sync_directory(directory_);
}

Status KeptImages::remove(std::uint64_t height) const {
  // Under another name first: half of an image is none.
  const std::string path = path_of(height);
  if (Status removed = remove_copy(path + kUnfinished); !removed) return removed;
  const auto files = posix_file_system();
  if (Status renamed = files->rename(path, path + kUnfinished); !renamed) return renamed;
  if (Status synced = files->sync_directory(directory_); !synced) return synced;
  return remove_copy(path + kUnfinished);
}

Status KeptImages::keep_newest(std::size_t count) const {
  const auto all = heights();
  if (!all) return all.fault();
  for (std::size_t i = 0; i + count < all->size(); ++i)
    if (Status removed = remove((*all)[i]); !removed) return removed;
  const auto names = posix_file_system()->list(directory_);
  if (!names) return names.fault();
  for (const std::string& name : *names)
    if (is_unfinished(name))
      if (Status removed = remove_copy(directory_ + "/" + name); !removed) return removed;
  return Done{};
}

Fault KeptImages::corrupt(std::uint64_t height, const std::string& what) const {
  return Fault{
      "kept_corrupt",
      "The kept copy of the state at height " + std::to_string(height) + " is damaged: " + what +
          ". Nothing was changed: move " + path_of(height) +
          " away. States of the past, and a lost image, are then made from the copy before "
          "it and the log, and the next backup takes the newest that is left."};
}

// Without the ways out, which are those of the node's own image.
Fault KeptImages::of_a_copy(std::uint64_t height, const Fault& fault) const {
  if (fault.code != "image_corrupt") return fault;
  return corrupt(height, fault.text.substr(0, fault.text.find(". ")));
}

Result<std::unique_ptr<Image>> KeptImages::open(std::uint64_t height) const {
  auto image = Image::open(path_of(height), options_);
  if (!image) return of_a_copy(height, image.fault());
  if ((*image)->height() == height) return image;
  return corrupt(height, "it holds the state of another height");
}

Result<LoadedState> KeptImages::load(std::uint64_t height) const {
  const auto image = open(height);
  if (!image) return image.fault();
  auto loaded = (*image)->load();
  if (!loaded) return of_a_copy(height, loaded.fault());
  return std::move(**loaded);
}

Status KeptImages::verify(std::uint64_t height,
                          const std::function<bool(std::size_t)>& pace) const {
  const auto image = open(height);
  if (!image) return image.fault();
  const Status read = (*image)->verify(pace);
  return read.ok() ? read : Status(of_a_copy(height, read.fault()));
}

}  // namespace astyq::store
