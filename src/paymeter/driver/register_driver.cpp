// Measured values by the planned reads, relay by its register pair.
#include "paymeter/driver/register_driver.hpp"

#include "paymeter/base/assert.hpp"
#include "paymeter/codec/reference_nk.hpp"
#include "paymeter/driver/meter_io.hpp"

namespace paymeter::driver {

namespace nk = codec::reference_nk;
using port::WriteReply;

namespace {

nk::RelayCommand relay_command(domain::CommandKind kind) {
  switch (kind) {
    case domain::CommandKind::trip:
      return nk::RelayCommand::force_open;
    case domain::CommandKind::force_on:
      return nk::RelayCommand::force_closed;
    default:
      return nk::RelayCommand::release;
  }
}

}  // namespace

RegisterDriver::RegisterDriver(std::shared_ptr<const PreparedModel> model,
                               const domain::Meter& meter)
    : model_(std::move(model)), unit_(meter.unit), ct_ratio_(meter.ct_ratio) {}

port::Async<Result<domain::Measurements>> RegisterDriver::read_measurements(port::BusLink& link,
                                                                            UtcMs now) {
  domain::Measurements out;
  out.at = now;
  for (const PlannedRead& read : model_->plan) {
    const RegisterSpan span{unit_, read.function, read.address, read.count};
    const auto data = co_await read_registers(link, span);
    if (!data) co_return fail(data.error());
    take_values(read, *data, ct_ratio_, out);
  }
  co_return out;
}

port::Async<Result<domain::PrepaidState>> RegisterDriver::read_prepaid(port::BusLink& link,
                                                                       UtcMs now) {
  if (!model_->model.relay) co_return fail(Errc::meter_unsupported);
  const RegisterSpan span{unit_, 3, model_->model.relay->address, nk::kRelayBlock.count};
  const auto data = co_await read_registers(link, span);
  if (!data) co_return fail(data.error());
  domain::PrepaidState state;
  state.at = now;
  state.forced = get_u16(*data, 0) == 1;
  state.relay_open = state.forced && get_u16(*data, 2) == 1;
  co_return state;
}

port::Async<Result<WriteReply>> RegisterDriver::switch_supply(port::BusLink& link,
                                                              domain::CommandKind kind) {
  PAYMETER_ASSERT(domain::is_supply(kind));
  if (!model_->model.relay) co_return fail(Errc::meter_unsupported);
  co_return co_await write_registers(link, unit_, model_->model.relay->address,
                                     nk::encode_relay(relay_command(kind)));
}

port::Async<Result<domain::PriceTable>> RegisterDriver::read_prices(port::BusLink&) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<WriteReply>> RegisterDriver::sell(port::BusLink&, port::SaleFrame) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<WriteReply>> RegisterDriver::open_account(port::BusLink&, domain::Epoch,
                                                             std::uint32_t) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<WriteReply>> RegisterDriver::clear_account(port::BusLink&, domain::Epoch) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<WriteReply>> RegisterDriver::write_settings(port::BusLink&, domain::Epoch,
                                                               std::uint32_t,
                                                               domain::MeterSettings) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<WriteReply>> RegisterDriver::write_prices(port::BusLink&, domain::Epoch,
                                                             std::uint32_t, domain::PriceTable) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<port::MeterClock>> RegisterDriver::read_clock(port::BusLink&) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<WriteReply>> RegisterDriver::set_clock(port::BusLink&, domain::Epoch,
                                                          std::uint32_t, CivilTime) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<domain::TimeTables>> RegisterDriver::read_time_tables(port::BusLink&) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<WriteReply>> RegisterDriver::write_day_table(port::BusLink&, int,
                                                                std::vector<domain::DaySlot>) {
  co_return fail(Errc::meter_unsupported);
}

port::Async<Result<WriteReply>> RegisterDriver::write_season_table(
    port::BusLink&, std::vector<domain::SeasonStart>) {
  co_return fail(Errc::meter_unsupported);
}

}  // namespace paymeter::driver
