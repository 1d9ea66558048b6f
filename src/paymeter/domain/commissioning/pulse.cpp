// Finds the meter whose power follows the switching.
#include "paymeter/domain/commissioning/pulse.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "paymeter/base/assert.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain::commissioning {
namespace {

constexpr std::array<std::string_view, 7> kVerdicts{
    "matches", "other", "unclear", "ratio_off", "unmetered", "not_seen", "no_answer"};
constexpr std::array<std::string_view, 2> kFindings{"crossed_pair", "wrong_room"};
constexpr std::array<std::string_view, 4> kStates{"on", "off", "done", "cancelled"};
constexpr std::int64_t kStepMinW = 250;
/// Loads are named by hand ("a kettle, 1.5 kW"): within a factor of 2 they agree.
constexpr std::int64_t kFactorMinE3 = 500, kFactorMaxE3 = 2'000;

bool has_gap(const PowerTrace& trace) {
  return std::any_of(trace.power_w.begin(), trace.power_w.end(),
                     [](const auto& power) { return !power; });
}

/// The smallest of the steps, each in the direction of its switching; empty with a gap.
std::optional<std::int64_t> smallest_step(const PowerTrace& trace) {
  if (has_gap(trace)) return std::nullopt;
  std::optional<std::int64_t> smallest;
  for (std::size_t i = 1; i < trace.power_w.size(); ++i) {
    const std::int64_t rise = *trace.power_w[i] - *trace.power_w[i - 1];
    const std::int64_t step = i % 2 == 1 ? rise : -rise;
    smallest = smallest ? std::min(*smallest, step) : step;
  }
  return smallest;
}

struct Step {
  const PowerTrace* trace = nullptr;
  std::int64_t watts = 0;
};

PulseResult seen_by(PulseVerdict verdict, const Step& step, std::int64_t load_w) {
  PulseResult out{verdict, step.trace->meter, step.watts, 0, {}};
  if (load_w > 0) out.factor_e3 = step.watts * 1'000 / load_w;
  return out;
}

/// A step far below the named load shows only on the expected meter: a CT ratio that is too small.
std::optional<Step> weak_step(MeterId expected, std::int64_t load_w,
                              std::span<const PowerTrace> traces) {
  constexpr std::int64_t kWeakestW = 20;
  for (const PowerTrace& trace : traces) {
    if (trace.meter != expected || load_w == 0) continue;
    const auto step = smallest_step(trace);
    if (step && *step >= kWeakestW) return Step{&trace, *step};
  }
  return std::nullopt;
}

PulseResult nobody(MeterId expected, std::span<const PowerTrace> traces) {
  PulseResult out;
  for (const PowerTrace& trace : traces) {
    if (!has_gap(trace)) continue;
    out.candidates.push_back(trace.meter);
    if (trace.meter == expected) out.verdict = PulseVerdict::no_answer;
  }
  return out;
}

}  // namespace

std::string_view pulse_verdict_name(PulseVerdict verdict) { return spell(kVerdicts, verdict); }
std::string_view pulse_finding_name(PulseFinding::Kind kind) { return spell(kFindings, kind); }
std::string_view pulse_state_name(PulseState state) { return spell(kStates, state); }

PulseResult judge_pulse(MeterId expected, std::int64_t load_w, std::span<const PowerTrace> traces) {
  PAYMETER_ASSERT(load_w >= 0);
  const std::int64_t enough = load_w > 0 ? std::max<std::int64_t>(load_w / 2, 1) : kStepMinW;
  std::vector<Step> steps, mains;
  for (const PowerTrace& trace : traces) {
    PAYMETER_ASSERT(trace.power_w.size() >= 2 &&
                    trace.power_w.size() == traces.front().power_w.size());
    const auto watts = smallest_step(trace);
    if (watts && *watts >= enough) (trace.is_main ? mains : steps).push_back({&trace, *watts});
  }
  if (steps.size() > 1) {
    PulseResult out;
    out.verdict = PulseVerdict::unclear;
    for (const Step& step : steps) out.candidates.push_back(step.trace->meter);
    return out;
  }
  if (steps.size() == 1) {
    const bool is_expected = steps[0].trace->meter == expected;
    PulseResult out =
        seen_by(is_expected ? PulseVerdict::matches : PulseVerdict::other, steps[0], load_w);
    const bool is_off =
        load_w > 0 && (out.factor_e3 < kFactorMinE3 || out.factor_e3 > kFactorMaxE3);
    if (is_expected && is_off) out.verdict = PulseVerdict::ratio_off;
    return out;
  }
  if (const auto weak = weak_step(expected, load_w, traces))
    return seen_by(PulseVerdict::ratio_off, *weak, load_w);
  PulseResult out = nobody(expected, traces);
  if (out.verdict != PulseVerdict::no_answer && out.candidates.empty() && !mains.empty())
    return seen_by(PulseVerdict::unmetered, mains.front(), load_w);
  return out;
}

std::vector<PulseFinding> crossed_meters(std::span<const RoomPulse> rooms) {
  std::map<MeterId, MeterId> seen;
  for (const RoomPulse& room : rooms) {
    seen.erase(room.expected);
    if (room.result.verdict == PulseVerdict::other) seen[room.expected] = room.result.seen;
  }
  std::vector<PulseFinding> pairs, wrong;
  for (const auto& [room_meter, meter] : seen) {
    const auto back = seen.find(meter);
    if (back == seen.end() || back->second != room_meter)
      wrong.push_back({room_meter, meter, PulseFinding::Kind::wrong_room});
    else if (room_meter < meter)
      pairs.push_back({room_meter, meter, PulseFinding::Kind::crossed_pair});
  }
  pairs.insert(pairs.end(), wrong.begin(), wrong.end());
  return pairs;
}

int rounds_done(const PulseTest& test) {
  return test.traces.empty() ? 0 : static_cast<int>(test.traces.front().power_w.size()) - 1;
}

}  // namespace paymeter::domain::commissioning
