/// The prepaid driver of the reference meter: the pattern for every meter with its own wallet.
/// Source: docs/protocols/reference-meter-modbus.md.
#pragma once

#include <array>
#include <memory>

#include "paymeter/codec/reference_nk.hpp"
#include "paymeter/driver/register_driver.hpp"

namespace paymeter::driver {

/// Besides the errors of port::MeterDriver: frame_bad_value when a value cannot be held exactly by
/// the meter's registers (nothing was sent), or when the meter's serial number is no text.
class ReferenceNkDriver final : public RegisterDriver {
 public:
  ReferenceNkDriver(std::shared_ptr<const PreparedModel> model, const domain::Meter& meter);

  /// Reads 49, 47, 48 registers in turn: all hold every field of the state.
  port::Async<Result<domain::PrepaidState>> read_prepaid(port::BusLink& link, UtcMs now) override;
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
  port::Async<Result<port::MeterClock>> read_clock(port::BusLink& link) override;
  port::Async<Result<port::WriteReply>> set_clock(port::BusLink& link, domain::Epoch epoch,
                                                  std::uint32_t sequence,
                                                  CivilTime local_time) override;
  port::Async<Result<domain::TimeTables>> read_time_tables(port::BusLink& link) override;
  port::Async<Result<port::WriteReply>> write_day_table(
      port::BusLink& link, int number, std::vector<domain::DaySlot> slots) override;
  port::Async<Result<port::WriteReply>> write_season_table(
      port::BusLink& link, std::vector<domain::SeasonStart> seasons) override;

 private:
  /// Sends a block with its MAC for this meter and epoch.
  port::Async<Result<port::WriteReply>> command(port::BusLink& link, domain::Epoch epoch,
                                                codec::reference_nk::Block block, Buffer content);

  std::array<std::uint8_t, 16> key_;
  std::size_t reads_ = 0;
  bool layout_unknown_ = false;  ///< the last read said so: the wallet is not touched
};

}  // namespace paymeter::driver
