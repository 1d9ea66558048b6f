// Sweeps: records one after the other, so that a reader of one meter jumps over the others.
#include "paymeter/store/sweep_block.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/store/block_checksum.hpp"
#include "paymeter/store/byte_coding.hpp"
#include "paymeter/store/reading_values.hpp"

namespace paymeter::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kPresentBytes = 3;
constexpr std::size_t kHeadMax = 1 + 2 * kVarintMax;
constexpr std::size_t kRecordMax = 2 * kVarintMax + 1 + kPresentBytes + kSlots * kVarintMax;
static_assert(kPresentBytes + kSlots * kVarintMax <= 255, "a record's size is one byte");

std::uint8_t* put_record(std::uint8_t* out, const domain::Reading& reading) {
  std::uint8_t* const size = out++;
  std::uint8_t* const present = out;
  out += kPresentBytes;
  std::uint32_t mask = 0;
  each_value(reading, [&](std::size_t slot, std::int64_t value) {
    mask |= std::uint32_t{1} << slot;
    out = put_varint(out, zigzag(value));
  });
  for (std::size_t i = 0; i < kPresentBytes; ++i)
    present[i] = static_cast<std::uint8_t>(mask >> (8 * i));
  *size = static_cast<std::uint8_t>(out - present);
  return out;
}

/// False: not a record.
bool get_record(Bytes content, domain::Reading& reading) {
  ByteReader in(content);
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < kPresentBytes; ++i) mask |= std::uint32_t{in.byte()} << (8 * i);
  if (mask >> kSlots != 0) return false;
  for (std::size_t slot = 0; slot < kSlots; ++slot)
    if ((mask >> slot & 1U) != 0 && !set_value(reading, slot, in.signed_varint())) return false;
  return !in.failed() && in.left() == 0;
}

Result<> bad(const char* why) {
  return fail(Errc::store_failed, std::string("sweep block: ") + why);
}

}  // namespace

Buffer encode_sweep(std::span<const domain::Reading> readings) {
  PAYMETER_ASSERT(!readings.empty() && readings.size() <= kSweepReadingsMax);
  UtcMs base = readings[0].at;
  for (const domain::Reading& reading : readings) base = std::min(base, reading.at);
  Buffer out(kHeadMax + readings.size() * kRecordMax);
  std::uint8_t* next = out.data();
  *next++ = kFormat;
  next = put_varint(next, readings.size());
  next = put_varint(next, zigzag(base.value));
  std::int64_t meter = 0;
  for (const domain::Reading& reading : readings) {
    PAYMETER_ASSERT(reading.meter.value >= meter);
    next = put_varint(next, static_cast<std::uint64_t>(reading.meter.value - meter));
    next = put_varint(next, static_cast<std::uint64_t>((reading.at - base).value));
    next = put_record(next, reading);
    meter = reading.meter.value;
  }
  out.resize(static_cast<std::size_t>(next - out.data()));
  seal(out);
  return out;
}

Result<> decode_sweep(Bytes block, const SweepWindow& window, std::vector<domain::Reading>& out) {
  const auto body = unseal(block, "sweep block");
  if (!body) return fail(body.error());
  ByteReader in(*body);
  if (in.byte() != kFormat) return bad("unknown format");
  const std::uint64_t count = in.varint();
  if (count > kSweepReadingsMax) return bad("too many records");
  const auto base = static_cast<std::uint64_t>(in.signed_varint());
  std::uint64_t meter = 0;
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    meter += in.varint();
    const MeterId id{static_cast<std::int64_t>(meter)};
    const UtcMs at{static_cast<std::int64_t>(base + in.varint())};
    const Bytes content = in.bytes(in.byte());
    if (id >= window.meter_to) break;
    if (id < window.meter_from || at < window.from || at >= window.to) continue;
    domain::Reading& reading = out.emplace_back();
    reading.meter = id;
    reading.at = at;
    if (!get_record(content, reading)) return bad("not a record");
  }
  if (in.failed()) return bad("ends too early");
  return {};
}

}  // namespace paymeter::store
