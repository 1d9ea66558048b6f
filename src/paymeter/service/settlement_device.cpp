// Change-over: the device that now stands at the meter's place is read, checked and taken in.
#include "paymeter/service/settlement_carrier.hpp"

namespace paymeter::service {
namespace {

using domain::Settlement;
using domain::SettlementState;

struct FoundDevice {
  Result<domain::PrepaidState> state = fail(Errc::link_stopped);
  Result<domain::Measurements> measured = fail(Errc::meter_unsupported);
};

/// Reads with the new device's own configuration: its CT ratio makes its register.
port::Async<> read_device(port::MeterDriver& driver, port::BusLink& link, UtcMs now,
                          std::shared_ptr<FoundDevice> out) {
  out->state = co_await driver.read_prepaid(link, now);
  if (driver.abilities().measurements) out->measured = co_await driver.read_measurements(link, now);
}

/// Is this the device that was told?
Result<> check_serial(const Settlement& settlement, const ReplacementRequest& request,
                      const std::string& serial, const LiveTable& live) {
  if (settlement.epoch && serial == settlement.epoch->serial)
    return fail(Errc::settlement_same_device, "serial " + serial);
  if (!request.serial.empty() && serial != request.serial)
    return fail(Errc::settlement_wrong_meter, "serial " + serial);
  for (const auto& [id, other] : live.meters())
    if (id != settlement.meter && other.meter.serial == serial)
      return fail(Errc::settlement_wrong_meter, "it is meter " + other.meter.code);
  return {};
}

/// Its serial: as it says itself, or, where its model cannot say, as it was told.
std::string serial_of(const FoundDevice& found, const ReplacementRequest& request) {
  const bool says = found.state && !found.state->epoch.serial.empty();
  return says ? found.state->epoch.serial : request.serial;
}

/// A platform wallet needs the register that billing goes on from; what a meter's own wallet holds
/// means nothing.
Result<> check_platform_device(const Settlement& settlement, const ReplacementRequest& request,
                               const FoundDevice& found, const LiveTable& live) {
  if (!found.state && found.state.error().code != Errc::meter_unsupported)
    return fail(found.state.error());
  if (!found.measured) return fail(found.measured.error());
  if (!found.measured->energy_wh) return fail(Errc::reading_missing);
  const std::string serial = serial_of(found, request);
  if (serial.empty()) return fail(Errc::request_invalid, "serial: this model cannot say its own");
  return check_serial(settlement, request, serial, live);
}

/// Is this the device that was told, and is it empty?
Result<> check_device(const Settlement& settlement, const ReplacementRequest& request,
                      const FoundDevice& found, const LiveTable& live) {
  if (!found.state) return fail(found.state.error());
  const domain::PrepaidState& read = *found.state;
  if (auto ok = check_serial(settlement, request, read.epoch.serial, live); !ok) return ok;
  if (read.account_open || read.balance != domain::Money{} || read.purchase_count != 0)
    return fail(Errc::account_meter_not_clear, "balance " + domain::format_money(read.balance));
  return {};
}

}  // namespace

/// The meter's configuration as it will be with the new device.
Result<domain::Meter> Settlements::described_meter(const Settlement& settlement,
                                                   const ReplacementRequest& request) const {
  const LiveMeter* live = deps_.live.find(settlement.meter);
  if (live == nullptr) return fail(Errc::meter_unknown);
  domain::Meter meter = live->meter;
  if (request.ct_ratio) meter.ct_ratio = *request.ct_ratio;
  if (request.key) meter.key = *request.key;
  const domain::Property* property = deps_.live.property(meter.property);
  if (meter.wallet == domain::Wallet::meter && domain::has_zero_key(meter) &&
      (property == nullptr || !property->is_test_site))
    return fail(Errc::vend_test_key);
  return meter;
}

port::Async<Result<Settlement>> Settlements::replaced(ReplacementRequest request) {
  auto settlement = co_await deps_.store.find_settlement(request.settlement);
  if (!settlement) co_return settlement;
  if (settlement->state != SettlementState::replacing &&
      settlement->state != SettlementState::opening)
    co_return fail(Errc::settlement_state_conflict,
                   std::string(settlement_state_name(settlement->state)));
  auto meter = described_meter(*settlement, request);
  if (!meter) co_return fail(meter.error());
  auto made = deps_.drivers.make(*meter);
  if (!made) co_return fail(made.error());
  const std::shared_ptr<port::MeterDriver> driver = std::move(*made);
  auto found = std::make_shared<FoundDevice>();
  const UtcMs now = deps_.runtime.now();
  auto ran =
      co_await deps_.collector.run(meter->id, BusPriority::command,
                                   [driver, found, now](port::MeterDriver&, port::BusLink& link) {
                                     return read_device(*driver, link, now, found);
                                   });
  if (!ran) co_return fail(ran.error());
  const bool on_platform = meter->wallet == domain::Wallet::platform;
  auto checked = on_platform ? check_platform_device(*settlement, request, *found, deps_.live)
                             : check_device(*settlement, request, *found, deps_.live);
  if (!checked) co_return fail(checked.error());
  if (found->state) co_await deps_.collector.observed(meter->id, *found->state);

  port::SettlementStep step;
  step.settlement = settlement->id;
  step.from = settlement->state;
  step.to = SettlementState::opening;
  step.at = now;
  step.by = request.operator_id;
  step.new_serial = serial_of(*found, request);
  step.new_ct_ratio = request.ct_ratio;
  step.new_key = request.key;
  if (found->measured) step.start_wh = found->measured->energy_wh;
  auto commands = co_await device_commands(deps_, *settlement);
  if (!commands) co_return fail(commands.error());
  step.commands = std::move(*commands);
  if (!driver->abilities().relay)
    std::erase_if(step.commands, [](const auto& one) { return domain::is_supply(one.kind); });
  co_return co_await apply(std::move(step));
}

}  // namespace paymeter::service
