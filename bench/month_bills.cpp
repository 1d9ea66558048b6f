// A month's bills of 10,000 meters from stored, compacted half-hours, priced by the rating rules
// and rounded to the fen. Two threads read while one prices, as in a station; the floor has one.
// Processor time is told beside it. MONTH_BILLS_SQL compares with SQL in PostgreSQL instead.
#include <deque>
#include <future>

#include "paymeter/domain/rating/charger.hpp"
#include "site.hpp"
#include "yardsticks/month_values.hpp"

namespace paymeter::bench {
namespace {

using namespace domain::rating;
using month_values::kIntervals;
using month_values::kMeters;

constexpr int kMetersAtOnce = 250;
constexpr std::size_t kGroupsAhead = 3;
constexpr std::int64_t kHalfHourMs = 1'800'000, kDayMs = 86'400'000;
constexpr std::int64_t kFirstDay = 20'788;  // 2026-12-01
constexpr Millis kZone = minutes(480);
/// A unit of month_values is a Wh, and its price counts in yuan per kWh.
constexpr std::int64_t kYuanE8 = 100'000'000;

UtcMs instant(int i) { return UtcMs{kFirstDay * kDayMs + i * kHalfHourMs} - kZone; }

domain::rating::Tariff tariff() {
  domain::rating::Tariff out;
  out.name = "time of use with a step";
  out.days["every"] = {{0, "valley"},     {6 * 60, "flat"},  {8 * 60, "peak"},
                       {11 * 60, "flat"}, {18 * 60, "peak"}, {22 * 60, "flat"}};
  out.calendar.push_back({{}, {}, {}, {}, "every"});
  TariffLine line;
  line.name = "energy";
  line.prices = {{"valley", {4 * kYuanE8}}, {"flat", {8 * kYuanE8}}, {"peak", {12 * kYuanE8}}};
  StepLimit step;
  step.at_e8 = Int128{month_values::kStepFrom} * 100'000;
  step.surcharge = {month_values::kStepSurcharge * kYuanE8};
  line.steps.push_back({{}, {step}});
  out.lines.push_back(line);
  return out;
}

std::vector<std::int64_t> register_starts() {
  std::vector<std::int64_t> out(kMeters);
  for (int meter = 0; meter < kMeters; ++meter) out[static_cast<std::size_t>(meter)] = meter;
  return out;
}

/// Appends the month, sweep by sweep, and compacts each day when it is over.
void fill(boost::asio::io_context& io, port::Store& store, const std::vector<MeterId>& meters) {
  const PropertyId property = must(run(io, store.load_site())).properties.front().id;
  std::vector<std::int64_t> registers = register_starts();
  for (int i = 0; i <= kIntervals; ++i) {
    std::vector<domain::Reading> sweep(meters.size());
    for (std::size_t meter = 0; meter < meters.size(); ++meter) {
      sweep[meter].meter = meters[meter];
      sweep[meter].at = instant(i);
      sweep[meter].energy_wh = registers[meter];
      registers[meter] += month_values::use_of(static_cast<int>(meter), i);
    }
    must(run(io, store.append(std::move(sweep))));
    if (i == 0 || i % 48 != 0) continue;
    port::Compaction step;
    step.property = property;
    step.day = kFirstDay + i / 48 - 1;
    step.from = instant(i - 48);
    step.to = instant(i);
    while (!step.finished) step = must(run(io, store.compact(step)));
  }
}

using Batch = std::vector<port::RegisterSeries>;

std::int64_t price(const Schedule& schedule, const Batch& batch) {
  std::int64_t fen = 0;
  for (const port::RegisterSeries& one : batch) {
    if (one.readings.size() != kIntervals + 1) throw std::runtime_error("readings are missing");
    fen += must(price_readings(schedule, one.readings)).total.fen;
  }
  return fen;
}

port::RegisterQuery query(const std::vector<MeterId>& meters, std::size_t first) {
  const std::size_t last = std::min(first + kMetersAtOnce, meters.size()) - 1;
  return {meters[first], MeterId{meters[last].value + 1}, instant(0), instant(kIntervals + 1)};
}

/// The store's two reader threads fetch and decode groups ahead while this thread prices.
std::int64_t bill_everybody(boost::asio::io_context& io, port::Store& store,
                            const Schedule& schedule, const std::vector<MeterId>& meters) {
  std::deque<std::future<Result<Batch>>> ahead;
  std::int64_t fen = 0;
  for (std::size_t first = 0; first < meters.size() || !ahead.empty();) {
    for (; ahead.size() < kGroupsAhead && first < meters.size(); first += kMetersAtOnce)
      ahead.push_back(boost::asio::co_spawn(io, store.register_series(query(meters, first)),
                                            boost::asio::use_future));
    io.restart();
    while (ahead.front().wait_for(std::chrono::seconds(0)) != std::future_status::ready)
      io.run_one();
    io.poll();
    fen += price(schedule, must(ahead.front().get()));
    ahead.pop_front();
  }
  return fen;
}

/// The same sums without Paymeter's rules: exact, each bill rounded half up.
std::int64_t expected_fen() {
  std::int64_t fen = 0;
  for (int meter = 0; meter < kMeters; ++meter) {
    std::int64_t cost = 0, used = 0;
    for (int i = 0; i < kIntervals; ++i) {
      used += month_values::use_of(meter, i);
      cost += month_values::use_of(meter, i) * month_values::price_at(i / 2 % 24);
    }
    if (used > month_values::kStepFrom)
      cost += (used - month_values::kStepFrom) * month_values::kStepSurcharge;
    fen += (cost + 5) / 10;  // Wh × yuan per kWh = thousandths of a yuan
  }
  return fen;
}

int body(const Arguments& arguments) {
  boost::asio::io_context io;
#ifdef MONTH_BILLS_SQL
  const std::string path = arguments.folder + "/bills-sql.sqlite";
#else
  const std::string path = arguments.folder + "/bills.sqlite";
#endif
  std::vector<MeterId> meters;
  {
    const auto store = open_store(path);
    meters = build_site(io, *store, kMeters);
    std::printf("storing and compacting %d readings\n", kMeters * (kIntervals + 1));
    fill(io, *store, meters);
  }
  const auto store = open_store(path);
  const Schedule schedule = must(Schedule::compile(tariff(), kZone));
  const std::int64_t expected = expected_fen();
  std::vector<double> ours, theirs, processor;
  for (int i = 0; i < arguments.rounds; ++i) {
    theirs.push_back(figure_of(arguments.yardstick, "ms"));
    const double cpu = cpu_seconds();
    const auto before = std::chrono::steady_clock::now();
    const std::int64_t fen = bill_everybody(io, *store, schedule, meters);
    ours.push_back(seconds_since(before) * 1e3);
    processor.push_back((cpu_seconds() - cpu) * 1e3);
    if (fen != expected) throw std::runtime_error("the bills are wrong");
  }
  std::printf("milliseconds for %d bills of %d half-hours\n", kMeters, kIntervals);
  std::printf("  from the store:     %s\n", summary(ours, 1).c_str());
  std::printf("  its processor time: %s\n", summary(processor, 1).c_str());
  std::printf("  the yardstick:      %s\n", summary(theirs, 1).c_str());
#ifdef MONTH_BILLS_SQL
  final_line("month_bills_sql", median(theirs) / median(ours), Goal::at_least, "5");
#else
  final_line("month_bills", median(ours) / median(theirs), Goal::at_most, "10");
#endif
  return 0;
}

}  // namespace
}  // namespace paymeter::bench

int main(int argc, char** argv) {
  using namespace paymeter::bench;
  return guarded_main(body, arguments(argc, argv, 5));
}
