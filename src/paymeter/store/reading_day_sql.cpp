// Compaction: a closed day's blocks become one row per meter. Read and computed beside the writer,
// then written in a short transaction that makes sure nobody else did the same meanwhile.
#include <algorithm>

#include "paymeter/store/day_block.hpp"
#include "paymeter/store/day_columns.hpp"
#include "paymeter/store/day_totals.hpp"
#include "paymeter/store/reading_rows.hpp"
#include "paymeter/store/sweep_block.hpp"

namespace paymeter::store::sql {
namespace {

/// Some 30 MB and a tenth of a second of a reader's time.
constexpr std::int64_t kReadingsAtOnce = 100'000;
constexpr std::int64_t kBlocksDroppedAtOnce = 500;
constexpr MeterId kEverybody{INT64_MAX};

/// The day's blocks as they were when compaction began.
struct Waiting {
  std::int64_t blocks = 0, readings = 0, newest_id = 0;
};

Waiting waiting_blocks(Db& db, const Compaction& step) {
  Waiting out;
  db.each<std::int64_t, std::int64_t, std::int64_t>(
      "select count(*), cast(coalesce(sum(readings), 0) as bigint), coalesce(max(id), 0) "
      "from reading_sweep where property_id = :property and to_at >= :from_at "
      "and from_at < :to_at and to_meter > :after",
      [&](std::int64_t blocks, std::int64_t readings, std::int64_t newest) {
        out = {blocks, readings, newest};
      },
      step.property, step.from, step.to, step.after);
  return out;
}

/// Up to which meter the next group goes, this one included.
MeterId end_of_group(Db& db, const Compaction& step, std::int64_t readings) {
  std::vector<MeterId> meters;
  db.each<MeterId>(
      "select id from meter where property_id = :property and id > :after order by id",
      [&](MeterId meter) { meters.push_back(meter); }, step.property, step.after);
  const auto count = static_cast<std::int64_t>(meters.size());
  const std::int64_t group =
      std::max<std::int64_t>(1, kReadingsAtOnce * count / std::max<std::int64_t>(1, readings));
  return group >= count ? kEverybody : meters[static_cast<std::size_t>(group - 1)];
}

Rows<domain::Reading> read_group(Db& db, const Compaction& step, MeterId last) {
  SweepWindow window;
  window.meter_from = MeterId{step.after.value + 1};
  window.meter_to = last == kEverybody ? last : MeterId{last.value + 1};
  window.from = step.from;
  window.to = step.to;
  std::vector<domain::Reading> out;
  Result<> problem;
  db.each<Buffer>(
      "select block from reading_sweep where property_id = :property and to_at >= :from_at "
      "and from_at < :to_at and to_meter > :after and from_meter <= :last and id <= :horizon "
      "order by id",
      [&](const Buffer& block) {
        if (problem) problem = decode_sweep(block, window, out);
      },
      step.property, step.from, step.to, step.after, last, step.horizon);
  if (!problem) return fail(problem.error());
  sort_and_drop_repeated(out);
  return out;
}

/// Joins the day's row, if there is one. Adds nothing when it already has all of them.
Result<> fold_meter(Db& db, Fold& fold, std::vector<domain::Reading> fresh) {
  const Compaction& step = fold.next;
  const MeterId meter = fresh[0].meter;
  DayRow row;
  const auto known = db.one<Buffer, Buffer>(
      "select registers, details from reading_day where id = :id", day_row_id(step.day, meter));
  if (known) {
    auto stored = decode_day(meter, std::get<0>(*known), std::get<1>(*known));
    if (!stored) return fail(stored.error());
    row.known_readings = static_cast<std::int64_t>(stored->size());
    stored->insert(stored->end(), fresh.begin(), fresh.end());
    sort_and_drop_repeated(*stored);
    fresh = std::move(*stored);
    if (static_cast<std::int64_t>(fresh.size()) == row.known_readings) return {};
  }
  if (fresh.size() > kDayReadingsMax)
    return fail(Errc::store_failed, "meter " + std::to_string(meter.value) + " has " +
                                        std::to_string(fresh.size()) + " readings in a day");
  DayBlocks blocks = encode_day(fresh);
  row.registers = std::move(blocks.registers);
  row.details = std::move(blocks.details);
  row.totals = totals_of(fresh);
  row.totals.property = step.property;
  row.totals.day = step.day;
  fold.rows.push_back(std::move(row));
  return {};
}

Result<Compaction> drop_blocks(Db& db, Compaction step) {
  const std::int64_t dropped = db.execute(
      "delete from reading_sweep where id in (select id from reading_sweep "
      "where property_id = :property and from_at >= :from_at and to_at < :to_at "
      "and id <= :horizon order by id limit :limit)",
      step.property, step.from, step.to, step.horizon, kBlocksDroppedAtOnce);
  step.finished = dropped < kBlocksDroppedAtOnce;
  return step;
}

}  // namespace

Result<Fold> fold_day(Db& db, const Compaction& step) {
  Fold fold{step, {}};
  if (step.after == kEverybody) return fold;
  const Waiting waiting = waiting_blocks(db, step);
  if (step.horizon == 0) fold.next.horizon = waiting.newest_id;
  if (waiting.blocks == 0) {
    fold.next.after = kEverybody;
    return fold;
  }
  const MeterId last = end_of_group(db, step, waiting.readings);
  auto readings = read_group(db, fold.next, last);
  if (!readings) return fail(readings.error());
  for (auto begin = readings->begin(); begin != readings->end();) {
    const auto end = std::find_if(begin, readings->end(), [&](const domain::Reading& reading) {
      return reading.meter != begin->meter;
    });
    if (auto ok = fold_meter(db, fold, {begin, end}); !ok) return fail(ok.error());
    begin = end;
  }
  fold.next.after = last;
  return fold;
}

Result<Compaction> store_fold(Db& db, const Fold& fold) {
  if (fold.rows.empty() && fold.next.after == kEverybody) return drop_blocks(db, fold.next);
  for (const DayRow& row : fold.rows)
    if (!store_day(db, row)) return fail(Errc::store_busy, "the day was compacted meanwhile");
  Compaction next = fold.next;
  next.meter_days += static_cast<std::int64_t>(fold.rows.size());
  return next;
}

}  // namespace paymeter::store::sql
