/// The station's tariff texts: this folder behind the port.
#pragma once

#include "paymeter/port/tariff_format.hpp"

namespace paymeter::adapter::rate_format {

class JsonTariffFormat final : public port::TariffFormat {
 public:
  Result<domain::tariff::ProductTariff> read_product(std::string_view text) const override;
  std::string write_product(const domain::tariff::ProductTariff& product) const override;
  std::string digest(std::string_view text) const override;
  Result<Millis> fixed_utc_offset(const std::string& zone, UtcMs first, UtcMs last) const override;
  std::string write_tariff(const domain::rating::Tariff& tariff) const override;
  std::string write_readings(
      std::span<const domain::rating::RegisterReading> readings) const override;
  std::string write_statement(const domain::rating::Schedule& schedule,
                              const domain::rating::Statement& statement) const override;
};

}  // namespace paymeter::adapter::rate_format
