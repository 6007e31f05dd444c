// SPDX-License-Identifier: Apache-2.0
#include "store/kept_images.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/check.h"

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
  std::error_code reason;
  std::filesystem::directory_iterator entry(directory_, reason);
  if (reason == std::errc::no_such_file_or_directory) return std::vector<std::uint64_t>();
  if (reason) return failed(directory_, reason);
  std::vector<std::uint64_t> heights;
  for (; entry != std::filesystem::directory_iterator(); entry.increment(reason)) {
    if (const auto height = height_of(entry->path().filename())) heights.push_back(*height);
    if (reason) return failed(directory_, reason);
  }
  std::ranges::sort(heights);
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
  std::error_code reason;
  std::filesystem::create_directory(directory_, reason);
  if (std::filesystem::exists(path, reason)) return Done{};
  if (Status removed = remove_copy(path + kUnfinished); !removed) return removed;
  if (Status copied = image.copy_to(path + kUnfinished); !copied) return copied;
  std::filesystem::rename(path + kUnfinished, path, reason);
  if (reason) return failed(path, reason);
  return Done{};
}

Status KeptImages::remove(std::uint64_t height) const {
  // Under another name first: half of an image is none.
  const std::string path = path_of(height);
  std::error_code reason;
  std::filesystem::rename(path, path + kUnfinished, reason);
  if (reason) return failed(path, reason);
  return remove_copy(path + kUnfinished);
}

Status KeptImages::keep_newest(std::size_t count) const {
  const auto all = heights();
  if (!all) return all.fault();
  for (std::size_t i = 0; i + count < all->size(); ++i)
    if (Status removed = remove((*all)[i]); !removed) return removed;
  std::error_code reason;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, reason))
    if (entry.path().string().ends_with(kUnfinished))
      if (Status removed = remove_copy(entry.path().string()); !removed) return removed;
  return reason ? Status(failed(directory_, reason)) : Status(Done{});
}

Result<LoadedState> KeptImages::load(std::uint64_t height) const {
  auto image = Image::open(path_of(height), options_);
  if (!image) return image.fault();
  auto loaded = (*image)->load();
  if (!loaded) return loaded.fault();
  if (!*loaded || (*loaded)->height != height)
    return Fault{"image_corrupt", "The kept image " + path_of(height) +
                                      " holds another height than its name says. Remove it."};
  return std::move(**loaded);
}

}  // namespace astyq::store
