// Look-ups in time-of-use tables.
#include "paymeter/sim/tou_table.hpp"

#include "paymeter/base/bytes.hpp"

namespace paymeter::sim {
namespace {

constexpr int kFlatRate = 3;
constexpr int kFirstDayTable = 1;
constexpr std::size_t kSlotSize = 3;

struct Slot {
  int key = 0;    ///< grows along the table
  int value = 0;  ///< 0 = unused
};

/// The value of the last slot whose key is not after `key`, else of the last slot of all.
template <class Parse>
int look_up(Bytes table, int key, int when_empty, Parse parse) {
  int reached = 0, last = when_empty;
  for (std::size_t at = 0; at < table.size(); at += kSlotSize) {
    const Slot slot = parse(table.subspan(at, kSlotSize));
    if (slot.value == 0) break;
    last = slot.value;
    if (slot.key <= key) reached = slot.value;
  }
  return reached != 0 ? reached : last;
}

}  // namespace

int rate_at(const DayTable& table, int minute_of_day) {
  return look_up(table, minute_of_day, kFlatRate,
                 [](Bytes slot) { return Slot{slot[2] * 60 + slot[1], slot[0]}; });
}

int day_table_at(const SeasonTable& table, int month, int day) {
  return look_up(table, month * 100 + day, kFirstDayTable,
                 [](Bytes slot) { return Slot{slot[0] * 100 + slot[1], slot[2]}; });
}

}  // namespace paymeter::sim
