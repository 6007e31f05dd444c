// SPDX-License-Identifier: Apache-2.0
#include "node/maintenance.h"

#include "node/clock.h"

namespace astyq::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kMeasureEvery{1'000};
constexpr milliseconds kStep{100};
const std::string kLastScrub = "last-scrub";

}  // namespace

Maintenance::Maintenance(const Config& config, store::FileSystem& files,
                         const DurableLedger& ledger)
    : directory_(config.data_directory),
      reserve_bytes_(std::uint64_t{config.disk_reserve_mib} << 20),
      scrub_every_(config.scrub_hours),
      bytes_per_step_((std::uint64_t{config.scrub_mib_per_s} << 20) / (1'000 / kStep.count())),
      files_(files),
      ledger_(ledger) {
  measure();
  thread_ = std::thread([this] { run(); });
}

Maintenance::~Maintenance() {
  {
    const std::lock_guard guard(lock_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Health Maintenance::health() const {
  Health now;
  {
    const std::lock_guard guard(lock_);
    now = health_;
  }
  if (!now.alarm) now.alarm = ledger_.keeping_fault();
  return now;
}

Status Maintenance::check_room() const {
  const Health now = health();
  if (!now.disk_low) return Done{};
  return Fault{"disk_low", "The disk has " + std::to_string(now.disk_free_bytes >> 20) +
                               " MiB left; the node takes transactions again when " +
                               std::to_string((reserve_bytes_ + reserve_bytes_ / 8) >> 20) +
                               " MiB are free. Nothing that was acknowledged is lost. Make room, "
                               "or let the log keep fewer blocks."};
}

void Maintenance::measure() {
  const auto free = files_.free_bytes(directory_);
  const std::lock_guard guard(lock_);
  health_.disk_reserve_bytes = reserve_bytes_;
  if (!free.ok()) return;  // a disk that cannot be measured will tell when it is written to
  health_.disk_free_bytes = *free;
  const std::uint64_t enough = reserve_bytes_ + (health_.disk_low ? reserve_bytes_ / 8 : 0);
  health_.disk_low = *free < enough;
}

bool Maintenance::rest(milliseconds duration) {
  const auto end = steady_clock::now() + duration;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
    {
      std::unique_lock guard(lock_);
      changed_.wait_for(guard, std::min(std::max(left, milliseconds(0)), kMeasureEvery),
                        [this] { return stopping_; });
      if (stopping_) return false;
    }
    measure();
    ledger_.history().let_go_of_idle();
    if (steady_clock::now() >= end) return true;
  }
}

bool Maintenance::pace(std::size_t bytes) {
  unpaced_bytes_ += bytes;
  if (unpaced_bytes_ < bytes_per_step_) return true;
  unpaced_bytes_ = 0;
  return rest(kStep);
}

// The log as it stands on the disk, by files of its own: the ledger never waits for it.
Status Maintenance::scrub_log() {
  const auto open = [this] {
    return store::BlockLog::open(files_, ledger_.log_directory(), {.read_only = true});
  };
  std::uint64_t first = ledger_.first_block();
  auto log = open();
  // Segments may be forgotten between being listed and being opened.
  while (!log.ok() && first != ledger_.first_block()) {
    first = ledger_.first_block();
    log = open();
  }
  if (!log.ok()) return log.fault();
  if (log->empty()) return Done{};
  for (std::uint64_t height = log->first_height(); height <= log->last_height(); ++height) {
    const auto record = log->read(height);
    // Forgotten meanwhile, as its configuration wants it.
    if (!record.ok() && height < ledger_.first_block()) continue;
    if (!record.ok()) return record.fault();
    if (!pace(record->size())) return Done{};
  }
  return Done{};
}

Status Maintenance::scrub_copy(std::uint64_t height) {
  return ledger_.history().kept().verify(height, [this](std::size_t bytes) { return pace(bytes); });
}

// The newest first: it is the one that a backup takes and that a lost image is made of.
Status Maintenance::scrub_kept() {
  const store::KeptImages& kept = ledger_.history().kept();
  const auto heights = kept.heights();
  if (!heights.ok()) return heights.fault();
  for (auto height = heights->rbegin(); height != heights->rend(); ++height) {
    Status found = scrub_copy(*height);
    if (found.ok()) continue;
    // Made room for a newer one meanwhile.
    const auto still = kept.newest_at(*height);
    if (still.ok() && *still != *height) continue;
    return found;
  }
  return Done{};
}

Status Maintenance::scrub() {
  if (const Status log = scrub_log(); !log.ok()) return log;
  const Status image = ledger_.image().verify([this](std::size_t bytes) { return pace(bytes); });
  return image.ok() ? scrub_kept() : image;
}

void Maintenance::note(const Status& found) {
  const std::int64_t now_ns = wall_clock_ns();
  {
    const std::lock_guard guard(lock_);
    if (stopping_) return;  // it was not read to its end
    health_.scrubbed_ns = now_ns;
    health_.alarm = found.ok() ? std::nullopt : std::optional(found.fault());
  }
  // For `astyqd status`; the alarm itself stands in the answers of the running node.
  const std::string line =
      utc_text(now_ns) + " " +
      (found.ok() ? "found nothing" : found.fault().code + ": " + found.fault().text);
  (void)store::replace_file(files_, directory_, kLastScrub, line + "\n");
}

void Maintenance::run() {
  if (scrub_every_.count() == 0) {
    while (rest(kMeasureEvery)) {
    }
    return;
  }
  do {
    note(scrub());
  } while (rest(scrub_every_));
}

std::string last_scrub(const std::string& data) {
  const auto files = store::posix_file_system();
  const auto note = store::read_file(*files, data + "/" + kLastScrub, 8'192);
  return note.ok() ? note->substr(0, note->find('\n')) : "";
}

}  // namespace astyq::node
