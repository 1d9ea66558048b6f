// Signals, status lines and saving around a virtual site.
#include "paymeter/sim/simulate.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>

#include "paymeter/sim/plant_control.hpp"
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

/// Lines on standard input are faults on request; it may be closed, or no terminal at all.
port::Async<> obey_standard_input(boost::asio::io_context& context, VirtualSite& site,
                                  Output output) {
  constexpr std::size_t kLineMax = 4096;
  boost::asio::posix::stream_descriptor input(context);
  boost::system::error_code error;
  const int copy = ::dup(STDIN_FILENO);
  if (copy < 0) co_return;
  input.assign(copy, error);  // fails for files and /dev/null: then nobody gives orders
  if (error) {
    ::close(copy);
    co_return;
  }
  std::string kept;
  for (;;) {
    const std::size_t size = co_await boost::asio::async_read_until(
        input, boost::asio::dynamic_buffer(kept, kLineMax), '\n',
        boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) co_return;
    const auto answer = control_plant(site.plant(), std::string_view(kept).substr(0, size - 1));
    const std::string text = answer ? *answer
                                    : fmt::format("error: {}: {}", error_name(answer.error().code),
                                                  answer.error().detail);
    report(output, {{"event", "control"}, {"ok", answer.has_value()}, {"text", text}}, text);
    kept.erase(0, size);
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
  runtime.spawn("standard input", obey_standard_input(context, **site, options.output));
  context.run();

  if (broken) return 1;
  if (const auto saved = (*site)->save(); !saved)
    return report_failure(options.output, saved.error());
  report(options.output, {{"event", "stopped"}}, "stopped");
  return 0;
}

}  // namespace paymeter::sim
