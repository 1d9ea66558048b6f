// Judges a meter's answers point by point.
#include "paymeter/domain/commissioning/check.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "paymeter/domain/spelling.hpp"
#include "paymeter/domain/watch/meter_watch.hpp"

namespace paymeter::domain::commissioning {
namespace {

constexpr std::array<std::string_view, kPointCount> kPoints{
    "answers", "model", "serial", "ct_ratio", "clock", "relay", "readings"};
constexpr std::array<std::string_view, 3> kVerdicts{"ok", "failed", "unknown"};
constexpr std::array<std::string_view, 4> kScopes{"gateway", "bus", "building", "meter"};
constexpr std::array<std::string_view, 4> kStates{"running", "done", "stopped", "interrupted"};
constexpr std::int64_t kClockOffMaxS = 300;

PointResult ok(Point point, std::string detail = {}) {
  return {point, Verdict::ok, std::move(detail)};
}
PointResult failed(Point point, std::string detail) {
  return {point, Verdict::failed, std::move(detail)};
}
PointResult unknown(Point point, std::string detail = {}) {
  return {point, Verdict::unknown, std::move(detail)};
}

std::string found_expected(const std::string& found, const std::string& expected) {
  return "found " + found + ", expected " + expected;
}

/// Somebody spoke, even if it was only to refuse.
bool has_spoken(const MeterAnswer& answer) {
  const auto refused = [](std::optional<Errc> error) {
    return error == Errc::meter_exception || error == Errc::meter_layout_unknown;
  };
  return answer.state || answer.measured || refused(answer.state_error) ||
         refused(answer.measured_error);
}

PointResult judge_answers(const MeterAnswer& answer) {
  if (has_spoken(answer)) return ok(Point::answers);
  const auto error = answer.state_error ? answer.state_error : answer.measured_error;
  return failed(Point::answers, std::string(error_name(error.value_or(Errc::link_timeout))));
}

/// The layout was read as the model describes it; a refused register or an unknown layout is not.
PointResult judge_model(const Meter& meter, const MeterAnswer& answer) {
  for (const auto& error : {answer.state_error, answer.measured_error})
    if (error && *error != Errc::meter_unsupported)
      return failed(Point::model, std::string(error_name(*error)) + ", expected " + meter.model);
  if (!answer.state && !answer.measured) return unknown(Point::model);
  return ok(Point::model, meter.model);
}

PointResult judge_serial(const Meter& meter, const MeterAnswer& answer) {
  const std::string found = answer.state ? answer.state->epoch.serial : std::string{};
  if (found.empty()) return unknown(Point::serial, "the meter tells no serial number");
  if (meter.serial.empty()) return unknown(Point::serial, "found " + found + ", none configured");
  if (found != meter.serial) return failed(Point::serial, found_expected(found, meter.serial));
  return ok(Point::serial, found);
}

PointResult judge_ratio(const Meter& meter, const MeterAnswer& answer) {
  if (!answer.measured || !answer.measured->ct_ratio)
    return unknown(Point::ct_ratio, "the meter tells no CT ratio");
  const std::string found = std::to_string(*answer.measured->ct_ratio);
  if (*answer.measured->ct_ratio != meter.ct_ratio)
    return failed(Point::ct_ratio, found_expected(found, std::to_string(meter.ct_ratio)));
  return ok(Point::ct_ratio, found);
}

PointResult judge_clock(const MeterAnswer& answer, Millis utc_offset) {
  if (!answer.state || !answer.has_wallet) return unknown(Point::clock, "the meter tells no time");
  if (answer.state->clock_fault) return failed(Point::clock, "clock fault");
  if (!answer.state->clock) return failed(Point::clock, "no valid date");
  const Millis off = utc_from_civil(*answer.state->clock, utc_offset) - answer.state->at;
  const std::int64_t off_s = off.value / 1'000;
  const std::string detail = (off_s > 0 ? "+" : "") + std::to_string(off_s) + " s";
  return std::abs(off_s) > kClockOffMaxS ? failed(Point::clock, detail) : ok(Point::clock, detail);
}

PointResult judge_relay(const MeterAnswer& answer) {
  if (!answer.has_relay) return unknown(Point::relay, "the model has no relay");
  if (!answer.state) return unknown(Point::relay);
  return ok(Point::relay, answer.state->relay_open ? "open" : "closed");
}

PointResult judge_readings(const Meter& meter, const MeterAnswer& answer) {
  if (!answer.has_measurements) return unknown(Point::readings, "the model has no readings");
  if (!answer.measured) return unknown(Point::readings);
  watch::MeterWatch fresh;
  const auto findings = watch::watch_sample(fresh, watch::sample_of(*answer.measured),
                                            watch::connection_of(meter), {});
  for (const auto& found : findings)
    if (found.kind == AlarmKind::impossible_reading && found.zone == watch::Zone::raise)
      return failed(Point::readings, found.detail);
  if (!answer.measured->energy_wh) return failed(Point::readings, "no energy register");
  const auto& volts = answer.measured->voltage_mv;
  if (std::all_of(volts.begin(), volts.end(), [](const auto& mv) { return mv && *mv == 0; }))
    return failed(Point::readings, "no voltage on any phase");
  return ok(Point::readings, std::to_string(*answer.measured->energy_wh) + " Wh");
}

}  // namespace

std::string_view point_name(Point point) { return spell(kPoints, point); }
std::string_view verdict_name(Verdict verdict) { return spell(kVerdicts, verdict); }
std::string_view scope_kind_name(ScopeKind kind) { return spell(kScopes, kind); }
std::optional<ScopeKind> scope_kind_from_name(std::string_view name) {
  return unspell<ScopeKind>(kScopes, name);
}
std::string_view check_state_name(CheckState state) { return spell(kStates, state); }

Verdict verdict_of(const MeterResult& result) {
  // Two meters of one model with their addresses swapped differ in nothing else.
  const auto must_be_known = [](Point point) {
    return point == Point::answers || point == Point::model || point == Point::serial ||
           point == Point::ct_ratio;
  };
  Verdict out = result.points.empty() ? Verdict::unknown : Verdict::ok;
  for (const PointResult& point : result.points) {
    if (point.verdict == Verdict::failed) return Verdict::failed;
    if (point.verdict == Verdict::unknown && must_be_known(point.point)) out = Verdict::unknown;
  }
  return out;
}

MeterResult check_meter(const Meter& meter, const MeterAnswer& answer, UtcMs at,
                        Millis utc_offset) {
  MeterResult out;
  out.meter = meter.id;
  out.at = at;
  if (answer.state) out.serial_found = answer.state->epoch.serial;
  out.points.push_back(judge_answers(answer));
  if (out.points.front().verdict == Verdict::failed) {
    for (int i = 1; i < kPointCount; ++i) out.points.push_back(unknown(static_cast<Point>(i)));
    return out;
  }
  out.points.push_back(judge_model(meter, answer));
  out.points.push_back(judge_serial(meter, answer));
  out.points.push_back(judge_ratio(meter, answer));
  out.points.push_back(judge_clock(answer, utc_offset));
  out.points.push_back(judge_relay(answer));
  out.points.push_back(judge_readings(meter, answer));
  return out;
}

void mark_duplicates(std::span<MeterResult> results) {
  std::map<std::string, std::vector<MeterResult*>> by_serial;
  for (MeterResult& result : results)
    if (!result.serial_found.empty()) by_serial[result.serial_found].push_back(&result);
  for (const auto& [serial, same] : by_serial) {
    if (same.size() < 2) continue;
    for (MeterResult* result : same) {
      std::string others;
      for (const MeterResult* other : same)
        if (other != result) others += " #" + std::to_string(other->meter.value);
      result->points.at(static_cast<std::size_t>(Point::serial)) =
          failed(Point::serial, serial + " answers as meter" + others + ", too");
    }
  }
}

}  // namespace paymeter::domain::commissioning
