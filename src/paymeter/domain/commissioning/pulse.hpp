/// The pulse test: somebody switches the load of one room on and off, all meters around are read
/// before and after, and the meter that saw the step is found. Crossed wires show as another meter.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::domain::commissioning {

using PulseId = Id<struct PulseTag>;

/// One meter's power before the first switching and after each; empty: it did not answer.
struct PowerTrace {
  MeterId meter{};
  bool is_main = false;  ///< a main meter sees every step and never stands for a room
  std::vector<std::optional<std::int64_t>> power_w;
  friend bool operator==(const PowerTrace&, const PowerTrace&) = default;
};

enum class PulseVerdict : std::uint8_t {
  matches,    ///< the expected meter saw it, and no other
  other,      ///< another meter saw it, the expected one did not
  unclear,    ///< more than one meter saw it: switch again
  ratio_off,  ///< the expected meter alone saw it, at a multiple of the load
  unmetered,  ///< only the main meter saw it
  not_seen,   ///< nobody saw it: was the load switched?
  no_answer,  ///< nobody saw it, and the expected meter did not answer each time
};
std::string_view pulse_verdict_name(PulseVerdict verdict);

struct PulseResult {
  PulseVerdict verdict = PulseVerdict::not_seen;
  MeterId seen{};           ///< whose step it was (matches, other, ratio_off, unmetered)
  std::int64_t step_w = 0;  ///< its smallest step, in the direction of switching
  /// Step as a thousandth of the load; 0 = no load was named.
  std::int64_t factor_e3 = 0;
  std::vector<MeterId> candidates;  ///< unclear: all that saw it; not answered: who did not
  friend bool operator==(const PulseResult&, const PulseResult&) = default;
};

/// The first switching is on, the second off, and so on. A meter saw the load when *every*
/// switching changed its power by at least half of `load_w` (a quarter kilowatt when no load is
/// named), in the right direction: a neighbour's kettle is not in step four times.
/// Requires: each trace has the same number of values, at least 2; load_w >= 0.
PulseResult judge_pulse(MeterId expected, std::int64_t load_w, std::span<const PowerTrace> traces);

/// What several rooms' tests say together.
struct PulseFinding {
  MeterId room_meter{};  ///< expected for the room that was switched
  MeterId seen{};
  enum class Kind : std::uint8_t { crossed_pair, wrong_room } kind = Kind::wrong_room;
  friend bool operator==(const PulseFinding&, const PulseFinding&) = default;
};
std::string_view pulse_finding_name(PulseFinding::Kind kind);
struct RoomPulse {
  MeterId expected{};
  PulseResult result;
};
/// Crossed pairs once (smaller meter first), then meters that hang on another room. Of a meter that
/// was tested more than once the last result counts.
std::vector<PulseFinding> crossed_meters(std::span<const RoomPulse> rooms);

// ---------------------------------------------------------------- a guided test as kept
/// on, off: the installer is asked to switch the load on or off, then to say so.
enum class PulseState : std::uint8_t { on, off, done, cancelled };
std::string_view pulse_state_name(PulseState state);

struct PulseTest {
  PulseId id{};
  PropertyId property{};
  MeterId expected{};
  std::int64_t load_w = 0;
  int rounds = 4;  ///< switchings wanted, 1–8
  PulseState state = PulseState::on;
  std::vector<PowerTrace> traces;
  std::optional<PulseResult> result;
  UserId started_by{};
  UtcMs started_at{};
  std::optional<UtcMs> finished_at;
  std::string idempotency_key;
};
/// Switchings that were read. Requires: traces of equal length.
int rounds_done(const PulseTest& test);

}  // namespace paymeter::domain::commissioning
