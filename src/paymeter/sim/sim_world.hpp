/// Virtual time for deterministic simulation: what is due next happens next, nothing sleeps.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "paymeter/base/time.hpp"

namespace paymeter::sim {

class SimRuntime;

/// One thread, one clock, several runtimes ("processes"): the station that may crash, and the site
/// around it that goes on. Everything is ordered by time and then by the order of scheduling.
class SimWorld {
 public:
  explicit SimWorld(std::uint64_t seed, UtcMs start = UtcMs{1'795'309'200'000});
  ~SimWorld();
  SimWorld(const SimWorld&) = delete;
  SimWorld& operator=(const SimWorld&) = delete;

  std::uint64_t seed() const { return seed_; }
  MonoMs mono() const { return mono_; }
  UtcMs now() const { return start_ + Millis{mono_.value}; }

  /// `due` runs once at `at` (at once if that is past), unless it was cancelled.
  using Ticket = std::pair<std::int64_t, std::uint64_t>;
  Ticket schedule(MonoMs at, std::function<void()> due);
  void cancel(Ticket ticket) { queue_.erase(ticket); }

  /// Runs until `done` holds (checked whenever everything is idle), nothing is left to do, or
  /// virtual time reaches `deadline`. An exception that escaped a task is thrown here.
  enum class Ended : std::uint8_t { done, idle, deadline };
  Ended run_until(const std::function<bool()>& done, MonoMs deadline);
  /// Lets `span` pass.
  void run_for(Millis span);

  /// A line of the run's history; equal histories have equal hashes.
  void trace(std::string_view event);
  /// Sees every line as it comes: for reading what happened.
  void set_trace_reader(std::function<void(std::string_view event)> reader) {
    reader_ = std::move(reader);
  }
  std::uint64_t trace_hash() const { return trace_hash_; }
  std::uint64_t trace_lines() const { return trace_lines_; }

 private:
  friend class SimRuntime;
  bool poll_all();

  std::uint64_t seed_;
  UtcMs start_;
  MonoMs mono_{0};
  std::uint64_t last_ticket_ = 0;
  std::map<Ticket, std::function<void()>> queue_;
  std::vector<SimRuntime*> runtimes_;
  std::uint64_t trace_hash_ = 0, trace_lines_ = 0;
  std::function<void(std::string_view)> reader_;
};

}  // namespace paymeter::sim
