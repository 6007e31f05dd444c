// SPDX-License-Identifier: Apache-2.0
#include "http/feed.h"

#include "base/check.h"
#include "crypto/sha256.h"
#include "http/answers.h"
#include "http/index_of_log.h"
#include "http/limits.h"
#include "ledger/state.gen.h"
#include "ledger/table.h"

namespace astyq::http {
namespace {

constexpr std::size_t kRecentBlocks = 512;
constexpr std::size_t kRecentTransactions = 100'000;

std::string block_json(const query::BlockSummary& block) {
  return "{\"height\":\"" + std::to_string(block.height) + "\",\"time_ns\":\"" +
         std::to_string(block.time_ns) + "\",\"app_hash\":\"" + to_hex(view(block.app_hash)) +
         "\",\"transactions\":" + std::to_string(block.transactions) +
         ",\"refused\":" + std::to_string(block.refused) + "}";
}

std::string transactions_json(const std::vector<query::Settled>& transactions) {
  std::string json = "[";
  for (const query::Settled& settled : transactions) {
    if (json.size() > 1) json += ',';
    json += "{\"hash\":\"" + to_hex(view(settled.body_hash)) +
            "\",\"operations\":" + operations_json(settled.operations) + "}";
  }
  return json + "]";
}

}  // namespace

struct Feed::Event {
  query::BlockSummary block;
  std::vector<query::Settled> transactions;
  std::once_flag once[2];
  Text texts[2];

  Text text(Kind kind) {
    const auto which = static_cast<std::size_t>(kind);
    std::call_once(once[which], [&] {
      std::string data = block_json(block);
      if (kind == Kind::kTransactions) {
        data.pop_back();
        data += ",\"outcomes\":" + transactions_json(transactions) + "}";
      }
      texts[which] = std::make_shared<const std::string>("id: " + std::to_string(block.height) +
                                                         "\nevent: block\ndata: " + data + "\n\n");
    });
    return texts[which];
  }
};

Feed::Feed(node::Node& node, std::unique_ptr<query::TransactionIndex> index)
    : node_(node), index_(std::move(index)), height_(index_->last_height()) {}

Result<std::unique_ptr<Feed>> Feed::open(node::Node& node, const std::string& data_directory) {
  const auto head = [&] {
    std::uint64_t height = 0;
    node.read([&](const engine::Engine& engine, const auto&) { height = engine.head().height; });
    return height;
  };
  auto index = open_index(node, head(), data_directory + "/transactions");
  if (!index.ok()) return index.fault();
  std::unique_ptr<Feed> feed(new Feed(node, std::move(*index)));
  if (const Status followed = feed->catch_up(head()); !followed.ok()) return followed.fault();
  if (const Status begun = feed->begin_range(); !begun.ok()) return begun.fault();
  node.listen([feed = feed.get()](const node::FinishedBlock& block) { feed->on_block(block); });
  node.keep_blocks_for([feed = feed.get()] { return feed->indexed(); });
  // Whatever was made while nobody listened.
  if (const Status followed = feed->catch_up(head()); !followed.ok()) return followed.fault();
  return feed;
}

// Where the log begins above height 1 the results of the blocks before it are not there to be
// hashed; the state has their peaks, and from here on results are proven.
Status Feed::begin_range() {
  ledger::v1::ResultRange range;
  node_.read([&](const engine::Engine& engine, const auto&) {
    if (const store::Row* row = engine.tree().find(ledger::kResultRange(0).key); row != nullptr)
      range = decode_row<ledger::v1::ResultRange>(*row);
  });
  if (const Status followed = catch_up(range.leaves()); !followed.ok()) return followed;
  if (index_->has_range(range.leaves()) || next_height() != range.leaves() + 1) return Done{};
  std::vector<Hash> peaks;
  for (const Bytes& peak : range.peaks()) peaks.push_back(*to_array<32>(peak));
  index_->begin_range(range.leaves(), peaks);
  return Done{};
}

Status Feed::catch_up(std::uint64_t height) {
  const std::lock_guard guard(following_);
  while (index_->last_height() < height) {
    const std::uint64_t next = next_height();
    if (next > height) break;
    auto event = read_event(next);
    if (!event.ok()) return event.fault();
    (*event)->block.results_root = crypto::merkle_root(result_leaves((*event)->transactions));
    index_->add((*event)->block, (*event)->transactions);
    publish(std::move(*event));
  }
  return Done{};
}

Feed::~Feed() {
  node_.keep_blocks_for({});
}

std::uint64_t Feed::indexed() {
  const std::uint64_t height = index_->last_height();
  return index_->flush().ok() ? height : 0;
}

// An index that is made anew begins where the log does.
std::uint64_t Feed::next_height() const {
  const std::uint64_t last = index_->last_height();
  return last > 0 ? last + 1 : node_.first_block();
}

void Feed::on_block(const node::FinishedBlock& block) {
  // A log that can be written but not read is no reason to stop the node: the index stays behind,
  // and the next block tries again.
  if (block.height > next_height()) (void)catch_up(block.height - 1);
  const std::lock_guard guard(following_);
  if (block.height != next_height()) return;
  auto event = std::make_shared<Event>();
  event->transactions = settled_of(block);
  event->block =
      summary_of(block.height, block.time_ns, view(block.result.app_hash), event->transactions);
  event->block.results_root = block.result.results_root;
  index_->add(event->block, event->transactions);
  publish(std::move(event));
}

void Feed::publish(std::shared_ptr<Event> event) {
  std::vector<std::function<void()>> awake;
  {
    const std::lock_guard guard(lock_);
    totals_.transactions += event->block.transactions;
    totals_.refused += event->block.refused;
    for (const query::Settled& settled : event->transactions)
      totals_.accepted += settled.operations.size();
    totals_.accepted -= event->block.refused;
    height_ = event->block.height;
    recent_.push_back(std::move(event));
    std::size_t transactions = 0;
    for (const auto& kept : recent_) transactions += kept->transactions.size();
    while (recent_.size() > 1 &&
           (recent_.size() > kRecentBlocks || transactions > kRecentTransactions)) {
      transactions -= recent_.front()->transactions.size();
      recent_.pop_front();
    }
    awake.swap(sleepers_);
  }
  for (const auto& wake : awake) wake();
}

Result<std::shared_ptr<Feed::Event>> Feed::read_event(std::uint64_t height) const {
  const auto record = node_.read_block(height);
  if (!record.ok()) return record.fault();
  auto transactions = settled_of(*record, height);
  if (!transactions.ok()) return transactions.fault();
  auto event = std::make_shared<Event>();
  event->block = summary_of(height, record->time_ns(), record->app_hash(), *transactions);
  event->transactions = std::move(*transactions);
  return event;
}

Result<Feed::Text> Feed::event(std::uint64_t height, Kind kind) {
  ASTYQ_CHECK(height >= 1 && height <= height_);
  std::shared_ptr<Event> found;
  {
    const std::lock_guard guard(lock_);
    if (!recent_.empty() && height >= recent_.front()->block.height)
      found = recent_[height - recent_.front()->block.height];
  }
  if (found != nullptr) return found->text(kind);
  auto event = read_event(height);
  if (!event.ok()) return event.fault();
  return (*event)->text(kind);
}

std::vector<Feed::Text> Feed::recent_after(std::uint64_t height, Kind kind) {
  std::vector<std::shared_ptr<Event>> found;
  {
    const std::lock_guard guard(lock_);
    if (recent_.empty() || height + 1 < recent_.front()->block.height) return {};
    for (std::uint64_t i = height + 1 - recent_.front()->block.height;
         i < recent_.size() && found.size() < kEventsAtOnce; ++i)
      found.push_back(recent_[i]);
  }
  std::vector<Text> texts;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < found.size() && bytes < kEventBytesAtOnce; ++i) {
    texts.push_back(found[i]->text(kind));
    bytes += texts.back()->size();
  }
  return texts;
}

void Feed::wake_above(std::uint64_t height, std::function<void()> wake) {
  {
    const std::lock_guard guard(lock_);
    if (height_ <= height && !closed_) {
      sleepers_.push_back(std::move(wake));
      return;
    }
  }
  wake();
}

void Feed::wake_all() {
  std::vector<std::function<void()>> awake;
  {
    const std::lock_guard guard(lock_);
    awake.swap(sleepers_);
  }
  for (const auto& wake : awake) wake();
}

void Feed::close() {
  {
    const std::lock_guard guard(lock_);
    closed_ = true;
  }
  wake_all();
}

Feed::Totals Feed::totals() const {
  const std::lock_guard guard(lock_);
  return totals_;
}

}  // namespace astyq::http
