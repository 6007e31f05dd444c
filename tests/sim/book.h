// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <type_traits>

#include "astyq/base/v1/operation.pb.h"
#include "ledger/refusal.h"
#include "sim/world.h"
#include "tests/verbs.gen.h"

namespace astyq::sim {

// What somebody is about to do.
struct Action {
  std::uint64_t party = 0;
  base::v1::Operation op;
};

// The same while it is being thought out.
template <typename Verb>
struct Draft {
  std::uint64_t party = 0;
  Verb verb;
};

// How to do every verb so that it is accepted, and how to meet every refusal. Each way gives
// nothing when the state does not allow it now.
struct Book {
  using Way = std::function<std::optional<Action>(World&)>;
  using SignedWay = std::function<std::optional<Bytes>(World&)>;

  std::map<std::uint32_t, Way> verbs;             // by the verb's code
  std::map<std::uint32_t, std::uint64_t> demand;  // how much oftener than most, by the verb's code
  std::map<std::uint32_t, Way> provocations;      // by the refusal's code
  std::map<std::uint32_t, SignedWay> admissions;  // refusals of whole transactions
};

// The book that the random run reads: every page puts itself into it.
Book& book();

// Writes what no verb owns: the refusals of whole transactions and of any operation.
void write_admission(Book& book);

// The part of the book about one verb, as a constant of the file that tests the verb. A step fills
// in or changes a draft; it may return false for "not now".
template <typename Verb>
class Page {
 public:
  using Step = std::function<bool(World&, Draft<Verb>&)>;

  template <typename Fill>
  explicit Page(Fill fill) : fill_(step(fill)) {
    book().verbs[code()] = [fill = fill_](World& world) { return act(world, {fill}); };
    book().demand[code()] = 1;
  }
  // Several verbs use up what this one makes: so much oftener than most it is to be accepted.
  Page& in_demand(std::uint64_t times) {
    book().demand[code()] = times;
    return *this;
  }
  // A valid draft that is then spoiled.
  template <typename Spoil>
  Page& refuses(Refusal why, Spoil spoil) {
    book().provocations[why.code()] = [fill = fill_, spoil = step(spoil)](World& world) {
      return act(world, {fill, spoil});
    };
    return *this;
  }
  // A draft of its own, for what no valid draft is near to.
  template <typename Fill>
  Page& refuses_instead(Refusal why, Fill fill) {
    book().provocations[why.code()] = [fill = step(fill)](World& world) {
      return act(world, {fill});
    };
    return *this;
  }

 private:
  static std::uint32_t code() { return static_cast<std::uint32_t>(Verb{}.operation().verb_case()); }
  template <typename Any>
  static Step step(Any any) {
    return [any](World& world, Draft<Verb>& draft) {
      if constexpr (std::is_void_v<std::invoke_result_t<Any, World&, Draft<Verb>&>>) {
        any(world, draft);
        return true;
      } else {
        return static_cast<bool>(any(world, draft));
      }
    };
  }
  static std::optional<Action> act(World& world, const std::vector<Step>& steps) {
    Draft<Verb> draft;
    for (const Step& each : steps)
      if (!each(world, draft)) return std::nullopt;
    return Action{draft.party, draft.verb.operation()};
  }

  Step fill_;
};

// Spoils a draft: somebody else is about to do it.
inline const auto kSomebodyElse = [](World& world, auto& draft) {
  draft.party = world.trader_but(draft.party);
};

}  // namespace astyq::sim
