/// Somebody who acts in the town. Whoever is added here needs nothing else: plan in `begin`, act by
/// errands, say when it is done and what happened.
#pragma once

#include "counts.hpp"
#include "errands.hpp"
#include "invariants.hpp"
#include "mixture.hpp"
#include "stations.hpp"

namespace paymeter::town {

/// What every actor finds around it; all of it outlives the actors.
struct Scene {
  const Mixture& mixture;
  sim::SimWorld& world;
  sim::Plant& plant;
  sim::PaymentProvider& provider;
  MeterTruth& truth;
  Invariants& invariants;
  Stations& stations;
  Errands& errands;

  sim::Dice dice(std::string_view name) const {
    return sim::Dice{sim::seed_for(mixture.seed, name)};
  }
  MonoMs some_time(sim::Dice& dice) const { return MonoMs{dice.between(0, mixture.span.value)}; }
  /// Calls `round` every `pause`, for ever.
  void every(Millis pause, std::function<void()> round) const;
};

/// A meter's code, drawn.
std::string some_code(sim::Dice& dice);

class Actor {
 public:
  virtual ~Actor() = default;
  /// Before the stations start: draws what it is going to do and when.
  virtual void begin() = 0;
  /// After each commit of a store that was found sound.
  virtual void after_commit() {}
  /// Nothing more is to be expected of it. Asked often: cheap.
  virtual bool is_done() const { return true; }
  /// When nothing more is going to happen. Throws Violation.
  virtual void at_rest() {}
  virtual void count(Counts&) const {}
};

/// What a refusal means: Came::over for what the design allows here, Came::again for what passes;
/// throws Violation otherwise.
Came judge(Slot& slot, std::string_view what, const Error& error,
           std::initializer_list<Errc> allowed);

}  // namespace paymeter::town
