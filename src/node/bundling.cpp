// SPDX-License-Identifier: Apache-2.0
// What a consortium's node makes of what its clients sent: bundles, until they came down.
#include <algorithm>
#include <shared_mutex>

#include "crypto/sha256.h"
#include "node/consortium.h"

namespace astyq::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kIdleStep{100};
constexpr milliseconds kBundleInterval{15};
constexpr seconds kOverdue{3};
constexpr milliseconds kRefusedPause{200};
constexpr std::size_t kMostMembers = 512;
constexpr std::size_t kMostMemberBytes =
    engine::kMostBundleBytes - engine::kBundleHeadBytes - kMostMembers * engine::kBundleMemberBytes;

}  // namespace

Status Node::Consortium::make() {
  pool.wait(visits.waiting() ? milliseconds(0) : kIdleStep);
  // Where little is verified, others are given a moment to join.
  const auto due = last_bundle_ + kBundleInterval;
  const bool full = flights_.size() >= config.pool_transactions;
  if ((full || pool.ready() < kMostMembers) && steady_clock::now() < due)
    std::this_thread::sleep_until(due);
  // What is under way is bounded as the pool is: where the engine takes nothing, the pool fills,
  // and who comes is told to come later.
  if (!full && pool.ready() > 0) bundle_up();
  if (full) last_bundle_ = steady_clock::now();
  offer_again();
  const std::lock_guard writing(writer_lock);
  if (failure_) return *failure_;
  if (visits.waiting()) serve_visits();
  return Done{};
}

void Node::Consortium::bundle_up() {
  last_bundle_ = steady_clock::now();
  Finished told;
  engine::Form form;
  auto waiting = admissible(pool.take(kMostMembers, kMostMemberBytes), form, told);
  if (!told.settled.empty()) hand_over(std::move(told));
  if (waiting.empty()) return;
  const std::uint64_t node = own_number();
  // Nobody takes a bundle of a node that the network does not know. It may learn of it in time.
  if (node == 0) {
    pool.put_back(std::move(waiting));
    std::this_thread::sleep_for(kRefusedPause);
    return;
  }

  std::vector<BytesView> signed_txs;
  std::vector<engine::Member> members;
  for (Pool::Waiting& one : waiting) {
    signed_txs.push_back(one.signed_tx());
    members.push_back(std::move(one.member));
  }
  Bytes bundle = engine::make_bundle(node, signed_txs, form.network_id, ledger->identity().key);
  bundles_.add(bundle, form, std::move(members));
  const Hash name = crypto::sha256(bundle);
  flights_.add(name, {bundle, std::move(waiting), steady_clock::now() + kOverdue});
  offer(name, bundle);
}

// Those that the state would admit now; the others are told at once why not, for no block would
// take them up. `form`: under which the members are prepared.
std::vector<Pool::Waiting> Node::Consortium::admissible(std::vector<Pool::Waiting> waiting,
                                                        engine::Form& form, Finished& told) {
  form = this->form();
  std::vector<const engine::Member*> members;
  for (Pool::Waiting& one : waiting) {
    const BytesView bytes = one.signed_tx();
    if (one.form == nullptr || *one.form != form)
      one.member = std::move(engine::prepare({&bytes, 1}, form).front());
    members.push_back(&one.member);
  }
  const auto refusals = check_admission(members);
  std::vector<Pool::Waiting> good;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (refusals[i].refused())
      refuse(std::move(waiting[i]), answer_of(waiting[i].member), refusals[i], told);
    else
      good.push_back(std::move(waiting[i]));
  }
  return good;
}

std::vector<Refusal> Node::Consortium::check_admission(
    std::span<const engine::Member* const> members) const {
  const std::shared_lock guard(state_lock);
  return ledger->engine().check_admission(members, locked_next_time_ns());
}

void Node::Consortium::refuse(Pool::Waiting waiting, Answer answer, Refusal refusal,
                              Finished& told) {
  engine::MemberResult result;
  result.admission = refusal;
  fill_in(answer, std::move(result), 0);
  told.settled.push_back({std::move(waiting), told.answers.size()});
  told.answers.push_back(std::move(answer));
}

// What the engine has no room for now is offered again. Requires: no lock, for the engine may be
// waiting for this node.
void Node::Consortium::offer(const Hash& name, BytesView bundle) {
  const Ways ways = this->ways();
  if (ways.offer && ways.offer(bundle).ok()) return;
  flights_.offer_again_at(name, steady_clock::now() + kRefusedPause);
}

// What came into no block for a while: the engine's pool may have lost it. As long as one of its
// members is admissible the same bundle is offered again, so that nothing is in two at once; else
// all are told what the state says of them.
void Node::Consortium::offer_again() {
  const auto now = steady_clock::now();
  for (const Flights::Overdue& overdue : flights_.overdue(now, now + kOverdue)) {
    const auto held = bundles_.get(overdue.bundle, form());
    std::vector<const engine::Member*> members;
    for (const engine::Member& member : held->prepared.members) members.push_back(&member);
    const auto refusals = check_admission(members);
    const auto admitted = [](Refusal each) { return !each.refused(); };
    if (held->prepared.sound.ok() && std::ranges::any_of(refusals, admitted)) {
      offer(overdue.name, overdue.bundle);
      continue;
    }
    Finished told;
    for (Flights::Flight& flight : flights_.land(overdue.name)) {
      if (!held->prepared.sound.ok()) {
        prepare_again(std::move(flight.waiting));
        continue;
      }
      for (std::size_t i = 0; i < flight.waiting.size(); ++i)
        refuse(std::move(flight.waiting[i]), answer_of(*members[i]), refusals[i], told);
    }
    if (!told.settled.empty()) hand_over(std::move(told));
  }
}

// The rules have changed: each is looked at by itself.
void Node::Consortium::prepare_again(std::vector<Pool::Waiting> waiting) {
  for (Pool::Waiting& one : waiting) one.form.reset();
  pool.put_back(std::move(waiting));
}

// Nobody knows what becomes of what is under way: the consensus goes on without this node.
// The checkpoint under way was waited for before.
void Node::Consortium::give_up() {
  ASTYQ_CHECK(take_back_decided().ok());
  for (Flights::Flight& flight : flights_.land_all())
    for (Pool::Waiting& waiting : flight.waiting) Pool::settle(waiting, Answer());
}

}  // namespace astyq::node
