// SPDX-License-Identifier: Apache-2.0
#include "node/bundle_store.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "crypto/sha256.h"

namespace astyq::node {
namespace {

using Held = BundleStore::Held;

Held prepare(const Hash& name, BytesView bundle, const engine::Form& form) {
  auto held = std::make_shared<HeldBundle>();
  held->name = name;
  held->bytes = bundle;
  held->prepared = engine::prepare_bundle(held->bytes, form);
  return held;
}

struct Missing {
  Hash name{};
  BytesView bytes;
  Held* held;
};

// A block that comes from peers, as after a pause, has none that were seen before.
void prepare_missing(std::span<const Missing> missing, const engine::Form& form) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < missing.size(); i = next++)
      *missing[i].held = prepare(missing[i].name, missing[i].bytes, form);
  };
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(cores, missing.size()); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

}  // namespace

std::vector<Held> BundleStore::get(std::span<const BytesView> bundles, const engine::Form& form) {
  std::vector<Held> out(bundles.size());
  std::vector<Missing> missing;
  for (std::size_t i = 0; i < bundles.size(); ++i) {
    const Hash name = crypto::sha256(bundles[i]);
    out[i] = find(name, form);
    if (out[i] == nullptr) missing.push_back({name, bundles[i], &out[i]});
  }
  prepare_missing(missing, form);
  for (const Missing& each : missing) put(*each.held);
  return out;
}

Held BundleStore::get(BytesView bundle, const engine::Form& form) {
  return get({&bundle, 1}, form).front();
}

void BundleStore::add(Bytes bundle, const engine::Form& form, std::vector<engine::Member> members) {
  auto held = std::make_shared<HeldBundle>();
  held->name = crypto::sha256(bundle);
  held->bytes = std::move(bundle);
  held->prepared = engine::prepare_bundle(held->bytes, form, std::move(members));
  put(std::move(held));
}

void BundleStore::forget(const std::vector<Held>& bundles) {
  const std::lock_guard guard(lock_);
  for (const Held& bundle : bundles) {
    const auto found = entries_.find(bundle->name);
    if (found == entries_.end()) continue;
    bytes_ -= found->second.held->bytes.size();
    names_.erase(found->second.name);
    entries_.erase(found);
  }
}

Held BundleStore::find(const Hash& name, const engine::Form& form) {
  const std::lock_guard guard(lock_);
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.held->prepared.form != form) return nullptr;
  return found->second.held;
}

void BundleStore::put(Held held) {
  const std::lock_guard guard(lock_);
  const Hash name = held->name;
  if (const auto found = entries_.find(name); found != entries_.end()) {
    found->second.held = std::move(held);  // of other rules; the same bytes
    return;
  }
  bytes_ += held->bytes.size();
  entries_.emplace(name, Entry{std::move(held), names_.insert(names_.end(), name)});
  while (bytes_ > most_bytes_ && names_.size() > 1) {
    const auto oldest = entries_.find(names_.front());
    bytes_ -= oldest->second.held->bytes.size();
    entries_.erase(oldest);
    names_.pop_front();
  }
}

}  // namespace astyq::node
