// The reference meter's clock, relay command and time-of-use tables.
#include <algorithm>
#include <utility>

#include "paymeter/base/assert.hpp"
#include "paymeter/codec/reference_nk.hpp"

namespace paymeter::codec::reference_nk {
namespace {

constexpr std::size_t kDaySlots = 14;
constexpr std::size_t kSeasonEntries = 4;
constexpr std::size_t kEntrySize = 3;

std::uint8_t to_bcd(int value) { return static_cast<std::uint8_t>(value / 10 * 16 + value % 10); }

/// -1 when a digit is above 9.
int from_bcd(std::uint8_t byte) {
  const int high = byte >> 4, low = byte & 0x0F;
  return high > 9 || low > 9 ? -1 : high * 10 + low;
}

bool in_range(int value, int low, int high) { return value >= low && value <= high; }

/// Does the day exist? The weekday comes out of the calendar.
bool complete_date(CivilTime& civil) {
  if (!in_range(civil.month, 1, 12) || !in_range(civil.day, 1, 31)) return false;
  const CivilTime normal = civil_time(utc_from_civil(civil, Millis{0}), Millis{0});
  if (normal.day != civil.day || normal.month != civil.month) return false;
  civil.weekday = normal.weekday;
  return true;
}

using Entry = std::array<std::uint8_t, kEntrySize>;

/// The used entries of a table; unused ones are all zeros and only at its tail.
Result<std::vector<Entry>> used_entries(Bytes block) {
  std::vector<Entry> used;
  bool ended = false;
  for (std::size_t at = 0; at < block.size(); at += kEntrySize) {
    const Entry entry{block[at], block[at + 1], block[at + 2]};
    if (entry == Entry{}) {
      ended = true;
      continue;
    }
    if (ended) return fail(Errc::frame_bad_value, "entry behind an unused one");
    used.push_back(entry);
  }
  return used;
}

}  // namespace

// ------------------------------------------------------------------ clock

Result<CivilTime> decode_clock(Bytes eight) {
  if (eight.size() != 8) return fail(Errc::frame_bad_length);
  std::array<int, 7> part{};
  for (std::size_t i = 0; i < part.size(); ++i) part[i] = from_bcd(eight[i]);
  CivilTime civil;
  civil.year = 2000 + part[0];
  civil.month = part[1];
  civil.day = part[2];
  civil.hour = part[3];
  civil.minute = part[4];
  civil.second = part[5];
  const bool valid = part[0] >= 0 && in_range(civil.hour, 0, 23) && in_range(civil.minute, 0, 59) &&
                     in_range(civil.second, 0, 59) && complete_date(civil) &&
                     civil.weekday == part[6] && eight[7] == 0;
  if (!valid) return fail(Errc::frame_bad_value, "clock");
  return civil;
}

std::array<std::uint8_t, 8> encode_clock(const CivilTime& civil) {
  PAYMETER_ASSERT(in_range(civil.year, 2000, 2099));
  CivilTime complete = civil;
  PAYMETER_ASSERT(complete_date(complete));
  return {
      to_bcd(civil.year - 2000), to_bcd(civil.month),  to_bcd(civil.day),        to_bcd(civil.hour),
      to_bcd(civil.minute),      to_bcd(civil.second), to_bcd(complete.weekday), 0};
}

// ------------------------------------------------------------------ relay

Buffer encode_relay(RelayCommand command) {
  Buffer out;
  put_u16(out, command == RelayCommand::release ? 0 : 1);
  put_u16(out, command == RelayCommand::force_open ? 1 : 0);
  return out;
}

Result<RelayCommand> decode_relay(Bytes block) {
  if (block.size() != kRelayBlock.bytes()) return fail(Errc::frame_bad_length);
  for (RelayCommand command :
       {RelayCommand::release, RelayCommand::force_closed, RelayCommand::force_open})
    if (std::ranges::equal(encode_relay(command), block)) return command;
  return fail(Errc::frame_bad_value, "relay mode and position");
}

// ------------------------------------------------------------------ time of use

Buffer encode_day_table(const std::vector<DaySlot>& slots) {
  PAYMETER_ASSERT(slots.size() <= kDaySlots);
  Buffer out;
  for (const DaySlot& slot : slots) out.insert(out.end(), {slot.rate, slot.minute, slot.hour});
  out.resize(kDaySlots * kEntrySize, 0);
  return out;
}

Result<std::vector<DaySlot>> decode_day_table(Bytes block) {
  if (block.size() != kDaySlots * kEntrySize) return fail(Errc::frame_bad_length);
  auto entries = used_entries(block);
  if (!entries) return fail(entries.error());
  std::vector<DaySlot> slots;
  int last_minute = -1;
  for (const Entry& entry : *entries) {
    const DaySlot slot{entry[0], entry[1], entry[2]};
    const int minute_of_day = slot.hour * 60 + slot.minute;
    if (!in_range(slot.rate, 1, 5) || slot.minute > 59 || slot.hour > 23)
      return fail(Errc::frame_bad_value, "day slot");
    if (minute_of_day <= last_minute) return fail(Errc::frame_bad_value, "day slots not ascending");
    last_minute = minute_of_day;
    slots.push_back(slot);
  }
  return slots;
}

Buffer encode_season_table(const std::vector<SeasonEntry>& entries) {
  PAYMETER_ASSERT(entries.size() <= kSeasonEntries);
  Buffer out;
  for (const SeasonEntry& entry : entries)
    out.insert(out.end(), {entry.month, entry.day, entry.day_table});
  out.resize(kSeasonEntries * kEntrySize, 0);
  return out;
}

Result<std::vector<SeasonEntry>> decode_season_table(Bytes block) {
  if (block.size() != kSeasonEntries * kEntrySize) return fail(Errc::frame_bad_length);
  auto used = used_entries(block);
  if (!used) return fail(used.error());
  std::vector<SeasonEntry> entries;
  std::pair<int, int> last{0, 0};
  for (const Entry& raw : *used) {
    const SeasonEntry entry{raw[0], raw[1], raw[2]};
    // A leap year, so that a season may begin on 29 February.
    CivilTime date{2000, entry.month, entry.day};
    if (!complete_date(date) || !in_range(entry.day_table, 1, 2))
      return fail(Errc::frame_bad_value, "season entry");
    const std::pair<int, int> start{entry.month, entry.day};
    if (start <= last) return fail(Errc::frame_bad_value, "season entries not ascending");
    last = start;
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace paymeter::codec::reference_nk
