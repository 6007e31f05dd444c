// SPDX-License-Identifier: Apache-2.0
#include "node/visits.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "node/durable_ledger.h"

namespace astyq::node {
namespace {

// Rows that are put back and forth at a time: some 20 ms.
constexpr std::size_t kMostUndone = 50'000;

// Faults as join().
Status readable(const DurableLedger& ledger, std::uint64_t height) {
  const std::uint64_t head = ledger.engine().head().height;
  if (head == 0) return Fault{"height_ahead", "There is no block yet that certifies a state."};
  if (height > head)
    return Fault{"height_ahead", "The ledger stands at height " + std::to_string(head) + "."};
  if (height == head)
    return Fault{"not_certified", "The header of the block after " + std::to_string(head) +
                                      " certifies it, and that block is not made yet. Earlier "
                                      "states can be asked for by their height."};
  if (ledger.undos().empty() || !ledger.undos().can_read(height))
    return Fault{"height_gone", "The ledger stands at height " + std::to_string(head) + "."};
  return Done{};
}

std::size_t changes_above(const store::UndoRing& undos, std::uint64_t height) {
  std::size_t changes = 0;
  for (const store::Undo& undo : undos.undos())
    if (undo.height > height) changes += undo.changes.size();
  return changes;
}

Fault stopping() {
  return {"node_stopping", "The node is stopping."};
}

}  // namespace

void Visits::join(std::optional<std::uint64_t> height, Visit visit, Done done) {
  {
    const std::lock_guard guard(lock_);
    if (!closed_) {
      waiting_.push_back({height, std::move(visit), std::move(done)});
      return;
    }
  }
  done(stopping());
}

bool Visits::waiting() const {
  const std::lock_guard guard(lock_);
  return !waiting_.empty();
}

std::vector<std::function<void()>> Visits::serve(DurableLedger& ledger, bool block_comes) {
  std::unique_lock guard(lock_);
  std::vector<Visitor> taken = std::exchange(waiting_, {});
  guard.unlock();
  const std::uint64_t head = ledger.engine().head().height;
  const bool uncertified = ledger.last_is_uncertified();
  std::map<std::uint64_t, std::vector<Visitor>> by_height;
  for (Visitor& visitor : taken) {
    if (!visitor.height) visitor.height = uncertified || head == 0 ? head : head - 1;
    by_height[*visitor.height].push_back(std::move(visitor));
  }
  std::size_t undone = 0;
  std::vector<Visitor> later;
  std::vector<std::function<void()>> served;
  // The newest first: it costs least and is what most ask for.
  for (auto it = by_height.rbegin(); it != by_height.rend(); ++it) {
    auto& [height, visitors] = *it;
    Status status = readable(ledger, height);
    const std::size_t changes = status.ok() ? changes_above(ledger.undos(), height) : 0;
    const bool certified_soon = height == head && uncertified && block_comes;
    if (certified_soon || (undone > 0 && undone + changes > kMostUndone)) {
      std::ranges::move(visitors, std::back_inserter(later));
      continue;
    }
    if (changes > kMostUndone)
      status = Fault{"state_busy", std::to_string(changes) + " rows have changed since height " +
                                       std::to_string(height) + "."};
    undone += changes;
    if (status.ok())
      ledger.visit_at(height, [&](const store::Tree& tree) {
        for (const Visitor& visitor : visitors) visitor.visit(tree, height);
      });
    for (Visitor& visitor : visitors)
      served.push_back([done = std::move(visitor.done), status] { done(status); });
  }
  guard.lock();
  std::ranges::move(later, std::back_inserter(waiting_));
  return served;
}

void Visits::close() {
  std::vector<Visitor> left;
  {
    const std::lock_guard guard(lock_);
    closed_ = true;
    left.swap(waiting_);
  }
  for (const Visitor& visitor : left) visitor.done(stopping());
}

}  // namespace astyq::node
