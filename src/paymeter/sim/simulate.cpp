// Signals, status lines and saving around a virtual site.
#include "paymeter/sim/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>

#include "paymeter/transport/asio_runtime.hpp"

namespace paymeter::sim {
namespace {

using Output = SimulateOptions::Output;

void print_line(std::FILE* stream, const std::string& line) {
  std::fputs((line + "\n").c_str(), stream);
  std::fflush(stream);  // a script waits for it
}

void report(Output output, const boost::json::object& event, const std::string& text) {
  print_line(stdout, output == Output::json ? boost::json::serialize(event) : text);
}

int report_failure(Output output, const Error& error) {
  const std::string name(error_name(error.code));
  if (output == Output::json)
    report(output, {{"event", "failed"}, {"error", name}, {"detail", error.detail}}, {});
  print_line(stderr, fmt::format("{} ({}): {}", error_text_en(error.code), name, error.detail));
  return 1;
}

void report_endpoints(Output output, VirtualSite& site, const domain::SitePlan& plan) {
  for (const Endpoint& at : site.endpoints()) {
    const auto meters = std::ranges::count_if(plan.meters, [&](const auto& row) {
      return row.gateway == at.gateway && row.bus == at.bus;
    });
    const std::string transport(domain::bus_transport_name(at.transport));
    const std::string where =
        at.device.empty() ? fmt::format("{}:{}", at.host, at.port) : at.device;
    report(output,
           {{"event", "listening"},
            {"gateway", at.gateway},
            {"bus", at.bus},
            {"transport", transport},
            {"host", at.host},
            {"port", at.port},
            {"device", at.device},
            {"meters", meters}},
           fmt::format("{} / {}: {} {}, {} meters", at.gateway, at.bus, transport, where, meters));
  }
  const auto buses = site.endpoints().size();
  report(output,
         {{"event", "ready"},
          {"buses", buses},
          {"meters", plan.meters.size()},
          {"speed", site.plant().clock().speed()}},
         fmt::format("ready: {} buses, {} meters, speed {}", buses, plan.meters.size(),
                     site.plant().clock().speed()));
}

port::Async<> keep_saving(transport::AsioRuntime& runtime, VirtualSite& site, Millis interval) {
  while (!runtime.stopping()) {
    co_await runtime.sleep(interval);
    // The disk may be full for a while; the next round tries again.
    if (const auto saved = site.save(); !saved)
      print_line(stderr,
                 fmt::format("{}: {}", error_name(saved.error().code), saved.error().detail));
  }
}

}  // namespace

int run_simulate(const SimulateOptions& options) {
  boost::asio::io_context context(1);
  bool broken = false;
  transport::AsioRuntime runtime(context, [&](std::string_view name, std::string_view what) {
    print_line(stderr, fmt::format("task {} failed: {}", name, what));
    broken = true;
    context.stop();
  });
  auto site = VirtualSite::open(context, runtime, options.plan, options.site);
  if (!site) return report_failure(options.output, site.error());

  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](auto, int) { context.stop(); });
  if (!options.site.state_file.empty())
    runtime.spawn("state file", keep_saving(runtime, **site, options.save_interval));
  report_endpoints(options.output, **site, options.plan);
  context.run();

  if (broken) return 1;
  if (const auto saved = (*site)->save(); !saved)
    return report_failure(options.output, saved.error());
  report(options.output, {{"event", "stopped"}}, "stopped");
  return 0;
}

}  // namespace paymeter::sim
