// SPDX-License-Identifier: Apache-2.0
#include "store/crown.h"

#include <memory>

#include "base/check.h"
#include "crypto/sha256.h"
#include "store/tree_nodes.h"

namespace astyq::store {
namespace {

constexpr std::size_t kMostDepth = 8 * RowKey::kMaxSize;

// Subtrees that are whole on their left, from the root down along the right edge of what came so
// far. Each waits for what follows to its right, below a fork at its bit; the bits rise downwards.
template <typename Part>
class RightEdge {
 public:
  template <typename Join>
  void add(const RowKey& key, Part part, const Join& join) {
    if (last_) {
      ASTYQ_CHECK(last_key_ < key);
      const unsigned bit = first_difference(last_key_.bytes(), key.bytes());
      close_below(bit, join);
      waiting_.push_back({bit, std::move(*last_)});
    }
    last_key_ = key;
    last_ = std::move(part);
  }
  // Nothing where no part came.
  template <typename Join>
  std::optional<Part> finish(const Join& join) {
    close_below(0, join);
    return std::exchange(last_, std::nullopt);
  }

 private:
  struct Waiting {
    unsigned bit;
    Part part;
  };
  // Joins what waits at this bit or below with the last part. A fork at the very bit cannot wait.
  template <typename Join>
  void close_below(unsigned bit, const Join& join) {
    while (!waiting_.empty() && waiting_.back().bit >= bit) {
      last_ = join(std::move(waiting_.back().part), std::move(*last_));
      waiting_.pop_back();
    }
  }

  std::vector<Waiting> waiting_;
  RowKey last_key_;
  std::optional<Part> last_;
};

// Bits that are appended to each other.
class Bits {
 public:
  void push(bool bit) {
    if (size_ % 8 == 0) bytes_.push_back('\0');
    if (bit) bytes_.back() = static_cast<char>(bytes_.back() | 0x80 >> size_ % 8);
    ++size_;
  }
  bool at(std::size_t index) const {
    return (static_cast<std::uint8_t>(bytes_[index / 8]) >> (7 - index % 8) & 1) != 0;
  }
  std::size_t size() const { return size_; }
  void append(const Bits& other) {
    for (std::size_t i = 0; i < other.size(); ++i) push(other.at(i));
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
  std::size_t size_ = 0;
};

// A subtree on the right edge: small enough to be one bough, or with a crown of its own.
struct Part {
  Bough whole;                // its hash always; the rest while it is small
  std::vector<Bough> boughs;  // none: it is one
  Bits shape;
};

void split(Part& part) {
  if (!part.boughs.empty()) return;
  part.boughs.push_back(part.whole);
  part.shape.push(false);
}

Part join(Part left, Part right, std::uint32_t most_bytes) {
  Part out;
  out.whole.hash = crypto::inner_node(left.whole.hash, right.whole.hash);
  if (left.boughs.empty() && right.boughs.empty() &&
      std::uint64_t{left.whole.bytes} + right.whole.bytes <= most_bytes) {
    out.whole.rows = left.whole.rows + right.whole.rows;
    out.whole.bytes = left.whole.bytes + right.whole.bytes;
    return out;
  }
  split(left);
  split(right);
  out.shape.push(true);
  out.shape.append(left.shape);
  out.shape.append(right.shape);
  out.boughs = std::move(left.boughs);
  out.boughs.insert(out.boughs.end(), right.boughs.begin(), right.boughs.end());
  return out;
}

}  // namespace

struct RowsHasher::Spine : RightEdge<Hash> {};

RowsHasher::RowsHasher() : spine_(std::make_unique<Spine>()) {}
RowsHasher::~RowsHasher() = default;

void RowsHasher::add(const RowKey& key, const Row& row) {
  spine_->add(key, leaf_hash(key, row),
              [](const Hash& left, const Hash& right) { return crypto::inner_node(left, right); });
}

Hash RowsHasher::finish() {
  const auto hash = spine_->finish(
      [](const Hash& left, const Hash& right) { return crypto::inner_node(left, right); });
  return hash.value_or(crypto::sha256({}));
}

struct CrownBuilder::Spine : RightEdge<Part> {
  std::uint32_t most_bytes = 0;
};

CrownBuilder::CrownBuilder(std::uint32_t most_bytes) : spine_(std::make_unique<Spine>()) {
  spine_->most_bytes = most_bytes;
}
CrownBuilder::~CrownBuilder() = default;

void CrownBuilder::add(const RowKey& key, const Row& row, std::uint32_t bytes) {
  Part part;
  part.whole = {1, bytes, leaf_hash(key, row)};
  spine_->add(key, std::move(part), [this](Part left, Part right) {
    return join(std::move(left), std::move(right), spine_->most_bytes);
  });
}

Crown CrownBuilder::finish() {
  auto all = spine_->finish([this](Part left, Part right) {
    return join(std::move(left), std::move(right), spine_->most_bytes);
  });
  if (!all) return {};
  split(*all);
  return {std::move(all->boughs), all->shape.take()};
}

std::optional<Hash> Crown::root() const {
  if (boughs.empty()) return shape.empty() ? std::optional(crypto::sha256({})) : std::nullopt;
  // Left children that are known, and inner nodes whose left child is not yet, on the way down.
  std::vector<std::optional<Hash>> way;
  std::size_t next_bough = 0;
  std::size_t bit = 0;
  while (bit < 8 * shape.size()) {
    const bool inner = (static_cast<std::uint8_t>(shape[bit / 8]) >> (7 - bit % 8) & 1) != 0;
    ++bit;
    if (inner) {
      if (way.size() == kMostDepth) return std::nullopt;
      way.emplace_back();
      continue;
    }
    if (next_bough == boughs.size()) return std::nullopt;
    Hash hash = boughs[next_bough++].hash;
    while (!way.empty() && way.back()) {
      hash = crypto::inner_node(*way.back(), hash);
      way.pop_back();
    }
    if (!way.empty()) {
      way.back() = hash;
      continue;
    }
    // The root: nothing may follow but the rest of the byte.
    if (next_bough != boughs.size() || shape.size() != (bit + 7) / 8) return std::nullopt;
    for (; bit < 8 * shape.size(); ++bit)
      if ((static_cast<std::uint8_t>(shape[bit / 8]) >> (7 - bit % 8) & 1) != 0)
        return std::nullopt;
    return hash;
  }
  return std::nullopt;
}

}  // namespace astyq::store
