/// A small town that buys electricity: a plant with faults, a station that may crash at any store
/// call, and customers who press the button again until they are told that their sale is stored.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/vend.hpp"
#include "paymeter/sim/fault_plan.hpp"
#include "paymeter/sim/plant.hpp"
#include "paymeter/sim/sim_runtime.hpp"

namespace paymeter::sale_world {

struct Story {
  std::uint64_t seed = 1;
  sim::FaultRates faults{};
  int crashes = 2;  ///< at most; each at a random commit, before or after it
  int meters = 4;   ///< half on a Modbus TCP bus, half on a serial one
  int sales = 16;
  int cancel_percent = 0;  ///< of sales that somebody cancels while they are under way
};

/// One press on the button and what became of it.
struct Purchase {
  std::string key, meter_code;
  std::int64_t fen = 0;
  Millis at{};                         ///< after the beginning
  std::optional<Millis> cancel_after;  ///< of its acknowledgement
  std::optional<VendId> vend;          ///< acknowledged
  std::optional<domain::Vend> ended;   ///< in its final state
  std::optional<Error> refused;        ///< for good
};

struct Outcome {
  bool quiet = false;  ///< everything ended before the deadline
  int crashes = 0;
  std::vector<Purchase> purchases;
  std::vector<std::string> book_problems;
  std::map<std::string, domain::MeterMoney> money;     ///< by meter code
  std::map<std::string, sim::ReferenceMemory> meters;  ///< what the meters hold
  std::uint64_t trace_hash = 0;                        ///< of every byte on every line
  std::uint64_t trace_lines = 0;
};

/// Plays the story to its end. Pure: the same story gives the same outcome.
Outcome play(const Story& story);

}  // namespace paymeter::sale_world
