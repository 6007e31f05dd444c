// SPDX-License-Identifier: Apache-2.0
#include "node/visits.h"

#include <algorithm>
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
  if (height >= head)
    return Fault{"height_ahead", "The newest state that a header certifies is that of height " +
                                     std::to_string(head - 1) + "."};
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

}  // namespace

Status Visits::join(std::optional<std::uint64_t> height, const Visit& visit,
                    const std::function<void()>& wake) {
  Visitor visitor{height, visit, std::nullopt};
  std::unique_lock guard(lock_);
  if (closed_) return Fault{"node_stopping", "The node is stopping."};
  waiting_.push_back(&visitor);
  guard.unlock();
  wake();
  guard.lock();
  changed_.wait(guard, [&] { return visitor.done.has_value(); });
  return *visitor.done;
}

bool Visits::waiting() const {
  const std::lock_guard guard(lock_);
  return !waiting_.empty();
}

void Visits::serve(DurableLedger& ledger) {
  std::unique_lock guard(lock_);
  std::vector<Visitor*> taken = std::exchange(waiting_, {});
  guard.unlock();
  const std::uint64_t head = ledger.engine().head().height;
  std::map<std::uint64_t, std::vector<Visitor*>> by_height;
  for (Visitor* visitor : taken)
    by_height[visitor->height.value_or(head > 0 ? head - 1 : 0)].push_back(visitor);
  std::size_t undone = 0;
  std::vector<Visitor*> later;
  // The newest first: it costs least and is what most ask for.
  for (auto it = by_height.rbegin(); it != by_height.rend(); ++it) {
    auto& [height, visitors] = *it;
    Status status = readable(ledger, height);
    const std::size_t changes = status.ok() ? changes_above(ledger.undos(), height) : 0;
    if (undone > 0 && undone + changes > kMostUndone) {
      later.insert(later.end(), visitors.begin(), visitors.end());
      continue;
    }
    if (changes > kMostUndone)
      status = Fault{"state_busy", std::to_string(changes) + " rows have changed since height " +
                                       std::to_string(height) + "."};
    undone += changes;
    if (status.ok())
      ledger.visit_at(height, [&](const store::Tree& tree) {
        for (const Visitor* visitor : visitors) visitor->visit(tree, height);
      });
    guard.lock();
    for (Visitor* visitor : visitors) visitor->done = status;
    guard.unlock();
  }
  guard.lock();
  waiting_.insert(waiting_.end(), later.begin(), later.end());
  guard.unlock();
  changed_.notify_all();
}

void Visits::close() {
  {
    const std::lock_guard guard(lock_);
    closed_ = true;
    for (Visitor* visitor : waiting_)
      visitor->done = Fault{"node_stopping", "The node is stopping."};
    waiting_.clear();
  }
  changed_.notify_all();
}

}  // namespace astyq::node
