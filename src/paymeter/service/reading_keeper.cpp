// Walks from the oldest fresh reading to the last closed day.
#include "paymeter/service/reading_keeper.hpp"

#include <algorithm>

#include "paymeter/domain/rating/local_day.hpp"
#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

using domain::rating::day_number_at;
using domain::rating::midnight;

constexpr Millis kPassEvery = minutes(10);
constexpr Millis kGrace = minutes(15);
constexpr Millis kUsualOffset = minutes(480);

/// The last local date that is over, grace included.
std::int64_t last_closed_day(UtcMs now, Millis offset) {
  return day_number_at(now - kGrace, offset) - 1;
}

}  // namespace

void ReadingKeeper::start() { deps_.runtime.spawn("reading keeper", loop()); }

port::Async<> ReadingKeeper::loop() {
  while (!deps_.runtime.stopping()) {
    const auto done = co_await compact_closed_days();
    problem_ = done ? std::string{}
                    : std::string(error_name(done.error().code)) + ": " + done.error().detail;
    co_await deps_.runtime.sleep(kPassEvery);
  }
}

port::Async<Result<int>> ReadingKeeper::compact_closed_days() {
  // By value: an import may replace the site while a day is being compacted.
  const std::vector<domain::Property> properties = deps_.live.site().properties;
  int days = 0;
  for (const domain::Property& property : properties) {
    const auto done = co_await compact_property(property);
    if (!done) co_return fail(done.error());
    days += *done;
  }
  co_return days;
}

port::Async<Result<int>> ReadingKeeper::compact_property(domain::Property property) {
  const Millis offset = fixed_zone_offset(property.time_zone).value_or(kUsualOffset);
  const std::int64_t last = last_closed_day(deps_.runtime.now(), offset);
  int days = 0;
  // Asked again after each day: between two days with readings there may be years without.
  for (std::int64_t day = INT64_MIN; !deps_.runtime.stopping(); ++day) {
    const auto fresh = co_await deps_.store.fresh_span(property.id);
    if (!fresh) co_return fail(fresh.error());
    if (!*fresh) break;
    day = std::max(day, day_number_at((*fresh)->from, offset));
    if (day > last) break;
    if (auto done = co_await compact_day(property.id, day, offset); !done)
      co_return fail(done.error());
    ++days;
  }
  co_return days;
}

port::Async<Result<>> ReadingKeeper::compact_day(PropertyId property, std::int64_t day,
                                                 Millis offset) {
  port::Compaction step;
  step.property = property;
  step.day = day;
  step.from = midnight(day, offset);
  step.to = midnight(day + 1, offset);
  while (!step.finished && !deps_.runtime.stopping()) {
    auto next = co_await deps_.store.compact(step);
    if (!next) co_return fail(next.error());
    step = std::move(*next);
  }
  co_return Result<>{};
}

std::vector<std::string> ReadingKeeper::problems() const {
  if (problem_.empty()) return {};
  return {"readings are not compacted: " + problem_};
}

}  // namespace paymeter::service
