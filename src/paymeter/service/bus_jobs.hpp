/// Work waiting for a bus: strict priorities, and inside each the meters take turns.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>

#include "paymeter/port/bus_link.hpp"
#include "paymeter/port/meter_driver.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/service/bus_stats.hpp"

namespace paymeter::service {

/// A piece of work on a meter's bus: runs alone on the wire, once, with the meter's driver.
using BusWork = std::function<port::Async<>(port::MeterDriver&, port::BusLink&)>;

/// Shared by its submitter and the bus's loop.
struct BusJob {
  enum class State : std::uint8_t { waiting, running, finished, abandoned };
  MeterId meter{};
  std::size_t number = 0;  ///< of the meter in the owner's plan
  BusPriority priority = BusPriority::command;
  BusWork work;
  Result<> result;
  State state = State::waiting;
  MonoMs queued_at{};
  std::uint64_t exchanges_before = 0;  ///< the bus's count when it was queued
  std::unique_ptr<port::Wakeup> done;
};

class BusJobs {
 public:
  /// Requests of people for a fresh reading and downloads are shed beyond this many.
  static constexpr std::size_t kCommandsMax = 256;
  /// Sales and switches are never shed: who submits them has stored them and waits for one answer
  /// per meter, so that a few per meter is all there can be. Beyond that somebody is mistaken.
  static constexpr std::size_t kUrgentMaxPerMeter = 16;

  explicit BusJobs(std::size_t meters = 0) : urgent_max_((meters + 1) * kUrgentMaxPerMeter) {}

  bool has_room(BusPriority priority) const {
    return size(priority) < (is_urgent(priority) ? urgent_max_ : kCommandsMax);
  }
  void push(std::shared_ptr<BusJob> job);
  /// The next one above `below` (not itself); null = none. Abandoned ones are left out.
  std::shared_ptr<BusJob> pop(BusPriority below);
  std::shared_ptr<BusJob> pop();
  bool has_any() const { return total_ > 0; }
  std::size_t size(BusPriority priority) const {
    return sizes_.at(static_cast<std::size_t>(priority));
  }
  static bool is_urgent(BusPriority priority) { return priority < BusPriority::command; }

 private:
  struct Lane {
    MeterId meter{};
    std::deque<std::shared_ptr<BusJob>> jobs;
  };
  std::shared_ptr<BusJob> pop_from(std::size_t priority);

  std::size_t urgent_max_;
  std::array<std::deque<Lane>, kBusPriorityCount> lanes_;  ///< never an empty lane
  std::array<std::size_t, kBusPriorityCount> sizes_{};
  std::size_t total_ = 0;
};

}  // namespace paymeter::service
