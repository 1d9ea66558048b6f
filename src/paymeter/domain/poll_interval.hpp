/// How often a meter is read: what people set for a property, a bus or a meter, and what applies.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/site.hpp"

namespace paymeter::domain {

using PollIntervalId = Id<struct PollIntervalTag>;

/// Whom a setting is for, and where an interval comes from. workbook: the bus as imported.
enum class IntervalScope : std::uint8_t { workbook, property, bus, meter };
std::string_view interval_scope_name(IntervalScope scope);
std::optional<IntervalScope> interval_scope_from_name(std::string_view name);

/// Set for the whole property when neither bus nor meter is given. An empty interval = as without
/// this setting.
struct PollIntervalSetting {
  PollIntervalId id{};
  PropertyId property{};
  std::optional<BusId> bus;
  std::optional<MeterId> meter;
  std::optional<Millis> status;  ///< prepaid block
  std::optional<Millis> full;    ///< full set of measured values
  std::string reason;
  UserId set_by{};
  UtcMs set_at{};
  std::optional<UtcMs> ended_at;  ///< another took its place
  friend bool operator==(const PollIntervalSetting&, const PollIntervalSetting&) = default;
};
IntervalScope scope_of(const PollIntervalSetting& setting);

inline constexpr Millis kStatusIntervalMin{2'000};
inline constexpr Millis kFullIntervalMin{10'000};
inline constexpr Millis kPollIntervalMax{86'400'000};
/// Errors: request_invalid (bus and meter at once; an interval that is not whole seconds between
/// its least and a day; full sets more often than statuses).
Result<> check_poll_interval(const PollIntervalSetting& setting);

/// What applies to one meter.
struct PollIntervals {
  Millis status{}, full{};
  IntervalScope status_from = IntervalScope::workbook, full_from = IntervalScope::workbook;
  friend bool operator==(const PollIntervals&, const PollIntervals&) = default;
};
/// The meter's own setting before its bus's, before its property's, before the workbook's.
/// Settings of others are passed over. Requires: `bus` is the meter's.
PollIntervals poll_intervals_of(std::span<const PollIntervalSetting> settings, const Meter& meter,
                                const Bus& bus);

}  // namespace paymeter::domain
