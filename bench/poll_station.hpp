/// The collecting half of a station over real sockets, set to read as fast as its buses answer:
/// real links, driver, live table, alarms and durable store.
#pragma once

#include <memory>
#include <string>

#include "bench.hpp"
#include "paymeter/driver/factory.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/live_table.hpp"
#include "paymeter/transport/link_factory.hpp"

namespace paymeter::bench {

/// Slaves behind consecutive TCP ports of this machine, one port per gateway. Each poll of a meter
/// is one request of 60 registers, which become 20 measured values.
struct PollSite {
  int meters = 10'000;
  int gateways = 313;
  std::uint16_t first_port = 0;
  Millis interval{1};
};
inline constexpr int kRegistersPerPoll = 60;

class PollStation {
 public:
  /// Makes a new database at `path`, imports the site and starts collecting.
  PollStation(PollSite site, const std::string& path);
  ~PollStation();

  /// Lets the station live until `polls` more replies have come. Throws when they do not come.
  void run_polls(std::uint64_t polls);
  void run_for(Millis span);
  std::uint64_t replies() const;
  /// Exchanges that failed, of any kind.
  std::uint64_t failures() const;
  /// Meters whose latest answer is older than `age`, or that never answered.
  int older_than(Millis age) const;
  /// Readings in the store of the first meter. Throws when there are none.
  void check_store();

 private:
  void run_until(const std::function<bool()>& done, Millis limit);

  boost::asio::io_context io_{1};  ///< as the station: one thread runs it
  std::unique_ptr<port::Store> store_;
  transport::AsioRuntime runtime_;
  transport::AsioLinkFactory links_;
  driver::ModelDriverFactory drivers_;
  service::EventHub events_;
  service::LiveTable live_;
  service::AlarmService alarms_;
  service::Collector collector_;
};

/// User and system time of this process with all its threads, and its largest resident size so far.
struct Usage {
  double cpu_s = 0;
  double rss_mb_max = 0;
};
Usage usage_now();

}  // namespace paymeter::bench
