// The demo: a virtual site on a thread of its own, a temporary database, and a station over both.
#include "paymeter/app/demo.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <thread>

#include "paymeter/app/demo_tenants.hpp"
#include "paymeter/app/files.hpp"
#include "paymeter/app/offline.hpp"
#include "paymeter/app/site_commands.hpp"
#include "paymeter/app/station.hpp"
#include "paymeter/sim/virtual_site.hpp"

namespace paymeter::app {
namespace {

/// The meters' world: its own thread, so that simulating never slows the station it is read by.
class SiteThread {
 public:
  SiteThread()
      : runtime_(io_, [](std::string_view name, std::string_view what) {
          die("virtual site: " + std::string(name) + ": " + std::string(what));
        }) {}
  ~SiteThread() {
    boost::asio::post(io_, [this] {
      runtime_.stop();
      site_.reset();
      io_.stop();
    });
    if (thread_.joinable()) thread_.join();
  }
  SiteThread(const SiteThread&) = delete;
  SiteThread& operator=(const SiteThread&) = delete;

  Result<> start(const domain::SitePlan& plan, int speed) {
    sim::VirtualSiteOptions options;
    options.base_port = 0;  // any free ports: several demos may run beside each other
    options.plant.speed = speed;
    auto site = sim::VirtualSite::open(io_, runtime_, plan, options);
    if (!site) return fail(site.error());
    site_ = std::move(*site);
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }
  const std::vector<sim::Endpoint>& endpoints() const { return site_->endpoints(); }
  void kill_meter(std::string code) {
    boost::asio::post(io_, [this, code = std::move(code)] {
      if (site_) (void)site_->plant().kill_meter(code);
    });
  }

 private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      io_.get_executor()};
  transport::AsioRuntime runtime_;
  std::unique_ptr<sim::VirtualSite> site_;
  std::thread thread_;
};

/// A folder that goes with the demo.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "paymeter-demo-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<> import_plan(const Config& config, domain::SitePlan plan) {
  auto store = open_store(config, store::ExecutionMode::inline_);
  if (!store) return fail(store.error());
  boost::asio::io_context io;
  const UtcMs now = transport::AsioRuntime(io, [](auto, auto) {}).now();
  auto applied = run_to_end<Result<domain::SitePlanResult>>(
      io, (*store)->apply_plan(std::move(plan), port::SiteStore::Apply::commit, now));
  if (!applied) return fail(applied.error());
  return {};
}

void print_welcome(const Station& station, std::size_t meters, std::size_t buses) {
  std::cout << "\n  Paymeter 演示 / demo: " << meters << " 块仿真电表，" << buses << " 条总线 / "
            << meters << " simulated meters on " << buses << " buses\n\n"
            << "    控制台 console    http://127.0.0.1:" << station.port() << "/\n"
            << "    用户名 user       admin\n"
            << "    一次性密码 one-time password   " << station.one_time_password() << "\n"
            << "    试用指南 what to try           http://127.0.0.1:" << station.port()
            << "/guide\n    Ctrl-C 结束 / ends it\n"
            << std::endl;
}

port::Async<> demo_life(Station& station, SiteThread& site, bool empty) {
  const std::size_t meters = station.live().meters().size();
  print_welcome(station, meters, station.live().site().buses.size());
  co_await wait_for_first_sweep(station);
  if (empty) co_return;
  co_await move_tenants_in(station);
  // One dead meter, so that 失联 can be seen too.
  if (!station.live().meters().empty())
    site.kill_meter(station.live().meters().rbegin()->second.meter.code);
}

}  // namespace

int run_demo(const DemoOptions& options) {
  const std::string workbook =
      options.workbook.empty() ? find_shared("examples/reference-site.xlsx") : options.workbook;
  auto plan = plan_from_file(workbook, {});
  if (!plan) return kExitSheet;
  TemporaryFolder folder;
  SiteThread site;
  if (auto ok = site.start(*plan, options.speed); !ok) {
    print_error(ok.error());
    return kExitFailed;
  }
  Config config;
  config.port = options.port;
  config.store_url = "sqlite:" + folder.path() + "/paymeter.sqlite";
  if (auto ok = import_plan(config, sim::redirected(*plan, site.endpoints())); !ok) {
    print_error(ok.error());
    return kExitStore;
  }
  ServeOptions serve;
  serve.config = config;
  serve.meters = http::Meters::simulated;
  const bool empty = options.empty;
  serve.when_ready = [&site, empty](Station& station) { return demo_life(station, site, empty); };
  return run_station(std::move(serve));
}

}  // namespace paymeter::app
