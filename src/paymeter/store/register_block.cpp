// Instants as steps of a grid and what they miss it by; energy as differences.
#include "paymeter/store/register_block.hpp"

#include <algorithm>
#include <functional>

#include "paymeter/base/assert.hpp"
#include "paymeter/store/block_checksum.hpp"
#include "paymeter/store/day_block.hpp"
#include "paymeter/store/packed_column.hpp"
#include "paymeter/store/wrapping.hpp"

namespace paymeter::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kNobody = 0, kEverybody = 1, kSome = 2;
constexpr std::int64_t kGridMs = 1'000;  // intervals are whole seconds, polling only jitters
using Numbers = std::vector<std::int64_t>;
using namespace wrapping;

/// The usual distance, as whole grid steps, at least one.
std::int64_t usual_interval(const Numbers& at) {
  if (at.size() < 2) return kGridMs;
  Numbers gaps(at.size() - 1);
  for (std::size_t i = 1; i < at.size(); ++i) gaps[i - 1] = at[i] - at[i - 1];
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::ranges::nth_element(gaps, middle);
  return std::max<std::int64_t>(kGridMs, (*middle + kGridMs / 2) / kGridMs * kGridMs);
}

void put_instants(Buffer& out, const Numbers& at) {
  const std::int64_t interval = usual_interval(at);
  put_varint(out, zigzag(at[0]));
  put_varint(out, static_cast<std::uint64_t>(interval));
  Numbers jumps(at.size() - 1), misses(at.size() - 1);
  std::int64_t line = 0;  // which line of the grid from at[0] on
  for (std::size_t i = 1; i < at.size(); ++i) {
    const std::int64_t nearest = (at[i] - at[0] + interval / 2) / interval;
    jumps[i - 1] = nearest - line - 1;
    misses[i - 1] = at[i] - at[0] - nearest * interval;
    line = nearest;
  }
  put_packed(out, jumps);
  put_packed(out, misses);
}

using Rows = std::span<domain::rating::RegisterReading>;

bool get_instants(ByteReader& in, Rows rows) {
  rows[0].at.value = in.signed_varint();
  const auto interval = static_cast<std::int64_t>(in.varint());
  const Rows rest = rows.subspan(1);
  std::int64_t line = rows[0].at.value;
  const bool has_jumps = each_packed(in, rest.size(), [&](std::size_t i, std::int64_t jump) {
    line = add(line, times(add(jump, 1), interval));
    rest[i].at.value = line;
  });
  std::int64_t before = rows[0].at.value;
  bool ascending = true;
  const bool has_misses = has_jumps && each_packed(in, rest.size(), [&](std::size_t i, auto miss) {
                            rest[i].at.value = add(rest[i].at.value, miss);
                            ascending &= rest[i].at.value > before;
                            before = rest[i].at.value;
                          });
  return has_misses && ascending;
}

void put_energy(Buffer& out, const Numbers& energy) {
  const std::int64_t unit = common_unit(energy);
  put_varint(out, static_cast<std::uint64_t>(unit));
  put_varint(out, zigzag(energy[0] / unit));
  Numbers rises(energy.size() - 1);
  for (std::size_t i = 1; i < energy.size(); ++i)
    rises[i - 1] = subtract(energy[i] / unit, energy[i - 1] / unit);
  put_packed(out, rises);
}

/// Of the rows that `has_energy` marks, or of all.
bool get_energy(ByteReader& in, Rows rows, const std::vector<std::uint8_t>& has_energy,
                std::size_t filled) {
  const auto unit = static_cast<std::int64_t>(in.varint());
  std::int64_t value = in.signed_varint();
  std::size_t row = 0;
  const auto put = [&] {
    if (!has_energy.empty())
      while (has_energy[row] == 0) ++row;
    rows[row++].value = times(value, unit);
  };
  put();
  return each_packed(in, filled - 1, [&](std::size_t, std::int64_t rise) {
    value = add(value, rise);
    put();
  });
}

/// The bits of `has_energy`, and how many are set.
std::size_t get_bitmap(ByteReader& in, std::vector<std::uint8_t>& has_energy, std::size_t count) {
  const Bytes bitmap = in.bytes((count + 7) / 8);
  if (in.failed()) return 0;
  has_energy.resize(count);
  for (std::size_t i = 0; i < count; ++i) has_energy[i] = bitmap[i / 8] >> (i % 8) & 1;
  return static_cast<std::size_t>(std::ranges::count(has_energy, 1));
}

}  // namespace

Buffer encode_registers(const RegisterColumns& columns) {
  PAYMETER_ASSERT(!columns.at_ms.empty() && columns.at_ms.size() <= kDayReadingsMax);
  Buffer out;
  out.push_back(kFormat);
  put_varint(out, columns.at_ms.size());
  put_instants(out, columns.at_ms);
  if (columns.energy_wh.empty()) {
    out.push_back(kNobody);
  } else if (columns.has_energy.empty()) {
    out.push_back(kEverybody);
    put_energy(out, columns.energy_wh);
  } else {
    out.push_back(kSome);
    Buffer bitmap((columns.at_ms.size() + 7) / 8);
    for (std::size_t i = 0; i < columns.has_energy.size(); ++i)
      if (columns.has_energy[i] != 0)
        bitmap[i / 8] = static_cast<std::uint8_t>(bitmap[i / 8] | 1U << (i % 8));
    out.insert(out.end(), bitmap.begin(), bitmap.end());
    put_energy(out, columns.energy_wh);
  }
  seal(out);
  return out;
}

Result<RegisterRows> decode_register_rows(Bytes block,
                                          std::vector<domain::rating::RegisterReading>& out) {
  const auto bad = [](const char* why) {
    return fail(Errc::store_failed, std::string("register block: ") + why);
  };
  const auto body = unseal(block, "register block");
  if (!body) return fail(body.error());
  ByteReader in(*body);
  if (in.byte() != kFormat) return bad("unknown format");
  const std::uint64_t count = in.varint();
  if (count == 0 || count > kDayReadingsMax) return bad("impossible count");
  RegisterRows found;
  found.begin = out.size();
  out.resize(found.begin + count);
  const Rows rows = Rows(out).subspan(found.begin);
  if (!get_instants(in, rows)) return bad("instants are broken");
  const std::uint8_t who = in.byte();
  if (who > kSome) return bad("unknown kind of energy column");
  std::size_t filled = who == kEverybody ? count : 0;
  if (who == kSome) filled = get_bitmap(in, found.has_energy, count);
  found.have_energy = filled > 0;
  if (who == kSome && filled == 0) return bad("an empty energy column");
  if (filled > 0 && !get_energy(in, rows, found.has_energy, filled))
    return bad("the energy column is broken");
  if (in.failed() || in.left() != 0) return bad("wrong length");
  return found;
}

}  // namespace paymeter::store
