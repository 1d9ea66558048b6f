/// What a service can ask of a meter, whatever its model. A driver belongs to one meter.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/supply.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/port/bus_link.hpp"

namespace paymeter::port {

/// What the model can do; an operation outside it answers meter_unsupported.
struct MeterAbilities {
  bool prepaid_wallet = false;  ///< sell, open_account, settings and prices
  bool relay = false;
  bool measurements = false;
  bool verified = true;  ///< false: a register in use has no published source
};

/// An acknowledged write was understood, not necessarily seen: read back. An explicit refusal is
/// the meter's own "no" (Modbus exception 04); everything else is an error and decides nothing.
enum class WriteReply : std::uint8_t { acknowledged, refused };

struct SaleFrame {
  domain::Epoch epoch;
  std::uint16_t n = 0;
  domain::Money amount{};  ///< 0 burns n; negative takes back
  std::uint32_t tag = 0;
};

/// Errors of every operation: those of BusLink::exchange, meter_exception (refused in a way that
/// cannot be a "no": wrong address or value), meter_unsupported, meter_layout_unknown.
class MeterDriver {
 public:
  virtual ~MeterDriver() = default;
  virtual const MeterAbilities& abilities() const = 0;

  /// The whole prepaid block in one read. Successive reads differ in length, so that on a line
  /// without transaction ids an older reply cannot pass for a newer one.
  /// For models without a wallet: relay state only, account_open = false.
  virtual Async<Result<domain::PrepaidState>> read_prepaid(BusLink& link, UtcMs now) = 0;
  virtual Async<Result<domain::Measurements>> read_measurements(BusLink& link, UtcMs now) = 0;
  virtual Async<Result<domain::PriceTable>> read_prices(BusLink& link) = 0;

  virtual Async<Result<WriteReply>> sell(BusLink& link, SaleFrame frame) = 0;
  virtual Async<Result<WriteReply>> open_account(BusLink& link, domain::Epoch epoch,
                                                 std::uint32_t customer_number) = 0;
  /// Closes the meter's account and moves it to the next epoch. Accepted only at a balance of 0:
  /// what a tenant still owns is taken out by a vend first.
  virtual Async<Result<WriteReply>> clear_account(BusLink& link, domain::Epoch epoch) = 0;
  virtual Async<Result<WriteReply>> write_settings(BusLink& link, domain::Epoch epoch,
                                                   std::uint32_t version,
                                                   domain::MeterSettings settings) = 0;
  /// Prices are rounded nowhere: a price that the meter cannot hold exactly is frame_bad_value.
  virtual Async<Result<WriteReply>> write_prices(BusLink& link, domain::Epoch epoch,
                                                 std::uint32_t version,
                                                 domain::PriceTable prices) = 0;
  /// Requires: domain::is_supply(kind).
  virtual Async<Result<WriteReply>> switch_supply(BusLink& link, domain::CommandKind kind) = 0;
};

struct MeterModelInfo {
  std::string name;   ///< stable once released
  std::string title;  ///< for people
  std::string protocol;
  MeterAbilities abilities;
};

class MeterDriverFactory {
 public:
  virtual ~MeterDriverFactory() = default;
  /// Errors: model_unknown.
  virtual Result<std::unique_ptr<MeterDriver>> make(const domain::Meter& meter) = 0;
  virtual std::vector<MeterModelInfo> models() const = 0;
};

}  // namespace paymeter::port
