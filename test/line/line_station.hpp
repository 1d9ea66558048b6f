/// The collector over real sockets: real runtime, real links, real store; time is the machine's, so
/// tests wait for what must happen and bound only what would be a hang.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "paymeter/driver/factory.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/site_keeper.hpp"
#include "paymeter/store/sqlite.hpp"
#include "paymeter/transport/asio_runtime.hpp"
#include "paymeter/transport/link_factory.hpp"

namespace paymeter::line_test {

/// Quick links: a test does not want to wait as long as a site may.
inline transport::LinkOptions quick_links() {
  transport::LinkOptions options;
  options.connect_timeout = seconds(2);
  options.retry_min = Millis{50};
  options.retry_max = Millis{400};
  options.connects_max = 32;
  return options;
}

class LineStation {
 public:
  LineStation(boost::asio::io_context& context, domain::SitePlan plan)
      : runtime_(context, [](auto name, auto what) { ADD_FAILURE() << name << ": " << what; }),
        context_(context) {
    path_ = (std::filesystem::temp_directory_path() /
             ("paymeter-line-" + std::to_string(::getpid()) + "-" + std::to_string(made_++)))
                .string();
    store::SqliteOptions options;
    options.path = path_;
    options.mode = store::ExecutionMode::inline_;
    options.durability = store::Durability::none;
    store_ = std::move(*store::open_sqlite(options));
    alarms_ = std::make_unique<service::AlarmService>(runtime_, *store_, events_);
    collector_ = std::make_unique<service::Collector>(
        service::Collector::Deps{runtime_, *store_, links_, drivers_, live_, *alarms_, events_});
    keeper_ = std::make_unique<service::SiteKeeper>(*store_, live_, *collector_, events_);
    runtime_.spawn("boot", boot(std::move(plan)));
    EXPECT_TRUE(until([this] { return is_booted_; }));
  }
  ~LineStation() {
    collector_->stop();
    runtime_.stop();
    until([this] { return runtime_.tasks_running() == 0; });
    for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + tail);
  }
  LineStation(const LineStation&) = delete;
  LineStation& operator=(const LineStation&) = delete;

  /// Runs the event loop until `done`; false after so long that it hangs.
  bool until(const std::function<bool()>& done) {
    const MonoMs hang = runtime_.mono() + minutes(4);
    while (!done()) {
      if (runtime_.mono() >= hang) return false;
      context_.restart();
      context_.run_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  std::size_t living() const {
    std::size_t count = 0;
    for (const auto& [id, meter] : live_.meters()) count += meter.prepaid && !meter.lost;
    return count;
  }
  std::size_t lost() const {
    std::size_t count = 0;
    for (const auto& [id, meter] : live_.meters()) count += meter.lost;
    return count;
  }
  const service::LiveMeter& meter(std::string_view code) const { return *live_.find_by_code(code); }
  service::Collector& collector() { return *collector_; }
  const service::LiveTable& live() const { return live_; }
  const service::AlarmService& alarms() const { return *alarms_; }
  const transport::AsioLinkFactory& links() const { return links_; }
  transport::AsioRuntime& runtime() { return runtime_; }

 private:
  port::Async<> boot(domain::SitePlan plan) {
    (void)co_await store_->apply_plan(std::move(plan), port::SiteStore::Apply::commit,
                                      runtime_.now());
    (void)co_await alarms_->start();
    (void)co_await keeper_->reload();
    is_booted_ = true;
  }

  inline static int made_ = 0;
  transport::AsioRuntime runtime_;
  boost::asio::io_context& context_;
  std::string path_;
  bool is_booted_ = false;
  std::unique_ptr<port::Store> store_;
  service::EventHub events_;
  service::LiveTable live_;
  driver::ModelDriverFactory drivers_{driver::builtin_models()};
  transport::AsioLinkFactory links_{runtime_, quick_links()};
  std::unique_ptr<service::AlarmService> alarms_;
  std::unique_ptr<service::Collector> collector_;
  std::unique_ptr<service::SiteKeeper> keeper_;
};

/// Gateways `G1` … with one Modbus TCP bus each, and one reference meter `M1` … on each.
inline domain::SitePlan many_gateways(int count) {
  domain::SitePlan plan;
  plan.property.emplace().name = "试验园区";
  for (int i = 1; i <= count; ++i) {
    const std::string name = "G" + std::to_string(i);
    auto& gateway = plan.gateways.emplace_back();
    gateway.name = name;
    gateway.host = "127.0.0.1";
    auto& bus = plan.buses.emplace_back();
    bus.gateway = name;
    bus.bus.name = "B1";
    bus.bus.port = 1;
    bus.bus.reply_timeout = Millis{1'000};
    bus.bus.poll_interval = seconds(2);
    auto& row = plan.meters.emplace_back();
    row.gateway = name;
    row.bus = "B1";
    row.meter.code = "M" + std::to_string(i);
    row.meter.model = "paymeter-reference-nk";
    row.meter.unit = 1;
    row.meter.key.fill(7);
  }
  return plan;
}

}  // namespace paymeter::line_test
