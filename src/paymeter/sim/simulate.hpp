/// The `paymeter simulate` command: a virtual site until a signal ends it.
#pragma once

#include "paymeter/domain/site.hpp"
#include "paymeter/sim/virtual_site.hpp"

namespace paymeter::sim {

struct SimulateOptions {
  domain::SitePlan plan;
  VirtualSiteOptions site;  ///< host, ports, speed, faults, seed, state file, links
  enum class Output : std::uint8_t { text, json } output = Output::text;
  Millis save_interval{10'000};  ///< of the state file, real time
};

/// Prints one line per bus when it listens and one when all do (`ready`), then runs until SIGINT or
/// SIGTERM; the state file is written at intervals and at the end. With Output::json every line on
/// standard output is an object: {"event":"listening","gateway":…,"bus":…,"transport":…,"host":…,
/// "port":…,"device":…,"meters":n}, {"event":"ready",…}, {"event":"stopped"}, or {"event":"failed",
/// "error":name,"detail":…}.
/// Returns the exit code: 0 ended by a signal, 1 could not start or went wrong.
int run_simulate(const SimulateOptions& options);

}  // namespace paymeter::sim
