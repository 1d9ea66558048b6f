// The reference meter's prepaid block and commands: bytes <-> structs.
#include "paymeter/codec/reference_nk.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"

namespace paymeter::codec::reference_nk {
namespace {

constexpr std::uint32_t kAmountMax = 0x7FFF'FFFF;
constexpr std::size_t kStepsMax = 4;

void put_s32(Buffer& out, std::int32_t value) { put_u32(out, static_cast<std::uint32_t>(value)); }

/// Takes fields one after the other. Requires: the caller checked the whole size before.
class FieldReader {
 public:
  explicit FieldReader(Bytes in) : in_(in) {}
  std::uint16_t u16() { return get_u16(in_, advance(2)); }
  std::uint32_t u32() { return get_u32(in_, advance(4)); }
  std::int32_t s32() { return static_cast<std::int32_t>(u32()); }
  Bytes bytes(std::size_t size) { return in_.subspan(advance(size), size); }

 private:
  std::size_t advance(std::size_t size) {
    const std::size_t at = at_;
    at_ += size;
    return at;
  }
  Bytes in_;
  std::size_t at_ = 0;
};

Result<> check_size(Bytes block, Block shape) {
  if (block.size() != shape.bytes())
    return fail(Errc::frame_bad_length, std::to_string(block.size()) + " bytes");
  return {};
}

bool is_printable(std::uint8_t byte) { return byte >= 0x20 && byte < 0x7F; }

}  // namespace

Result<Serial> encode_serial(std::string_view text) {
  if (text.size() > kSerialSize) return fail(Errc::frame_bad_value, "serial is too long");
  if (!std::all_of(text.begin(), text.end(),
                   [](char c) { return is_printable(static_cast<std::uint8_t>(c)); }))
    return fail(Errc::frame_bad_value, "serial is not printable ASCII");
  Serial serial{};
  std::copy(text.begin(), text.end(), serial.begin());
  return serial;
}

Result<std::string> decode_serial(const Serial& serial) {
  const auto end = std::find(serial.begin(), serial.end(), 0);
  if (!std::all_of(serial.begin(), end, is_printable) ||
      !std::all_of(end, serial.end(), [](std::uint8_t byte) { return byte == 0; }))
    return fail(Errc::frame_bad_value, "serial is not ASCII padded with NUL");
  return std::string(serial.begin(), end);
}

// ------------------------------------------------------------------ the prepaid block

Result<Prepaid> decode_prepaid(Bytes data) {
  if (data.size() % 2 != 0 || data.size() < std::size_t{2} * kPrepaidCountMin ||
      data.size() > kPrepaidBlock.bytes())
    return fail(Errc::frame_bad_length, std::to_string(data.size()) + " bytes");
  FieldReader in(data);
  Prepaid out;
  out.layout_version = in.u16();
  if (out.layout_version != kLayoutVersion)
    return fail(Errc::meter_layout_unknown, "layout " + std::to_string(out.layout_version));
  out.status = in.u16();
  out.balance = in.s32();
  out.energy_remaining = in.s32();
  out.sold_total = in.s32();
  out.purchase_count = in.u16();
  out.last_amount = in.s32();
  out.last_tag = in.u32();
  out.clear_count = in.u16();
  std::ranges::copy(in.bytes(kSerialSize), out.serial.begin());
  out.customer_number = in.u32();
  out.cleared_balance = in.s32();
  out.last_refusal = in.u16();
  out.price_version = in.u32();
  out.settings_version = in.u32();
  out.alarm1 = in.u32();
  out.alarm2 = in.u32();
  out.overload_w = in.u32();
  out.overdraft = in.u32();
  out.cycle_energy = in.u32();
  std::ranges::copy(in.bytes(kClockSize), out.clock.begin());
  if (data.size() == kPrepaidBlock.bytes()) out.clock_sequence = in.u32();
  return out;
}

Buffer encode_prepaid(const Prepaid& prepaid) {
  Buffer out;
  out.reserve(kPrepaidBlock.bytes());
  put_u16(out, prepaid.layout_version);
  put_u16(out, prepaid.status);
  put_s32(out, prepaid.balance);
  put_s32(out, prepaid.energy_remaining);
  put_s32(out, prepaid.sold_total);
  put_u16(out, prepaid.purchase_count);
  put_s32(out, prepaid.last_amount);
  put_u32(out, prepaid.last_tag);
  put_u16(out, prepaid.clear_count);
  out.insert(out.end(), prepaid.serial.begin(), prepaid.serial.end());
  put_u32(out, prepaid.customer_number);
  put_s32(out, prepaid.cleared_balance);
  put_u16(out, prepaid.last_refusal);
  put_u32(out, prepaid.price_version);
  put_u32(out, prepaid.settings_version);
  put_u32(out, prepaid.alarm1);
  put_u32(out, prepaid.alarm2);
  put_u32(out, prepaid.overload_w);
  put_u32(out, prepaid.overdraft);
  put_u32(out, prepaid.cycle_energy);
  out.insert(out.end(), prepaid.clock.begin(), prepaid.clock.end());
  put_u32(out, prepaid.clock_sequence);
  return out;
}

// ------------------------------------------------------------------ commands

Buffer encode_sale(const Sale& sale) {
  Buffer out;
  put_u16(out, sale.n);
  put_s32(out, sale.amount);
  put_u32(out, sale.tag);
  return out;
}

Result<Sale> decode_sale(Bytes block) {
  if (auto size = check_size(block, kSaleBlock); !size) return fail(size.error());
  FieldReader in(block);
  Sale sale;
  sale.n = in.u16();
  sale.amount = in.s32();
  sale.tag = in.u32();
  return sale;
}

Buffer encode_open(std::uint32_t customer) {
  Buffer out;
  put_u32(out, customer);
  return out;
}

Result<std::uint32_t> decode_open(Bytes block) {
  if (auto size = check_size(block, kOpenBlock); !size) return fail(size.error());
  const std::uint32_t customer = get_u32(block, 0);
  if (customer == 0) return fail(Errc::frame_bad_value, "customer number 0");
  return customer;
}

Buffer encode_clear(const Clear& clear) {
  Buffer out;
  put_u16(out, clear.code);
  put_u16(out, clear.clear_count);
  return out;
}

Result<Clear> decode_clear(Bytes block) {
  if (auto size = check_size(block, kClearBlock); !size) return fail(size.error());
  const Clear clear{get_u16(block, 0), get_u16(block, 2)};
  if (clear.code != kClearAtZero && clear.code != kClearForced)
    return fail(Errc::frame_bad_value, "clear code " + std::to_string(clear.code));
  return clear;
}

Buffer encode_settings(const Settings& settings) {
  Buffer out;
  for (std::uint32_t value : {settings.version, settings.alarm1, settings.alarm2,
                              settings.overload_w, settings.overdraft})
    put_u32(out, value);
  return out;
}

Result<Settings> decode_settings(Bytes block) {
  if (auto size = check_size(block, kSettingsBlock); !size) return fail(size.error());
  FieldReader in(block);
  Settings settings;
  for (std::uint32_t* field : {&settings.version, &settings.alarm1, &settings.alarm2,
                               &settings.overload_w, &settings.overdraft})
    *field = in.u32();
  if (std::max({settings.alarm1, settings.alarm2, settings.overdraft}) > kAmountMax)
    return fail(Errc::frame_bad_value, "amount above 2^31 - 1");
  return settings;
}

Buffer encode_set_clock(const SetClock& set) {
  Buffer out;
  put_u32(out, set.sequence);
  const auto clock = encode_clock(set.clock);
  out.insert(out.end(), clock.begin(), clock.end());
  return out;
}

Result<SetClock> decode_set_clock(Bytes block) {
  if (auto size = check_size(block, kClockBlock); !size) return fail(size.error());
  auto clock = decode_clock(block.subspan(4, kClockSize));
  if (!clock) return fail(clock.error());
  return SetClock{get_u32(block, 0), *clock};
}

Buffer encode_prices(const Prices& prices) {
  PAYMETER_ASSERT(prices.steps.size() <= kStepsMax);
  Buffer out;
  put_u32(out, prices.version);
  for (std::uint32_t rate : prices.rate) put_u32(out, rate);
  put_u16(out, static_cast<std::uint16_t>(prices.steps.size()));
  for (const Step& step : prices.steps) {
    put_u32(out, step.from_kwh);
    put_u32(out, step.surcharge);
  }
  out.resize(kPriceReadBlock.bytes(), 0);
  return out;
}

Result<Prices> decode_prices(Bytes block) {
  if (!check_size(block, kPriceBlock))
    if (auto size = check_size(block, kPriceReadBlock); !size) return fail(size.error());
  FieldReader in(block);
  Prices prices;
  prices.version = in.u32();
  for (std::uint32_t& rate : prices.rate) rate = in.u32();
  const std::uint16_t steps = in.u16();
  if (steps > kStepsMax) return fail(Errc::frame_bad_value, std::to_string(steps) + " steps");
  for (std::uint16_t i = 0; i < steps; ++i) {
    Step step;
    step.from_kwh = in.u32();
    step.surcharge = in.u32();
    prices.steps.push_back(step);
  }
  return prices;
}

}  // namespace paymeter::codec::reference_nk
