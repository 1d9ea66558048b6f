/// Tariffs as text: the product format that is stored, the interchange format that is handed out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "paymeter/domain/rating/charger.hpp"
#include "paymeter/domain/tariff/product.hpp"

namespace paymeter::port {

class TariffFormat {
 public:
  virtual ~TariffFormat() = default;
  /// Errors: what docs/formats/tariff.md lists; the detail begins with the place.
  virtual Result<domain::tariff::ProductTariff> read_product(std::string_view text) const = 0;
  /// Canonical: equal products give equal bytes.
  virtual std::string write_product(const domain::tariff::ProductTariff& product) const = 0;
  /// SHA-256, 64 hex digits.
  virtual std::string digest(std::string_view text) const = 0;
  /// How far a zone is ahead of UTC around a span. Errors: tariff_zone_unknown, tariff_zone_shifts.
  virtual Result<Millis> fixed_utc_offset(const std::string& zone, UtcMs first,
                                          UtcMs last) const = 0;
  /// tariff.json, readings.csv and the result of docs/formats/rate.md.
  /// Requires: no cycle of seasons.
  virtual std::string write_tariff(const domain::rating::Tariff& tariff) const = 0;
  virtual std::string write_readings(
      std::span<const domain::rating::RegisterReading> readings) const = 0;
  virtual std::string write_statement(const domain::rating::Schedule& schedule,
                                      const domain::rating::Statement& statement) const = 0;
};

}  // namespace paymeter::port
