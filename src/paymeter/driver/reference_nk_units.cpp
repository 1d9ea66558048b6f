// Exact conversion between the reference meter's units and the platform's.
#include "paymeter/driver/reference_nk_units.hpp"

#include <limits>

namespace paymeter::driver {

namespace nk = codec::reference_nk;

namespace {

constexpr std::int64_t kWhPerUnit = 10;  // 0.01 kWh
constexpr std::int64_t kWhPerKwh = 1000;
constexpr std::int64_t kPriceE8PerUnit = 10'000;  // 10^-4 in 10^-8
constexpr std::int64_t kU32Max = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kS32Max = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kS32Min = std::numeric_limits<std::int32_t>::min();
constexpr std::size_t kStepsMax = 4;

/// `value` / `unit` when exact and within 0..max.
Result<std::uint32_t> exact(std::int64_t value, std::int64_t unit, std::int64_t max,
                            const char* what) {
  if (value < 0 || value % unit != 0 || value / unit > max)
    return fail(Errc::frame_bad_value,
                std::string(what) + " " + std::to_string(value) + " does not fit the meter");
  return static_cast<std::uint32_t>(value / unit);
}

domain::Money fen(std::int64_t value) { return domain::Money{value}; }
domain::Energy energy(std::int64_t units) { return domain::Energy{units * kWhPerUnit}; }

}  // namespace

Result<domain::PrepaidState> to_state(const nk::Prepaid& prepaid, UtcMs at) {
  auto serial = nk::decode_serial(prepaid.serial);
  if (!serial) return fail(serial.error());
  const auto has = [&](nk::StatusBit bit) { return (prepaid.status & bit) != 0; };
  domain::PrepaidState state;
  state.at = at;
  state.epoch = {std::move(*serial), prepaid.clear_count};
  state.purchase_count = prepaid.purchase_count;
  state.balance = fen(prepaid.balance);
  state.credit_remaining = energy(prepaid.energy_remaining);
  state.sold_total = fen(prepaid.sold_total);
  state.last_amount = fen(prepaid.last_amount);
  state.last_tag = prepaid.last_tag;
  state.customer_number = prepaid.customer_number;
  state.cleared_balance = fen(prepaid.cleared_balance);
  state.last_refusal = prepaid.last_refusal;
  state.price_version = prepaid.price_version;
  state.settings_version = prepaid.settings_version;
  state.settings = {fen(prepaid.alarm1), fen(prepaid.alarm2), prepaid.overload_w,
                    fen(prepaid.overdraft)};
  state.cycle_energy = energy(prepaid.cycle_energy);
  if (auto clock = nk::decode_clock(prepaid.clock)) state.clock = *clock;
  state.relay_open = has(nk::kStatusRelayOpen);
  state.forced = has(nk::kStatusForced);
  state.alarm1 = has(nk::kStatusAlarm1);
  state.alarm2 = has(nk::kStatusAlarm2);
  state.arrears = has(nk::kStatusArrears);
  state.overload_trip = has(nk::kStatusOverloadTrip);
  state.account_open = has(nk::kStatusAccountOpen);
  state.cover_opened = has(nk::kStatusCoverOpened);
  state.clock_fault = has(nk::kStatusClockFault);
  return state;
}

domain::PriceTable to_price_table(const nk::Prices& prices) {
  domain::PriceTable table;
  for (std::size_t i = 0; i < prices.rate.size(); ++i)
    table.rate_price.at(i) = domain::Price{prices.rate[i] * kPriceE8PerUnit};
  for (const nk::Step& step : prices.steps)
    table.steps.push_back({domain::Energy{step.from_kwh * kWhPerKwh},
                           domain::Price{step.surcharge * kPriceE8PerUnit}});
  return table;
}

Result<std::int32_t> to_meter_amount(domain::Money money) {
  if (money.fen < kS32Min || money.fen > kS32Max)
    return fail(Errc::frame_bad_value, "amount " + std::to_string(money.fen) + " is over s32");
  return static_cast<std::int32_t>(money.fen);
}

Result<nk::Settings> to_meter_settings(std::uint32_t version,
                                       const domain::MeterSettings& settings) {
  nk::Settings out;
  out.version = version;
  struct Field {
    const char* what;
    std::int64_t value, max;
    std::uint32_t* to;
  };
  for (const Field& field :
       {Field{"alarm 1", settings.alarm1.fen, kS32Max, &out.alarm1},
        Field{"alarm 2", settings.alarm2.fen, kS32Max, &out.alarm2},
        Field{"overload threshold", settings.overload_w, kU32Max, &out.overload_w},
        Field{"overdraft", settings.overdraft.fen, kS32Max, &out.overdraft}}) {
    const auto value = exact(field.value, 1, field.max, field.what);
    if (!value) return fail(value.error());
    *field.to = *value;
  }
  return out;
}

Result<nk::Prices> to_meter_prices(std::uint32_t version, const domain::PriceTable& prices) {
  if (prices.steps.size() > kStepsMax)
    return fail(Errc::frame_bad_value, std::to_string(prices.steps.size()) + " steps");
  nk::Prices out;
  out.version = version;
  for (std::size_t i = 0; i < out.rate.size(); ++i) {
    const auto rate = exact(prices.rate_price.at(i).e8, kPriceE8PerUnit, kU32Max, "price");
    if (!rate) return fail(rate.error());
    out.rate[i] = *rate;
  }
  for (const domain::PriceStep& step : prices.steps) {
    const auto from = exact(step.from.wh, kWhPerKwh, kU32Max, "step");
    if (!from) return fail(from.error());
    const auto surcharge = exact(step.surcharge.e8, kPriceE8PerUnit, kU32Max, "surcharge");
    if (!surcharge) return fail(surcharge.error());
    if (!out.steps.empty() && *from <= out.steps.back().from_kwh)
      return fail(Errc::frame_bad_value, "steps are not ascending");
    out.steps.push_back({*from, *surcharge});
  }
  return out;
}

Result<domain::TimeTables> to_time_tables(Bytes day1, Bytes day2, Bytes seasons) {
  domain::TimeTables tables;
  for (std::size_t i = 0; i < tables.days.size(); ++i) {
    const auto slots = nk::decode_day_table(i == 0 ? day1 : day2);
    if (!slots) return fail(slots.error());
    for (const nk::DaySlot& slot : *slots)
      tables.days.at(i).push_back({slot.hour * 60 + slot.minute, slot.rate});
  }
  const auto entries = nk::decode_season_table(seasons);
  if (!entries) return fail(entries.error());
  for (const nk::SeasonEntry& entry : *entries)
    tables.seasons.push_back({entry.month, entry.day, entry.day_table});
  return tables;
}

std::vector<nk::DaySlot> to_meter_slots(const std::vector<domain::DaySlot>& slots) {
  std::vector<nk::DaySlot> out;
  out.reserve(slots.size());
  for (const domain::DaySlot& slot : slots)
    out.push_back({static_cast<std::uint8_t>(slot.rate),
                   static_cast<std::uint8_t>(slot.minute_of_day % 60),
                   static_cast<std::uint8_t>(slot.minute_of_day / 60)});
  return out;
}

std::vector<nk::SeasonEntry> to_meter_seasons(const std::vector<domain::SeasonStart>& seasons) {
  std::vector<nk::SeasonEntry> out;
  out.reserve(seasons.size());
  for (const domain::SeasonStart& at : seasons)
    out.push_back({static_cast<std::uint8_t>(at.month), static_cast<std::uint8_t>(at.day),
                   static_cast<std::uint8_t>(at.day_table)});
  return out;
}

}  // namespace paymeter::driver
