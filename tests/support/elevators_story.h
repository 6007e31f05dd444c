// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/elevators/v1/state.pb.h"
#include "astyq/licences/v1/state.pb.h"
#include "support/chain.h"

namespace astyq::test {

// What a truck brings. At the defaults, which are the basis, the credit weight is the net weight.
struct Load {
  std::uint64_t kg = 25'000;  // net; more than one truck holds comes in several
  std::uint32_t moisture_bps = 1'400;
  std::uint32_t foreign_matter_bps = 200;
  std::uint32_t grain_class = 3;
  std::uint32_t crop_year = 2026;
};

// What became of it: the last truck's ticket and analysis.
struct Delivered {
  std::uint64_t ticket = 0;
  std::uint64_t analysis = 0;
  std::uint64_t batch = 0;
};

// A licensed operator with an elevator of one bin, a basis profile for wheat, a licensed laboratory
// and a farmer: the beginning of every story about grain. Every step is a verb on the chain.
class ElevatorStory {
 public:
  explicit ElevatorStory(Chain& chain, std::uint64_t capacity_kg = 10'000'000);

  const Actor& elevator_operator() const { return operator_; }
  const Actor& laboratory() const { return laboratory_; }
  const Actor& farmer() const { return farmer_; }
  std::uint64_t elevator() const { return elevator_; }
  std::uint64_t bin() const { return bin_; }
  std::uint64_t profile() const { return profile_; }
  std::uint64_t operator_licence() const { return operator_licence_; }
  std::uint64_t laboratory_licence() const { return laboratory_licence_; }

  // The verbs of one truck, for stories that change or leave out a step. Each sample code is new.
  verbs::OpenTicket ticket(const Actor& depositor);
  verbs::RecordAnalysis analysis(const verbs::OpenTicket& ticket, const Load& load = {}) const;
  // A ticket that is open, or open and weighed, or closed.
  std::uint64_t open(const verbs::OpenTicket& ticket, Where where = Where::current());
  std::uint64_t weighed(const verbs::OpenTicket& ticket, std::uint64_t net_kg,
                        Where where = Where::current());
  Delivered deliver(const Actor& depositor, Load load = {}, Where where = Where::current());

  // The registrar enters a licence from now on, without end; returns its id.
  std::uint64_t grant_licence(const Actor& holder, licences::v1::LicenceKind kind);
  // The registrar records an act about a party that orders anything; returns its id.
  std::uint64_t record_act(const Actor& subject);
  void suspend_licence(std::uint64_t licence, const Actor& holder);
  // Bans shipments from the elevator, and lifts the ban.
  void set_regime(elevators::v1::Regime regime);

 private:
  Chain& chain_;
  Actor operator_;
  Actor laboratory_;
  Actor farmer_;
  std::uint64_t operator_licence_ = 0;
  std::uint64_t laboratory_licence_ = 0;
  std::uint64_t elevator_ = 0;
  std::uint64_t bin_ = 0;
  std::uint64_t profile_ = 0;
  std::uint64_t counter_ = 0;
};

}  // namespace astyq::test
