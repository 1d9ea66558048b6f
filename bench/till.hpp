/// The vend service of a station on a store, as a till's request reaches it behind HTTP.
#pragma once

#include "paymeter/driver/factory.hpp"
#include "paymeter/service/vending.hpp"
#include "paymeter/transport/asio_runtime.hpp"
#include "paymeter/transport/link_factory.hpp"
#include "site.hpp"

namespace paymeter::bench {

/// Everything that service::Vending stands on, wired as the station wires it; no bus is polled.
class Tills {
 public:
  /// `store` and `io` must outlive it. Requires: the site and its accounts are stored.
  Tills(boost::asio::io_context& io, port::Store& store);

  /// A cash sale of 10.00; returns when it is durable.
  port::Async<Result<domain::Vend>> sell(MeterId meter, std::string key);

 private:
  transport::AsioRuntime runtime_;
  driver::ModelDriverFactory drivers_;
  transport::AsioLinkFactory links_;
  service::EventHub events_;
  service::LiveTable live_;
  service::AlarmService alarms_;
  service::Collector collector_;
  service::Vending vending_;
};

}  // namespace paymeter::bench
