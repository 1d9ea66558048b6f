/// A small town that buys electricity, played from one seed: one or two stations on one database,
/// a lossy line, customers who press the button again until they are told that their sale is
/// stored, operators who cancel, and hands that tamper with meters. The real code throughout.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "counts.hpp"
#include "invariants.hpp"
#include "mixture.hpp"

namespace paymeter::town {

struct Outcome {
  Counts counts;
  std::optional<Violation> violation;
  std::uint64_t trace_hash = 0;  ///< of every byte on every line
  std::uint64_t trace_lines = 0;
};

/// Plays to the end or to the first violation. Pure: the same mixture gives the same outcome.
Outcome play(const Mixture& mixture);

}  // namespace paymeter::town
