/// What a service can ask of a meter, whatever its model. A driver belongs to one meter.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/supply.hpp"
#include "paymeter/domain/time_table.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/port/bus_link.hpp"

namespace paymeter::port {

/// What one reading of a meter puts on the wire: for planning a line.
struct ReadLoad {
  int requests = 0;               ///< 0 = there is nothing to read
  std::size_t request_bytes = 0;  ///< protocol data units of all requests, without envelopes
  std::size_t reply_bytes = 0;
};

/// What the model can do; an operation outside it answers meter_unsupported.
struct MeterAbilities {
  bool prepaid_wallet = false;  ///< sell, open_account, settings and prices
  bool relay = false;
  bool measurements = false;
  bool clock = false;        ///< read_clock, set_clock
  bool time_tables = false;  ///< read_time_tables, write_day_table, write_season_table
  bool verified = true;      ///< false: a register in use has no published source
  ReadLoad status_load;      ///< of read_prepaid
  ReadLoad full_load;        ///< of read_measurements
};

/// An acknowledged write was understood, not necessarily seen: read back. An explicit refusal is
/// the meter's own "no" (Modbus exception 04); everything else is an error and decides nothing.
enum class WriteReply : std::uint8_t { acknowledged, refused };

struct MeterClock {
  std::optional<CivilTime> local_time;  ///< empty: the meter holds no valid date
  std::uint32_t sequence = 0;           ///< of the last set_clock that it accepted
};

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

  /// The clock as it was when the meter answered. Only with the ability `clock`, like set_clock.
  virtual Async<Result<MeterClock>> read_clock(BusLink& link) = 0;
  /// `sequence` must be above the last one, so that an older frame that comes late is refused.
  /// Errors: also frame_bad_value (a date that the meter cannot hold; nothing was sent).
  virtual Async<Result<WriteReply>> set_clock(BusLink& link, domain::Epoch epoch,
                                              std::uint32_t sequence, CivilTime local_time) = 0;
  /// All three tables. Only with the ability `time_tables`, like the two below. Tables that the
  /// meter should not hold are frame_bad_value.
  virtual Async<Result<domain::TimeTables>> read_time_tables(BusLink& link) = 0;
  /// Whole tables, empty ones too: unlisted slots are cleared. `number` is 1 or 2.
  /// Errors: also frame_bad_value (check_time_tables; nothing was sent).
  virtual Async<Result<WriteReply>> write_day_table(BusLink& link, int number,
                                                    std::vector<domain::DaySlot> slots) = 0;
  virtual Async<Result<WriteReply>> write_season_table(
      BusLink& link, std::vector<domain::SeasonStart> seasons) = 0;
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
