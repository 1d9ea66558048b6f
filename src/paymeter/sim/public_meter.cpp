// Registers and relay of the meters without a wallet.
#include "paymeter/sim/public_meter.hpp"

#include <algorithm>
#include <span>

#include "paymeter/base/assert.hpp"
#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/codec/reference_nk.hpp"
#include "paymeter/sim/meter_memory.hpp"

namespace paymeter::sim {

namespace nk = codec::reference_nk;

namespace {

constexpr RegisterRange kReadable[] = {{0x0000, 0x01FF}, {0x2000, 0x202F}, {0x5030, 0x5031}};
constexpr std::uint16_t kCtRatioDtsd = 0x008E;
constexpr std::uint16_t kRegistersMax = codec::kReadRegistersMax;

}  // namespace

std::optional<PublicModel> public_model_from_name(std::string_view model) {
  if (model.find("dtsy1352") != model.npos) return PublicModel::dtsy1352;
  if (model.find("ddsy1352") != model.npos) return PublicModel::ddsy1352;
  if (model.find("dtsd1352") != model.npos) return PublicModel::dtsd1352;
  return std::nullopt;
}

PublicMeter::PublicMeter(PublicModel model, std::uint16_t ct_ratio, const CivilTime& local_time)
    : model_(model) {
  PAYMETER_ASSERT(ct_ratio >= 1);
  memory_.metering.ct_ratio = ct_ratio;
  start_clock(local_time);
}

void PublicMeter::start_clock(const CivilTime& local_time) {
  memory_.metering.clock = MeterClock(local_time);
  rate_ = rate_in_force(memory_.metering);
}

void PublicMeter::set_load(const MeterLoad& load) {
  load_ = load;
  if (model_ == PublicModel::ddsy1352) load_.power_w[1] = load_.power_w[2] = 0;
}

bool PublicMeter::relay_open() const {
  return memory_.relay_mode == 1 && memory_.relay_position == 1;
}

void PublicMeter::advance(Millis span) {
  Metering& metering = memory_.metering;
  std::int64_t left = span.value;
  while (left > 0) {
    const std::int64_t slice = std::min<std::int64_t>(left, 1000 - metering.phase_ms);
    if (!relay_open()) metering.pending_mj += static_cast<std::uint64_t>(load_.total_w() * slice);
    metering.phase_ms += static_cast<std::int32_t>(slice);
    left -= slice;
    if (metering.phase_ms == 1000) end_second();
  }
}

void PublicMeter::end_second() {
  Metering& metering = memory_.metering;
  metering.energy_mj += metering.pending_mj;
  metering.rate_energy_mj[static_cast<std::size_t>(rate_ - 1)] += metering.pending_mj;
  metering.pending_mj = 0;
  metering.phase_ms = 0;
  metering.clock.tick();
  if (metering.clock.at_minute()) rate_ = rate_in_force(metering);
}

std::optional<Buffer> PublicMeter::handle(Bytes pdu) {
  if (pdu.empty()) return std::nullopt;
  if (pdu[0] == codec::kReadHoldingRegisters) return read(pdu);
  if (pdu[0] == codec::kWriteMultipleRegisters) return write(pdu);
  return codec::encode_exception(pdu[0], codec::ModbusException::illegal_function);
}

/// The single-phase meter shows its values in one run behind the energies.
void PublicMeter::put_single_phase(RegisterWindow& window) const {
  const ShownPower shown = shown_power(load_, memory_.metering.ct_ratio,
                                       relay_open() ? SupplyPath::open : SupplyPath::closed);
  const std::uint32_t apparent_va =
      std::uint32_t{load_.voltage_dv[0]} * shown.line_current_ca[0] / 1000;
  window.put16(0x000B, load_.voltage_dv[0]);
  window.put16(0x000C, shown.line_current_ca[0]);
  window.put16(0x000D, static_cast<std::uint16_t>(shown.power_w[0]));
  window.put16(0x000F, saturate_u16(apparent_va));
  window.put16(0x0010, static_cast<std::uint16_t>(shown.power_factor_e3[0]));
}

Buffer PublicMeter::read(Bytes pdu) const {
  using codec::ModbusException;
  const auto request = codec::decode_request(pdu);
  if (!request || request->count == 0 || request->count > kRegistersMax)
    return codec::encode_exception(pdu[0], ModbusException::illegal_value);
  const std::uint32_t last = std::uint32_t{request->address} + request->count - 1;
  const bool listed = std::ranges::any_of(kReadable, [&](const RegisterRange& range) {
    return request->address >= range.first && last <= range.last;
  });
  if (!listed) return codec::encode_exception(pdu[0], ModbusException::illegal_address);
  RegisterWindow window(request->address, request->count);
  put_metering(window, memory_.metering, load_,
               relay_open() ? SupplyPath::open : SupplyPath::closed);
  if (model_ == PublicModel::ddsy1352) put_single_phase(window);
  if (model_ == PublicModel::dtsd1352) {
    window.put16(kCtRatioDtsd, memory_.metering.ct_ratio);
  } else {
    window.put16(nk::kRelayBlock.address, memory_.relay_mode);
    window.put16(nk::kRelayBlock.address + 1, memory_.relay_position);
  }
  return codec::encode_read_reply(pdu[0], window.take());
}

Buffer PublicMeter::write(Bytes pdu) {
  using codec::ModbusException;
  const auto refuse = [&](ModbusException code) { return codec::encode_exception(pdu[0], code); };
  const auto request = codec::decode_request(pdu);
  if (!request || request->count == 0 || request->data.size() != 2U * request->count)
    return refuse(ModbusException::illegal_value);
  const nk::Block asked{request->address, request->count};
  const Bytes data = request->data;
  Metering& metering = memory_.metering;
  if (asked == nk::kRelayBlock && model_ != PublicModel::dtsd1352) {
    if (!nk::decode_relay(data)) return refuse(ModbusException::illegal_value);
    memory_.relay_mode = get_u16(data, 0);
    memory_.relay_position = get_u16(data, 2);
  } else if (model_ != PublicModel::dtsy1352) {
    return refuse(ModbusException::illegal_address);
  } else if (asked == nk::kDayTable1Block || asked == nk::kDayTable2Block) {
    if (!nk::decode_day_table(data)) return refuse(ModbusException::illegal_value);
    auto& table = metering.day_tables[asked == nk::kDayTable1Block ? 0 : 1];
    std::copy(data.begin(), data.end(), table.begin());
  } else if (asked == nk::kSeasonBlock) {
    if (!nk::decode_season_table(data)) return refuse(ModbusException::illegal_value);
    std::copy(data.begin(), data.end(), metering.seasons.begin());
  } else {
    return refuse(ModbusException::illegal_address);
  }
  rate_ = rate_in_force(metering);
  return codec::encode_write_reply(request->address, request->count);
}

std::string PublicMeter::save() const { return format_memory(memory_); }

Result<> PublicMeter::restore(std::string_view text) {
  auto memory = parse_public_memory(text);
  if (!memory) return fail(memory.error());
  memory->metering.ct_ratio = memory_.metering.ct_ratio;
  memory_ = *memory;
  rate_ = rate_in_force(memory_.metering);
  return {};
}

}  // namespace paymeter::sim
