// Any bytes into the reference meter's blocks: a value or a named error, and what was decoded is
// encoded back to something that decodes the same. The mutator repairs lengths and MACs.
#include <algorithm>
#include <cstring>

#include "paymeter/base/assert.hpp"
#include "paymeter/codec/mac.hpp"
#include "paymeter/codec/reference_nk.hpp"

using namespace paymeter;
using namespace paymeter::codec;
using namespace paymeter::codec::reference_nk;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

constexpr MeterKey kKey{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr std::uint16_t kClearCount = 3;

/// The blocks by the first byte of the input; those with a MAC get a right one.
struct Kind {
  Block block;
  bool has_mac = false;
};
constexpr Kind kKinds[] = {{kPrepaidBlock},     {kSaleBlock, true},     {kOpenBlock, true},
                           {kClearBlock, true}, {kSettingsBlock, true}, {kClockBlock, true},
                           {kPriceBlock, true}, {kRelayBlock},          {kDayTable1Block},
                           {kSeasonBlock}};
constexpr std::size_t kKindCount = std::size(kKinds);

Serial serial() { return *encode_serial("PM00000007"); }

/// decode → encode → decode gives the same value again.
template <class Decode, class Encode>
void round_trip(Bytes block, Decode decode, Encode encode, std::size_t mac_size) {
  const auto value = decode(block);
  if (!value) return;
  Buffer again = encode(*value);
  PAYMETER_ASSERT(again.size() + mac_size == block.size());
  again.resize(block.size());
  const auto second = decode(again);
  PAYMETER_ASSERT(second && *second == *value);
}

void look_at(std::size_t kind, Bytes block) {
  switch (kind) {
    case 0:
      if (const auto read = decode_prepaid(block)) {
        PAYMETER_ASSERT(block.size() >= 2 * kPrepaidCountMin);
        PAYMETER_ASSERT(decode_prepaid(encode_prepaid(*read)) == *read);
        (void)decode_serial(read->serial);
        (void)decode_clock(read->clock);
      }
      return;
    case 1:
      return round_trip(block, decode_sale, encode_sale, kMacSize);
    case 2:
      return round_trip(block, decode_open, encode_open, kMacSize);
    case 3:
      return round_trip(block, decode_clear, encode_clear, kMacSize);
    case 4:
      return round_trip(block, decode_settings, encode_settings, kMacSize);
    case 5:
      return round_trip(
          block, decode_set_clock, [](const SetClock& set) { return encode_set_clock(set); },
          kMacSize);
    case 6:
      return round_trip(block, decode_prices, encode_prices,
                        block.size() == kPriceBlock.bytes() ? kMacSize : 0);
    case 7:
      return round_trip(block, decode_relay, encode_relay, 0);
    case 8:
      return round_trip(block, decode_day_table, encode_day_table, 0);
    default:
      return round_trip(block, decode_season_table, encode_season_table, 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 + kMacSize + 1 || size > 300) return 0;
  const std::size_t kind = data[0] % kKindCount;
  const Bytes block(data + 1, size - 1);
  look_at(kind, block);
  if (kKinds[kind].has_mac && block.size() == kKinds[kind].block.bytes()) {
    const std::uint16_t address = kKinds[kind].block.address;
    if (mac_fits(kKey, serial(), kClearCount, address, block)) {
      // A MAC binds to meter, epoch and place: the same bytes fit nowhere else.
      PAYMETER_ASSERT(!mac_fits(kKey, serial(), kClearCount + 1, address, block));
      PAYMETER_ASSERT(!mac_fits(kKey, serial(), kClearCount, address + 1, block));
    }
  }
  return 0;
}

/// Three of four inputs get their block's length; commands a MAC that fits.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (size == 0 || seed % 4 == 0) return size;
  const Kind& kind = kKinds[data[0] % kKindCount];
  const std::size_t wanted = 1 + kind.block.bytes();
  if (wanted > max_size) return size;
  if (size < wanted) std::memset(data + size, 0, wanted - size);
  if (!kind.has_mac) return wanted;
  const Mac mac = mac4(kKey, serial(), kClearCount, kind.block.address,
                       Bytes(data + 1, kind.block.bytes() - kMacSize));
  std::copy(mac.begin(), mac.end(), data + wanted - kMacSize);
  return wanted;
}
