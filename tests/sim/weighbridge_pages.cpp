// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"
#include "elevators/handlers.gen.h"
#include "sim/book.h"

namespace astyq::sim {
namespace {

using namespace elevators::v1;

constexpr std::uint64_t kGranariesOfTrade = 6;

std::uint64_t operator_of(World& world, std::uint64_t elevator) {
  return world.elevators.find(elevator)->operator_();
}

const auto kNotOperator = [](World& world, auto& draft) {
  draft.party = world.trader_but(draft.party);
};

// A bin of this elevator that holds nothing or something of another crop; 0: none.
template <typename Fits>
std::uint64_t bin_of(World& world, std::uint64_t elevator, Fits fits) {
  const auto* entry = world.bins.pick(
      world.dice, [&](const Bin& row) { return row.elevator() == elevator && fits(row); });
  return entry == nullptr ? 0 : entry->first.first;
}

std::uint64_t bin_for(World& world, std::uint64_t elevator, Crop crop) {
  return bin_of(world, elevator, [&](const Bin& row) {
    return (row.balance_kg() == 0 || row.crop() == crop) &&
           row.balance_kg() + 10'000 < row.capacity_kg();
  });
}

std::uint64_t bin_not_for(World& world, std::uint64_t elevator, Crop crop) {
  return bin_of(world, elevator,
                [&](const Bin& row) { return row.balance_kg() > 0 && row.crop() != crop; });
}

// A truck of grain of a few sorts only, so that batches grow; often the operator's own.
bool some_truck(World& world, Draft<verbs::OpenTicket>& draft, bool licensed) {
  auto& verb = draft.verb;
  verb.elevator = world.dice.between(1, kGranariesOfTrade);
  draft.party = operator_of(world, verb.elevator);
  if (world.is_frozen(draft.party) ||
      world.is_licensed(draft.party, licences::v1::ELEVATOR) != licensed)
    return false;
  verb.depositor = world.dice.percent(15) ? draft.party : world.dice.pick(world.traders);
  verb.vehicle = "123ABC10";
  verb.crop = world.dice.percent(70) ? WHEAT : BARLEY;
  verb.basis_profile = verb.crop == WHEAT ? 1 : 2;
  verb.crop_year = 2026;
  verb.sample_code = world.dice.bytes(16);
  verb.bin = bin_for(world, verb.elevator, verb.crop);
  return verb.bin != 0;
}

void write_open(Book& book) {
  Page<verbs::OpenTicket>(book,
                          [](World& world, auto& draft) { return some_truck(world, draft, true); })
      .refuses(OpenTicket::NO_DEPOSITOR, [](World&, auto& draft) { draft.verb.depositor = 0; })
      .refuses(OpenTicket::NO_VEHICLE, [](World&, auto& draft) { draft.verb.vehicle.clear(); })
      .refuses(OpenTicket::NO_CROP, [](World&, auto& draft) { draft.verb.crop = CROP_UNSPECIFIED; })
      .refuses(OpenTicket::NO_SUCH_ELEVATOR,
               [](World&, auto& draft) { draft.verb.elevator = kNobody; })
      .refuses(OpenTicket::NOT_OPERATOR, kNotOperator)
      .refuses_instead(OpenTicket::NOT_LICENSED,
                       [](World& world, auto& draft) { return some_truck(world, draft, false); })
      .refuses(OpenTicket::NO_SUCH_BIN, [](World&, auto& draft) { draft.verb.bin = kNobody; })
      .refuses(OpenTicket::BIN_OTHER_CROP,
               [](World& world, auto& draft) {
                 draft.verb.bin = bin_not_for(world, draft.verb.elevator, draft.verb.crop);
                 return draft.verb.bin != 0;
               })
      .refuses(OpenTicket::NO_SUCH_BASIS_PROFILE,
               [](World&, auto& draft) { draft.verb.basis_profile = kNobody; })
      .refuses(
          OpenTicket::PROFILE_OF_OTHER_CROP,
          [](World&, auto& draft) { draft.verb.basis_profile = draft.verb.crop == WHEAT ? 2 : 1; })
      .refuses(OpenTicket::WRONG_CROP_YEAR,
               [](World& world, auto& draft) {
                 draft.verb.crop_year = world.dice.percent(50) ? 1999 : 2199;
               })
      .refuses(OpenTicket::SAMPLE_CODE_USED, [](World& world, auto& draft) {
        const auto* ticket = world.tickets.pick(world.dice, [](const auto&) { return true; });
        if (ticket != nullptr) draft.verb.sample_code = ticket->second.sample_code();
        return ticket != nullptr;
      });
}

template <typename Verb, typename Fits>
bool ticket_where(World& world, Draft<Verb>& draft, Fits fits) {
  const auto* entry = world.tickets.pick(world.dice, [&](const Ticket& row) {
    return !world.is_frozen(operator_of(world, row.elevator())) && fits(row);
  });
  if (entry == nullptr) return false;
  draft.party = operator_of(world, entry->second.elevator());
  draft.verb.ticket = entry->first.first;
  return true;
}

void write_weigh(Book& book) {
  Page<verbs::WeighTicket>(
      book,
      [](World& world, auto& draft) {
        draft.verb.tare_kg = world.dice.between(8'000, 15'000);
        draft.verb.gross_kg = draft.verb.tare_kg + world.dice.between(1, 35'000);
        return ticket_where(world, draft, [](const auto& row) { return row.state() == OPEN; });
      })
      .refuses(WeighTicket::WRONG_WEIGHT,
               [](World&, auto& draft) { draft.verb.gross_kg = draft.verb.tare_kg; })
      .refuses(WeighTicket::TOO_HEAVY, [](World&, auto& draft) { draft.verb.gross_kg = 200'001; })
      .refuses(WeighTicket::NO_SUCH_TICKET,
               [](World&, auto& draft) { draft.verb.ticket = kNobody; })
      .refuses(WeighTicket::NOT_OPERATOR, kNotOperator)
      .refuses(WeighTicket::ALREADY_WEIGHED, [](World& world, auto& draft) {
        return ticket_where(world, draft, [](const auto& row) { return row.state() != OPEN; });
      });
}

std::uint64_t analysis_of(World& world, const Ticket& ticket) {
  const auto tag = crypto::sha256(ticket.sample_code());
  return world.samples.find(read_u64(view(tag)), read_u64(view(tag).substr(8)))->analysis();
}

bool some_sample(World& world, Draft<verbs::RecordAnalysis>& draft, bool closed) {
  const bool again = closed || world.dice.percent(20);
  const auto* ticket = world.tickets.pick(world.dice, [&](const Ticket& row) {
    return (row.state() == CLOSED) == closed && (again || analysis_of(world, row) == 0);
  });
  if (ticket == nullptr) return false;
  draft.party = world.dice.pick(world.laboratories);
  draft.verb.sample_code = ticket->second.sample_code();
  draft.verb.moisture_bps = static_cast<std::uint32_t>(world.dice.between(1'000, 2'500));
  draft.verb.foreign_matter_bps = static_cast<std::uint32_t>(world.dice.between(0, 800));
  draft.verb.protein_bps = 1'200;
  draft.verb.grain_class = world.dice.percent(80) ? 3 : 4;
  return world.is_licensed(draft.party, licences::v1::LABORATORY) && !world.is_frozen(draft.party);
}

void write_analysis(Book& book) {
  Page<verbs::RecordAnalysis>(book,
                              [](World& world, auto& draft) {
                                if (!some_sample(world, draft, false)) return false;
                                if (world.dice.percent(3)) draft.verb.moisture_bps = 10'000;
                                return true;
                              })
      .refuses(RecordAnalysis::WRONG_MOISTURE,
               [](World&, auto& draft) { draft.verb.moisture_bps = 10'001; })
      .refuses(RecordAnalysis::WRONG_FOREIGN_MATTER,
               [](World&, auto& draft) { draft.verb.foreign_matter_bps = 10'001; })
      .refuses(RecordAnalysis::WRONG_PROTEIN,
               [](World&, auto& draft) { draft.verb.protein_bps = 5'001; })
      .refuses(RecordAnalysis::WRONG_GLUTEN,
               [](World&, auto& draft) { draft.verb.gluten_bps = 499; })
      .refuses(RecordAnalysis::WRONG_FALLING_NUMBER,
               [](World&, auto& draft) { draft.verb.falling_number_s = 901; })
      .refuses(RecordAnalysis::WRONG_TEST_WEIGHT,
               [](World&, auto& draft) { draft.verb.test_weight_g_per_l = 199; })
      .refuses(RecordAnalysis::WRONG_CLASS, [](World&, auto& draft) { draft.verb.grain_class = 6; })
      .refuses(RecordAnalysis::WRONG_GENERATED,
               [](World&, auto& draft) { draft.verb.generated = 8; })
      .refuses(RecordAnalysis::NOT_LICENSED,
               [](World& world, auto& draft) { draft.party = world.traders.back(); })
      .refuses(RecordAnalysis::NO_SUCH_SAMPLE,
               [](World& world, auto& draft) { draft.verb.sample_code = world.dice.bytes(16); })
      .refuses_instead(RecordAnalysis::TICKET_CLOSED,
                       [](World& world, auto& draft) { return some_sample(world, draft, true); });
}

void write_close(Book& book) {
  const auto is_analysed = [](World& world, const Ticket& row) {
    return row.state() == WEIGHED && analysis_of(world, row) != 0;
  };
  const auto is_worthless = [](World& world, const Ticket& row) {
    return world.analyses.find(analysis_of(world, row))->moisture_bps() == 10'000;
  };
  const auto fits_bin = [](World& world, const Ticket& row) {
    const Bin& bin = *world.bins.find(row.bin());
    return bin.balance_kg() == 0 || bin.crop() == row.crop();
  };
  const auto has_room = [](World& world, const Ticket& row) {
    const Bin& bin = *world.bins.find(row.bin());
    return row.gross_kg() - row.tare_kg() <= bin.capacity_kg() - bin.balance_kg();
  };
  Page<verbs::CloseTicket>(book,
                           [=](World& world, auto& draft) {
                             return ticket_where(world, draft, [&](const auto& row) {
                               return is_analysed(world, row) && fits_bin(world, row) &&
                                      has_room(world, row) && !is_worthless(world, row);
                             });
                           })
      .refuses(CloseTicket::NO_SUCH_TICKET,
               [](World&, auto& draft) { draft.verb.ticket = kNobody; })
      .refuses(CloseTicket::NOT_OPERATOR, kNotOperator)
      .refuses_instead(CloseTicket::ALREADY_CLOSED,
                       [](World& world, auto& draft) {
                         return ticket_where(world, draft,
                                             [](const auto& row) { return row.state() == CLOSED; });
                       })
      .refuses_instead(CloseTicket::NOT_WEIGHED,
                       [](World& world, auto& draft) {
                         return ticket_where(world, draft,
                                             [](const auto& row) { return row.state() == OPEN; });
                       })
      .refuses_instead(CloseTicket::NO_ANALYSIS,
                       [](World& world, auto& draft) {
                         return ticket_where(world, draft, [&](const auto& row) {
                           return row.state() == WEIGHED && analysis_of(world, row) == 0;
                         });
                       })
      .refuses_instead(CloseTicket::BIN_OTHER_CROP,
                       [=](World& world, auto& draft) {
                         return ticket_where(world, draft, [&](const auto& row) {
                           return is_analysed(world, row) && !fits_bin(world, row);
                         });
                       })
      .refuses_instead(CloseTicket::NO_ROOM,
                       [=](World& world, auto& draft) {
                         return ticket_where(world, draft, [&](const auto& row) {
                           return is_analysed(world, row) && fits_bin(world, row) &&
                                  !has_room(world, row);
                         });
                       })
      .refuses_instead(CloseTicket::NO_CREDIT, [=](World& world, auto& draft) {
        return ticket_where(world, draft, [&](const auto& row) {
          return is_analysed(world, row) && fits_bin(world, row) && has_room(world, row) &&
                 is_worthless(world, row);
        });
      });
}

}  // namespace

void write_weighbridge(Book& book) {
  write_open(book);
  write_weigh(book);
  write_analysis(book);
  write_close(book);
}

}  // namespace astyq::sim
