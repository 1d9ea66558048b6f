// The reference meter's commands: checks in the page's order, then what each one changes.
#include <algorithm>

#include "paymeter/base/mistake.hpp"
#include "paymeter/sim/reference_meter.hpp"

namespace paymeter::sim {

namespace nk = codec::reference_nk;

namespace {

constexpr std::uint16_t kCountMax = 65535;

bool fits_s32(std::int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

template <std::size_t N>
void copy_into(std::array<std::uint8_t, N>& out, Bytes block) {
  std::copy_n(block.begin(), N, out.begin());
}

}  // namespace

struct ReferenceMeter::Command {
  nk::Block block;
  enum class Mac : std::uint8_t { absent, present } mac;
  bool (ReferenceMeter::*fits)(Bytes block) const;
  Refusal (ReferenceMeter::*execute)(Bytes block);
};

const ReferenceMeter::Command* ReferenceMeter::command_at(std::uint16_t address) {
  using M = ReferenceMeter;
  using Mac = Command::Mac;
  static constexpr Command kCommands[] = {
      {nk::kSaleBlock, Mac::present, &M::sale_fits, &M::sell},
      {nk::kOpenBlock, Mac::present, &M::open_fits, &M::open_account},
      {nk::kClearBlock, Mac::present, &M::clear_fits, &M::clear},
      {nk::kSettingsBlock, Mac::present, &M::settings_fit, &M::set_settings},
      {nk::kClockBlock, Mac::present, &M::clock_fits, &M::set_clock},
      {nk::kPriceBlock, Mac::present, &M::prices_fit, &M::set_prices},
      {nk::kRelayBlock, Mac::absent, &M::relay_fits, &M::switch_relay},
      {nk::kDayTable1Block, Mac::absent, &M::day_table_fits, &M::set_day_table1},
      {nk::kDayTable2Block, Mac::absent, &M::day_table_fits, &M::set_day_table2},
      {nk::kSeasonBlock, Mac::absent, &M::season_table_fits, &M::set_season_table},
  };
  for (const Command& command : kCommands)
    if (address >= command.block.address && address - command.block.address < command.block.count)
      return &command;
  return nullptr;
}

std::optional<Buffer> ReferenceMeter::handle(Bytes pdu) {
  if (pdu.empty()) return std::nullopt;
  switch (pdu[0]) {
    case codec::kReadHoldingRegisters:
      return read(pdu);
    case codec::kWriteMultipleRegisters:
      return write(pdu);
    default:
      return codec::encode_exception(pdu[0], codec::ModbusException::illegal_function);
  }
}

Buffer ReferenceMeter::write(Bytes pdu) {
  using codec::ModbusException;
  const auto refuse = [&](ModbusException code) { return codec::encode_exception(pdu[0], code); };
  const auto request = codec::decode_request(pdu);
  if (!request || request->count == 0 || request->count > nk::kReadCountMax ||
      request->data.size() != 2U * request->count)
    return refuse(ModbusException::illegal_value);
  const Command* command = command_at(request->address);
  if (command == nullptr) return refuse(ModbusException::illegal_address);
  const Bytes block = request->data;
  if (command->block != nk::Block{request->address, request->count} ||
      !(this->*command->fits)(block))
    return refuse(ModbusException::illegal_value);
  const bool authentic =
      command->mac == Command::Mac::absent || codec::is_zero_key(identity_.key) ||
      mistake_made(Mistake::unbound) ||
      codec::mac_fits(identity_.key, serial_, memory_.clear_count, request->address, block);
  memory_.last_refusal = authentic ? (this->*command->execute)(block) : Refusal::mac;
  if (memory_.last_refusal != Refusal::none) return refuse(ModbusException::device_failure);
  watch_arrears();
  return codec::encode_write_reply(request->address, request->count);
}

// ------------------------------------------------------------------ sale
bool ReferenceMeter::sale_fits(Bytes block) const {
  const auto sale = nk::decode_sale(block);
  if (!sale) return false;
  const Int128 balance = floor_div(memory_.balance_fine, kFinePerFen) + sale->amount;
  return balance >= INT32_MIN && balance <= INT32_MAX &&
         fits_s32(std::int64_t{memory_.sold_total} + sale->amount);
}

ReferenceMeter::Refusal ReferenceMeter::sell(Bytes block) {
  const nk::Sale sale = *nk::decode_sale(block);
  if (!account_open()) return Refusal::account;
  const bool is_next = sale.n == memory_.purchase_count + 1 || mistake_made(Mistake::dumb_meter);
  if (memory_.purchase_count == kCountMax || !is_next) return Refusal::count;
  if (sale.amount < 0 && shown_balance() < -std::int64_t{sale.amount}) return Refusal::balance;
  memory_.balance_fine += Int128{sale.amount} * kFinePerFen;
  memory_.sold_total += sale.amount;
  ++memory_.purchase_count;
  memory_.last_amount = sale.amount;
  memory_.last_tag = sale.tag;
  return Refusal::none;
}

// ------------------------------------------------------------------ open and clear
bool ReferenceMeter::open_fits(Bytes block) const { return nk::decode_open(block).has_value(); }

ReferenceMeter::Refusal ReferenceMeter::open_account(Bytes block) {
  const std::uint32_t customer = *nk::decode_open(block);
  if (account_open() && memory_.customer_number != customer) return Refusal::account;
  settle_second();  // what was used before belongs to nobody
  memory_.customer_number = customer;
  return Refusal::none;
}

bool ReferenceMeter::clear_fits(Bytes block) const { return nk::decode_clear(block).has_value(); }

ReferenceMeter::Refusal ReferenceMeter::clear(Bytes block) {
  const nk::Clear order = *nk::decode_clear(block);
  if (!account_open()) return Refusal::account;
  if (order.clear_count != memory_.clear_count) return Refusal::count;
  if (order.code == nk::kClearAtZero && shown_balance() != 0) return Refusal::balance;
  memory_.cleared_balance = shown_balance();
  memory_.balance_fine = 0;
  memory_.sold_total = 0;
  memory_.purchase_count = 0;
  memory_.last_amount = 0;
  memory_.last_tag = 0;
  memory_.customer_number = 0;
  settle_second();  // not charged to the tenant who left, not kept for the next one
  memory_.cycle_mj = 0;
  memory_.arrears_trip = memory_.overload_trip = false;
  memory_.overload_seconds = 0;
  ++memory_.clear_count;
  return Refusal::none;
}

// ------------------------------------------------------------------ settings, clock, prices
bool ReferenceMeter::settings_fit(Bytes block) const {
  return nk::decode_settings(block).has_value();
}

ReferenceMeter::Refusal ReferenceMeter::set_settings(Bytes block) {
  const nk::Settings settings = *nk::decode_settings(block);
  if (settings.version <= memory_.settings.version && settings != memory_.settings)
    return Refusal::version;
  memory_.settings = settings;
  memory_.cover_opened = false;
  return Refusal::none;
}

bool ReferenceMeter::clock_fits(Bytes block) const {
  return nk::decode_set_clock(block).has_value();
}

ReferenceMeter::Refusal ReferenceMeter::set_clock(Bytes block) {
  const nk::SetClock order = *nk::decode_set_clock(block);
  if (order.sequence <= memory_.clock_sequence) return Refusal::version;
  settle_second();  // the new second begins now
  memory_.metering.phase_ms = 0;
  memory_.metering.clock = MeterClock(order.clock);
  memory_.clock_sequence = order.sequence;
  memory_.clock_fault = false;
  clock_moved();
  return Refusal::none;
}

bool ReferenceMeter::prices_fit(Bytes block) const { return nk::decode_prices(block).has_value(); }

ReferenceMeter::Refusal ReferenceMeter::set_prices(Bytes block) {
  const nk::Prices prices = *nk::decode_prices(block);
  const bool same = std::equal(memory_.price_block.begin(), memory_.price_block.end(),
                               block.begin(), block.end() - nk::kMacSize);
  if (prices.version <= prices_.version && !same) return Refusal::version;
  settle_second();  // "at once": what was used before this instant keeps the old price
  copy_into(memory_.price_block, block);
  prices_ = prices;
  return Refusal::none;
}

// ------------------------------------------------------------------ relay and time tables
bool ReferenceMeter::relay_fits(Bytes block) const { return nk::decode_relay(block).has_value(); }

ReferenceMeter::Refusal ReferenceMeter::switch_relay(Bytes block) {
  const auto command = *nk::decode_relay(block);
  memory_.relay_mode = get_u16(block, 0);
  memory_.relay_position = get_u16(block, 2);
  if (command != nk::RelayCommand::force_open) memory_.overload_trip = false;
  return Refusal::none;
}

bool ReferenceMeter::day_table_fits(Bytes block) const {
  return nk::decode_day_table(block).has_value();
}

ReferenceMeter::Refusal ReferenceMeter::set_day_table1(Bytes block) {
  settle_second();
  copy_into(memory_.metering.day_tables[0], block);
  clock_moved();
  return Refusal::none;
}

ReferenceMeter::Refusal ReferenceMeter::set_day_table2(Bytes block) {
  settle_second();
  copy_into(memory_.metering.day_tables[1], block);
  clock_moved();
  return Refusal::none;
}

bool ReferenceMeter::season_table_fits(Bytes block) const {
  return nk::decode_season_table(block).has_value();
}

ReferenceMeter::Refusal ReferenceMeter::set_season_table(Bytes block) {
  settle_second();
  copy_into(memory_.metering.seasons, block);
  clock_moved();
  return Refusal::none;
}

}  // namespace paymeter::sim
