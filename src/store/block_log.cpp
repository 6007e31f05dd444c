// SPDX-License-Identifier: Apache-2.0
#include "store/block_log.h"

#include <algorithm>

#include "store/block_log_record.h"

namespace astyq::store {

Bytes RecordHeader::covered() const {
  Bytes bytes(kMagic);
  append_u32(bytes, kLogVersion);
  append_u64(bytes, height);
  append_u32(bytes, payload_size);
  bytes += view(previous);
  return bytes;
}

std::optional<RecordHeader> RecordHeader::parse(BytesView bytes) {
  ByteReader reader(bytes);
  RecordHeader header;
  const BytesView magic = reader.take(kMagic.size());
  const std::uint32_t version = reader.take_u32();
  header.height = reader.take_u64();
  header.payload_size = reader.take_u32();
  const auto previous = to_array<16>(reader.take(16));
  const auto checksum = to_array<16>(reader.take(16));
  if (!reader.ok() || magic != kMagic || version != kLogVersion) return std::nullopt;
  if (header.payload_size > kMaxPayloadBytes) return std::nullopt;
  header.previous = *previous;
  header.checksum = *checksum;
  return header;
}

std::string BlockLog::path_of(std::uint64_t first_height) const {
  std::string digits = std::to_string(first_height);
  ASTYQ_CHECK(digits.size() <= kSegmentDigits);
  digits.insert(0, kSegmentDigits - digits.size(), '0');
  return directory_ + "/" + digits + ".blocks";
}

std::uint64_t BlockLog::first_height() const {
  ASTYQ_CHECK(!segments_.empty());
  return segments_.front().first_height;
}

std::uint64_t BlockLog::last_height() const {
  ASTYQ_CHECK(!segments_.empty());
  return segments_.back().first_height + segments_.back().offsets.size() - 1;
}

std::vector<std::uint64_t> BlockLog::segment_heights() const {
  std::vector<std::uint64_t> heights;
  for (const Segment& segment : segments_) heights.push_back(segment.first_height);
  return heights;
}

const BlockLog::Segment& BlockLog::segment_of(std::uint64_t height) const {
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), height,
      [](std::uint64_t wanted, const Segment& segment) { return wanted < segment.first_height; });
  ASTYQ_CHECK(after != segments_.begin());
  return *(after - 1);
}

Status BlockLog::fail(const Fault& cause) {
  failure_ =
      Fault{"log_write_failed",
            cause.text + " No block is acknowledged any more; after mending it, start again."};
  tail_.reset();
  return *failure_;
}

Status BlockLog::begin_segment(std::uint64_t height) {
  // Only the last segment may hold what was not synced.
  if (tail_)
    if (Status status = tail_->sync(); !status) return status;
  auto file = files_->open(path_of(height), FileSystem::Mode::kAppend);
  if (!file) return file.fault();
  if (Status status = files_->sync_directory(directory_); !status) return status;
  tail_ = std::move(*file);
  segments_.push_back(Segment{height, {}, 0});
  return Done{};
}

Status BlockLog::append(std::uint64_t height, BytesView payload) {
  if (failure_) return *failure_;
  ASTYQ_CHECK(!options_.read_only && (empty() || height == last_height() + 1));
  ASTYQ_CHECK(payload.size() <= kMaxPayloadBytes);
  if (empty() || segments_.back().size >= options_.segment_bytes)
    if (Status status = begin_segment(height); !status) return fail(status.fault());
  RecordHeader header;
  header.height = height;
  header.payload_size = static_cast<std::uint32_t>(payload.size());
  header.previous = last_checksum_;
  header.checksum = checksum_of(header.covered(), payload);
  Bytes record = header.encode();
  record += payload;
  if (Status status = tail_->append(record); !status) return fail(status.fault());
  Segment& segment = segments_.back();
  segment.offsets.push_back(static_cast<std::uint32_t>(segment.size));
  segment.size += record.size();
  last_checksum_ = header.checksum;
  return Done{};
}

Status BlockLog::sync() {
  if (failure_) return *failure_;
  if (!tail_) return Done{};
  if (Status status = tail_->sync(); !status) return fail(status.fault());
  return Done{};
}

Result<Bytes> BlockLog::read(std::uint64_t height) const {
  if (empty() || height < first_height() || height > last_height())
    return Fault{"log_missing", "The block log does not hold height " + std::to_string(height) +
                                    ". Ask a node that keeps older blocks."};
  const Segment& segment = segment_of(height);
  const std::string path = path_of(segment.first_height);
  if (!open_file_ || open_first_height_ != segment.first_height) {
    auto file = files_->open(path, FileSystem::Mode::kRead);
    if (!file) return file.fault();
    open_file_ = std::move(*file);
    open_first_height_ = segment.first_height;
  }
  const std::size_t index = height - segment.first_height;
  const std::uint64_t begin = segment.offsets[index];
  const std::uint64_t end =
      index + 1 < segment.offsets.size() ? segment.offsets[index + 1] : segment.size;
  auto record = open_file_->read(begin, end - begin);
  if (!record) return record.fault();
  const auto header = RecordHeader::parse(*record);
  if (!header || header->height != height) return corrupt(height, path);
  if (!header->matches(BytesView(*record).substr(RecordHeader::kSize)))
    return corrupt(height, path);
  record->erase(0, RecordHeader::kSize);
  return record;
}

Status BlockLog::verify() const {
  if (empty()) return Done{};
  for (std::uint64_t height = first_height(); height <= last_height(); ++height)
    if (const auto record = read(height); !record) return record.fault();
  return Done{};
}

Status BlockLog::truncate_above(std::uint64_t height) {
  if (failure_) return *failure_;
  if (empty() || height >= last_height()) return Done{};
  ASTYQ_CHECK(!options_.read_only);
  open_file_.reset();
  if (Status status = truncate_segments(height); !status) return fail(status.fault());
  return Done{};
}

Status BlockLog::truncate_segments(std::uint64_t height) {
  tail_.reset();
  // The last segment first, so that an interruption leaves no hole.
  while (!segments_.empty() && segments_.back().first_height > height) {
    if (Status status = files_->remove(path_of(segments_.back().first_height)); !status)
      return status;
    segments_.pop_back();
  }
  if (Status status = files_->sync_directory(directory_); !status) return status;
  last_checksum_ = Checksum{};
  if (segments_.empty()) return Done{};
  Segment& segment = segments_.back();
  auto file = files_->open(path_of(segment.first_height), FileSystem::Mode::kAppend);
  if (!file) return file.fault();
  const std::size_t kept = height + 1 - segment.first_height;
  if (kept < segment.offsets.size()) {
    segment.size = segment.offsets[kept];
    segment.offsets.resize(kept);
    if (Status status = (*file)->truncate(segment.size); !status) return status;
    if (Status status = (*file)->sync(); !status) return status;
  }
  tail_ = std::move(*file);
  return read_last_checksum();
}

Status BlockLog::read_last_checksum() {
  const Segment& segment = segments_.back();
  const std::string path = path_of(segment.first_height);
  auto file = files_->open(path, FileSystem::Mode::kRead);
  if (!file) return file.fault();
  const auto bytes = (*file)->read(segment.offsets.back(), RecordHeader::kSize);
  if (!bytes) return bytes.fault();
  const auto header = RecordHeader::parse(*bytes);
  if (!header) return corrupt(last_height(), path);
  last_checksum_ = header->checksum;
  return Done{};
}

Status BlockLog::remove_below(std::uint64_t height) {
  // The first segment first, so that an interruption leaves no hole.
  while (segments_.size() > 1 && segments_[1].first_height <= height) {
    if (Status status = files_->remove(path_of(segments_.front().first_height)); !status)
      return status;
    segments_.erase(segments_.begin());
  }
  open_file_.reset();
  return files_->sync_directory(directory_);
}

}  // namespace astyq::store
