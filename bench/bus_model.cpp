// One bus at 9600 baud in virtual time, real link, driver, services and virtual meters: what dead
// meters cost the living, and how long a switch waits under full polling. BENCH_NAME says which.
#include <algorithm>
#include <cstdlib>

#include "bench.hpp"
#include "support/bus_station.hpp"

namespace paymeter::bench {
namespace {

constexpr int kUnits = 32;

using test_support::BusStation;

/// More often than the line carries.
BusStation::Options full_line(std::uint64_t seed, std::string path) {
  BusStation::Options options;
  options.seed = seed;
  options.meters = kUnits;
  options.poll_interval = seconds(1);
  options.database = std::move(path);
  return options;
}

/// 99th percentile of the age of living meters' statuses, looked at ten times a second.
double age_p99(BusStation& station, Millis span) {
  std::vector<std::int64_t> ages;
  for (std::int64_t at = 0; at < span.value; at += 100) {
    station.wait(Millis{100});
    for (const auto& line : station.report().meters)
      if (!line.lost && line.status_age_ms) ages.push_back(*line.status_age_ms);
  }
  std::ranges::sort(ages);
  return static_cast<double>(ages.at(ages.size() * 99 / 100));
}

int dead_meters(const Arguments& arguments) {
  std::vector<double> sweeps, ages;
  for (int round = 0; round < arguments.rounds; ++round) {
    const std::string path = arguments.folder + "/dead" + std::to_string(round);
    BusStation alive(full_line(1 + round, path + "a.sqlite"));
    alive.wait(minutes(5));
    double sweep = 0;
    for (int i = 0; i < 20; ++i) {
      alive.wait(seconds(20));
      sweep += static_cast<double>(alive.report().stats.sweep_ms) / 20;
    }
    sweeps.push_back(sweep);
    BusStation part(full_line(1 + round, path + "b.sqlite"));
    part.wait(minutes(1));
    for (int unit = 1; unit <= kUnits; ++unit)
      if (unit % 10 < 3) must(part.plant->kill_meter(BusStation::code(unit)));
    part.wait(minutes(10));  // until it is known who is dead
    ages.push_back(age_p99(part, minutes(30)));
  }
  std::printf("%d meters at 9600 baud, 30 %% dead; milliseconds\n", kUnits);
  std::printf("  sweep, all alive:             %s\n", summary(sweeps, 0).c_str());
  std::printf("  age of living statuses, p99:  %s\n", summary(ages, 0).c_str());
  final_line("dead_meters", median(ages) / median(sweeps), Goal::at_most, "1.3");
  return 0;
}

port::Async<> switch_work(port::MeterDriver& driver, port::BusLink& link, port::Runtime& runtime,
                          std::shared_ptr<std::optional<MonoMs>> on_wire) {
  *on_wire = runtime.mono();
  (void)co_await driver.switch_supply(link, domain::CommandKind::release);
}

/// Where a job found the bus free, and when its one exchange had ended.
struct Exchange {
  MonoMs began{}, ended{};
};

port::Async<> timed_read(port::MeterDriver& driver, port::BusLink& link, port::Runtime& runtime,
                         std::shared_ptr<Exchange> out) {
  out->began = runtime.mono();
  (void)co_await driver.read_prepaid(link, runtime.now());
  out->ended = runtime.mono();
}

/// As a command's lane does it: a fresh read, then the switch.
port::Async<> switch_once(service::Collector& collector, port::Runtime& runtime, MeterId meter,
                          std::shared_ptr<Exchange> read,
                          std::shared_ptr<std::optional<MonoMs>> on_wire) {
  const auto work = [&runtime, read](port::MeterDriver& driver, port::BusLink& link) {
    return timed_read(driver, link, runtime, read);
  };
  must(co_await collector.run(meter, service::BusPriority::reclose, work));
  (void)co_await collector.run(meter, service::BusPriority::reclose,
                               [&runtime, on_wire](port::MeterDriver& driver, port::BusLink& link) {
                                 return switch_work(driver, link, runtime, on_wire);
                               });
}

int switch_latency(const Arguments& arguments) {
  BusStation station(full_line(7, arguments.folder + "/switch.sqlite"));
  station.wait(minutes(2));
  std::vector<double> waits, transactions;
  const int switches = 700 * arguments.rounds;
  for (int i = 0; i < switches; ++i) {
    station.wait(Millis{200 + station.runtime.random_u32() % 3'000});
    const MonoMs asked = station.runtime.mono();
    auto on_wire = std::make_shared<std::optional<MonoMs>>();
    auto read = std::make_shared<Exchange>();
    station.runtime.spawn("switch", switch_once(*station.collector, station.runtime,
                                                station.meter(1 + i % kUnits), read, on_wire));
    if (!station.until([&] { return on_wire->has_value(); }, minutes(5)))
      throw std::runtime_error("a switch never came to the wire");
    waits.push_back(static_cast<double>((**on_wire - asked).value));
    transactions.push_back(static_cast<double>((read->ended - read->began).value));
  }
  std::printf("%d switches under full polling; milliseconds\n", switches);
  std::printf("  one transaction:                          %s\n", summary(transactions, 0).c_str());
  std::printf("  until the switch itself is on the wire,\n");
  std::printf("  its own fresh read included:              %s\n", summary(waits, 0).c_str());
  // Like against like: replies take 20 to 50 ms at random, so both have a 99th percentile.
  const auto p99 = [](std::vector<double> values) {
    std::ranges::sort(values);
    return values.at(values.size() * 99 / 100);
  };
  final_line("switch_latency", p99(waits) / p99(transactions), Goal::at_most, "2");
  return 0;
}

int body(const Arguments& arguments) {
  const char* name = std::getenv("BENCH_NAME");
  if (name != nullptr && std::string(name) == "dead_meters") return dead_meters(arguments);
  if (name != nullptr && std::string(name) == "switch_latency") return switch_latency(arguments);
  throw std::runtime_error("BENCH_NAME is not set: use tools/bench.sh");
}

}  // namespace
}  // namespace paymeter::bench

int main(int argc, char** argv) {
  using namespace paymeter::bench;
  return guarded_main(body, arguments(argc, argv, 3));
}
