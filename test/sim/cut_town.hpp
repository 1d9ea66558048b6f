/// The town in arrears: platform wallets that are too low, people who pay and switch at bad
/// moments, and a station that may cut, over a plant that loses, delays and crashes.
#pragma once

#include <functional>
#include <optional>

#include "counts.hpp"
#include "cut_checker.hpp"
#include "cut_mixture.hpp"
#include "cut_office.hpp"
#include "cut_people.hpp"

namespace paymeter::town {

struct CutOutcome {
  std::optional<Violation> violation;
  Counts counts;
  CutTally tally;
  std::uint64_t trace_hash = 0, trace_lines = 0;
  bool crashed = false;  ///< a crash that was asked for has happened
};

/// A plan that takes the place of the drawn people: called once before the stations start.
struct CutScript {
  std::function<void(sim::SimWorld&, CutPeople&, Stations&)> begin;
  std::function<void(CutPeople&, const std::string& code, const std::string& state)> on_cut;
};

/// Makes the site that the mixture begins with, once per process; play_cuts does it, too.
void prepare_cuts(const CutMixture& mixture);
CutOutcome play_cuts(const CutMixture& mixture, const CutScript& script = {});

}  // namespace paymeter::town
