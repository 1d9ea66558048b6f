// Hands each call to the function of the same name in this folder.
#include "paymeter/adapter/rate_format/tariff_format.hpp"

#include "paymeter/adapter/rate_format/product_json.hpp"
#include "paymeter/adapter/rate_format/readings_csv.hpp"
#include "paymeter/adapter/rate_format/statement_text.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"
#include "paymeter/adapter/rate_format/time_zone.hpp"
#include "paymeter/codec/sha256.hpp"

namespace paymeter::adapter::rate_format {

namespace rating = domain::rating;

Result<domain::tariff::ProductTariff> JsonTariffFormat::read_product(std::string_view text) const {
  return rate_format::read_product(text);
}

std::string JsonTariffFormat::write_product(const domain::tariff::ProductTariff& product) const {
  return rate_format::write_product(product);
}

std::string JsonTariffFormat::digest(std::string_view text) const {
  return codec::sha256_hex(text);
}

Result<Millis> JsonTariffFormat::fixed_utc_offset(const std::string& zone, UtcMs first,
                                                  UtcMs last) const {
  return rate_format::fixed_utc_offset(zone, first, last);
}

std::string JsonTariffFormat::write_tariff(const rating::Tariff& tariff) const {
  return rate_format::write_tariff(tariff);
}

std::string JsonTariffFormat::write_readings(
    std::span<const rating::RegisterReading> readings) const {
  return rate_format::write_readings(readings);
}

std::string JsonTariffFormat::write_statement(const rating::Schedule& schedule,
                                              const rating::Statement& statement) const {
  return statement_json(schedule, statement);
}

}  // namespace paymeter::adapter::rate_format
