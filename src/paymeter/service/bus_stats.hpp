/// The figures of a bus and of its meters: for the bus page and metrics. Counters count since the
/// owner's start.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/poll_interval.hpp"

namespace paymeter::service {

/// Order of service on a bus, first served first.
enum class BusPriority : std::uint8_t { reclose, vend, read_back, trip, command, poll };
inline constexpr int kBusPriorityCount = 6;

struct BusStats {
  std::uint64_t exchanges_ok = 0, timeouts = 0, damaged = 0, refused = 0, connect_failures = 0;
  std::uint64_t wrong_replies = 0;  ///< of another unit, or not to this request
  std::uint64_t polls = 0, jobs = 0, jobs_shed = 0;
  std::int64_t busy_ms = 0;   ///< time with a request in flight
  std::int64_t sweep_ms = 0;  ///< length of the last round in which every live meter was read
  bool connected = false;
  // Of this moment:
  int load_e3 = 0;  ///< share of the last minute (the last complete one) that the line was busy
  int meters = 0, lost = 0;
  std::optional<std::int64_t> allows_ms;  ///< age limit that the line can keep
  std::int64_t asked_e3 = 0;  ///< of the line: what the intervals ask for, living meters only
  std::optional<std::int64_t> oldest_status_age_ms;  ///< of meters that answer
  std::array<int, kBusPriorityCount> waiting{};      ///< jobs by priority
  std::int64_t urgent_wait_ms_max = 0;  ///< longest wait of a re-close, sale, read-back or trip
  int urgent_wait_exchanges_max = 0;    ///< the same in exchanges of others that went first
};

/// One meter as its bus sees it.
struct MeterLine {
  MeterId meter{};
  std::uint64_t exchanges_ok = 0, timeouts = 0, errors = 0;  ///< errors: any other kind
  std::optional<Errc> last_error;
  int silences = 0;  ///< unanswered polls in a row
  bool lost = false;
  std::int64_t status_ms = 0, full_ms = 0;  ///< smoothed time on the line; estimated at first
  bool has_status = false, has_full = false;
  std::optional<std::int64_t> status_age_ms;
  std::int64_t status_interval_ms = 0, full_interval_ms = 0;
  domain::IntervalScope status_from{}, full_from{};  ///< who set them
};

struct BusReport {
  BusStats stats;
  std::vector<MeterLine> meters;  ///< in order of their units
};

}  // namespace paymeter::service
