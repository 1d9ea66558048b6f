// What the reference meter does by itself: counting, charging, tripping, and its readable
// registers.
#include "paymeter/sim/reference_meter.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/sim/meter_memory.hpp"

namespace paymeter::sim {

namespace nk = codec::reference_nk;

namespace {

constexpr int kOverloadSeconds = 5;
constexpr int kMillisecondsPerSecond = 1000;

int month_of(const MeterClock& clock) {
  const CivilTime now = clock.civil();
  return now.year * 12 + now.month;
}

}  // namespace

ReferenceMeter::ReferenceMeter(ReferenceIdentity identity, const CivilTime& local_time)
    : identity_(std::move(identity)) {
  const auto serial = nk::encode_serial(identity_.serial);
  PAYMETER_ASSERT(serial.has_value() && identity_.ct_ratio >= 1);
  serial_ = *serial;
  memory_.metering.ct_ratio = identity_.ct_ratio;
  start_clock(local_time);
}

void ReferenceMeter::set_memory(const ReferenceMemory& memory) {
  memory_ = memory;
  memory_.metering.ct_ratio = identity_.ct_ratio;
  const auto prices = nk::decode_prices(memory_.price_block);
  PAYMETER_ASSERT(prices.has_value());
  prices_ = *prices;
  clock_moved();
}

std::string ReferenceMeter::save() const { return format_memory(memory_); }

Result<> ReferenceMeter::restore(std::string_view text) {
  const auto memory = parse_reference_memory(text);
  if (!memory) return fail(memory.error());
  set_memory(*memory);
  return {};
}

void ReferenceMeter::start_clock(const CivilTime& local_time) {
  memory_.metering.clock = MeterClock(local_time);
  clock_moved();
}

void ReferenceMeter::lose_clock() {
  memory_.metering.clock = MeterClock();
  memory_.clock_fault = true;
  clock_moved();
}

bool ReferenceMeter::relay_open() const {
  if (!released()) return memory_.relay_position == 1;
  return account_open() && (memory_.arrears_trip || memory_.overload_trip);
}

std::int32_t ReferenceMeter::shown_balance() const {
  return saturate_s32(floor_div(memory_.balance_fine, kFinePerFen));
}

void ReferenceMeter::advance(Millis span) {
  Metering& metering = memory_.metering;
  std::int64_t left = span.value;
  while (left > 0) {
    const std::int64_t slice =
        std::min<std::int64_t>(left, kMillisecondsPerSecond - metering.phase_ms);
    if (!relay_open()) metering.pending_mj += static_cast<std::uint64_t>(load_.total_w() * slice);
    metering.phase_ms += static_cast<std::int32_t>(slice);
    left -= slice;
    if (metering.phase_ms == kMillisecondsPerSecond) end_second();
  }
}

/// The second that ends is charged at the rate that was in force when it began.
void ReferenceMeter::end_second() {
  settle_second();
  memory_.metering.phase_ms = 0;
  watch_overload();
  watch_arrears();
  memory_.metering.clock.tick();
  if (memory_.metering.clock.at_minute()) clock_moved();
}

void ReferenceMeter::settle_second() {
  count_energy(memory_.metering.pending_mj);
  memory_.metering.pending_mj = 0;
}

void ReferenceMeter::count_energy(std::uint64_t millijoule) {
  memory_.metering.energy_mj += millijoule;
  memory_.metering.rate_energy_mj[static_cast<std::size_t>(rate_ - 1)] += millijoule;
  if (account_open()) charge(millijoule);
}

/// A second that crosses a step is split there.
void ReferenceMeter::charge(std::uint64_t millijoule) {
  Uint128 left = millijoule;
  while (left > 0) {
    Uint128 part = left;
    for (const nk::Step& step : prices_.steps) {
      const Uint128 from = Uint128{step.from_kwh} * kMillijoulePerKwh;
      if (from > memory_.cycle_mj) part = std::min(part, from - memory_.cycle_mj);
    }
    memory_.balance_fine -= static_cast<Int128>(part * (rate_price() + surcharge()));
    memory_.cycle_mj += part;
    left -= part;
  }
}

std::uint64_t ReferenceMeter::rate_price() const {
  return prices_.rate[static_cast<std::size_t>(rate_ - 1)];
}

/// The highest `from` that the cycle's energy has reached; steps need not be in order.
std::uint64_t ReferenceMeter::surcharge() const {
  const nk::Step* reached = nullptr;
  for (const nk::Step& step : prices_.steps)
    if (Uint128{step.from_kwh} * kMillijoulePerKwh <= memory_.cycle_mj &&
        (reached == nullptr || step.from_kwh >= reached->from_kwh))
      reached = &step;
  return reached == nullptr ? 0 : reached->surcharge;
}

void ReferenceMeter::watch_overload() {
  const std::int64_t limit_w = memory_.settings.overload_w;
  const bool exceeded = !relay_open() && load_.total_w() > limit_w;
  if (!account_open() || !released() || limit_w == 0 || !exceeded) {
    memory_.overload_seconds = 0;
    return;
  }
  if (++memory_.overload_seconds < kOverloadSeconds) return;
  memory_.overload_seconds = 0;
  memory_.overload_trip = true;
}

void ReferenceMeter::watch_arrears() {
  const std::int64_t balance = shown_balance();
  if (!account_open() || balance > 0)
    memory_.arrears_trip = false;
  else if (released() && balance < -std::int64_t{memory_.settings.overdraft})
    memory_.arrears_trip = true;
}

/// A new minute, a new time or new tables: the rate may change, the step cycle may begin again.
void ReferenceMeter::clock_moved() {
  rate_ = rate_in_force(memory_.metering);
  const int month = month_of(memory_.metering.clock);
  if (month == memory_.cycle_month) return;
  memory_.cycle_month = month;
  memory_.cycle_mj = 0;
}

std::uint16_t ReferenceMeter::status() const {
  const std::int64_t balance = shown_balance();
  const auto& settings = memory_.settings;
  std::uint16_t bits = 0;
  const auto set = [&bits](nk::StatusBit bit, bool on) {
    if (on) bits = static_cast<std::uint16_t>(bits | bit);
  };
  set(nk::kStatusRelayOpen, relay_open());
  set(nk::kStatusForced, !released());
  set(nk::kStatusAlarm1, account_open() && balance <= settings.alarm1);
  set(nk::kStatusAlarm2, account_open() && balance <= settings.alarm2);
  set(nk::kStatusArrears, account_open() && balance <= 0);
  set(nk::kStatusOverloadTrip, memory_.overload_trip);
  set(nk::kStatusAccountOpen, account_open());
  set(nk::kStatusCoverOpened, memory_.cover_opened);
  set(nk::kStatusClockFault, memory_.clock_fault);
  return bits;
}

std::int32_t ReferenceMeter::energy_remaining() const {
  const std::uint64_t price = rate_price() + surcharge();
  if (!account_open() || price == 0) return 0;
  return saturate_s32(floor_div(Int128{shown_balance()} * 10'000, static_cast<Int128>(price)));
}

nk::Prepaid ReferenceMeter::prepaid() const {
  return {.layout_version = nk::kLayoutVersion,
          .status = status(),
          .balance = shown_balance(),
          .energy_remaining = energy_remaining(),
          .sold_total = memory_.sold_total,
          .purchase_count = memory_.purchase_count,
          .last_amount = memory_.last_amount,
          .last_tag = memory_.last_tag,
          .clear_count = memory_.clear_count,
          .serial = serial_,
          .customer_number = memory_.customer_number,
          .cleared_balance = memory_.cleared_balance,
          .last_refusal = static_cast<std::uint16_t>(memory_.last_refusal),
          .price_version = prices_.version,
          .settings_version = memory_.settings.version,
          .alarm1 = memory_.settings.alarm1,
          .alarm2 = memory_.settings.alarm2,
          .overload_w = memory_.settings.overload_w,
          .overdraft = memory_.settings.overdraft,
          .cycle_energy = saturate_u32(memory_.cycle_mj / (kMillijoulePerKwh / 100)),
          .clock = nk::encode_clock(memory_.metering.clock.civil()),
          .clock_sequence = memory_.clock_sequence};
}

Buffer ReferenceMeter::read(Bytes pdu) const {
  using codec::ModbusException;
  const auto request = codec::decode_request(pdu);
  if (!request || request->count == 0 || request->count > nk::kReadCountMax)
    return codec::encode_exception(pdu[0], ModbusException::illegal_value);
  const std::uint32_t end = std::uint32_t{request->address} + request->count;
  const bool listed = std::any_of(nk::kReadableRanges.begin(), nk::kReadableRanges.end(),
                                  [&](const nk::Block& range) {
                                    return request->address >= range.address &&
                                           end <= std::uint32_t{range.address} + range.count;
                                  });
  if (!listed) return codec::encode_exception(pdu[0], ModbusException::illegal_address);

  RegisterWindow window(request->address, request->count);
  put_metering(window, memory_.metering, load_,
               relay_open() ? SupplyPath::open : SupplyPath::closed);
  window.put16(nk::kRelayBlock.address, memory_.relay_mode);
  window.put16(nk::kRelayBlock.address + 1, memory_.relay_position);
  window.put_bytes(nk::kPrepaidBlock.address, nk::encode_prepaid(prepaid()));
  window.put_bytes(nk::kPriceReadBlock.address, memory_.price_block);
  return codec::encode_read_reply(pdu[0], window.take());
}

}  // namespace paymeter::sim
