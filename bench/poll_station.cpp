// A collector at full speed against simulated slaves.
#include "poll_station.hpp"

#include <sys/resource.h>

#include <boost/asio/steady_timer.hpp>

#include "site.hpp"

namespace paymeter::bench {
namespace {

/// A meter whose whole table is one request of 60 registers.
std::string model_text() {
  std::string text =
      "name = \"bench-60\"\ntitle = \"60 registers\"\nprotocol = \"modbus\"\n"
      "[read]\nregisters_per_request_max = 100\ngap_max = 60\n";
  const auto add = [&](const std::string& quantity, int address, const char* type,
                       const char* unit) {
    // Only what a current transformer carries has a side.
    const bool has_side = quantity.starts_with("energy") || quantity.starts_with("line_current") ||
                          quantity.starts_with("power_");
    text += "[[register]]\nquantity = \"" + quantity +
            "\"\nfunction = 3\naddress = " + std::to_string(address) + "\ntype = \"" + type +
            "\"\nunit = \"" + unit + "\"\nscale = \"0.01\"\nverified = true\nsource = \"bench\"\n" +
            (has_side && !quantity.starts_with("power_factor") ? "side = \"secondary\"\n" : "");
  };
  int address = 0;
  for (const char* name : {"total", "rate1", "rate2", "rate3", "rate4", "rate5"})
    add("energy_" + std::string(name), 2 * address++, "u32", "kWh");
  address = 20;
  for (const char* phase : {"a", "b", "c"})
    add("voltage_" + std::string(phase), address++, "u16", "V");
  for (const char* phase : {"a", "b", "c"})
    add("line_current_" + std::string(phase), address++, "u16", "A");
  address = 40;
  for (const char* phase : {"a", "b", "c", "total"}) {
    add("power_" + std::string(phase), address, "s32", "kW");
    address += 2;
  }
  for (const char* phase : {"a", "b", "c", "total"})
    add("power_factor_" + std::string(phase), address++, "s16", "1");
  add("frequency", 59, "u16", "Hz");
  return text;
}

domain::SitePlan plan_of(const PollSite& site) {
  domain::SitePlan plan;
  plan.property = domain::Property{{}, "Bench Plaza", "Asia/Shanghai", true};
  int made = 0;
  for (int g = 0; g < site.gateways; ++g) {
    const std::string gateway = "G" + std::to_string(g);
    plan.gateways.push_back({{}, {}, gateway, "127.0.0.1"});
    domain::Bus bus;
    bus.name = "B1";
    bus.port = static_cast<std::uint16_t>(site.first_port + g);
    bus.poll_interval = site.interval;
    plan.buses.push_back({gateway, bus});
    const int units = site.meters / site.gateways + (g < site.meters % site.gateways ? 1 : 0);
    for (int unit = 1; unit <= units; ++unit) {
      domain::SitePlan::MeterRow row;
      row.gateway = gateway;
      row.bus = "B1";
      row.meter.code = "M" + std::to_string(++made);
      row.meter.model = "bench-60";
      row.meter.unit = static_cast<std::uint8_t>(unit);
      row.meter.wallet = domain::Wallet::platform;
      row.meter.prepaid = false;
      plan.meters.push_back(row);
    }
  }
  return plan;
}

}  // namespace

Usage usage_now() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return {seconds(used.ru_utime) + seconds(used.ru_stime),
          static_cast<double>(used.ru_maxrss) / 1024.0};
}

PollStation::PollStation(PollSite site, const std::string& path)
    : store_(open_store(path)),
      runtime_(io_,
               [](std::string_view name, std::string_view what) {
                 throw std::runtime_error(std::string(name) + ": " + std::string(what));
               }),
      links_(runtime_),
      drivers_({must(driver::parse_model(model_text(), "bench-60"))}),
      alarms_(runtime_, *store_, events_),
      collector_({runtime_, *store_, links_, drivers_, live_, alarms_, events_}) {
  must(run(io_, store_->apply_plan(plan_of(site), port::SiteStore::Apply::commit, kNow)));
  live_.load(must(run(io_, store_->load_site())), {});
  collector_.start();
}

PollStation::~PollStation() {
  runtime_.stop();
  collector_.stop();
  try {
    run_until([this] { return runtime_.tasks_running() == 0; }, seconds(20));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: the station did not stop: %s\n", error.what());
  }
}

void PollStation::run_until(const std::function<bool()>& done, Millis limit) {
  const MonoMs deadline = runtime_.mono() + limit;
  while (!done()) {
    if (runtime_.mono() > deadline) throw std::runtime_error("too slow: the machine is overloaded");
    io_.restart();
    io_.run_for(std::chrono::milliseconds(20));
  }
}

void PollStation::run_for(Millis span) {
  const MonoMs end = runtime_.mono() + span;
  run_until([&] { return runtime_.mono() >= end; }, span + seconds(60));
}

void PollStation::run_polls(std::uint64_t polls) {
  const std::uint64_t wanted = replies() + polls;
  run_until([&] { return replies() >= wanted; }, minutes(10));
}

std::uint64_t PollStation::replies() const {
  std::uint64_t sum = 0;
  for (const auto& status : links_.statuses()) sum += status.counters->replies;
  return sum;
}

std::uint64_t PollStation::failures() const {
  std::uint64_t sum = 0;
  for (const auto& status : links_.statuses())
    sum += status.counters->exchanges - status.counters->replies;
  return sum;
}

int PollStation::older_than(Millis age) const {
  int count = 0;
  for (const auto& [id, meter] : live_.meters())
    count += !meter.last_contact_mono || runtime_.mono() - *meter.last_contact_mono > age;
  return count;
}

void PollStation::check_store() {
  const MeterId meter = live_.meters().begin()->first;
  run_for(seconds(2));  // what is on its way is flushed each second
  // Not bench::run: the loop never runs dry while the collector lives.
  auto answer = boost::asio::co_spawn(
      io_, store_->series(meter, runtime_.now() - minutes(60), runtime_.now(), 10),
      boost::asio::use_future);
  run_until([&] { return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready; },
            minutes(1));
  const auto rows = must(answer.get());
  if (rows.empty()) throw std::runtime_error("the store holds no reading");
}

}  // namespace paymeter::bench
