// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "engine/bundle.h"

namespace astyq::node {

// A prepared bundle with the bytes that it is of.
struct HeldBundle {
  Hash name{};  // SHA-256 of the bytes
  Bytes bytes;
  engine::PreparedBundle prepared;
};

// Bundles whose signatures were verified, so that each node does that once however often a bundle
// comes by: from its clients or its peers, in a proposal, in the decided block. Any thread.
class BundleStore {
 public:
  // Up to so many bytes are held; those that came first go first.
  explicit BundleStore(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // The bundles as they are under this form; those that are not held are prepared on all cores.
  using Held = std::shared_ptr<HeldBundle>;
  std::vector<Held> get(std::span<const BytesView> bundles, const engine::Form& form);
  Held get(BytesView bundle, const engine::Form& form);
  // Of a bundle that this node made of transactions that it had prepared.
  void add(Bytes bundle, const engine::Form& form, std::vector<engine::Member> members);
  // What was decided is not asked for again.
  void forget(const std::vector<Held>& bundles);

 private:
  using Names = std::list<Hash>;  // in their order of arrival
  struct Entry {
    Held held;
    Names::iterator name;
  };
  Held find(const Hash& name, const engine::Form& form);
  void put(Held held);

  const std::size_t most_bytes_;
  std::mutex lock_;
  std::map<Hash, Entry> entries_;
  Names names_;
  std::size_t bytes_ = 0;
};

}  // namespace astyq::node
