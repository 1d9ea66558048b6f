// Reads, finds the zone's offset, prices.
#include "paymeter/adapter/rate_format/rate.hpp"

#include "paymeter/adapter/rate_format/readings_csv.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"
#include "paymeter/adapter/rate_format/time_zone.hpp"

namespace paymeter::adapter::rate_format {

Result<RatedTexts> rate_texts(std::string_view tariff_json, std::string_view readings_csv) {
  auto tariff = read_tariff(tariff_json);
  if (!tariff) return fail(tariff.error());
  const auto readings = read_readings(readings_csv);
  if (!readings) return fail(readings.error());
  const auto offset =
      fixed_utc_offset(tariff->time_zone, readings->front().at, readings->back().at);
  if (!offset) return fail(offset.error());
  auto schedule = domain::rating::Schedule::compile(std::move(*tariff), *offset);
  if (!schedule) return fail(schedule.error());
  auto statement = domain::rating::price_readings(*schedule, *readings);
  if (!statement) return fail(statement.error());
  return RatedTexts{std::move(*schedule), std::move(*statement)};
}

}  // namespace paymeter::adapter::rate_format
