/// The driver of every model without a wallet: measured values by register table, and the relay.
#pragma once

#include <memory>
#include <vector>

#include "paymeter/driver/model.hpp"
#include "paymeter/driver/read_plan.hpp"
#include "paymeter/port/meter_driver.hpp"

namespace paymeter::driver {

/// A model with its reads planned; shared by the drivers of all its meters.
struct PreparedModel {
  Model model;
  std::vector<PlannedRead> plan;
  port::MeterAbilities abilities;
};

/// Wallet operations answer meter_unsupported. Errors as in port::MeterDriver.
class RegisterDriver : public port::MeterDriver {
 public:
  RegisterDriver(std::shared_ptr<const PreparedModel> model, const domain::Meter& meter);

  const port::MeterAbilities& abilities() const override { return model_->abilities; }
  port::Async<Result<domain::PrepaidState>> read_prepaid(port::BusLink& link, UtcMs now) override;
  port::Async<Result<domain::Measurements>> read_measurements(port::BusLink& link,
                                                              UtcMs now) override;
  port::Async<Result<domain::PriceTable>> read_prices(port::BusLink& link) override;
  port::Async<Result<port::WriteReply>> sell(port::BusLink& link, port::SaleFrame frame) override;
  port::Async<Result<port::WriteReply>> open_account(port::BusLink& link, domain::Epoch epoch,
                                                     std::uint32_t customer_number) override;
  port::Async<Result<port::WriteReply>> clear_account(port::BusLink& link,
                                                      domain::Epoch epoch) override;
  port::Async<Result<port::WriteReply>> write_settings(port::BusLink& link, domain::Epoch epoch,
                                                       std::uint32_t version,
                                                       domain::MeterSettings settings) override;
  port::Async<Result<port::WriteReply>> write_prices(port::BusLink& link, domain::Epoch epoch,
                                                     std::uint32_t version,
                                                     domain::PriceTable prices) override;
  port::Async<Result<port::WriteReply>> switch_supply(port::BusLink& link,
                                                      domain::CommandKind kind) override;
  port::Async<Result<port::MeterClock>> read_clock(port::BusLink& link) override;
  port::Async<Result<port::WriteReply>> set_clock(port::BusLink& link, domain::Epoch epoch,
                                                  std::uint32_t sequence,
                                                  CivilTime local_time) override;
  port::Async<Result<domain::TimeTables>> read_time_tables(port::BusLink& link) override;
  port::Async<Result<port::WriteReply>> write_day_table(
      port::BusLink& link, int number, std::vector<domain::DaySlot> slots) override;
  port::Async<Result<port::WriteReply>> write_season_table(
      port::BusLink& link, std::vector<domain::SeasonStart> seasons) override;

 protected:
  std::uint8_t unit() const { return unit_; }

 private:
  std::shared_ptr<const PreparedModel> model_;
  std::uint8_t unit_;
  std::uint32_t ct_ratio_;  ///< as configured; the meter's own is read for comparison only
};

}  // namespace paymeter::driver
