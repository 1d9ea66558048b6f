/// The commissioning check of a meter: does it answer, is it the one we think, does what it says
/// make sense. Pure: what the meter said goes in, a verdict per point comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/meter.hpp"

namespace paymeter::domain::commissioning {

using CheckId = Id<struct CheckTag>;

enum class Point : std::uint8_t { answers, model, serial, ct_ratio, clock, relay, readings };
inline constexpr int kPointCount = 7;
std::string_view point_name(Point point);

/// unknown: the model cannot say, or an earlier point failed; never counted as good.
enum class Verdict : std::uint8_t { ok, failed, unknown };
std::string_view verdict_name(Verdict verdict);

struct PointResult {
  Point point = Point::answers;
  Verdict verdict = Verdict::unknown;
  std::string detail;  ///< what was found and expected
  friend bool operator==(const PointResult&, const PointResult&) = default;
};

struct MeterResult {
  CheckId check{};
  MeterId meter{};
  UtcMs at{};
  std::vector<PointResult> points;  ///< all points, in order
  std::string serial_found;         ///< empty: the model tells none
  friend bool operator==(const MeterResult&, const MeterResult&) = default;
};
/// failed if any point failed; ok if answers, model, serial and CT ratio are ok; else unknown.
Verdict verdict_of(const MeterResult& result);

/// What the meter said. An error instead of a value is the answer's own.
struct MeterAnswer {
  bool has_relay = false, has_wallet = false, has_measurements = false;  ///< of the model
  std::optional<PrepaidState> state;
  std::optional<Measurements> measured;
  std::optional<Errc> state_error, measured_error;
};

/// Judges one meter. `utc_offset`: of the property's zone, for the clock (300 s off is too much).
MeterResult check_meter(const Meter& meter, const MeterAnswer& answer, UtcMs at, Millis utc_offset);

/// The same serial at two addresses: both fail, each naming the other.
void mark_duplicates(std::span<MeterResult> results);

// ---------------------------------------------------------------- checks of many meters
enum class ScopeKind : std::uint8_t { gateway, bus, building, meter };
std::string_view scope_kind_name(ScopeKind kind);
std::optional<ScopeKind> scope_kind_from_name(std::string_view name);

/// interrupted: the station stopped in between; what was checked stays.
enum class CheckState : std::uint8_t { running, done, stopped, interrupted };
std::string_view check_state_name(CheckState state);

struct SiteCheck {
  CheckId id{};
  PropertyId property{};
  ScopeKind scope = ScopeKind::bus;
  std::int64_t scope_id = 0;
  CheckState state = CheckState::running;
  int total = 0, ok = 0, failed = 0, unknown = 0;  ///< meters
  UserId started_by{};
  UtcMs started_at{};
  std::optional<UtcMs> finished_at;
  std::string idempotency_key;
  friend bool operator==(const SiteCheck&, const SiteCheck&) = default;
};

/// What a check found, signed: `content` is a JSON text, the signature covers exactly its bytes.
struct SignedReport {
  std::int64_t id = 0;
  PropertyId property{};
  CheckId check{};
  std::string content;
  std::string key_hex, signature_hex;  ///< Ed25519
  UserId signed_by{};
  UtcMs signed_at{};
};

}  // namespace paymeter::domain::commissioning
