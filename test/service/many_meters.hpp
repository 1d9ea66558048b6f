/// Stations over many buses of reference meters, that may die at any commit.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "world.hpp"

namespace paymeter::bench_station {

/// `buses` × `units` meters with bench keys; a transaction takes 20 ms and never fails.
class ManyMeters {
 public:
  ManyMeters(int buses, int units);
  domain::SitePlan plan() const;
  sim::ReferenceMeter& meter(int bus, int unit) { return *meters_.at({bus, unit}); }
  std::unique_ptr<port::BusLinkFactory> links(sim::SimRuntime& runtime);
  /// The reply; counts relay commands per meter.
  std::optional<Buffer> pass(int bus, std::uint8_t unit, Bytes pdu);
  static std::string code_of(int bus, int unit);

  const int buses, units;
  std::map<std::pair<int, int>, int> relay_frames;
  int dead_buses = 0;  ///< the first so many do not answer

 private:
  std::map<std::pair<int, int>, std::unique_ptr<sim::ReferenceMeter>> meters_;
};

/// What a dying process throws out of its commit.
struct StationDied {};

/// A station over ManyMeters; dies at the commit counted by `commits_left` (before or after it).
class ManyStation : public test_support::TestStation {
 public:
  struct Death {
    std::int64_t commits_left = -1;  ///< < 0: lives on
    store::CommitPoint point = store::CommitPoint::before;
    std::int64_t seen = 0;  ///< commits of the whole life
  };
  ManyStation(sim::SimWorld& world, ManyMeters& site, std::string database, Death& death);
  void start();

 private:
  ManyMeters& site_;
};

}  // namespace paymeter::bench_station
