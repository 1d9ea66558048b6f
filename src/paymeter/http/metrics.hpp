/// Counters for Prometheus: own ones, and samples that are taken when somebody asks.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paymeter/base/time.hpp"

namespace paymeter::http {

enum class MetricKind : std::uint8_t { counter, gauge };
struct Sample {
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};
struct SampleFamily {
  std::string name, help;
  MetricKind kind = MetricKind::gauge;
  std::vector<Sample> samples;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// `route` is a pattern of the route table, never a path that a client chose.
  void count_request(std::string_view route, int status, Millis took);
  /// An exception escaped a handler.
  void count_exception();
  /// A change was made but its audit line could not be stored.
  void count_audit_failure();
  /// Prometheus text format 0.0.4.
  std::string text(const std::vector<SampleFamily>& taken_now) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Memory, processor time and open files of this process.
std::vector<SampleFamily> process_samples();

}  // namespace paymeter::http
