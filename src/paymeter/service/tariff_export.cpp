// Versions and bills in the interchange formats, so that a tenant can recompute them.
#include <algorithm>

#include "paymeter/domain/rating/billing_run.hpp"
#include "paymeter/domain/tariff/merge.hpp"
#include "paymeter/service/billing_pass.hpp"
#include "paymeter/service/dated_household.hpp"
#include "paymeter/service/tariffs.hpp"

namespace paymeter::service {
namespace {

namespace rating = domain::rating;
namespace tariff = domain::tariff;
using rating::RegisterReading;

/// A reading before a cycle or after a month may be so far away.
constexpr Millis kReadingGapMax{62LL * 86'400'000};

struct MonthSpan {
  rating::DayNumber cycle = 0;  ///< where the steps' count of the month's first day begins
  rating::DayNumber first = 0, last = 0;  ///< dates of the month
};

MonthSpan span_of(rating::Month month, const rating::Cycle& cycle) {
  MonthSpan span;
  span.first = rating::day_number({month.year, month.month, 1});
  span.last = rating::day_number({month.month == 12 ? month.year + 1 : month.year,
                                  month.month == 12 ? 1 : month.month + 1, 1}) -
              1;
  span.cycle = rating::cycle_start_of(cycle, rating::local_day(span.first));
  return span;
}

/// From the last reading not after `begin` to the first not before `end`.
std::vector<RegisterReading> around(const std::vector<RegisterReading>& readings, UtcMs begin,
                                    UtcMs end) {
  auto first = std::ranges::upper_bound(readings, begin, {}, &RegisterReading::at);
  if (first != readings.begin()) --first;
  auto last = std::ranges::lower_bound(readings, end, {}, &RegisterReading::at);
  if (last != readings.end()) ++last;
  return first < last ? std::vector<RegisterReading>(first, last) : std::vector<RegisterReading>{};
}

/// Where devices replaced each other at the meter's place, as billing sees it.
port::Async<Result<std::vector<port::DeviceEnd>>> device_ends(port::Store& store, MeterId meter) {
  const auto billed = co_await store.billing_input(meter);
  if (billed)
    for (const port::BilledMeter& one : billed->meters)
      if (one.meter == meter) co_return one.devices;
  const auto devices = co_await store.devices(meter);
  if (!devices) co_return fail(devices.error());
  std::vector<port::DeviceEnd> out;
  for (const auto& device : *devices)
    out.push_back({device.to_at, device.final_wh, device.next_start_wh});
  co_return out;
}

/// Whose bill of the month it is; 0 = nobody's.
port::Async<AccountId> account_billed(port::Store& store, MeterId meter, rating::Month month) {
  const auto bills = co_await store.bills_of_month(meter, port::month_number(month));
  if (bills && !bills->empty()) co_return bills->back().billing.account;
  const auto billed = co_await store.billing_input(meter);
  co_return billed ? billed->billing.account : AccountId{};
}

/// One register across devices; what the gate lets pass of it, from the first reading on.
std::vector<RegisterReading> passed(const std::vector<port::DeviceEnd>& devices,
                                    const std::vector<RegisterReading>& stored, UtcMs now) {
  std::vector<rating::IncomingReading> raw;
  for (const RegisterReading& reading : stored) raw.push_back({reading.at, reading.value});
  const auto incoming = one_register(devices, raw);
  if (incoming.empty() || !incoming.front().value) return {};
  const RegisterReading first{incoming.front().at, *incoming.front().value};
  std::vector<RegisterReading> out{first};
  const auto gated = rating::gate_series({}, first, std::span(incoming).subspan(1), now);
  out.insert(out.end(), gated.accepted.begin(), gated.accepted.end());
  return out;
}

/// One tariff for the month; seasons said as years.
Result<rating::Tariff> month_tariff(const MeterTimeline& meter, const MonthSpan& span) {
  std::vector<tariff::DatedTariff> versions;
  for (const TariffEra& era : meter.eras) {
    if (era.from > span.last) break;
    // What ended before the month does not price it: the count alone comes from there.
    if (!versions.empty() && era.from <= span.first) versions.clear();
    versions.push_back({era.from, &era.schedule->tariff()});
  }
  auto merged = tariff::merge_versions(versions, span.last);
  if (!merged) return merged;
  const auto cycle = rating::narrow_cycle(merged->cycle, span.first, span.last);
  if (!cycle) return fail(cycle.error());
  merged->cycle = *cycle;
  return merged;
}

}  // namespace

port::Async<Result<std::vector<tariff::DatedHousehold>>> Tariffs::households_of(
    HouseholdChoice choice) {
  if (choice.given) co_return std::vector{always(*choice.given)};
  co_return co_await deps_.store.households(choice.account);
}

port::Async<Result<Tariffs::RateExport>> Tariffs::export_version(TariffId id, std::int64_t number,
                                                                 rating::Month month,
                                                                 HouseholdChoice choice) {
  const auto version = co_await find(id, number);
  if (!version) co_return fail(version.error());
  const auto product = deps_.format.read_product(version->content);
  if (!product) co_return fail(product.error());
  const auto households = co_await households_of(choice);
  if (!households) co_return fail(households.error());
  const tariff::DatedHousehold* said = tariff::household_in_force(*households, month);
  const MonthSpan span = span_of(month, product->cycle);
  auto compiled =
      tariff::compile(*product, said == nullptr ? tariff::Household{} : said->household,
                      rating::local_day(span.cycle).date, rating::local_day(span.last).date);
  if (!compiled) co_return fail(compiled.error());
  const auto cycle = rating::narrow_cycle(product->cycle, span.first, span.last);
  if (!cycle) co_return fail(cycle.error());
  compiled->tariff.cycle = *cycle;
  co_return RateExport{deps_.format.write_tariff(compiled->tariff), std::move(compiled->warnings)};
}

port::Async<Result<BillExport>> Tariffs::export_bill(MeterId meter, rating::Month month,
                                                     std::optional<tariff::Household> household) {
  const auto versions = co_await deps_.store.versions_of_meter(meter);
  if (!versions) co_return fail(versions.error());
  const AccountId account = co_await account_billed(deps_.store, meter, month);
  const auto households = co_await households_of({household, account});
  if (!households) co_return fail(households.error());
  // The month in UTC, give or take a zone's offset, finds the version that says the cycle.
  const MonthSpan rough = span_of(month, {});
  const auto found =
      compile_timeline(deps_.format, *versions, *households, rating::midnight(rough.first - 1, {}),
                       rating::midnight(rough.last + 2, {}));
  if (!found) co_return fail(found.error());
  const Millis offset = found->timeline.utc_offset();
  const MonthSpan span = span_of(month, found->timeline.at(rough.first).schedule->tariff().cycle);
  const UtcMs begin = rating::midnight(span.cycle, offset);
  const UtcMs end = rating::midnight(span.last + 1, offset);
  const auto stored = co_await deps_.store.register_series(
      {meter, MeterId{meter.value + 1}, begin - kReadingGapMax, end + kReadingGapMax});
  if (!stored) co_return fail(stored.error());
  if (stored->empty()) co_return fail(Errc::readings_empty);
  const auto devices = co_await device_ends(deps_.store, meter);
  if (!devices) co_return fail(devices.error());
  const auto readings =
      around(passed(*devices, stored->front().readings, deps_.runtime.now()), begin, end);
  if (readings.size() < 2) co_return fail(Errc::readings_empty);
  auto timeline = compile_timeline(deps_.format, *versions, *households, readings.front().at,
                                   readings.back().at);
  if (!timeline) co_return fail(timeline.error());
  const auto bills = rating::price_versions(timeline->timeline, readings);
  if (!bills) co_return fail(bills.error());
  const auto bill = std::ranges::find(*bills, month, &rating::MonthBill::month);
  if (bill == bills->end()) co_return fail(Errc::readings_empty);
  auto exported = month_tariff(*timeline, span);
  if (!exported) co_return fail(exported.error());
  const auto schedule = rating::Schedule::compile(*exported, offset);
  if (!schedule) co_return fail(schedule.error());
  const auto statement = rating::price_readings(*schedule, readings);
  if (!statement) co_return fail(statement.error());
  const auto same = std::ranges::find(statement->bills, month, &rating::Bill::month);
  if (same == statement->bills.end() || same->total != bill->total)
    co_return fail(Errc::tariff_export_impossible, "the export does not give the same bill");
  co_return BillExport{
      *bill, deps_.format.write_tariff(*exported), deps_.format.write_readings(readings),
      deps_.format.write_statement(*schedule, *statement), std::move(timeline->warnings)};
}

}  // namespace paymeter::service
