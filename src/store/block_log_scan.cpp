// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "store/block_log_record.h"

namespace astyq::store {
namespace {

constexpr std::string_view kSuffix = ".blocks";

// The first height of a segment by its name; nothing for another file.
std::optional<std::uint64_t> height_of(std::string_view name) {
  if (name.size() != kSegmentDigits + kSuffix.size() || !name.ends_with(kSuffix))
    return std::nullopt;
  std::uint64_t height = 0;
  for (const char c : name.substr(0, kSegmentDigits)) {
    if (c < '0' || c > '9') return std::nullopt;
    height = height * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return height;
}

// Whether a whole record of this height or a greater one stands anywhere in `bytes`. Bytes that a
// user chose may look like one: the answer is then yes, and a person decides.
bool holds_record_from(BytesView bytes, std::uint64_t height) {
  std::uint64_t hashed = 0;
  const std::uint64_t most_hashed = 4 * bytes.size();
  for (std::size_t at = bytes.find(kMagic); at != BytesView::npos;
       at = bytes.find(kMagic, at + 1)) {
    const BytesView rest = bytes.substr(at);
    const auto header = RecordHeader::parse(rest);
    if (!header || header->height < height) continue;
    if (header->payload_size > rest.size() - RecordHeader::kSize) continue;
    if (header->matches(rest.substr(RecordHeader::kSize, header->payload_size))) return true;
    // So many things that look like headers were put there to take our time.
    hashed += header->payload_size;
    if (hashed > most_hashed) return true;
  }
  return false;
}

// Whether the header of the next height begins where the record of this height ends: it was synced
// before, even if the next is damaged too.
bool another_follows(BytesView bytes, std::uint64_t height) {
  const auto header = RecordHeader::parse(bytes);
  if (!header || header->height != height) return false;
  const BytesView rest = bytes.substr(RecordHeader::kSize);
  if (header->payload_size >= rest.size()) return false;
  const auto next = RecordHeader::parse(rest.substr(header->payload_size));
  return next && next->height == height + 1;
}

}  // namespace

// Where a scan stands, and the first bad record it met.
struct BlockLog::Scan {
  struct Bad {
    std::uint64_t height;
    std::uint64_t segment;
    std::uint64_t offset;
    std::uint64_t segment_size;
  };
  std::optional<std::uint64_t> next_height;
  std::optional<Bad> bad;
};

Result<BlockLog> BlockLog::open(FileSystem& files, std::string directory, Options options) {
  ASTYQ_CHECK(options.segment_bytes <= kMaxPayloadBytes);
  BlockLog log(files, std::move(directory), options);
  if (!options.read_only)
    if (Status status = files.create_directory(log.directory_); !status) return status.fault();
  if (Status status = log.scan(); !status) return status.fault();
  return log;
}

Status BlockLog::scan() {
  auto names = files_->list(directory_);
  if (!names) return names.fault();
  std::vector<std::uint64_t> heights;
  for (const std::string& name : *names)
    if (const auto height = height_of(name)) heights.push_back(*height);
  if (Status status = skip_empty_segments(heights); !status) return status;
  Scan scan;
  for (std::size_t i = 0; i < heights.size() && !scan.bad; ++i) {
    const bool last = i + 1 == heights.size();
    if (Status status = scan_segment(heights[i], last, scan); !status) return status;
  }
  if (scan.bad) {
    if (Status status = check_new_tail(scan, heights.back()); !status) return status;
    if (Status status = cut_tail(scan, heights); !status) return status;
  }
  if (options_.read_only) return Done{};
  if (!segments_.empty()) {
    if (Status status = make_durable(); !status) return status;
    auto file = files_->open(path_of(segments_.back().first_height), FileSystem::Mode::kAppend);
    if (!file) return file.fault();
    tail_ = std::move(*file);
  }
  return files_->sync_directory(directory_);
}

// The last record may never have been synced, or its sync failed: then it stands in memory alone
// and passes for written, so that no sync would write it. The same bytes again are written.
Status BlockLog::make_durable() {
  const Segment& segment = segments_.back();
  auto file = files_->open(path_of(segment.first_height), FileSystem::Mode::kOverwrite);
  if (!file) return file.fault();
  std::uint64_t height = last_height();
  if (options_.durable_height < height)  // more than one may be in doubt
    height = std::max(segment.first_height, options_.durable_height + 1);
  for (std::size_t i = height - segment.first_height; i < segment.offsets.size(); ++i) {
    const std::uint64_t end =
        i + 1 < segment.offsets.size() ? segment.offsets[i + 1] : segment.size;
    const auto record = (*file)->read(segment.offsets[i], end - segment.offsets[i]);
    if (!record) return record.fault();
    if (Status again = (*file)->overwrite(segment.offsets[i], *record); !again) return again;
  }
  return (*file)->sync();
}

// Those that were begun and not written to when the power went.
Status BlockLog::skip_empty_segments(std::vector<std::uint64_t>& heights) {
  while (!heights.empty()) {
    const std::string path = path_of(heights.back());
    auto file = files_->open(path, FileSystem::Mode::kRead);
    if (!file) return file.fault();
    const auto size = (*file)->size();
    if (!size) return size.fault();
    if (*size != 0) break;
    if (heights.back() <= options_.acknowledged_height) return corrupt(heights.back(), path);
    if (!options_.read_only)
      if (Status status = files_->remove(path); !status) return status;
    heights.pop_back();
  }
  return Done{};
}

Status BlockLog::scan_segment(std::uint64_t first_height, bool last, Scan& scan) {
  auto file = files_->open(path_of(first_height), FileSystem::Mode::kRead);
  if (!file) return file.fault();
  const auto size = (*file)->size();
  if (!size) return size.fault();
  Segment segment{first_height, {}, 0};
  if (!scan.next_height) scan.next_height = first_height;
  while (segment.size < *size && !scan.bad) {
    const auto bytes = (*file)->read(segment.size, RecordHeader::kSize);
    if (!bytes) return bytes.fault();
    const auto header = RecordHeader::parse(*bytes);
    const std::uint64_t expected = first_height + segment.offsets.size();
    const bool first_of_log = segments_.empty() && segment.offsets.empty();
    const std::uint64_t left = *size - segment.size;
    bool good = header && expected == *scan.next_height && header->height == expected &&
                (first_of_log || header->previous == last_checksum_) &&
                header->payload_size <= left - RecordHeader::kSize;
    if (good && last) {
      const auto payload = (*file)->read(segment.size + RecordHeader::kSize, header->payload_size);
      if (!payload) return payload.fault();
      good = header->matches(*payload);
    }
    if (!good) {
      scan.bad = Scan::Bad{*scan.next_height, first_height, segment.size, *size};
      break;
    }
    segment.offsets.push_back(static_cast<std::uint32_t>(segment.size));
    segment.size += RecordHeader::kSize + header->payload_size;
    last_checksum_ = header->checksum;
    scan.next_height = expected + 1;
  }
  if (!segment.offsets.empty()) segments_.push_back(std::move(segment));
  return Done{};
}

// What a cut leaves as the last segment was scanned without its payloads. They are looked at before
// anything is cut, so that no record is appended to a log that the next opening refuses.
Status BlockLog::check_new_tail(Scan& scan, std::uint64_t last_file) {
  while (!segments_.empty() && segments_.back().first_height != last_file) {
    Segment& segment = segments_.back();
    std::size_t good = 0;
    for (; good < segment.offsets.size(); ++good) {
      const auto record = read(segment.first_height + good);
      if (record) continue;
      if (record.fault().code != "log_corrupt") return record.fault();
      const auto size = open_file_->size();
      if (!size) return size.fault();
      segment.size = segment.offsets[good];
      scan.bad = Scan::Bad{segment.first_height + good, segment.first_height, segment.size, *size};
      break;
    }
    segment.offsets.resize(good);
    if (good > 0) break;
    segments_.pop_back();
  }
  open_file_.reset();
  last_checksum_ = Checksum{};
  return segments_.empty() ? Status(Done{}) : read_last_checksum();
}

Status BlockLog::cut_tail(const Scan& scan, const std::vector<std::uint64_t>& heights) {
  const Scan::Bad& bad = *scan.bad;
  const std::string path = path_of(bad.segment);
  if (bad.height <= options_.acknowledged_height) return corrupt(bad.height, path);
  if (bad.height <= options_.durable_height) {
    if (bad.segment != heights.back()) return corrupt(bad.height, path);
    auto file = files_->open(path, FileSystem::Mode::kRead);
    if (!file) return file.fault();
    const auto rest = (*file)->read(bad.offset, bad.segment_size - bad.offset);
    if (!rest) return rest.fault();
    if (holds_record_from(*rest, bad.height) || another_follows(*rest, bad.height))
      return corrupt(bad.height, path);
  }
  cut_ = Cut{bad.height, bad.segment_size - bad.offset, path};
  if (options_.read_only) return Done{};
  // Later segments first, so that what a second interruption leaves has no hole.
  for (std::size_t i = heights.size(); i > 0 && heights[i - 1] > bad.segment; --i)
    if (Status status = files_->remove(path_of(heights[i - 1])); !status) return status;
  if (bad.offset == 0) return files_->remove(path);
  auto file = files_->open(path, FileSystem::Mode::kAppend);
  if (!file) return file.fault();
  if (Status status = (*file)->truncate(bad.offset); !status) return status;
  return (*file)->sync();
}

Fault BlockLog::corrupt(std::uint64_t height, const std::string& path) const {
  return Fault{"log_corrupt",
               "The block log is damaged at height " + std::to_string(height) + " in " + path +
                   ". Nothing was changed. Put back that file from a backup that reaches this "
                   "height (its folder log; the name must be the same), or restore a backup with "
                   "`astyqd restore BACKUP --data DIR --log-tail LOG`, LOG being a log that goes "
                   "on past the damage."};
}

}  // namespace astyq::store
