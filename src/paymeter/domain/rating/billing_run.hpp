/// From readings to what has to be posted: one charge per local day, as the difference that the
/// day's readings make to the months' bills. The same readings give the same charges, however
/// often and in how many parts they are billed; late ones are priced at the rates of their time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/domain/rating/reading_gate.hpp"
#include "paymeter/domain/rating/shared.hpp"
#include "paymeter/domain/rating/versioned_charger.hpp"

namespace paymeter::domain::rating {

// ---------------------------------------------------------------- the gate over a series
struct GateFlag {
  UtcMs at{};
  Errc reason{};
  friend bool operator==(const GateFlag&, const GateFlag&) = default;
};
/// From `at` on the register stands beyond a jump; nothing = it has returned.
struct GateTurn {
  UtcMs at{};
  std::optional<RegisterJump> jump;
};
struct GatedSeries {
  std::vector<RegisterReading> accepted;  ///< after `start`, fit for billing
  std::optional<BillingHold> hold;        ///< the newest readings are not
  std::vector<GateFlag> flags;            ///< billed, but a person should know
  std::vector<GateTurn> turns;            ///< ascending
};
/// Judges each reading by the last accepted one, and by the last one seen: what has jumped stays
/// held (reading_impossible) until the register has returned. `jump`: in force at `start`.
/// Requires: incoming ascends in time, after start.
GatedSeries gate_series(const GateLimits& limits, const RegisterReading& start,
                        std::span<const IncomingReading> incoming, UtcMs now,
                        std::optional<RegisterJump> jump = {});

// ---------------------------------------------------------------- 合并计费
struct SummedSeries {
  RegisterReading start;                  ///< the meter's reading at or before the sum's start
  std::vector<RegisterReading> accepted;  ///< ascending, after it
};
/// The sum of several registers from `start` (where the sum stands at start.value) up to the last
/// instant that all meters have reached; one that lags more than `lag_max` behind is not waited
/// for. Each register is taken by its own interpolation at every reading, rate change and midnight,
/// as price_together does.
std::vector<RegisterReading> sum_registers(const Timeline& timeline, const RegisterReading& start,
                                           std::span<const SummedSeries> meters, Millis lag_max);

// ---------------------------------------------------------------- the run
/// What is to be posted for a local day (a reading at midnight closes the day before).
struct DayCharge {
  DayNumber day = 0;
  RegisterReading from, to;      ///< billed before; billed with this
  std::vector<MonthBill> bills;  ///< as of `to`: the months that changed since the charge before
  friend bool operator==(const DayCharge&, const DayCharge&) = default;
};
struct BillingRun {
  std::vector<DayCharge> closed;  ///< days after which a reading of a later day has come
  std::optional<DayCharge> open;  ///< the day in progress: used, and not to be posted yet
  VersionedState checkpoint;      ///< from where the next run may start
};
struct RunLimits {
  UtcMs posted_to{};  ///< days up to here are posted already; what late ones change comes next
  UtcMs late_from{};  ///< readings before may no longer come: the checkpoint may move up to here
};
/// A package makes its included quantity free in each month and adds its fee.
/// Requires: readings ascend after start.state.last and never fall (gate_series); with a package
/// the timeline is one of package_schedule. Errors: rating_amount_too_large.
Result<BillingRun> run_billing(const Timeline& timeline, const VersionedState& start,
                               std::span<const RegisterReading> readings, const RunLimits& limits,
                               const std::optional<Package>& package = {});

// ---------------------------------------------------------------- as text
/// Where billing of one wallet stands: the state and, per meter, the last reading before it.
struct Checkpoint {
  struct Anchor {
    std::int64_t meter = 0;
    RegisterReading reading;  ///< the last one accepted, not after the state
    /// Where the meter stood in the state's sum when no later reading of it was known: what it
    /// counted while it was silent is used after this.
    std::optional<RegisterReading> still{};
    std::optional<RegisterJump> jump{};  ///< in force at the state
    friend bool operator==(const Anchor&, const Anchor&) = default;
  };
  std::vector<Anchor> anchors;
  VersionedState charged;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};
///   billing-checkpoint 1
///   anchor METER MS VALUE           for each meter, and where it has them
///   still METER MS VALUE
///   jump METER MS VALUE MS VALUE    before, beyond
/// then the text of write_state.
std::string write_checkpoint(const Timeline& timeline, const Checkpoint& checkpoint);
/// Errors: rating_state_invalid.
Result<Checkpoint> read_checkpoint(const Timeline& timeline, std::string_view text);

}  // namespace paymeter::domain::rating
