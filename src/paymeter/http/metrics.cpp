// prometheus-cpp behind our own types.
#include "paymeter/http/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace paymeter::http {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.005, 0.02, 0.1, 0.5, 2, 10};

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("paymeter_http_requests_total")
                                                          .Help("HTTP requests by route and status")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& durations =
      prometheus::BuildHistogram()
          .Name("paymeter_http_request_seconds")
          .Help("Time from the complete request to its answer, by route")
          .Register(registry);
  prometheus::Counter& exceptions = prometheus::BuildCounter()
                                        .Name("paymeter_http_exceptions_total")
                                        .Help("Exceptions that escaped a handler")
                                        .Register(registry)
                                        .Add({});
  prometheus::Counter& audit_failures = prometheus::BuildCounter()
                                            .Name("paymeter_audit_failures_total")
                                            .Help("Changes whose audit line was not stored")
                                            .Register(registry)
                                            .Add({});
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(std::string_view route, int status, Millis took) {
  const std::string name{route};
  state_->requests.Add({{"route", name}, {"status", std::to_string(status)}}).Increment();
  state_->durations.Add({{"route", name}}, kSeconds)
      .Observe(static_cast<double>(took.value) / 1000.0);
}

void Metrics::count_exception() { state_->exceptions.Increment(); }
void Metrics::count_audit_failure() { state_->audit_failures.Increment(); }

std::string Metrics::text(const std::vector<SampleFamily>& taken_now) const {
  auto families = state_->registry.Collect();
  for (const auto& taken : taken_now) {
    prometheus::MetricFamily family;
    family.name = taken.name;
    family.help = taken.help;
    family.type = taken.kind == MetricKind::counter ? prometheus::MetricType::Counter
                                                    : prometheus::MetricType::Gauge;
    for (const auto& sample : taken.samples) {
      prometheus::ClientMetric metric;
      for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
      metric.counter.value = metric.gauge.value = sample.value;
      family.metric.push_back(std::move(metric));
    }
    families.push_back(std::move(family));
  }
  return prometheus::TextSerializer{}.Serialize(families);
}

std::vector<SampleFamily> process_samples() {
  std::vector<SampleFamily> out;
  const auto gauge = [&](std::string name, std::string help, MetricKind kind, double value) {
    out.push_back({std::move(name), std::move(help), kind, {{{}, value}}});
  };
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0)
    gauge("process_cpu_seconds_total", "Processor time, user and system", MetricKind::counter,
          seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
  std::ifstream statm{"/proc/self/statm"};
  if (std::int64_t total = 0, resident = 0; statm >> total >> resident)
    gauge("process_resident_memory_bytes", "Resident memory", MetricKind::gauge,
          static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  std::error_code error;
  const std::filesystem::directory_iterator files{"/proc/self/fd", error};
  if (!error)
    gauge("process_open_fds", "Open file descriptors", MetricKind::gauge,
          static_cast<double>(std::distance(begin(files), end(files))));
  return out;
}

}  // namespace paymeter::http
